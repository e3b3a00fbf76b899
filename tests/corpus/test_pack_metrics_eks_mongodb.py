"""The EKS and MongoDB packs against the measured facts: every metric exists, queries and numbers are the researched
ones, and each unit is used for what it is."""

from __future__ import annotations

import csv
import functools
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dd_sync.project.build import Built
from tests.corpus.recordings import FACTS, needs_facts
from tests.packs.building import built, metric_names, payloads, requests

pytestmark = needs_facts

CLUSTER = "{name: prod-1, env: prod, team: platform, components: [karpenter, keda], control_plane_metrics: true}"
OWN = "{name: orders, env: prod, team: platform, members: 3, sharded: true}"
ATLAS = "{name: catalog, env: prod, team: platform, hosting: atlas}"

SCOPES = {"eks": "kube_cluster_name:prod-1,env:prod", "own": "clustername:orders,env:prod"}
SCOPES["atlas"] = "clustername:catalog,env:prod"

INFORM_THOUGH_RESEARCHED_AS_PAGING = {
    *("eks.node.unschedulable_pct", "eks.node.memory_high", "eks.node.disk_high", "eks.pods.crashloop"),
    *("eks.pods.imagepull", "eks.pods.config_error", "eks.workload.deployment_replicas", "eks.dns.panic"),
    *("mongodb.member_unhealthy", "mongodb.members_missing", "mongodb.cache_dirty", "mongodb.tickets_read"),
    *("mongodb.tickets_write", "mongodb.queue_readers", "mongodb.queue_writers", "atlas.cpu", "atlas.queue"),
}
"""Causes and doubles of a symptom that pages already; docs/decisions/packs-eks-mongodb.md says of which."""


@pytest.fixture(scope="module")
def made() -> Built:
    return built("packs: {eks: full, mongodb: full}", f"clusters: [{CLUSTER}]", f"mongodb: [{OWN}, {ATLAS}]")


@functools.cache
def metrics() -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for name in ("metrics-eks.csv", "metrics-mongodb.csv"):
        with (Path(FACTS) / name).open() as file:
            found |= {row["metric"]: row for row in csv.DictReader(file)}
    return found


def researched() -> list[dict[str, Any]]:
    if not FACTS:
        return []
    packs = json.loads((Path(FACTS) / "packs.json").read_text())
    return [row for pack in ("eks", "mongodb") for row in packs[pack]["monitors"]]


def monitor(made: Built, row: dict[str, Any]) -> dict[str, Any]:
    """What the pack makes of a researched monitor."""
    pack, _, name = row["key"].partition(".")
    name = f"atlas-{name}" if pack == "atlas" else name
    entry = {"eks": "eks/{}/prod-1", "mongodb": "mongodb/{}/orders", "atlas": "mongodb/{}/catalog"}[pack]
    return payloads(made, "monitor")[entry.format(name.replace(".", "-").replace("_", "-"))]


def expected_query(row: dict[str, Any]) -> str:
    pack = row["key"].partition(".")[0]
    scope = SCOPES["own" if pack == "mongodb" else pack]
    quoted = ",".join(f'"{tag}"' for tag in scope.split(","))
    query = str(row["query"]).replace("<scope_quoted>", quoted).replace("<scope_events>", scope.replace(",", " "))
    return query.replace("<scope>", scope)


def test_every_metric_of_every_query_is_a_known_one(made: Built) -> None:
    used = {name for found in metric_names(made).values() for name in found}
    assert len(used) > 90
    assert used <= metrics().keys()


def test_every_check_is_a_known_one(made: Built) -> None:
    checks = {p["query"].split('"')[1] for p in payloads(made, "monitor").values() if p["type"] == "service check"}
    assert checks
    assert all(metrics()[check]["kind"] == "service_check" for check in checks)


def test_every_researched_monitor_is_there_and_no_other(made: Built) -> None:
    there = {id(monitor(made, row)) for row in researched()}
    of_slos = [p for p in payloads(made, "monitor").values() if p["type"] == "slo alert"]
    assert len(there) == len(researched()) == len(payloads(made, "monitor")) - len(of_slos)


@pytest.mark.parametrize("row", researched(), ids=lambda row: row["key"])
def test_a_monitor_asks_what_was_researched(made: Built, row: dict[str, Any]) -> None:
    payload = monitor(made, row)
    assert payload["type"] == row["type"]
    assert payload["query"].replace(",!service:*", "") == expected_query(row)


@pytest.mark.parametrize("row", researched(), ids=lambda row: row["key"])
def test_its_numbers_are_the_researched_ones(made: Built, row: dict[str, Any]) -> None:
    thresholds = dict(monitor(made, row)["options"]["thresholds"])
    names = ("critical", "warning", "critical_recovery", "warning_recovery")
    wanted = {name: row[name] for name in names if row.get(name) is not None}
    if row["type"] == "service check":  # the count of good runs that ends the alert
        wanted["ok"] = wanted.pop("critical_recovery")
    assert thresholds == pytest.approx(wanted)


@pytest.mark.parametrize("row", researched(), ids=lambda row: row["key"])
def test_missing_data_means_what_was_researched(made: Built, row: dict[str, Any]) -> None:
    options = monitor(made, row)["options"]
    if row["type"] == "service check":
        assert f"notify_no_data={str(options['notify_no_data']).lower()}" in row["on_missing_data"]
    else:
        assert options.get("on_missing_data", "default") == row["on_missing_data"]


@pytest.mark.parametrize("row", researched(), ids=lambda row: row["key"])
def test_priorities_differ_only_where_one_symptom_would_page_twice(made: Built, row: dict[str, Any]) -> None:
    if row["key"] in INFORM_THOUGH_RESEARCHED_AS_PAGING:
        assert row["priority"] < monitor(made, row)["priority"] == 3
    else:
        assert monitor(made, row)["priority"] == row["priority"]


# Units


SPELLED = {"us": "microsecond", "ms": "millisecond", "s": "second"}


def test_a_unit_in_a_name_is_that_of_the_metric_or_computed_from_it(made: Built) -> None:
    seen = set()
    for key, payload in payloads(made, "monitor").items():
        for symbol in re.findall(r"\{\{threshold\}\}(%|us|ms|s)(?![a-z])", payload["name"]):
            units = {metrics()[name]["unit"] for name in metric_names(made)[f"monitor {key}"]}
            seen.add(symbol)
            if symbol == "%":
                assert units == {"percent"} or re.search(r"100 \*|\* 100", payload["query"]), key
            else:
                assert units == {SPELLED[symbol]}, key
    assert seen == {"%", *SPELLED}


def test_nanocores_are_made_cores_and_fractions_percent(made: Built) -> None:
    needed = {"nanocore": "/ 1000000000", "fraction": "100 * max:"}
    for key, payload in payloads(made, "monitor").items():
        for name in metric_names(made)[f"monitor {key}"]:
            unit = metrics()[name]["unit"] if name in metrics() else ""
            assert needed.get(unit, "") in payload["query"], key


COMPUTED = {"nanocore": "1000000000", "fraction": "100 *"}
COUNTED_TOGETHER = {"operation/second", "request", "request/second"}
"""Queries, inserts and commands are operations in one graph, as calls of services are requests."""


def test_a_graph_of_one_metric_is_in_the_unit_of_that_metric(made: Built) -> None:
    compared = 0
    for where, name, query, formula in _graphed(made):
        unit = metrics()[name]["unit"]
        if formula["formula"] != query["name"]:
            assert COMPUTED.get(unit, "") in formula["formula"], where
            continue
        shown = formula["number_format"]["unit"]
        written = "/".join(part for part in (shown.get("unit_name"), shown.get("per_unit_name")) if part)
        if unit and "label" not in shown and written not in COUNTED_TOGETHER:
            compared += 1
            assert {"cpu": "core"}.get(unit, unit) == written, where
    assert compared > 25


def _graphed(made: Built) -> Iterator[tuple[str, str, dict[str, Any], dict[str, Any]]]:
    """Each metric of each formula of each dashboard: where, its name, its query, the formula."""
    for key, payload in payloads(made, "dashboard").items():
        for request, asked in requests(payload):
            for formula in request["formulas"]:
                for query in asked:
                    if re.search(rf"\b{query['name']}\b", formula["formula"]):
                        name = re.split(r"[:{]", query["query"])[1]
                        yield f"{key}: {query['query']}", name, query, formula
