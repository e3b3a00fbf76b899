"""Differences as `-` and `+` lines."""

from __future__ import annotations

from dd_sync.reports.lines import lines
from dd_sync.reports.unified import LONGEST_LINE, unified_diff
from tests.reports.plans import World, board, graph, group, monitor


def shown(world: World) -> list[str]:
    plan = world.plan()
    return unified_diff(lines(plan.changes[0], plan.ids)).split("\n")


def test_a_field_stands_once_with_both_sides_in_full() -> None:
    before, after = monitor(critical=5), monitor(critical=2)
    assert shown(World().changes("monitor", "a/b", before, after)) == [
        "  query",
        f"- {before['query']}",
        f"+ {after['query']}",
    ]


def test_a_long_text_shows_only_the_lines_around_what_changed() -> None:
    text = "\n".join(f"line {n}" for n in range(50))
    before, after = {**monitor(), "message": text}, {**monitor(), "message": text.replace("line 20\n", "line twenty\n")}
    assert shown(World().changes("monitor", "a/b", before, after)) == [
        "  message",
        "  line 19",
        "- line 20",
        "+ line twenty",
        "  line 21",
    ]


def test_what_is_held_goes_from_the_code_to_datadog() -> None:
    world = World().has("monitor", "a/b", monitor(), lambda body: {**body, "name": "Edited"})
    assert shown(world.wants("monitor", "a/b", monitor())) == ["  name", "- Error rate", "+ Edited"]


def test_widgets_that_come_go_and_move_have_a_line() -> None:
    before = board(group("G", graph("A"), graph("B"), graph("C")))
    after = board(group("G", graph("New"), graph("A"), graph("C")))
    assert shown(World().changes("dashboard", "a/b", before, after)) == [
        '+ G ▸ "New" (timeseries), first in its group',
        '- G ▸ "B" (timeseries)',
    ]


def test_a_structure_is_spelled_out_and_a_very_long_line_is_cut() -> None:
    scheduling = {"evaluation_window": {"day_starts": "04:00", "note": "x" * 1000}}
    found = shown(World().changes("monitor", "a/b", monitor(), monitor(scheduling_options=scheduling)))
    assert found[1] == "+ {"
    assert max(map(len, found)) == LONGEST_LINE
