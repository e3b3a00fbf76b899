"""The service pack as projects get it: read from files, built for their inventory."""

from __future__ import annotations

import inspect
import re
from collections import Counter
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dd_sync.core.errors import DefinitionError
from dd_sync.core.resource import Resource
from dd_sync.definitions.definition import Definition
from dd_sync.definitions.service import Cron, Kubernetes, Queue, Service
from dd_sync.kinds import KINDS
from dd_sync.kinds.monitor import Monitor
from dd_sync.project.build import Built
from dd_sync.project.project import load_project
from dd_sync.rules import check_dashboard, check_monitor, check_slo
from dd_sync.rules.dashboards import widgets
from tests.packs.projects import REPOSITORY, SETTINGS, build, entity, names, of_kind, only, repository

PAGING = {"error-rate", "error-rate-min-traffic", "latency-p95", "no-traffic", "queue-age", "kafka-lag"} | {
    "kafka-backlog",
    "worker-down",
    "dlq-filling",
    "rabbitmq-alarm",
    "rabbitmq-consumers",
    "worker-error-rate",
    "cron-not-succeeded",
}
"""What wakes somebody at tier 1: symptoms. Everything else tells."""

PACK = [one for one in load_project(REPOSITORY).definitions if one.module == "service"]
MONITORS = [one for one in PACK if one.kind == "monitor"]

SQS = {"type": "sqs", "name": "work", "dlq": "work-dlq"}

EVERYTHING = Service(
    name="cart",
    env="prod",
    team="shop",
    tier=1,
    kinds=("http", "grpc", "worker", "cron"),
    operations={"http": "web.request", "worker": "kafka.consume"},
    queue=Queue(type="sqs", name="work", dlq="work-dlq", group="cart"),
    cron=Cron(name="cart-clean", period_s=3600),
    kubernetes=Kubernetes(hpa="cart", volumes=("data-cart-*",)),
    mongodb=("orders",),
)


def ours(built: Built) -> list[Any]:
    return [one for one in built.desired if one.key.startswith("service/")]


def pages(payload: dict[str, Any]) -> bool:
    return KINDS["monitor"].pages(payload)


# What is there


@pytest.mark.parametrize("definition", PACK, ids=lambda one: f"{one.kind}-{one.name}")
def test_the_repositorys_inventory_has_something_for_every_definition(definition: Definition) -> None:
    made = [name for name, origin in repository().origins.items() if origin.definition.where == definition.where]
    assert made


def test_nothing_of_the_pack_is_wrong_or_doubtful() -> None:
    check = {"monitor": check_monitor, "slo": check_slo, "dashboard": check_dashboard}
    findings = [
        (one.key, found.rule, found.message) for one in ours(repository()) for found in check[one.kind](one.payload)
    ]
    assert findings == []


@pytest.mark.parametrize("definition", MONITORS, ids=lambda one: one.name)
def test_a_runbook_says_what_to_do_first_why_it_may_be_and_when_it_is_over(definition: Definition) -> None:
    text = inspect.cleandoc(definition.docstring)
    paragraphs = text.split("\n\n")
    assert "{service.name}" in paragraphs[0]
    places = [
        next(n for n, p in enumerate(paragraphs) if p.startswith(label))
        for label in ("First step: ", "Likely causes: ", "Over when: ")
    ]
    assert places == sorted(places)


def test_titles_are_unique_and_say_whose_and_where() -> None:
    counted = Counter(KINDS[one.kind].title(one.payload) for one in ours(repository()))
    assert [title for title, times in counted.items() if times > 1] == []
    for one in ours(repository()):
        if one.kind != "dashboard":
            _, _, name, env, *_ = one.key.split("/")
            title = KINDS[one.kind].title(one.payload)
            assert name in title
            assert title.endswith(f"in {env}")


def test_every_tunable_says_its_unit() -> None:
    files = [*(REPOSITORY / "monitors/service").glob("*.py"), *(REPOSITORY / "slos").glob("service*")]
    lines = [line for file in files for line in file.read_text().splitlines()]
    tunables = [line for line in lines if re.match(r"    \w+: (Number|int|Priority)\b.* = .*,", line)]
    named = re.compile(r"    (minutes|hours|seconds|run_s)\b")
    assert len(tunables) > 50
    assert [line for line in tunables if "#" not in line and not named.match(line)] == []


# How many, and who is woken


def test_core_is_at_most_six_monitors_a_service(tmp_path: Path) -> None:
    kinds = ["http"], ["grpc"], ["worker"], ["cron"], ["http", "worker"], ["http", "grpc", "worker", "cron"]
    traffic: list[dict[str, int]] = [{}, {"requests_per_minute": 2}, {"requests_per_minute": 500}]
    cron = {"name": "c", "period_s": 60}
    services = [
        entity(f"service-{n}", tier, "go", kind=list(work), queue=SQS, cron=cron, **facts)
        for n, (work, tier, facts) in enumerate(product(kinds, (1, 2, 3, 4), traffic))
    ]
    built = build(tmp_path, *services)
    counted = Counter(one.key.split("/")[2] for one in of_kind(built, "monitor"))
    assert counted.keys() == {service["metadata"]["name"] for service in services}
    assert max(counted.values()) == 6


def test_fifty_services_in_two_environments_bring_at_most_400_monitors(tmp_path: Path) -> None:
    services = [
        entity(
            f"service-{n}",
            n % 4 + 1,
            "go",
            kind=["http", "worker"],
            queue={**SQS, "name": f"work-{n}"},
            envs=["prod", "staging"],
        )
        for n in range(50)
    ]
    assert len(of_kind(build(tmp_path, *services), "monitor")) <= 400


def test_one_more_service_changes_only_its_own_objects(tmp_path: Path) -> None:
    services = [entity(f"service-{n}", kind="grpc", languages="go") for n in range(5)]
    before = {one.name: one.payload for one in build(tmp_path, *services).desired}
    after = {
        one.name: one.payload for one in build(tmp_path, *services, entity("new", kind="http", languages="go")).desired
    }
    assert {name: after[name] for name in before} == before
    assert {key.split("/")[2] for _, key in after.keys() - before.keys()} == {"new"}


def test_symptoms_page_and_causes_tell() -> None:
    monitors = [one for one in of_kind(repository(), "monitor") if re.search(r"/(payments|storefront)/prod$", one.key)]
    assert {one.key.split("/")[1] for one in monitors if pages(one.payload)} <= PAGING
    assert len(monitors) > 40


def test_a_bad_deploy_pages_once(tmp_path: Path) -> None:
    """All that notices failing requests, failing starts and a failing version; one of them wakes somebody."""
    deploy = {
        "error-rate",
        "error-rate-min-traffic",
        "http-5xx",
        "deploy-faulty",
        "pods-crashloop",
        "pods-restarts",
        "pods-available",
        "availability-burn",
        "availability-burn-slow",
        "availability-budget",
    }
    built = build(tmp_path, entity("cart", 1, "go", kind="http"), level="full")
    noticing = [one for one in of_kind(built, "monitor") if one.key.split("/")[1] in deploy]
    assert len(noticing) == len(deploy) - 2  # the two for quiet services
    assert [one.key for one in noticing if pages(one.payload)] == ["service/error-rate/cart/prod"]


def test_nobody_is_woken_for_staging_or_tier_four(tmp_path: Path) -> None:
    services = [
        entity("one", 1, "go", kind=["http", "worker"], queue=SQS, envs=["staging"]),
        entity("four", 4, "go", kind=["http", "worker"], queue=SQS),
    ]
    monitors = of_kind(build(tmp_path, *services, level="full"), "monitor")
    assert monitors
    assert [one.key for one in monitors if "@pagerduty" in one.payload["message"]] == []
    assert all("@slack-shop" in one.payload["message"] for one in monitors)


def test_burn_rates_are_watched_where_somebody_can_be_woken(tmp_path: Path) -> None:
    built = build(tmp_path, entity("cart", kind="grpc", languages="go", envs=["prod", "staging"]), level="full")
    burning = {one.key.rpartition("/")[2] for one in of_kind(built, "monitor") if "-burn" in one.key}
    assert burning == {"prod"}
    assert only(built, "service/availability/cart/staging", "slo")


# What must not page


def test_no_monitor_notifies_of_missing_metrics_since_default_zero_makes_silence_a_zero() -> None:
    loud = {
        one.key.split("/")[1]
        for one in of_kind(repository(), "monitor")
        if one.key.startswith("service/") and one.payload["options"].get("on_missing_data") == "show_and_notify_no_data"
    }
    assert loud == set()


# Numbers


@pytest.mark.parametrize(
    "definition", [one for one in MONITORS if one.defaults.get("critical")], ids=lambda one: one.name
)
@given(share=st.floats(0.5, 1.5))
@settings(max_examples=20, deadline=None)
def test_one_changed_number_contradicts_no_other(definition: Definition, share: float) -> None:
    critical = definition.defaults["critical"] * share
    changed = definition.validate({"critical": round(critical) if _whole(definition) else critical}, str)
    for runtime in ("python", "node", "java", "go"):
        for traffic in (None, 2):
            for queue in ("sqs", "kafka", "rabbitmq"):
                service = EVERYTHING.model_copy(
                    update={
                        "runtime": runtime,
                        "requests_per_minute": traffic,
                        "queue": Queue(type=queue, name="work", dlq="dead", group="cart"),
                    }
                )
                for monitor in definition.build(service, changed):
                    findings = check_monitor(_payload(monitor))
                    assert [found for found in findings if found.path.startswith("options.thresholds")] == []


def _payload(monitor: Resource) -> dict[str, Any]:
    assert isinstance(monitor, Monitor)
    return {"type": monitor.type, "query": monitor.query, "options": {"thresholds": monitor.thresholds}}


def _whole(definition: Definition) -> bool:
    return definition.hints["critical"] is int


def test_a_number_comes_from_the_nearest_place(tmp_path: Path) -> None:
    project = SETTINGS + "monitors: {error-rate: {critical: 7, minutes: 15}}\n"
    service = entity(
        "cart",
        kind="grpc",
        languages="go",
        monitors={"error-rate": {"critical": 3}},
        envs={"prod": {}, "staging": {"monitors": {"error-rate": {"critical": 20}}}},
    )
    built = build(tmp_path, service, entity("other", kind="grpc", languages="go"), settings=project)
    queries = {
        key: only(built, f"service/error-rate/{key}")["query"] for key in ("cart/prod", "cart/staging", "other/prod")
    }
    assert {key: query.rpartition(" ")[2] for key, query in queries.items()} == {
        "cart/prod": "3",
        "cart/staging": "20",
        "other/prod": "7",
    }
    assert all(query.startswith("sum(last_15m)") for query in queries.values())


def test_a_definition_can_be_switched_on_and_off(tmp_path: Path) -> None:
    service = entity("cart", kind="grpc", languages="go", monitors={"latency-p95": False, "go-goroutines": True})
    made = names(build(tmp_path, service))
    assert "latency-p95" not in made
    assert "go-goroutines" in made


def test_a_number_nobody_knows_is_an_error_with_the_nearest_name(tmp_path: Path) -> None:
    service = entity("cart", kind="grpc", languages="go", monitors={"error-rate": {"critcal": 3}})
    with pytest.raises(
        DefinitionError,
        match=r"services/cart\.yaml:\d+: error-rate has no tunable \"critcal\"\. Did you mean critical\?",
    ):
        build(tmp_path, service)


# Facts


def test_an_operation_is_told_by_runtime_and_kind_where_it_can_only_be_one(tmp_path: Path) -> None:
    built = build(tmp_path, entity("cart", kind="grpc", languages="go"))
    assert "trace.grpc.server.hits{service:cart,env:prod}" in only(built, "service/error-rate/cart/prod")["query"]


def test_an_unknown_operation_is_an_error_that_says_what_to_set(tmp_path: Path) -> None:
    wanted = r"^services/cart\.yaml: the primary operation of cart's http work is unknown$"
    with pytest.raises(DefinitionError, match=wanted) as raised:
        build(tmp_path, entity("cart", kind="http"))
    assert "extensions.ddsync.operation" in raised.value.hint
    assert "fastapi.request" in raised.value.hint


def test_an_operation_for_work_that_does_not_exist_is_an_error_with_the_nearest(tmp_path: Path) -> None:
    service = entity("cart", kind="http", operation={"htp": "web.request"})
    with pytest.raises(
        DefinitionError, match=r'services/cart\.yaml:\d+: operation: no kind of work "htp"\. Did you mean http'
    ):
        build(tmp_path, service)


def test_a_bare_operation_is_that_of_requests(tmp_path: Path) -> None:
    service = entity(
        "cart",
        languages="go",
        kind=["worker", "http"],
        operation="http.router",
        queue={"type": "kafka", "group": "cart"},
    )
    built = build(tmp_path, service, level="full")
    assert "trace.http.router.hits{" in only(built, "service/error-rate/cart/prod")["query"]
    assert "trace.kafka.consume.hits{" in only(built, "service/worker-errors/cart/prod")["query"]


def test_spans_are_asked_for_under_the_name_that_the_tracer_gives_them(tmp_path: Path) -> None:
    """Python files every service's under `kafka`, so that nobody's can be told; node puts the queue behind the name."""
    work: dict[str, Any] = {"kind": "worker", "queue": {"type": "kafka", "group": "cart"}}
    shared = build(tmp_path, entity("cart", languages="python", **work), level="full")
    assert "worker-errors" not in names(shared)
    own = build(tmp_path, entity("cart", languages="js", **work), level="full")
    assert "{service:cart-kafka,env:prod}" in only(own, "service/worker-errors/cart/prod")["query"]
    told = entity("cart", languages="python", integration_names_removed=True, **work)
    assert (
        "{service:cart,env:prod}"
        in only(build(tmp_path, told, level="full"), "service/worker-errors/cart/prod")["query"]
    )


@pytest.mark.parametrize(
    ("queue", "definition"),
    [
        ({"type": "sqs", "name": "work"}, {"queue-age"}),
        ({"type": "sqs", "name": "work", "dlq": "gone"}, {"queue-age", "dlq-filling"}),
        ({"type": "kafka", "name": "orders", "group": "cart"}, {"kafka-backlog"}),
        ({"type": "kafka", "name": "orders", "group": "cart", "data_streams": True}, {"kafka-lag"}),
        ({"type": "rabbitmq", "name": "work"}, {"rabbitmq-consumers", "rabbitmq-alarm"}),
        ({"type": "rabbitmq", "name": "work", "by_queue": False}, {"rabbitmq-alarm"}),
        ({"type": "redis"}, {"worker-error-rate"}),
    ],
)
def test_a_worker_is_watched_by_its_queue_and_never_left_with_nothing(
    tmp_path: Path, queue: dict[str, Any], definition: set[str]
) -> None:
    made = names(build(tmp_path, entity("cart", kind="worker", operation="celery.run", queue=queue)))
    assert made == {"worker-down", *definition}


def test_a_worker_without_a_queue_is_watched_by_its_failures(tmp_path: Path) -> None:
    assert names(build(tmp_path, entity("cart", kind="worker", operation="celery.run"))) == {
        "worker-down",
        "worker-error-rate",
    }


def test_a_cron_job_may_be_late_by_a_little(tmp_path: Path) -> None:
    built = build(tmp_path, entity("books", kind="cron", cron={"name": "books", "period_s": 86400}))
    query = only(built, "service/cron-not-succeeded/books/prod")["query"]
    assert ", 93456)" in query  # 1.04 days and an hour


def test_a_stateful_workload_is_asked_for_its_own_replicas(tmp_path: Path) -> None:
    service = entity("search", kind="http", languages="go", kubernetes={"workload": "StatefulSet/search"})
    query = only(build(tmp_path, service, level="standard"), "service/pods-available/search/prod")["query"]
    group = "{service:search,env:prod} by {kube_cluster_name,kube_namespace,kube_stateful_set}"
    assert f"kubernetes_state.statefulset.replicas_ready{group}" in query


def test_the_volumes_of_a_stateful_service_are_watched_for_its_owners(tmp_path: Path) -> None:
    where = {"cluster": "prod-eu-1", "namespace": "shop", "volumes": ["data-search-*", "Snapshots"]}
    built = build(tmp_path, entity("search", kind="http", languages="go", kubernetes=where), level="standard")
    scope = "{persistentvolumeclaim:data-search-*,kube_namespace:shop,kube_cluster_name:prod-eu-1}"
    made = only(built, "service/volume-usage/search/prod/data-search")
    assert f"kubernetes.kubelet.volume.stats.used_bytes{scope}" in made["query"]
    assert not pages(made)
    assert "service/volume-usage/search/prod/snapshots" in {one.key for one in built.desired}


def test_a_queues_own_tags_tell_it_from_its_namesakes(tmp_path: Path) -> None:
    service = entity("cart", kind="worker", queue={**SQS, "tags": ["aws_account:123456789012"]})
    query = only(build(tmp_path, service), "service/queue-age/cart/prod")["query"]
    assert "{queuename:work,aws_account:123456789012} by {queuename}" in query


def test_a_quiet_service_gets_slower_alerts(tmp_path: Path) -> None:
    built = build(tmp_path, entity("cart", kind="grpc", languages="go", requests_per_minute=2), level="full")
    assert (
        names(built) & {"error-rate", "availability-burn", "availability-burn-slow", "latency-burn", "no-traffic"}
        == set()
    )
    assert "is_greater(" in only(built, "service/error-rate-min-traffic/cart/prod")["query"]
    assert only(built, "service/error-rate-min-traffic/cart/prod")["query"].startswith("sum(last_20m):")
    assert only(built, "service/availability-budget/cart/prod")["query"].startswith("error_budget(")


# SLOs


@pytest.mark.parametrize(
    ("tier", "target", "warning"), [(1, 99.95, 99.97), (2, 99.9, 99.95), (3, 99.5, 99.7), (4, 99, 99.5)]
)
def test_a_tier_promises_its_availability(tmp_path: Path, tier: int, target: float, warning: float) -> None:
    built = build(tmp_path, entity("cart", tier, "go", kind="grpc"))
    assert only(built, "service/availability/cart/prod", "slo")["thresholds"] == [
        {"timeframe": "30d", "target": target, "warning": warning}
    ]


def test_a_target_of_ones_own_takes_the_warning_along(tmp_path: Path) -> None:
    service = entity("cart", kind="grpc", languages="go", slos={"availability": {"target": 98}})
    (threshold,) = only(build(tmp_path, service), "service/availability/cart/prod", "slo")["thresholds"]
    assert (threshold["target"], threshold["warning"]) == (98, 99)


def test_a_burn_rate_no_slo_can_reach_is_refused(tmp_path: Path) -> None:
    service = entity("cart", kind="grpc", languages="go", slos={"availability": {"target": 60}})
    with pytest.raises(
        DefinitionError,
        match=r"a burn rate of 3 is never reached: service/availability/cart/prod promises 60 %.* 2\.5 times",
    ):
        build(tmp_path, service)


def test_slos_come_before_their_alerts_and_name_them_by_key(tmp_path: Path) -> None:
    built = build(tmp_path, entity("cart", kind="grpc", languages="go"))
    query = only(built, "service/availability-burn/cart/prod")["query"]
    assert query.startswith(
        'burn_rate("${slo:service/availability/cart/prod}").over("30d").long_window("24h").short_window("2h")'
    )


def test_an_alert_whose_slo_is_off_is_an_error_naming_both(tmp_path: Path) -> None:
    service = entity("cart", kind="grpc", languages="go", slos={"availability": False})
    with pytest.raises(DefinitionError, match="refers to slo service/availability/cart/prod, which is not there"):
        build(tmp_path, service)
    service["extensions"]["ddsync"] |= {
        "monitors": {"availability-burn": False},
        "dashboards": {"overview": {"error_budget": False}},
    }
    assert names(build(tmp_path, service), "slo") == {"latency"}


# The dashboard


def test_every_query_of_a_dashboard_follows_the_environment() -> None:
    for one in of_kind(repository(), "dashboard"):
        if one.key.startswith("service/"):
            queries = re.findall(r"'query': '([^']*)'", str(one.payload["widgets"]))
            queries = [query for query in queries if "{" in query]
            assert len(queries) > 8
            assert [query for query in queries if "$env" not in query] == []


def test_a_queue_named_after_its_environment_follows_the_choice() -> None:
    text = str(only(repository(), "service/overview/payments", "dashboard"))
    assert "{queuename:payments-settle-$env.value}" in text


def test_every_graph_has_a_title_and_a_unit() -> None:
    for one in of_kind(repository(), "dashboard"):
        if not one.key.startswith("service/"):
            continue
        for group in one.payload["widgets"]:
            for widget in group["definition"]["widgets"]:
                definition = widget["definition"]
                assert definition["title"]
                for request in definition.get("requests", ()):
                    assert all(formula["number_format"]["unit"] for formula in request.get("formulas", ()))


def test_groups_stand_in_the_order_one_reads_them() -> None:
    payload = only(repository(), "service/overview/payments", "dashboard")
    assert [group["definition"]["title"] for group in payload["widgets"]] == [
        "SLOs and monitors",
        "Golden signals",
        "Worker",
        "Saturation (Kubernetes)",
        "Runtime: python",
        "Logs and traces",
    ]


def test_graphs_show_where_the_service_s_own_alerts_set_in(tmp_path: Path) -> None:
    """The numbers are the service's, with what its environment changes; an alert that is off has no line."""

    def limits(**facts: object) -> dict[str, list[str]]:
        built = build(tmp_path, entity("cart", 1, "go", kind="http", **facts))
        shown = [d for _, d in widgets(only(built, "service/overview/cart", "dashboard"))]
        return {d["title"]: [m["value"] for m in d["markers"]] for d in shown if d.get("markers")}

    usual = limits()
    assert usual == {"Error rate by version": ["y = 2"], "Latency": ["y = 1"]}
    own = {"latency-p95": {"critical": 0.6}, "service/error_rate": {"critical": 7}}
    assert limits(monitors=own) == {"Error rate by version": ["y = 7"], "Latency": ["y = 0.6"]}
    assert limits(monitors={"latency-p95": False} | {"error-rate": {"minutes": 9}}) == {
        "Error rate by version": ["y = 2"]
    }
    there = {"prod": {"monitors": {"latency-p95": {"critical": 3}}}}
    assert limits(monitors=own, envs=there)["Latency"] == ["y = 3"]


def test_deploys_are_laid_over_what_users_feel() -> None:
    payload = only(repository(), "service/overview/storefront", "dashboard")
    overlaid = {d["title"]: d["events"] for _, d in widgets(payload) if d.get("events")}
    assert {"Requests by version", "Error rate by version", "Latency", "Replicas"} <= overlaid.keys()
    assert all("service:storefront env:$env.value" in one["q"] for events in overlaid.values() for one in events)


def test_logs_and_traces_of_the_service_stand_beside_its_graphs() -> None:
    payload = only(repository(), "service/overview/storefront", "dashboard")
    lists = [d["requests"][0]["query"] for _, d in widgets(payload) if d["type"] == "list_stream"]
    assert {one["data_source"] for one in lists} == {"logs_stream", "trace_stream"}
    assert all(one["query_string"].startswith("service:storefront $env ") for one in lists)


def test_calls_are_shown_under_the_name_that_the_tracer_files_them_under() -> None:
    """Node puts the database behind the service's name; Python's calls are one name's for all services, so left out."""
    assert "{service:storefront-mongodb,$env}" in str(only(repository(), "service/overview/storefront", "dashboard"))
    assert "pymongo" not in str(only(repository(), "service/overview/payments", "dashboard"))


def test_a_consumer_s_lag_is_shown_in_what_its_queue_sends(tmp_path: Path) -> None:
    def shown(**facts: object) -> str:
        queue = {"type": "kafka", "name": "orders", "group": "cart", **facts}
        return str(
            only(build(tmp_path, entity("cart", kind="worker", queue=queue)), "service/overview/cart", "dashboard")
        )

    assert "kafka.consumer_lag{" in shown()
    assert "kafka.estimated_consumer_lag{" in shown(data_streams=True)
