"""What a query measures is read out of it, whoever wrote it."""

from __future__ import annotations

import pytest

from dd_sync.project.measures import aspects_of, measures_of


@pytest.mark.parametrize(
    ("name", "aspects"),
    [
        ("trace.fastapi.request.errors", {"availability"}),
        ("trace.http.request.errors.by_http_status", {"availability"}),
        ("trace.fastapi.request.hits", set()),
        ("trace.fastapi.request", {"latency"}),
        ("trace.web.request.apdex", {"latency"}),
        ("trace.pymongo.cmd", {"mongodb"}),
        ("trace.mongodb.query.errors", {"mongodb"}),
        ("container.memory.usage", {"saturation"}),
        ("jvm.heap_memory_max", {"saturation"}),
        ("runtime.node.event_loop.delay.95percentile", {"saturation"}),
        ("kubernetes_state.hpa.max_replicas", {"saturation"}),
        ("kubernetes.containers.restarts", {"restarts"}),
        ("kubernetes_state.container.status_report.count.waiting", {"restarts"}),
        ("container.memory.oom_events", {"restarts", "saturation"}),
        ("aws.sqs.approximate_age_of_oldest_message", {"queue age"}),
        ("kafka.estimated_consumer_lag", {"queue age"}),
        ("rabbitmq.queue.consumers", {"queue age"}),
        ("kubernetes_state.cronjob.duration_since_last_successful", {"availability"}),
        ("kubernetes_state.job.completion.failed", {"availability"}),
        ("kubernetes_state.deployment.replicas_available", {"availability"}),
        ("mongodb.can_connect", {"mongodb", "availability"}),
        ("acme.checkout.failed_orders", {"availability"}),
        ("acme.checkout.orders", set()),
    ],
)
def test_a_metric_says_in_which_respect_it_watches(name: str, aspects: set[str]) -> None:
    assert aspects_of(name) == aspects


def test_services_and_environments_are_read_out_of_the_scope() -> None:
    query = "avg(last_5m):avg:system.cpu.user{service IN (cart, payments),env:prod} > 90"
    found = measures_of({"query": query, "type": "query alert"})
    assert (found.services, found.envs) == (frozenset({"cart", "payments"}), frozenset({"prod"}))
    assert found.names == {"system.cpu.user"}
    assert found.watches("cart", "prod", "shop")
    assert not found.watches("cart", "staging", "shop")
    assert not found.watches("search", "prod", "shop")


def test_what_a_scope_leaves_out_is_not_watched() -> None:
    found = measures_of({"query": "avg(last_5m):avg:system.cpu.user{!service:cart} > 90", "type": "query alert"})
    assert not found.watches("cart", "prod", "shop")


def test_one_alert_for_each_service_watches_all_of_them() -> None:
    query = "avg(last_5m):avg:system.cpu.user{team:shop} by {service,env} > 90"
    found = measures_of({"query": query, "type": "query alert"})
    assert found.watches("cart", "prod", "shop")
    assert not found.watches("cart", "prod", "payments")


def test_tags_of_the_object_count_where_the_query_names_no_service() -> None:
    query = "sum(last_5m):sum:acme.failed{*} > 1"
    found = measures_of({"query": query, "type": "query alert", "tags": ["service:cart", "env:prod", "alone"]})
    assert found.watches("cart", "prod", "shop")


def test_an_alert_of_nobody_in_particular_watches_no_service() -> None:
    assert not measures_of({"query": "avg(last_5m):avg:system.cpu.user{*} > 90"}).watches("cart", "prod", "shop")


@pytest.mark.parametrize(
    ("payload", "names"),
    [
        ({"query": {"numerator": "sum:good{*}.as_count()", "denominator": "sum:all{*}.as_count()"}}, {"good", "all"}),
        (
            {"sli_specification": {"time_slice": {"query": {"queries": [{"name": "a", "query": "avg:lag{*}"}]}}}},
            {"lag"},
        ),
        (
            {"query": '"mongodb.can_connect".over("*").by("host").last(2).count_by_status()', "type": "service check"},
            None,
        ),
        ({"query": "not a query at all", "type": "query alert"}, set()),
        ({}, set()),
    ],
)
def test_every_spelling_of_a_query_is_read(payload: dict[str, object], names: set[str] | None) -> None:
    found = measures_of(payload).names
    assert found == names if names is not None else "mongodb.can_connect" in found
