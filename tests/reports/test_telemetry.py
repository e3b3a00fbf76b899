"""What an apply tells Datadog about itself."""

from __future__ import annotations

from typing import Any

import pytest

from dd_sync.core.apply import Outcome
from dd_sync.core.plan import Plan
from dd_sync.reports.telemetry import LONGEST_TEXT, LONGEST_TITLE, MOST_TAGS, Ran, event, series
from tests.reports.plans import World, example, many, monitor

RAN = Ran(1_800_000_000.9, 3.14159, "ada", "4be1c22")


def outcomes(plan: Plan, status: Any = "done", reason: str = "") -> list[Outcome]:
    """What became of each change that is not held."""
    return [
        Outcome(change.action, change.kind, change.key, change.id, "held" if change.held else status, reason)
        for change in plan.changes
    ]


def told(plan: Plan, found: list[Outcome]) -> dict[str, Any]:
    made = event(plan, found, RAN)
    assert made is not None
    return made


def test_an_event_counts_in_its_title_and_names_each_change() -> None:
    plan = example()
    made = told(plan, outcomes(plan))
    assert made["title"] == "ddsync acme/prod: 2 created, 2 updated, 1 deleted"
    lines = made["text"].split("\n")
    assert lines[0] == "by ada, commit 4be1c22"
    assert "~ monitor service/error-rate/payments/prod: threshold 5 → 2, warning 3 → 1 and 1 more" in lines
    assert "- monitor service/disk/payments/prod" in lines
    assert made["date_happened"] == 1_800_000_000
    assert not [line for line in lines if "replication-lag" in line], "what was held did not change"


def test_an_event_carries_the_tags_of_what_it_concerns() -> None:
    plan = example()
    assert told(plan, outcomes(plan))["tags"] == [
        "managed_by:ddsync",
        "project:acme",
        "target:prod",
        "service:payments",
        "env:prod",
        "team:payments",
    ]


@pytest.mark.parametrize(
    ("actions", "status", "alert"),
    [(["create"], "done", "info"), (["delete"], "done", "warning"), (["create"], "failed", "error")],
)
def test_losses_warn_and_what_was_not_done_is_an_error(actions: list[str], status: str, alert: str) -> None:
    plan = many(1, actions)
    assert told(plan, outcomes(plan, status, "no"))["alert_type"] == alert


def test_what_was_not_done_comes_first_with_its_reason() -> None:
    plan = many(2, ["create"])
    found = [outcomes(plan)[0], outcomes(plan, "failed", "400 from Datadog: no")[1]]
    made = told(plan, found)
    assert made["title"] == "ddsync acme/prod: 1 created, 1 not done"
    assert made["text"].split("\n")[1].endswith("(failed: 400 from Datadog: no)")


def test_no_event_where_nothing_was_done() -> None:
    assert event(example(), [], RAN) is None
    assert event(example(), [Outcome("update", "monitor", "a", 1, "held", "edited")], RAN) is None


def test_an_event_notifies_nobody() -> None:
    world = World().changes("monitor", "a/b", monitor(), monitor(told="@pagerduty-payments @all"))
    plan = world.plan()
    made = told(plan, outcomes(plan, "failed", "said @here"))
    assert "@\u200bpagerduty-payments" in made["text"]
    assert "@p" not in made["text"]
    assert "@h" not in made["text"]


def test_an_event_of_very_much_stays_within_its_limits() -> None:
    world = World()
    for n in range(500):
        world.wants("monitor", f"service/x/s{n}/prod", {**monitor(f"M{n}"), "tags": [f"service:s{n}"]})
    plan = world.plan()
    made = told(plan, outcomes(plan, "failed", "x" * 500))
    assert len(made["text"]) <= LONGEST_TEXT
    assert made["text"].split("\n")[-1].startswith("and 4")
    assert len(made["title"]) <= LONGEST_TITLE
    assert len(made["tags"]) == MOST_TAGS


def test_secrets_stay_out_of_events() -> None:
    plan = World().changes("monitor", "a/b", monitor("x"), monitor("token: hunter2hunter2")).plan()
    assert "hunter2hunter2" not in told(plan, outcomes(plan))["text"]


def test_numbers_of_a_run_are_tagged_by_project_and_target() -> None:
    plan = example()
    found = {
        (one["metric"], *one["tags"][2:]): (one["type"], one["points"][0]["value"])
        for one in series(plan, outcomes(plan), RAN)["series"]
    }
    assert found["ddsync.apply.seconds",] == (3, 3.142)
    assert found["ddsync.drift",] == (3, 1)
    assert found["ddsync.apply.outcomes", "status:done", "action:create"] == (1, 2)
    assert found["ddsync.apply.outcomes", "status:held", "action:update"] == (1, 1)
    assert found["ddsync.objects", "kind:monitor"] == (3, 3)
    assert all(one["tags"][:2] == ["project:acme", "target:prod"] for one in series(plan, [], RAN)["series"])


def test_a_run_without_changes_has_numbers_too() -> None:
    names = [one["metric"] for one in series(World().plan(), [], RAN)["series"]]
    assert names == ["ddsync.apply.seconds", "ddsync.drift"]
