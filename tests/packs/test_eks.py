"""The EKS pack on small projects: what it brings, whom it wakes, what it leaves to others."""

from __future__ import annotations

import functools
import re
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

EVERYTHING = "karpenter, keda, cluster-autoscaler, cert-manager, tls, alb, vpc-cni, ena"
WHOLE = f"{{name: prod-eu-1, env: prod, team: platform, components: [{EVERYTHING}], control_plane_metrics: true}}"
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
    assert len(names(whole, "monitor") - burns) == 77
    assert burns == {f"{name}-burn" for name in names(whole, "slo")}
    assert names(whole, "slo") == {"apiserver", "dns", "capacity", "nodes-ready", "workloads"}
    assert names(whole, "dashboard") == {"overview"}


@pytest.mark.parametrize(("level", "monitors"), [("core", 22), ("standard", 73), ("full", 82)])
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
    absent = ("karpenter.", "keda.", "kube_apiserver.", "kube_scheduler.", "aws.", "cert_manager.", "tls.")
    assert not [name for name in used if name.startswith(absent)]
    everything = set().union(*metric_names(whole).values())
    assert all(any(name.startswith(start) for name in everything) for start in absent)


def test_only_silence_of_what_is_never_silent_is_an_alert_of_its_own(whole: Built) -> None:
    loud = [
        key
        for key, payload in payloads(whole, "monitor").items()
        if payload["options"].get("on_missing_data") == "show_and_notify_no_data"
        or payload["options"].get("notify_no_data")
    ]
    assert {key.split("/")[1] for key in loud} == {
        "agent-heartbeat",
        "state-heartbeat",
        "karpenter-silent",
        "autoscaler-unsafe",
    }


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


def test_no_message_leaves_the_reader_in_doubt_and_each_leads_somewhere(whole: Built) -> None:
    for key, payload in payloads(whole, "monitor").items():
        assert "nconfirmed" not in payload["message"], key
        assert "](https://app.datadoghq.com/dashboard/" in payload["message"], key


def test_a_runbook_is_filled_with_the_cluster_and_keeps_datadogs_own_variables(whole: Built) -> None:
    message = payloads(whole, "monitor")["eks/agent-heartbeat/prod-eu-1"]["message"]
    assert "no node Agent of prod-eu-1 is heard" in message
    assert "{{node.name}}" in payloads(whole, "monitor")["eks/node-not-ready/prod-eu-1"]["message"]


# What services watch themselves


def test_what_pages_for_single_workloads_leaves_out_those_that_services_watch(whole: Built) -> None:
    for key, payload in paging(whole).items():
        everybodys = ("volume.stats", "unschedulable", "replicafailure")  # the platform's, whoever it meets
        if set(group_by(parse(payload["query"], payload["type"]))) & (SINGLE_WORKLOADS | {"kube_namespace"}):
            assert "!service:*" in payload["query"] or any(one in payload["query"] for one in everybodys), key


SERVICES = "services: []"
TOLD = {"pods-crashloop", "pods-imagepull", "pods-restarts", "workload-rollout-stuck", "job-failed"}


@pytest.mark.parametrize(("level", "left_out"), [("core", False), ("standard", True), ("full", True)])
def test_what_is_told_of_pods_leaves_out_services_that_tell_it_themselves(level: str, left_out: bool) -> None:
    made = built(f"packs: {{eks: full, service: {level}}}", f"clusters: [{WHOLE}]", SERVICES)
    for name in TOLD:
        query = payloads(made, "monitor")[f"eks/{name}/prod-eu-1"]["query"]
        assert bool(re.search(r"(!|NOT )service:\*", query)) is left_out, name


def test_autoscalers_carry_no_service_so_that_they_are_left_out_by_name() -> None:
    watching = Cluster(name="prod-eu-1", env="prod", team="platform", watched_autoscalers=("cart",))
    assert watching.autoscalers() == "{kube_cluster_name:prod-eu-1,!horizontalpodautoscaler:cart}"


def test_nodes_and_the_cluster_count_all_that_runs_on_them(whole: Built) -> None:
    for name in ("node-cpu-high", "state-heartbeat", "agent-heartbeat", "pods-pending"):
        assert "!service" not in payloads(whole, "monitor")[f"eks/{name}/prod-eu-1"]["query"]


def test_where_nodes_are_added_a_full_cluster_is_a_cheap_one(whole: Built, bare: Built) -> None:
    rooms = {"cluster-cpu-requests", "cluster-memory-requests"}
    assert rooms <= names(bare, "monitor")
    assert not rooms & names(whole, "monitor")


def test_a_new_service_changes_nothing_of_the_cluster() -> None:
    """The exclusion is by tag, not by a list of services: else each new service would rewrite the cluster's alerts."""
    cluster = Cluster(name="prod-eu-1", env="prod", team="platform")
    assert cluster.workloads() == "{kube_cluster_name:prod-eu-1,!service:*}"


def test_a_cluster_is_selected_by_its_name_and_by_what_the_project_knows_beside_it() -> None:
    """kube-state-metrics carry env only where the Cluster Agent's own tags name it."""
    cluster = Cluster(name="prod-eu-1", env="prod", team="platform", scoped_by=("env:prod",))
    assert cluster.scope() == "{kube_cluster_name:prod-eu-1,env:prod}"
    assert cluster.scope("condition IN (a,b)", "!status:true") == (
        "{kube_cluster_name:prod-eu-1 AND env:prod AND condition IN (a,b) AND NOT status:true}"
    )


def test_a_project_says_itself_which_workloads_are_watched_elsewhere() -> None:
    made = pack(BARE.replace("}", ", watched_elsewhere: ['kube_namespace:shop']}"))
    query = payloads(made, "monitor")["eks/workload-deployment-zero/prod-eu-2"]["query"]
    assert query.count("!kube_namespace:shop") == 2
    assert "service" not in query


def test_namespaces_left_alone_are_out_of_every_namespaced_monitor() -> None:
    made = pack(WHOLE.replace("}", ", excluded_namespaces: [sandbox]}"))
    for key, payload in payloads(made, "monitor").items():
        if payload["type"] == "query alert" and "kube_namespace" in group_by(parse(payload["query"])):
            assert re.search("(!|NOT )kube_namespace:sandbox", payload["query"]), key


# Numbers


@given(factor=st.floats(0.5, 1.5))
@settings(max_examples=40, deadline=None)
@example(factor=1.25)
def test_one_changed_threshold_never_contradicts_another(factor: float) -> None:
    for (kind, _), origin in pack_once().origins.items():
        values = dict(origin.chosen.values)
        if kind == "monitor" and values.get("critical") is not None:
            values["critical"] = origin.definition.validate({"critical": values["critical"] * factor}, str)["critical"]
            made = [one.to_payload() for one in origin.definition.build(origin.entry, values)]
            assert len(made) == 1


def test_where_all_nodes_have_to_be_schedulable_there_is_nothing_to_warn_of_before() -> None:
    made = pack(BARE, more="monitors: {node-unschedulable-pct: {critical: 100}}")
    steps = payloads(made, "monitor")["eks/node-unschedulable-pct/prod-eu-2"]["options"]["thresholds"]
    assert steps == {"critical": 100}


def test_a_warning_beyond_its_threshold_is_an_error_with_its_place() -> None:
    said = r"monitors/eks/ingress\.py:\d+: critical 3 must be below warning 2"
    with pytest.raises(DefinitionError, match=said) as refused:
        pack(WHOLE, more="monitors: {eks/certificate-expiry: {warning: 2}}")
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


def test_every_query_of_the_dashboard_follows_the_chosen_cluster(whole: Built) -> None:
    for text, _ in queries("dashboard", payloads(whole, "dashboard")["eks/overview/prod-eu-1"]):
        assert "kube_cluster_name" in used_variables(text), text


def test_every_query_by_namespace_follows_the_chosen_one(whole: Built) -> None:
    dashboard = payloads(whole, "dashboard")["eks/overview/prod-eu-1"]
    grouped = [text for text, _ in queries("dashboard", dashboard) if "by {kube_namespace" in text]
    assert len(grouped) > 5
    assert all("kube_namespace" in used_variables(text) for text in grouped)


def test_the_dashboard_opens_on_its_own_cluster(whole: Built) -> None:
    variables = payloads(whole, "dashboard")["eks/overview/prod-eu-1"]["template_variables"]
    assert {v["name"]: v["defaults"] for v in variables} == {
        "kube_cluster_name": ["prod-eu-1"],
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
    assert groups == [
        "Overview",
        "Workloads",
        "Nodes",
        "Control plane and DNS",
        "Karpenter",
        "Network",
        "Storage",
        "Capacity and cost",
    ]


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
