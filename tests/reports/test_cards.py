"""One change as a card."""

from __future__ import annotations

from typing import Any

from dd_sync.core.secrets import Redactor
from dd_sync.reports.cards import NO_TEAM, Card, Maker, teams
from dd_sync.reports.picture import card_text
from tests.reports.plans import NOW, PAGERS, World, board, example, graph, monitor, of, slo, url


def cards(world: World, **more: Any) -> list[Card]:
    plan = world.plan()
    maker = Maker(plan.ids, PAGERS, NOW, url, more.pop("series", None), **more)
    return [maker.card(change) for change in plan.changes]


def facts(card: Card) -> dict[str, str]:
    return {fact.label: fact.value for fact in card.facts}


def test_a_monitor_is_told_in_words_with_whom_it_tells() -> None:
    (card,) = cards(World().wants("monitor", "a/b", monitor(told="@pagerduty-payments")))
    assert facts(card)["in words"].startswith("Sum over the last 5 minutes of 100 times")
    assert facts(card)["on alert"] == "@pagerduty-payments"
    assert card.pages
    assert card.chart is not None
    assert [text.label for text in card.texts] == ["query", "message"]


def test_a_monitor_whose_query_cannot_be_read_has_its_type() -> None:
    (card,) = cards(World().wants("monitor", "a/b", {**monitor(), "query": "nonsense {{", "type": "query alert"}))
    assert facts(card)["type"] == "metric alert"


def test_an_update_shows_short_differences_first_and_nothing_in_full() -> None:
    (card,) = cards(World().changes("monitor", "a/b", monitor(), monitor(critical=2, warning=1)))
    assert [(one.label, one.short) for one in card.differences] == [
        ("critical", True),
        ("warning", True),
        ("query", False),
    ]
    assert card.differences[0].after == "<ins>2</ins>"
    assert card.texts == ()
    assert not card.pages


def test_an_edit_that_is_held_goes_from_the_code_to_datadog() -> None:
    world = World().has("monitor", "a/b", monitor(), lambda body: {**body, "priority": 1}, modified="2027-01-15")
    (card,) = cards(world.wants("monitor", "a/b", monitor()))
    assert (card.action, card.word, card.sign, card.age) == ("held", "held", "!", "8 h ago")
    assert [(one.label, one.before, one.after) for one in card.differences] == [("priority", "", "1")]
    assert facts(card)["priority"] == "P1"


def test_a_held_dashboard_marks_what_somebody_added_in_datadog() -> None:
    world = World().has(
        "dashboard", "a/b", board(graph("A")), lambda body: {**body, "widgets": [graph("A"), graph("B")]}
    )
    (card,) = cards(world.wants("dashboard", "a/b", board(graph("A"))))
    assert [(one.mark, one.item.name) for one in card.widgets] == [("new", "B")]
    assert card.new_board is not None
    assert [box.mark for box in card.new_board.boxes] == ["", "new"]


def test_a_dashboard_has_both_boards_and_its_widgets_differences() -> None:
    card = next(
        one for one in cards(World().changes("dashboard", "a/b", board(graph("A")), board(graph("A", "avg:x{*}"))))
    )
    assert card.old_board is not None
    assert card.new_board is not None
    assert [one.label for one in card.differences] == ["A: requests[0].q"]


def test_a_new_dashboard_lists_its_queries() -> None:
    (card,) = cards(World().wants("dashboard", "a/b", board(graph("A", "avg:x{*}"))))
    assert [(text.label, text.value) for text in card.texts] == [("A", "avg:x{*}")]
    assert facts(card) == {"holds": "1 widget"}


def test_an_slo_says_what_it_allows_to_go_wrong() -> None:
    (card,) = cards(World().changes("slo", "a/b", slo(99.9), slo(99.95)))
    assert [(fact.label, fact.value) for fact in card.facts] == [
        ("was", "99.9 % over 30 d: 43 min 12 s may go wrong"),
        ("promise", "99.95 % over 30 d: 21 min 36 s may go wrong"),
    ]
    (same,) = cards(World().changes("slo", "a/b", slo(99), {**slo(99), "name": "Other"}))
    assert [(fact.label, fact.value) for fact in same.facts] == [("promise", "99 % over 30 d: 7 h 12 min may go wrong")]


def test_a_promise_over_a_custom_time_has_no_length() -> None:
    (card,) = cards(World().wants("slo", "a/b", slo(99.9, "custom")))
    assert facts(card)["promise"] == "99.9 % over custom"


def test_teams_come_from_tags() -> None:
    assert teams(["team:a", "env:prod", "team:b", "team:a"]) == ("a", "b")
    assert teams([]) == (NO_TEAM,)


def test_secrets_are_masked_in_every_part() -> None:
    secret = "hunter2hunter2"
    said = f"password: {secret}"
    before, after = monitor(said, told=said), monitor(f"{said}x", told=f"{said}x\nmore")
    world = World().changes("monitor", "a/1", before, after).wants("monitor", "a/2", monitor(said, told=said))
    world.changes("dashboard", "a/3", board(graph(said)), board(graph(said, said), graph(f"{said}2"), title=said))
    world.wants("slo", "a/4", {**slo(), "description": said})
    assert secret not in str(cards(world, mask=Redactor()))


def test_the_value_of_a_key_is_masked_too() -> None:
    world = World().wants("monitor", "a/1", monitor("see 0123456789abcdef"))
    assert "0123456789abcdef" not in str(cards(world, mask=Redactor(["0123456789abcdef"])))


def test_values_are_written_in_full() -> None:
    assert card_text(None) == ""
    assert card_text(True) == "true"
    assert card_text(["a", "b"]) == "a\nb"
    assert card_text({"b": 1}) == '{\n "b": 1\n}'


def test_every_card_has_an_anchor_of_its_own() -> None:
    plan = example()
    maker = Maker(plan.ids, PAGERS, NOW, url, None)
    anchors = [maker.card(change).anchor for change in plan.changes]
    assert len(set(anchors)) == len(anchors)
    assert maker.card(of(plan.changes, "service/disk/payments/prod")).anchor == "monitor:service/disk/payments/prod"
