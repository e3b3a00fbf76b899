"""Alerts of the packs over made-up series: they fire when they say they do."""

from __future__ import annotations

import pytest

from dd_sync import Cluster, Monitor, Service, packs
from dd_sync.project.loading import load_definitions
from dd_sync.testing import NotEvaluated, Series, evaluate, render

PACKS = {f"{one.kind}:{one.module}/{one.name}": one for one in load_definitions(packs.FOLDER, ["eks", "service"])}
ERROR_RATE = PACKS["monitor:service/error-rate"]
SHOP = Service(name="shop", env="prod", team="payments", tier=1, kinds=["http"], operation="fastapi.request")
TAGS = {"service": "shop", "env": "prod"}
HITS, ERRORS = "trace.fastapi.request.hits", "trace.fastapi.request.errors"


def test_an_error_rate_pages_within_minutes_and_recovers_below_its_recovery_threshold() -> None:
    payload = render(ERROR_RATE, SHOP)
    hits = Series(HITS, [100] * 60, TAGS)
    errors = Series(ERRORS, [*[None] * 20, *[20] * 10, *[4] * 15, *[0] * 15], TAGS)
    alert = evaluate(payload, hits, errors)
    delay = payload["options"]["evaluation_delay"] // 60
    assert alert.fires_at == 20 + 2 + delay  # two minutes of 20 % in five are 8 %
    assert alert.groups[0].at(44) == "alert"  # 4 % is below critical and not below its recovery threshold
    assert alert.recovers_at is not None
    assert alert.recovers_at > 44


def test_no_errors_at_all_is_no_alert() -> None:
    alert = evaluate(render(ERROR_RATE, SHOP), Series(HITS, [100] * 30, TAGS))
    assert alert.fires_at is None
    assert {state for group in alert.groups for state in group.states} <= {"ok"}


def test_another_services_errors_are_no_concern() -> None:
    other = {"service": "cart", "env": "prod"}
    found = evaluate(render(ERROR_RATE, SHOP), Series(HITS, [9] * 9, other), Series(ERRORS, [9] * 9, other))
    assert found.groups == []


def test_a_node_that_is_not_ready_is_told_apart_from_its_neighbours() -> None:
    cluster = Cluster(name="prod-eu-1", env="prod", team="platform")
    payload = render(PACKS["monitor:eks/node-not-ready"], cluster)
    tags = {"kube_cluster_name": "prod-eu-1", "env": "prod", "condition": "ready"}
    broken = Series("kubernetes_state.node.by_condition", [1] * 60, {**tags, "node": "a", "status": "false"})
    alert = evaluate(payload, broken)
    assert alert.fires_at is not None
    assert [group.group["node"] for group in alert.groups] == ["a"]


@pytest.mark.parametrize("name", ["latency-anomaly"])
def test_alerts_that_take_a_model_say_so(name: str) -> None:
    with pytest.raises(NotEvaluated):
        evaluate(render(PACKS[f"monitor:service/{name}"], SHOP), Series("x", [1] * 30))


def test_what_is_rendered_is_a_monitors_payload() -> None:
    payload = render(ERROR_RATE, SHOP)
    assert Monitor.from_api(payload).render(None) == payload  # type: ignore[arg-type]
