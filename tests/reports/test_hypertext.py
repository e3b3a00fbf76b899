"""Text of others in a page."""

from __future__ import annotations

import html
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from dd_sync.core.secrets import Redactor
from dd_sync.reports.escaping import visible
from dd_sync.reports.hypertext import mark_differences, shield

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)


def text_of(markup: str) -> str:
    return html.unescape(re.sub(r"<[^>]*>", "", markup))


@given(texts)
def test_any_text_is_seen_as_it_is_and_brings_no_tag(text: str) -> None:
    assert "<" not in shield(text)
    assert text_of(shield(text)) == visible(text)


def test_markup_made_here_passes_and_nothing_is_empty() -> None:
    assert shield(Markup("<b>x</b>")) == "<b>x</b>"
    assert shield(None) == ""
    assert shield(5) == "5"


@pytest.mark.parametrize(
    "text",
    [
        "password: hunter2hunter2",
        "token=abcdefghijk",
        "a token: yes",
        '"api_key": "abcdefghijk"',
        "https://hooks.slack.com/services/T0/B0/abcdefgh",
        "https://acme.webhook.office.com/webhookb2/abc",
        "https://user:hunter22@example.org",
        "Bearer abcdefghijklmnop",
    ],
)
def test_masking_the_page_again_swallows_no_tag(text: str) -> None:
    """The patterns run on to the next space or quote, and behind a text in a page comes a tag."""
    masked = shield(Redactor().text(text))
    page = f"<td>{masked}</td><td>next</td>"
    assert Redactor().text(page) == page


@given(texts, texts)
def test_both_sides_are_seen_whole_when_they_are_short(before: str, after: str) -> None:
    before, after = before.replace("\n", " "), after.replace("\n", " ")
    left, right = mark_differences(before, after)
    assert (text_of(left), text_of(right)) == (visible(before), visible(after))
    assert set(re.findall(r"</?(\w+)", left + right)) <= {"ins", "del"}


def test_the_words_that_differ_are_marked() -> None:
    assert mark_differences("a > 5", "a > 2") == ("a &gt; <del>5</del>", "a &gt; <ins>2</ins>")


def test_texts_that_share_little_are_marked_whole() -> None:
    left, right = mark_differences("completely", "different")
    assert (left, right) == ("<del>completely</del>", "<ins>different</ins>")


def test_of_long_texts_only_the_lines_around_a_change_are_shown() -> None:
    lines = [f"line {n}" for n in range(30)]
    left, right = mark_differences("\n".join(lines), "\n".join([*lines[:15], "new", *lines[15:]]))
    assert left.split("\n") == ["…", "line 13", "line 14", "line 15", "line 16"]
    assert right.split("\n") == ["…", "line 13", "line 14", "<ins>new</ins>", "line 15", "line 16"]


def test_a_line_that_went_is_marked_on_its_side_alone() -> None:
    left, right = mark_differences("a\nb\nc", "a\nc")
    assert left.split("\n") == ["a", "<del>b</del>", "c"]
    assert right.split("\n") == ["a", "c"]
