"""The plan as markdown."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from dd_sync.reports.escaping import width
from dd_sync.reports.markdown import GITHUB_LIMIT, Surroundings, plan_markdown
from tests.reports.plans import HEADING, PAGERS, World, board, example, graph, many, monitor, url

GFM = MarkdownIt("commonmark", {"html": True}).enable("table")


def sound(markdown: str) -> None:
    """Every block that is opened is closed, in the order of a tree."""
    open_tags: list[str] = []
    for token in GFM.parse(markdown):
        if token.type not in ("html_block", "inline"):
            continue
        for slash, tag in re.findall(r"<(/?)(details|summary)>", token.content):
            if not slash:
                open_tags.append(tag)
            else:
                assert open_tags, "closed before it was opened"
                assert open_tags.pop() == tag
    assert not open_tags


def test_the_headline_counts_and_says_who_is_woken() -> None:
    first = plan_markdown(example(), HEADING, PAGERS).split("\n")[0]
    assert first == (
        "**ddsync → prod: 2 to create, 2 to update, 1 to delete, 1 held**"
        " · 2 monitors start paging **@&#8203;pagerduty-payments** · 1 stops"
    )


def test_nothing_to_change_is_a_line() -> None:
    plan = World().has("monitor", "a/b", monitor()).wants("monitor", "a/b", monitor()).plan()
    assert plan_markdown(plan, HEADING, PAGERS) == "**ddsync → prod: nothing to change**\n"


def test_deletes_and_paging_changes_stand_before_the_table() -> None:
    text = plan_markdown(example(), HEADING, PAGERS)
    places = [text.index(part) for part in ("- **delete** monitor", "| starts | stops |", "| kind | key | what |")]
    assert places == sorted(places)
    assert text.index("<details>") > places[-1]


def test_each_change_has_a_row_and_a_fold() -> None:
    text = plan_markdown(example(), HEADING, PAGERS)
    for change in example().changes:
        assert f"| {change.kind} | <code>{change.key}</code> |" in text
    assert text.count("<details>") == len(example().changes)
    assert "| ~ | monitor | <code>service/error-rate/payments/prod</code> | threshold 5 → 2, warning 3 → 1" in text


def test_a_fold_shows_both_sides_in_full_and_links_to_datadog() -> None:
    text = plan_markdown(example(), HEADING, PAGERS, Surroundings(url))
    assert "[in Datadog](https://app.datadoghq.eu/monitors/1001)" in text
    assert re.search(r"^- sum\(last_5m\):.* > 5\n\+ sum\(last_5m\):.* > 2$", text, re.M)


def test_what_is_held_says_since_when() -> None:
    assert "<code>mongodb/replication-lag/orders</code>, edited in Datadog 2 h ago, held</summary>" in plan_markdown(
        example(), HEADING, PAGERS
    )


@pytest.mark.parametrize("number", [3, 300, 3000])
@pytest.mark.parametrize("limit", [4_000, GITHUB_LIMIT, 1_000_000])
def test_any_number_of_changes_stays_within_any_limit_and_whole(number: int, limit: int) -> None:
    plan = many(number)
    text = plan_markdown(plan, HEADING, PAGERS, Surroundings(url, "the *foot*", "see **there**"), limit=limit)
    assert width(text) <= limit
    sound(text)
    assert text.startswith("**ddsync → prod: ")
    assert text.endswith("\n\nthe *foot*\n")
    unfolded = text.count("<details>") - text.count(")</summary>")
    missing = re.search(r"_(\d+) of (\d+) changes are not unfolded here: see \*\*there\*\*\._", text)
    assert unfolded + (int(missing[1]) if missing else 0) == number


def test_three_hundred_changes_are_a_table_of_definitions() -> None:
    text = plan_markdown(many(300), HEADING, PAGERS)
    table = [line for line in text.split("\n") if line.startswith("| ") and "<code>" in line]
    assert table == [
        "| - | monitor | <code>service/queue-age</code> | 100 | stops telling @&#8203;slack-payments |",
        "| + | monitor | <code>service/latency-p95</code> | 100 | tells @&#8203;slack-payments |",
        "| ~ | monitor | <code>service/error-rate</code> | 100 | threshold 5 → 2, warning 3 → 1 |",
    ]
    assert "- **delete** monitor <code>service/queue-age</code> (100)" in text


def test_many_paging_changes_are_merged_by_definition() -> None:
    world = World()
    for n in range(30):
        world.wants("monitor", f"service/error-rate/s{n}/prod", monitor(f"M{n}", told="@pagerduty-payments"))
    text = plan_markdown(world.plan(), HEADING, PAGERS)
    assert "| monitor | <code>service/error-rate</code> (30) | @&#8203;pagerduty-payments |  |" in text


def test_one_enormous_change_is_cut_by_lines() -> None:
    before, after = (board(*[graph(f"{word} {n}") for n in range(400)]) for word in ("Old", "New"))
    text = plan_markdown(World().changes("dashboard", "a/b", before, after).plan(), HEADING, PAGERS)
    assert re.search(r"^… \d+ more lines$", text, re.M)
    assert len(text) < 10_000
    sound(text)


def test_long_titles_never_push_out_what_is_deleted() -> None:
    world = World()
    for n in range(10):
        world.has("monitor", f"a/gone/{n}", monitor(f"{'`@#<' * 5_000}{n}"))
    text = plan_markdown(world.plan(), HEADING, PAGERS)
    assert width(text) <= GITHUB_LIMIT
    sound(text)
    for n in range(10):
        assert f"- **delete** monitor <code>a/gone/{n}</code>" in text


def test_hundreds_of_handles_leave_the_headline_its_room() -> None:
    world = World()
    for n in range(3):
        told = " ".join(f"@pagerduty-{'team-' * 20}{n}-{m}" for m in range(400))
        world.wants("monitor", f"a/b/{n}", monitor(f"M{n}", told=told))
    text = plan_markdown(world.plan(), HEADING, PAGERS)
    assert width(text) <= GITHUB_LIMIT
    assert text.startswith("**ddsync → prod: 3 to create**")
    assert "1190 more handles start or stop being paged" in text
    assert "| whom it wakes |" in text


NASTY = "</details> ``` @octocat <img src=x onerror=alert(1)> | pipe [l](javascript:x)\n````\n</summary>"


def test_titles_and_texts_bring_nothing_of_their_own() -> None:
    before, after = monitor(NASTY, told=NASTY), monitor(f"{NASTY} 2", told=f"{NASTY} @other")
    world = World().changes("monitor", "a/b", before, after)
    world.changes("dashboard", "a/c", board(graph(NASTY)), board(graph(NASTY, "avg:x{*}"), graph("<b>"), title=NASTY))
    world.has("monitor", "a/d", monitor(NASTY))
    text = plan_markdown(world.plan(), HEADING, PAGERS)
    sound(text)
    html = GFM.render(text)
    assert "<img" not in html
    assert "<b>" not in html
    assert "javascript:" not in re.findall(r'href="([^"]*)"', html)
    assert not re.search(r"@\w", text)
    assert html.count("<pre>") == sum(bool(change.fields) for change in world.plan().changes)


texts = st.text(st.sampled_from("`~@#<>/details|summary*_-[]()! \n\\&;\u202e"), max_size=50)


@settings(max_examples=60, deadline=None)
@given(texts, texts, texts)
def test_no_text_breaks_the_report(title: str, before: str, after: str) -> None:
    world = World().changes("monitor", "a/b", monitor("x", told=before), monitor(title or "y", told=after))
    world.changes("dashboard", "a/c", board(graph(before)), board(graph(after), title=title or "z"))
    text = plan_markdown(world.plan(), HEADING, PAGERS)
    sound(text)
    assert not re.search(r"@\w", text)
    html = GFM.render(text)
    assert set(re.findall(r"<(\w+)", html)) <= set(
        "p strong code ul li table thead tbody tr th td details summary pre a".split()
    )


def test_secrets_are_masked_and_masking_again_changes_nothing() -> None:
    from dd_sync.core.secrets import Redactor

    secret = "https://hooks.slack.com/services/T000/B000/abcdefghijk"
    world = World().changes("monitor", "a/b", monitor(f"call {secret}"), monitor(f"call {secret} x", told=secret))
    world.has("monitor", "a/c", monitor("password: hunter2hunter2"))
    text = plan_markdown(world.plan(), HEADING, PAGERS)
    assert "abcdefghijk" not in text
    assert "hunter2hunter2" not in text
    assert Redactor().text(text) == text


def test_no_line_of_a_comment_begins_as_a_command() -> None:
    world = World().changes("monitor", "a/b", monitor("/approve"), monitor("/merge", told="/close\n/assign @me"))
    world.changes("dashboard", "a/c", board(graph("/draft")), board(graph("/lock"), title="/close"))
    world.has("monitor", "a/d", monitor("/close"))
    text = plan_markdown(world.plan(), HEADING, PAGERS)
    assert "merge" in text
    assert not re.search(r"^\s*/", text, re.M)


def test_a_target_named_like_markup_is_text() -> None:
    heading = HEADING._replace(target="*p*")
    assert plan_markdown(example(), heading, PAGERS).startswith("**ddsync → &#42;p&#42;: ")
