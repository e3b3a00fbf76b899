"""Who starts and stops being woken."""

from __future__ import annotations

from dd_sync.reports.paging import Pagers, headline, paging_changes, recipients_text
from tests.reports.plans import PAGERS, World, monitor


def test_handles_of_paging_services_and_of_teams_wake_somebody() -> None:
    pagers = Pagers(frozenset({"@webhook-phone"}))
    assert pagers.wakes("@pagerduty-anything")
    assert pagers.wakes("@Opsgenie-x")
    assert pagers.wakes("@webhook-phone")
    assert not pagers.wakes("@slack-payments")


def test_a_monitor_that_starts_and_one_that_stops_are_counted_by_handle() -> None:
    world = World().changes("monitor", "a/1", monitor(), monitor(told="@pagerduty-a"))
    world.wants("monitor", "a/2", monitor("2", told="@pagerduty-a"))
    world.has("monitor", "a/3", monitor("3", told="@pagerduty-b"))
    changes = world.plan().changes
    found = paging_changes(changes, PAGERS)
    assert (dict(found.starts), dict(found.stops)) == ({"@pagerduty-a": 2}, {"@pagerduty-b": 1})
    assert headline(changes, PAGERS).split("\n") == [
        "2 monitors start paging @pagerduty-a",
        "       1 stops paging @pagerduty-b",
    ]


def test_what_is_held_wakes_nobody_anew() -> None:
    world = World().has("monitor", "a/1", monitor(), lambda body: {**body, "message": "@pagerduty-x"})
    assert headline(world.wants("monitor", "a/1", monitor()).plan().changes, PAGERS) == ""


def test_a_change_says_in_which_state_whom_it_tells() -> None:
    before = monitor(told="{{#is_warning}}@slack-a{{/is_warning}}")
    after = monitor(told="{{#is_warning}}@slack-b{{/is_warning}}")
    (change,) = World().changes("monitor", "a/1", before, after).plan().changes
    assert recipients_text(change, PAGERS) == ["notifies on warning: -@slack-a +@slack-b"]


def test_a_delete_says_who_is_told_no_more() -> None:
    (change,) = World().has("monitor", "a/1", monitor(told="@pagerduty-a @slack-b")).plan().changes
    assert recipients_text(change, PAGERS) == ["stops paging @pagerduty-a   stops telling @slack-b"]


def test_a_create_that_tells_nobody_says_nothing() -> None:
    (change,) = World().wants("monitor", "a/1", monitor(told="")).plan().changes
    assert recipients_text(change, PAGERS) == []
