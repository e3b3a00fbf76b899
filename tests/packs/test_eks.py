"""The EKS pack on small projects: what it brings, whom it wakes, what it leaves to others."""

from __future__ import annotations

import functools
from collections import Counter

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from dd_sync.core.errors import DefinitionError
from dd_sync.definitions.definition import LEVELS
from dd_sync.definitions.inventory import Cluster
from dd_sync.project.build import Built
from dd_sync.query.parse import parse
from dd_sync.query.parts import group_by
from dd_sync.rules import check_monitor
from dd_sync.rules.dashboards import widgets
from tests.packs.building import (
    built,
    definitions,
    findings,
    metric_names,
    names,
    paging,
    payloads,
    queries,
    requests,
    sections,
    strangers,
    used_variables,
)

WHOLE = "{name: prod-eu-1, env: prod, team: platform, components: [karpenter, keda], control_plane_metrics: true}"
BARE = "{name: prod-eu-2, env: prod, team: platform}"
STAGING = "{name: staging-eu-1, env: staging, team: platform}"
SINGLE_WORKLOADS = {"pod_name", "kube_deployment", "kube_stateful_set", "horizontalpodautoscaler", "kube_job"}


def pack(*clusters: str, level: str = "full", more: str = "") -> Built:
    return built(f"packs: {{eks: {level}}}", f"clusters: [{', '.join(clusters)}]", more)


@functools.cache
def pack_once() -> Built:
    return pack(WHOLE)


@pytest.fixture(scope="module")
def whole() -> Built:
    return pack_once()


@pytest.fixture(scope="module")
def bare() -> Built:
    return pack(BARE)


def test_a_cluster_with_everything_gets_every_definition(whole: Built) -> None:
    burns = {name for name in names(whole, "monitor") if name.endswith("-burn")}
    assert len(names(whole, "monitor") - burns) == 44
    assert burns == {f"{name}-burn" for name in names(whole, "slo")}
    assert names(whole, "slo") == {"apiserver", "dns", "capacity", "nodes-ready", "workloads"}
    assert names(whole, "dashboard") == {"overview"}


@pytest.mark.parametrize(("level", "monitors"), [("core", 8), ("standard", 43), ("full", 49)])
def test_each_level_brings_its_share_of_monitors(level: str, monitors: int) -> None:
    made = pack(WHOLE, level=level)
    assert len(payloads(made, "monitor")) == monitors
    assert len(payloads(made, "slo")) == 5
    assert len(payloads(made, "dashboard")) == 1


def test_core_is_what_pages_and_nothing_else_pages(whole: Built) -> None:
    levels = {name: one.level for name, one in definitions(whole, "monitor").items()}
    assert {key.split("/")[1] for key in paging(whole)} == {name for name, level in levels.items() if level == "core"}


def test_the_level_follows_from_the_priority(whole: Built) -> None:
    at = {1: "core", 2: "core", 3: "standard", 4: "full", 5: "full"}
    for key, payload in payloads(whole, "monitor").items():
        definition = definitions(whole, "monitor")[key.split("/")[1]]
        assert definition.level == at[payload["priority"]], key
    assert set(at.values()) == set(LEVELS)


def test_outside_production_nobody_is_woken() -> None:
    made = pack(STAGING)
    assert payloads(made, "monitor")
    assert not paging(made)
    assert all("@slack-platform" in payload["message"] for payload in payloads(made, "monitor").values())


def test_the_query_checks_find_nothing_to_say() -> None:
    assert findings(pack(WHOLE, BARE, STAGING)) == []


def test_what_is_not_installed_is_not_asked_for(whole: Built, bare: Built) -> None:
    used = set().union(*metric_names(bare).values())
    absent = ("karpenter.", "keda.", "kube_apiserver.", "kube_scheduler.")
    assert not [name for name in used if name.startswith(absent)]
    everything = set().union(*metric_names(whole).values())
    assert all(any(name.startswith(start) for name in everything) for start in absent)


def test_only_silence_of_the_whole_cluster_is_an_alert_of_its_own(whole: Built) -> None:
    loud = [
        key
        for key, payload in payloads(whole, "monitor").items()
        if payload["options"].get("on_missing_data") == "show_and_notify_no_data"
        or payload["options"].get("notify_no_data")
    ]
    assert loud == ["eks/agent-heartbeat/prod-eu-1"]


def test_names_and_runbooks_show_only_tags_the_query_is_grouped_by(whole: Built) -> None:
    assert {key: strangers(payload) for key, payload in payloads(whole, "monitor").items() if strangers(payload)} == {}


def test_no_two_monitors_of_a_team_have_one_name() -> None:
    made = pack(WHOLE, BARE, STAGING)
    for kind, field in (("monitor", "name"), ("slo", "name"), ("dashboard", "title")):
        count = Counter(payload[field] for payload in payloads(made, kind).values())
        assert count.most_common(1)[0][1] == 1


def test_every_runbook_says_what_to_do_first_why_and_when_it_is_over(whole: Built) -> None:
    for name, definition in definitions(whole, "monitor").items():
        assert sections(definition.docstring)[:3] == ["First step", "Likely causes", "Over when"], name


def test_what_nobody_has_seen_on_a_live_account_is_marked(whole: Built) -> None:
    marked = {n for n, d in definitions(whole, "monitor").items() if "Unconfirmed" in sections(d.docstring)}
    assert marked == {"workload-deployment-zero", "apiserver-webhook-fail-open"}


def test_a_runbook_is_filled_with_the_cluster_and_keeps_datadogs_own_variables(whole: Built) -> None:
    message = payloads(whole, "monitor")["eks/agent-heartbeat/prod-eu-1"]["message"]
    assert "nothing is heard from prod-eu-1" in message
    assert "{{node.name}}" in payloads(whole, "monitor")["eks/node-not-ready/prod-eu-1"]["message"]


# What services watch themselves


def test_what_pages_for_single_workloads_leaves_out_those_that_services_watch(whole: Built) -> None:
    for key, payload in paging(whole).items():
        if set(group_by(parse(payload["query"], payload["type"]))) & (SINGLE_WORKLOADS | {"kube_namespace"}):
            assert "!service:*" in payload["query"] or "volume.stats" in payload["query"], key


def test_single_workloads_that_services_watch_are_left_out_of_what_informs_too(whole: Built) -> None:
    for key, payload in payloads(whole, "monitor").items():
        if payload["type"] == "query alert" and set(group_by(parse(payload["query"]))) & SINGLE_WORKLOADS:
            assert payload["query"].count("!service:*") == payload["query"].count("kube_cluster_name:prod-eu-1"), key


def test_nodes_and_the_cluster_count_all_that_runs_on_them(whole: Built) -> None:
    for name in ("node-cpu-high", "cluster-cpu-requests", "agent-heartbeat", "pods-pending"):
        assert "!service" not in payloads(whole, "monitor")[f"eks/{name}/prod-eu-1"]["query"]


def test_a_new_service_changes_nothing_of_the_cluster() -> None:
    """The exclusion is by tag, not by a list of services: else each new service would rewrite the cluster's alerts."""
    cluster = Cluster(name="prod-eu-1", env="prod", team="platform")
    assert cluster.workloads() == "{kube_cluster_name:prod-eu-1,env:prod,!service:*}"


def test_a_project_says_itself_which_workloads_are_watched_elsewhere() -> None:
    made = pack(BARE.replace("}", ", watched_elsewhere: ['kube_namespace:shop']}"))
    query = payloads(made, "monitor")["eks/workload-deployment-zero/prod-eu-2"]["query"]
    assert query.count("!kube_namespace:shop") == 2
    assert "service" not in query


def test_namespaces_left_alone_are_out_of_every_namespaced_monitor() -> None:
    made = pack(WHOLE.replace("}", ", excluded_namespaces: [sandbox]}"))
    for key, payload in payloads(made, "monitor").items():
        if payload["type"] == "query alert" and "kube_namespace" in group_by(parse(payload["query"])):
            assert "!kube_namespace:sandbox" in payload["query"], key


# Numbers


@given(factor=st.floats(0.5, 1.5))
@settings(max_examples=40, deadline=None)
@example(factor=1.25)
def test_one_changed_threshold_never_contradicts_another(factor: float) -> None:
    for (kind, _), origin in pack_once().origins.items():
        values = dict(origin.chosen.values)
        if kind == "monitor" and values.get("critical") is not None:
            values["critical"] = origin.definition.validated({"critical": values["critical"] * factor}, str)["critical"]
            made = [one.to_payload() for one in origin.definition.build(origin.entry, values)]
            assert len(made) == 1


@pytest.mark.parametrize("critical", [60, 85, 95, 99])
def test_steps_of_a_share_stay_below_the_whole(critical: int) -> None:
    made = pack(BARE, more=f"monitors: {{node-unschedulable-pct: {{critical: {critical}}}}}")
    steps = payloads(made, "monitor")["eks/node-unschedulable-pct/prod-eu-2"]["options"]["thresholds"]
    assert critical < steps["critical_recovery"] < steps["warning"] < steps["warning_recovery"] < 100


def test_where_all_nodes_have_to_be_schedulable_there_is_nothing_to_warn_of_before() -> None:
    made = pack(BARE, more="monitors: {node-unschedulable-pct: {critical: 100}}")
    steps = payloads(made, "monitor")["eks/node-unschedulable-pct/prod-eu-2"]["options"]["thresholds"]
    assert steps == {"critical": 100}


def test_a_warning_that_is_given_is_kept_and_its_recovery_follows() -> None:
    made = pack(BARE, more="monitors: {eks/node-cpu-high: {critical: 95, warning: 60}}")
    steps = payloads(made, "monitor")["eks/node-cpu-high/prod-eu-2"]["options"]["thresholds"]
    assert steps["critical"] == 95
    assert steps["warning"] == 60
    assert 50 < steps["warning_recovery"] < 60


def test_a_warning_beyond_its_threshold_is_an_error_with_its_place() -> None:
    said = r"monitors/eks/nodes\.py:\d+: critical 90 must be above warning 99"
    with pytest.raises(DefinitionError, match=said) as refused:
        pack(BARE, more="monitors: {eks/node-cpu-high: {warning: 99}}")
    assert "warning comes from ddsync.yaml:5" in refused.value.hint


def test_a_check_that_counts_more_failures_looks_at_more_runs() -> None:
    made = pack(BARE, more="monitors: {cronjob-late: {checks: 20}}")
    payload = payloads(made, "monitor")["eks/cronjob-late/prod-eu-2"]
    assert ".last(21)" in payload["query"]
    assert payload["options"]["thresholds"] == {"critical": 20, "ok": 1}
    assert check_monitor(payload) == []


@pytest.mark.parametrize("name", ["pods-crashloop", "pods-imagepull", "pods-config-error"])
def test_many_pods_can_share_one_message(name: str) -> None:
    for per, grouping in (("pod", None), ("namespace", ["kube_cluster_name", "kube_namespace"])):
        made = pack(BARE, more=f"monitors: {{eks/{name}: {{per: {per}}}}}")
        assert payloads(made, "monitor")[f"eks/{name}/prod-eu-2"]["options"].get("notify_by") == grouping
        assert findings(made) == []


def test_the_name_of_dns_counters_follows_how_they_are_scraped() -> None:
    made = pack(BARE.replace("}", ", coredns_counter_suffix: .count}"))
    dns = [text for one in made.desired for text, _ in queries(one.kind, one.payload) if "response_code" in text]
    assert len(dns) >= 4
    assert all("coredns.response_code_count.count{" in text for text in dns)


# SLOs


def test_each_slo_has_one_alert_that_tells_of_it(whole: Built) -> None:
    alerts = [payload for payload in payloads(whole, "monitor").values() if payload["type"] == "slo alert"]
    assert sorted(alert["query"].split('"')[1] for alert in alerts) == sorted(
        f"${{slo:{key}}}" for key in payloads(whole, "slo")
    )
    assert {alert["priority"] for alert in alerts} == {3}


def test_an_slo_can_promise_more() -> None:
    made = pack(WHOLE, more="slos: {apiserver: {target: 99.95}}")
    assert payloads(made, "slo")["eks/apiserver/prod-eu-1"]["thresholds"] == [{"timeframe": "30d", "target": 99.95}]


# The dashboard


def test_every_query_of_the_dashboard_follows_the_chosen_cluster_and_environment(whole: Built) -> None:
    for text, _ in queries("dashboard", payloads(whole, "dashboard")["eks/overview/prod-eu-1"]):
        assert {"kube_cluster_name", "env"} <= used_variables(text), text


def test_every_query_by_namespace_follows_the_chosen_one(whole: Built) -> None:
    dashboard = payloads(whole, "dashboard")["eks/overview/prod-eu-1"]
    grouped = [text for text, _ in queries("dashboard", dashboard) if "by {kube_namespace" in text]
    assert len(grouped) > 5
    assert all("kube_namespace" in used_variables(text) for text in grouped)


def test_the_dashboard_opens_on_its_own_cluster(whole: Built) -> None:
    variables = payloads(whole, "dashboard")["eks/overview/prod-eu-1"]["template_variables"]
    assert {v["name"]: v["defaults"] for v in variables} == {
        "kube_cluster_name": ["prod-eu-1"],
        "env": ["prod"],
        "kube_namespace": ["*"],
    }


def test_every_widget_has_a_title_and_every_number_a_unit(whole: Built) -> None:
    dashboard = payloads(whole, "dashboard")["eks/overview/prod-eu-1"]
    assert all(definition.get("title") for _, definition in widgets(dashboard))
    for request, _ in requests(dashboard):
        for formula in request["formulas"]:
            unit = formula["number_format"]["unit"]
            assert unit.get("unit_name") or unit.get("label"), formula


def test_groups_stand_in_the_order_of_an_incident(whole: Built) -> None:
    groups = [
        widget["definition"]["title"] for widget in payloads(whole, "dashboard")["eks/overview/prod-eu-1"]["widgets"]
    ]
    assert groups == ["Overview", "Workloads", "Nodes", "Control plane and DNS", "Storage", "Capacity and cost"]


def test_the_dashboard_shows_the_monitors_and_slos_of_its_cluster_alone(whole: Built) -> None:
    shown = {d["type"]: d for _, d in widgets(payloads(whole, "dashboard")["eks/overview/prod-eu-1"])}
    tags = ["pack:eks", "kube_cluster_name:prod-eu-1"]
    assert all(f'"{tag}"' in shown["manage_status"]["query"] for tag in tags)
    assert shown["slo_list"]["requests"][0]["query"]["query_string"].split() == tags
    assert all(set(tags) <= set(payload["tags"]) for payload in payloads(whole, "monitor").values())
    assert all(set(tags) <= set(payload["tags"]) for payload in payloads(whole, "slo").values())


@pytest.mark.parametrize("cluster", [WHOLE, BARE])
def test_the_dashboard_shows_the_budget_of_each_slo_there_is(cluster: str) -> None:
    made = pack(cluster)
    (dashboard,) = payloads(made, "dashboard").values()
    budgets = {d["slo_id"] for _, d in widgets(dashboard) if d["type"] == "slo"}
    assert budgets == {f"${{slo:{key}}}" for key in payloads(made, "slo")}


def test_budgets_can_be_left_out_with_an_slo_that_is_switched_off() -> None:
    off = "slos: {capacity: off}\nmonitors: {capacity-burn: off}"
    with pytest.raises(DefinitionError, match="refers to slo eks/capacity/prod-eu-2"):
        pack(BARE, more=off)
    made = pack(BARE, more=f"{off}\ndashboards: {{eks/overview: {{budgets: false}}}}")
    assert "capacity" not in names(made, "slo")
