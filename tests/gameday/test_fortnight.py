"""A quiet fortnight: three services, a cluster, a replica set, and nothing but days and nights, weeks and weekends."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from dd_sync.core.gameday import Notice
from dd_sync.definitions.inventory import Inventory
from dd_sync.gameday.building import world_of
from dd_sync.gameday.compile import compile_query
from dd_sync.gameday.playing import Usual, messages_of
from dd_sync.gameday.stage import Alert, Play
from dd_sync.gameday.world import World
from dd_sync.project.project import load_project

ROOT = Path(__file__).parent.parent.parent
DAY = 24 * 60
SERVICES = ("cart", "payments", "storefront")

NOT_YET: frozenset[str] = frozenset()
"""Alerts that say too much in quiet times; to stay none."""

CHANGING = ("trace.", "aws.", "kubernetes_state.cronjob.", "kafka.")
"""What goes with the hour of the day. All else is as in any other hour, and an ordinary hour has shown it."""


def definition(one: Notice) -> str:
    return "/".join(one.key.split("/")[:2])


def small(world: Inventory) -> Inventory:
    return Inventory(
        clusters=[one for one in world.clusters if one.env == "prod"],
        mongodb=[one for one in world.mongodb if one.name == "orders"],
        services=[one for one in world.services if one.name in SERVICES and one.env == "prod"],
    )


def heard(alerts: list[Alert], world: World, usual: Usual) -> Iterator[Notice]:
    """Everything anybody hears in a fortnight that begins on a Monday at midnight."""
    world.begins = 0
    for day in range(14):
        stage = Play(world, day * DAY, (day + 1) * DAY)
        for alert in alerts:
            if any(name.startswith(CHANGING) for name in alert.metrics):
                yield from messages_of(alert, alert.states(stage), lambda handle: "pagerduty" in handle, usual)


def test_a_quiet_fortnight_wakes_nobody_and_says_next_to_nothing() -> None:
    project = load_project(ROOT)
    target = project.settings.choose_target("prod")[1]
    world = world_of(small(project.inventory(target)))
    alerts = [one for one in compile_query(project.build(target), world).alerts if one.sees]
    hour = [
        notice
        for one in alerts
        for notice in messages_of(one, one.states(Play(world, 0, 3)), lambda handle: "pagerduty" in handle, {})
    ]
    assert {definition(one) for one in hour} <= NOT_YET
    notices = list(heard(alerts, world, {}))
    assert [one.key for one in notices if one.pages] == []
    messages = {(one.key, one.minute // DAY) for one in notices if definition(one) not in NOT_YET}
    assert len(messages) <= 2, messages
