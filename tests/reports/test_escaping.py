"""Text of others in markdown: whatever it says, it stays text."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from dd_sync.reports.escaping import code, fence, inline, link, visible, width

GFM = MarkdownIt("commonmark", {"html": True, "linkify": False}).enable(["table", "strikethrough"])

NASTY = [
    "@octocat and @org/team",
    "<script>alert(1)</script>",
    "</details><details>",
    "</code></td>",
    "[x](https://evil.example) ![x](https://evil.example/i.png)",
    "`code` ``` fence",
    "| a | b |",
    "*bold* _it_ ~~gone~~ $math$",
    "# heading",
    "- list",
    "1. list",
    "> quote",
    "fixes #12, !34, %v1 and 5 % of it",
    "/approve",
    "&lt;b&gt; &amp; &#64;x",
    "https://evil.example www.evil.example",
    "back\\slash \\* \\",
    "a\nb\r\nc",
    "\u202etxt.exe\u202c",
]


def rendered(markdown: str) -> str:
    return str(GFM.render(markdown))


def text_of(html: str) -> str:
    """What a reader sees, without the zero-width spaces."""
    import html as entities

    return entities.unescape(re.sub(r"<[^>]*>", "", html)).replace("\u200b", "").strip("\n")


def as_seen(text: str) -> str:
    return visible(" ".join(text.split()))


@pytest.mark.parametrize("text", NASTY)
def test_nothing_in_a_text_is_obeyed(text: str) -> None:
    html = rendered(inline(text))
    assert re.findall(r"<\w+", html) == ["<p"]
    assert text_of(html) == as_seen(text)


@pytest.mark.parametrize("text", NASTY)
def test_code_ends_where_it_should(text: str) -> None:
    html = rendered(f"| {code(text)} | next |\n|---|---|\n")
    assert html.count("<th>") == 2
    assert re.findall(r"</?code>", html) == ["<code>", "</code>"]


text_lines = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)


@given(text_lines)
def test_any_text_renders_as_one_paragraph_of_itself(text: str) -> None:
    html = rendered(inline(text))
    assert set(re.findall(r"<(\w+)", html)) <= {"p"}
    assert text_of(html) == as_seen(text).replace("\u200b", "")


@given(st.text(st.sampled_from("`~@a\n "), max_size=40))
def test_no_content_closes_its_fence(text: str) -> None:
    html = rendered(fence(text, "diff") + "\n\nafter *it*")
    assert html.count("<pre>") == 1
    assert html.endswith("<p>after <em>it</em></p>\n")


@given(st.text(st.sampled_from("@abc/-_. "), max_size=40))
def test_no_handle_is_left_whole(text: str) -> None:
    for shown in (inline(text), code(text), fence(text)):
        assert not re.search(r"@[\w-]", shown)


def test_no_text_is_a_command_at_the_start_of_its_line() -> None:
    """GitLab's docs, "Quick actions": a line that starts with a slash is carried out."""
    assert inline(" /merge") == "&#47;merge"
    assert inline("a/b /c") == "a/b /c"


def test_a_handle_reads_as_before() -> None:
    assert inline("@slack-x") == "@&#8203;slack-x"


def test_masked_secrets_end_where_they_ended() -> None:
    """Whoever masks the whole text again must not swallow the tag behind the dots."""
    from dd_sync.core.secrets import Redactor

    shown = code(Redactor().text("password: hunter2hunter2"))
    assert Redactor().text(shown) == shown


def test_only_addresses_of_the_web_become_links() -> None:
    assert link("42", "https://app.datadoghq.eu/monitors/42") == "[42](https://app.datadoghq.eu/monitors/42)"
    for url in ("javascript:alert(1)", "", "https://x.example/a)b", "https://x.example/\nb"):
        assert link("42", url) == "42"


def test_width_counts_as_the_stricter_provider_does() -> None:
    assert width("aä→") == 3
    assert width("🔥") == 2
