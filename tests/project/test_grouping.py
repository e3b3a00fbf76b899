"""`layout: grouped`: the same alerts for the same services, in fewer monitors."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dd_sync.core.errors import DefinitionError
from dd_sync.core.resource import Desired
from dd_sync.kinds import KINDS
from dd_sync.project.build import Built
from dd_sync.rules import check_monitor
from tests.packs.projects import SETTINGS, build, entity, of_kind, only

GROUPED = SETTINGS + "layout: grouped\n"

SERVICES = [
    entity("cart", 1, "go", kind="grpc", envs=["prod", "staging"]),
    entity("search", 2, "go", kind="grpc"),
    entity("orders", 2, "go", kind="grpc", monitors={"error-rate": {"critical": 2}}),
    entity("shop", 3, "python", kind="http", operation="flask.request"),
    entity("mails", 3, "java", kind="worker", queue={"type": "sqs", "name": "mails"}),
]


def watched(one: Desired) -> list[str]:
    """The services a monitor watches."""
    listed = re.search(r"service IN \(([^)]*)\)", one.payload["query"])
    return listed[1].split(",") if listed else [one.key.split("/")[2]]


def alerts(built: Built) -> dict[tuple[str, str, str], tuple[Any, Any]]:
    """What is said of each service: thresholds and who hears it, by definition, service and environment."""
    found = {}
    for one in of_kind(built, "monitor"):
        env = one.payload["tags"][[tag.partition(":")[0] for tag in one.payload["tags"]].index("env")]
        for name in watched(one):
            alert = one.key.split("/")[1], name, env
            assert alert not in found
            found[alert] = one.payload["options"]["thresholds"], KINDS["monitor"].recipients(one.payload)
    return found


facts = st.fixed_dictionaries(
    {
        "tier": st.integers(1, 4),
        "languages": st.sampled_from(["go", "python", "java", "js"]),
        "kind": st.lists(st.sampled_from(["http", "grpc", "worker", "cron"]), min_size=1, unique=True),
        "envs": st.lists(st.sampled_from(["prod", "staging"]), min_size=1, unique=True),
        "operation": st.sampled_from(["web.request", "flask.request"]),
        "kubernetes": st.sampled_from([{}, {"workload": "StatefulSet/x"}, {"hpa": "x"}]),
        "queue": st.sampled_from([{"type": "sqs", "name": "x"}, {"type": "rabbitmq", "name": "x"}]),
        "cron": st.just({"name": "x", "period_s": 60}),
        "monitors": st.sampled_from([{}, {"latency-p95": {"critical": 3}}, {"error-rate": False}]),
    },
    optional={"requests_per_minute": st.sampled_from([2, 5, 500])},
)


@given(services=st.lists(facts, min_size=1, max_size=6))
@settings(max_examples=25, deadline=None)
def test_every_service_keeps_its_alerts_thresholds_and_recipients(services: list[dict[str, Any]]) -> None:
    entities = [entity(f"s{n}", **one) for n, one in enumerate(services)]
    with tempfile.TemporaryDirectory() as folder:
        single = build(Path(folder), *entities, level="full")
        grouped = build(Path(folder), *entities, settings=GROUPED, level="full")
    assert alerts(grouped) == alerts(single)
    assert len(of_kind(grouped, "monitor")) <= len(of_kind(single, "monitor"))
    titles = [one.payload["name"] for one in of_kind(grouped, "monitor")]
    assert len(titles) == len(set(titles))
    assert {one.name for one in grouped.desired if one.kind != "monitor"} == {
        one.name for one in single.desired if one.kind != "monitor"
    }
    assert [(one.key, found) for one in of_kind(grouped, "monitor") for found in check_monitor(one.payload)] == []


def test_services_that_agree_share_a_monitor_that_alerts_for_each(tmp_path: Path) -> None:
    found = only(
        build(tmp_path, *SERVICES, settings=GROUPED), "service/latency-p95/team/shop/prod/grpc.server/paged-for-2"
    )
    assert found["query"] == (
        "avg(last_10m):p95:trace.grpc.server{service IN (cart,orders,search) AND env:prod} by {service,env}"
        " * is_greater(sum:trace.grpc.server.hits{service IN (cart,orders,search) AND env:prod} by {service,env}"
        ".as_rate(), 0.1667) > 1"
    )
    assert (
        found["name"] == "[{{service.name}}] p95 latency above {{threshold}}s in prod (shop, grpc.server, paged-for-2)"
    )
    assert found["message"].startswith("One request in twenty to {{service.name}} in prod takes longer than 1 s.")
    assert found["tags"][:4] == ["service:cart", "service:orders", "service:search", "env:prod"]


def test_services_with_numbers_of_their_own_are_split_out(tmp_path: Path) -> None:
    built = build(tmp_path, *SERVICES, settings=GROUPED)
    groups = {one.key: watched(one) for one in of_kind(built, "monitor") if "/error-rate/team/shop/prod" in one.key}
    assert groups == {
        "service/error-rate/team/shop/prod/grpc.server/paged-for-2": ["cart", "search"],
        "service/error-rate/team/shop/prod/critical-2/grpc.server/paged-for-2": ["orders"],
        "service/error-rate/team/shop/prod/flask.request/paged-for-1": ["shop"],
    }


def test_what_is_a_services_own_stays_one_monitor_a_service(tmp_path: Path) -> None:
    built = build(tmp_path, *SERVICES, settings=GROUPED)
    assert only(built, "service/queue-age/mails/prod")
    assert only(built, "service/availability-burn/cart/prod")


def test_one_more_service_changes_the_query_of_its_groups_and_no_key(tmp_path: Path) -> None:
    before = {one.name: one.payload for one in build(tmp_path, *SERVICES, settings=GROUPED).desired}
    new = entity("new", 2, "go", kind="grpc")
    after = {one.name: one.payload for one in build(tmp_path, *SERVICES, new, settings=GROUPED).desired}
    assert before.keys() <= after.keys()
    changed = [name for name in before if before[name] != after[name]]
    assert {key.split("/")[1] for _, key in changed} == {"error-rate", "latency-p95"}
    for name in changed:
        assert _other_fields(before[name]) == _other_fields(after[name])


def _other_fields(payload: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in payload.items() if name not in ("query", "tags")}


def test_a_layout_that_does_not_exist_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(DefinitionError, match=r"ddsync\.yaml:\d+: layout: input should be 'single' or 'grouped'"):
        build(tmp_path, settings=SETTINGS + "layout: group\n")
