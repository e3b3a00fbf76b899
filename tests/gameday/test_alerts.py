"""How alerts of each kind behave in the world: metrics, service checks, events, burn rates."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from dd_sync.definitions import inventory
from dd_sync.gameday.alerts import alert_of
from dd_sync.gameday.building import world_of
from dd_sync.gameday.cluster import Cluster
from dd_sync.gameday.mongodb import MongoDB
from dd_sync.gameday.service import Service
from dd_sync.gameday.stage import Alert, Moment, NotPlayed, Play
from dd_sync.gameday.world import World

TOLD = {"alert": ("@slack-shop",)}


@pytest.fixture
def world() -> World:
    return world_of(
        inventory.Inventory(
            clusters=[inventory.Cluster(name="prod-eu-1", env="prod", team="platform")],
            mongodb=[inventory.MongoDB(name="orders", env="prod", team="platform")],
            services=[
                inventory.Service(
                    name="cart", env="prod", team="shop", kinds=["http"], runtime="python", operation="fastapi.request"
                )
            ],
        )
    )


def database(world: World) -> MongoDB:
    return next(one for one in world.subjects if isinstance(one, MongoDB))


def service(world: World) -> Service:
    return next(one for one in world.subjects if isinstance(one, Service))


def read(
    world: World,
    query: str,
    type: str = "query alert",
    others: Mapping[Any, Any] | None = None,
    **options: Any,
) -> Alert:
    return alert_of("a/b", {"type": type, "query": query, "options": options}, TOLD, world, others or {})


def moments(world: World, alert: Alert, end: int = 40) -> list[Moment]:
    return list(alert.states(Play(world, 0, end, list(world.touched()))))


def fires(world: World, alert: Alert, end: int = 40) -> int | None:
    return next((one.minute for one in moments(world, alert, end) if one.state == "alert"), None)


def test_a_service_check_takes_so_many_failures_in_a_row(world: World) -> None:
    query = '"mongodb.can_connect".over("clustername:orders").by("host").last(9).count_by_status()'
    alert = read(world, query, "service check", thresholds={"critical": 8, "ok": 2})
    database(world).members[1].stops(0, 3)  # six failures: half a minute each
    assert fires(world, alert) is None
    world.calm()
    database(world).members[1].stops(0, 10)
    assert fires(world, alert) == 4
    assert moments(world, alert)[-1].state == "ok"


def test_a_service_check_that_nobody_runs_any_more_shows_no_data_where_that_is_asked_for(world: World) -> None:
    query = '"mongodb.can_connect".over("clustername:orders").by("host").last(2).count_by_status()'
    database(world).members[0].agent.set(False, 0)
    asked = read(world, query, "service check", thresholds={"critical": 1}, notify_no_data=True, no_data_timeframe=5)
    assert [(one.state, one.minute) for one in moments(world, asked)] == [("no data", 5)]
    assert moments(world, read(world, query, "service check", thresholds={"critical": 1})) == []


def test_events_are_counted_by_the_tags_they_carry(world: World) -> None:
    search = "source:mongodb action:mongo_replset_member_status_change"
    alert = read(world, f'events("{search} replset:rs0").rollup("count").last("15m") > 1', "event-v2 alert")
    never = read(world, f'events("{search} clustername:orders").rollup("count").last("15m") > 0', "event-v2 alert")
    for minute in (0, 3):
        database(world).reports(minute, database(world).members[1], "DOWN")
    assert fires(world, alert) == 4
    assert fires(world, never) is None


def test_a_budget_that_burns_in_both_windows_alerts(world: World) -> None:
    hits = "sum:trace.fastapi.request.hits{service:cart,env:prod}.as_count()"
    errors = "sum:trace.fastapi.request.errors{service:cart,env:prod}.as_count()"
    slo = {
        "type": "metric",
        "query": {"numerator": f"{hits} - {errors}", "denominator": hits},
        "thresholds": [{"timeframe": "30d", "target": 99.9}],
    }
    query = 'burn_rate("${slo:a/s}").over("30d").long_window("1h").short_window("5m") > 14.4'
    alert = read(world, query, "slo alert", {("slo", "a/s"): slo}, thresholds={"critical": 14.4})
    service(world).fails(0.10)
    first = fires(world, alert)
    assert first is not None
    assert 8 <= first <= 10  # 14.4 x 0.1 % of an hour at 10 % is 8.6 minutes
    world.calm()
    service(world).fails(0.10, 0, 6)
    assert fires(world, alert) is None


def test_a_composite_alerts_when_its_parts_do(world: World) -> None:
    nodes = "sum:kubernetes_state.node.by_condition{kube_cluster_name:prod-eu-1,condition:ready,!status:true}"
    beat = "sum:kubernetes_state.node.count{kube_cluster_name:prod-eu-1}"
    others = {
        ("monitor", "a/lost"): {"query": f"min(last_5m):default_zero({nodes}) >= 2", "options": {}},
        ("monitor", "a/beat"): {"query": f"avg(last_5m):{beat} < 25", "options": {}},
    }
    alert = read(world, "${monitor:a/lost} && ${monitor:a/beat}", "composite", others)
    cluster = next(one for one in world.subjects if isinstance(one, Cluster))
    cluster.nodes[0].fails(0)
    assert fires(world, alert) is None
    cluster.nodes[1].fails(0)
    assert fires(world, alert) == 6


@pytest.mark.parametrize(
    ("query", "type", "reason"),
    [
        ("avg(last_5m):avg:acme.made.up{*} > 1", "query alert", "the world sends no acme.made.up"),
        ("avg(next_1w):forecast(avg:kubernetes.cpu.usage.total{*}, 'linear', 1) >= 1", "query alert", "next_1w"),
        ('logs("error").index("*").rollup("count").last("5m") > 5', "log alert", "a monitor of type log alert"),
        ('error_budget("${slo:a/s}").over("30d") > 75', "slo alert", "the error budget of a whole month"),
    ],
)
def test_what_cannot_be_played_says_why(world: World, query: str, type: str, reason: str) -> None:
    with pytest.raises(NotPlayed, match=reason):
        read(world, query, type)


def test_points_that_come_late_are_not_seen_before_they_are_there() -> None:
    queue = inventory.Queue(type="sqs", name="jobs")
    world = world_of(
        inventory.Inventory(
            services=[inventory.Service(name="w", env="prod", team="t", kinds=["worker"], runtime="go", queue=queue)]
        )
    )
    age = "max:aws.sqs.approximate_age_of_oldest_message{queuename:jobs}"
    patient = read(world, f"max(last_5m):{age} > 300", evaluation_delay=900)
    hasty = read(world, f"max(last_5m):{age} > 300", evaluation_delay=60)
    waiting = read(world, f"max(last_20m):{age} > 300")
    found = service(world).queue
    assert found is not None
    found.stuck(0)
    assert fires(world, patient) == 21  # older than 300 s after 5 minutes, seen 15 minutes later
    assert fires(world, hasty) is None  # its window is over before a point has come
    assert fires(world, waiting) == 18
