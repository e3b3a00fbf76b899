"""Microservices: the promise to their users by tier, and what tells that it is in danger.

Error rate and latency page; a burn-rate alert tells of the slow leaks below their thresholds. For services with little
traffic, where a few failures are a high burn rate, an alert on the error budget takes its place.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any, Literal

from dd_sync.packs.monitors.service.terms import LINKS, errors, hits, replicas

from dd_sync import SLO, Monitor, Number, Ref, Service, define

alert = partial(Monitor, type="slo alert", tags=("pack:service",), links=LINKS)
promise = partial(SLO, tags=("pack:service",))

Priority = Literal[1, 2, 3, 4, 5]

Objective = tuple[Number, Number]
"""Target and warning, percent."""

AVAILABILITY: Mapping[int, Objective] = {1: (99.95, 99.97), 2: (99.9, 99.95), 3: (99.5, 99.7), 4: (99, 99.5)}
ON_TIME: Mapping[int, Number] = {1: 99.9, 2: 99.5, 3: 99, 4: 95}  # percent of the time, by tier
CRON: Mapping[int, Number] = {1: 99.5, 2: 99, 3: 98, 4: 95}
LATENCY_S: Mapping[int, Number] = {1: 0.3, 2: 0.5, 3: 1, 4: 2}  # seconds, p95
FRESHNESS_S: Mapping[int, Number] = {1: 300, 2: 600, 3: 1800, 4: 7200}  # seconds


# Requests


@define
def availability(
    service: Service,
    *,
    target: Number | None = None,  # percent; by default by tier
) -> SLO | None:
    """Requests to {service.name} in {service.env} that are answered without an error."""
    if not service.does("http", "grpc"):
        return None
    goal, warning = _objective(AVAILABILITY[service.tier], target)
    return promise(
        name="{service.name}: availability in {service.env}",
        numerator=f"{hits(service)} - {errors(service)}",
        denominator=hits(service),
        target=goal,
        warning=warning,
    )


@define
def availability_burn(
    service: Service,
    *,
    rate: Number = 3,  # times as fast as the budget allows: 10 % of a month's in a day
    priority: Priority = 3,  # error-rate pages, by tier, for what eats a budget within hours
) -> Monitor | None:
    """{service.name} in {service.env} leaks errors: its error budget shrinks {rate} times too fast for a day.

    It is not an outage, which `error-rate` pages: a share too small for its threshold that goes on.

    First step: the errors of the last day by resource and version on the service page below.

    Likely causes: what error-rate names, in a small share: one resource, one version, one pod, one customer.

    Over when: both the last day and the last two hours burn slower; what is spent of the budget stays spent.
    """
    if not service.does("http", "grpc") or not service.paging or service.quiet:
        return None
    return _burn("availability", availability.ref(service), rate, "24h", "2h", priority)


@define(level="standard")
def availability_burn_slow(
    service: Service,
    *,
    rate: Number = 6,  # times as fast as the budget allows: 5 % of a month's in six hours
    priority: Priority = 3,  # error-rate pages
) -> Monitor | None:
    """{service.name} in {service.env} has used up its error budget {rate} times too fast for six hours.

    First step: the error rate of the last six hours by resource and version on the service page below.

    Likely causes: a resource that fails for some users only; retries that hide a failing dependency.

    Over when: both the last six hours and the last half hour burn slower.
    """
    if not service.does("http", "grpc") or not service.paging or service.quiet:
        return None
    return _burn("availability", availability.ref(service), rate, "6h", "30m", priority)


@define
def availability_budget(
    service: Service,
    *,
    critical: Number = 75,  # percent of the budget
    warning: Number | None = None,  # percent of the budget
) -> Monitor | None:
    """{service.name} in {service.env} has spent {critical} % of this month's error budget.

    For services with little traffic, in place of burn rates: one failed request is no reason to call anybody.

    First step: the failed requests of the last days by resource on the service page below: a pattern, or chance?

    Likely causes: one outage that used most of it; a client whose requests cannot work; a leak of small errors.

    Over when: the failures leave the window of 30 days; until then, careful with deploys.
    """
    if not service.does("http", "grpc") or not service.paging or not service.quiet:
        return None
    return alert(
        name="[{service.name}] {{threshold}}% of the error budget spent in {service.env}",
        query=f'error_budget("{availability.ref(service)}").over("30d") > {critical}',
        warning=50 / 75 * critical if warning is None else warning,
        priority=3,
    )


@define
def latency(
    service: Service,
    *,
    seconds: Number | None = None,  # p95; by default by tier
    target: Number | None = None,  # percent of the time; by default by tier
) -> SLO | None:
    """Time in which 95 of 100 requests to {service.name} in {service.env} are answered fast enough."""
    if not service.does("http", "grpc"):
        return None
    return _slices(
        "{service.name}: latency in {service.env}",
        f"p95:trace.{service.op}{service.scope()}",
        "<",
        LATENCY_S[service.tier] if seconds is None else seconds,
        ON_TIME[service.tier] if target is None else target,
    )


@define(level="standard")
def latency_burn(
    service: Service,
    *,
    rate: Number | None = None,  # times as fast as the budget allows; by default three bad slices in an hour
    priority: Priority = 3,  # latency-p95 pages
) -> Monitor | None:
    """{service.name} in {service.env} has been too slow for a quarter of the last hour.

    First step: latency by resource on the service page below; is it ours, or a downstream's?

    Likely causes: what latency-p95 names, at a level below its threshold.

    Over when: both the last hour and the last five minutes are fast enough.
    """
    if not service.does("http", "grpc") or not service.paging or service.quiet:
        return None
    most = _three_slices(ON_TIME[service.tier]) if rate is None else rate
    return _burn("latency", latency.ref(service), most, "1h", "5m", priority)


@define(level="full")
def latency_requests(
    service: Service,
    *,
    seconds: Number | None = None,  # by default by tier
    target: Number | None = None,  # percent of requests; by default by tier
) -> SLO | None:
    """Requests to {service.name} in {service.env} that are answered fast enough, each counted."""
    if not service.does("http", "grpc"):
        return None
    limit = LATENCY_S[service.tier] if seconds is None else seconds
    goal = ON_TIME[service.tier] if target is None else target
    spans = f"trace.{service.op}{service.scope()}.as_count()"
    return promise(
        name="{service.name}: fast requests in {service.env}",
        numerator=f"count(v: v<={limit}):{spans}",
        denominator=f"count:{spans}",
        target=goal,
        warning=_halfway(goal),
    )


# Workers


@define
def freshness(
    service: Service,
    *,
    seconds: Number | None = None,  # by default by tier
    target: Number | None = None,  # percent of the time; by default by tier
) -> SLO | None:
    """Time in which {service.name} in {service.env} keeps up: no work waits longer than it may."""
    waiting = _oldest(service)
    if waiting is None:
        return None
    return _slices(
        "{service.name}: freshness in {service.env}",
        waiting,
        "<",
        FRESHNESS_S[service.tier] if seconds is None else seconds,
        ON_TIME[service.tier] if target is None else target,
    )


@define(level="standard")
def freshness_burn(
    service: Service,
    *,
    rate: Number | None = None,  # times as fast as the budget allows; by default three bad slices in an hour
    priority: Priority = 3,  # queue-age or kafka-lag pages
) -> Monitor | None:
    """{service.name} in {service.env} has been behind with its work for a quarter of the last hour.

    First step: the age of the oldest message on the service's dashboard: does it grow or shrink?

    Likely causes: what queue-age names, at a level below its threshold.

    Over when: both the last hour and the last five minutes are in time.
    """
    if _oldest(service) is None or not service.paging:
        return None
    most = _three_slices(ON_TIME[service.tier]) if rate is None else rate
    return _burn("freshness", freshness.ref(service), most, "1h", "5m", priority)


@define(level="standard")
def worker_success(
    service: Service,
    *,
    target: Number = 99.5,  # percent of tasks
) -> SLO | None:
    """Tasks of {service.name} in {service.env} that end without an error."""
    operation = service.op_of("worker")
    if not service.does("worker") or operation is None or service.span_service(operation) is None:
        return None
    return promise(
        name="{service.name}: tasks without an error in {service.env}",
        numerator=f"{hits(service, operation=operation)} - {errors(service, operation=operation)}",
        denominator=hits(service, operation=operation),
        target=target,
        warning=_halfway(target),
    )


# Scheduled jobs


@define
def cron_fresh(
    service: Service,
    *,
    seconds: Number | None = None,  # by default 1.04 periods
    target: Number | None = None,  # percent of the time; by default by tier
) -> SLO | None:
    """Time in which the last success of {service.name} in {service.env} is no older than its schedule allows."""
    if not (service.does("cron") and service.cron) or (seconds is None and service.cron.period_s is None):
        return None
    return _slices(
        "{service.name}: runs in time in {service.env}",
        "max:kubernetes_state.cronjob.duration_since_last_successful"
        f"{service.kubernetes_scope(f'kube_cronjob:{service.cron.name}')}",
        "<",
        round(1.04 * (service.cron.period_s or 0)) if seconds is None else seconds,
        CRON[service.tier] if target is None else target,
    )


# Pods


@define(level="full")
def pods(
    service: Service,
    *,
    critical: Number = 70,  # percent of the replicas wanted
    target: Number = 99.9,  # percent of the time
) -> SLO | None:
    """Time in which {service.name} in {service.env} has the replicas it wants, but for one or so."""
    if not service.does("http", "grpc", "worker"):
        return None
    found = replicas(service)
    if found is None:
        return None
    wanted, up = (query.partition(" by {")[0] for query in found)
    return _slices(
        "{service.name}: replicas in {service.env}",
        f"100 * {up} / {wanted}",
        ">",
        critical,
        target,
    )


# What the promises above have in common


def _oldest(service: Service) -> str | None:
    """How long the oldest work of its queue has waited, in seconds; None where no metric says."""
    queue = service.queue
    if queue is None or not service.does("worker"):
        return None
    if queue.type == "sqs" and queue.name:
        return f"max:aws.sqs.approximate_age_of_oldest_message{queue.scope(f'queuename:{queue.name}')}"
    if queue.type == "kafka" and queue.group:
        topic = f"topic:{queue.name}" if queue.name else ""
        return f"max:kafka.estimated_consumer_lag{queue.scope(f'consumer_group:{queue.group}', topic)}"
    return None


def _objective(usual: Objective, target: Number | None) -> Objective:
    """The tier's target and warning, or another target and a warning halfway to 100."""
    return usual if target is None else (target, _halfway(target))


def _three_slices(target: Number) -> Number:
    """The rate at which three slices of five minutes out of an hour are bad, and two are not enough."""
    return round(2.5 * 5 / 60 / (1 - target / 100), 1)


def _halfway(target: Number) -> Number:
    return (target + 100) / 2


def _slices(name: str, query: str, comparator: str, threshold: Number, target: Number) -> SLO:
    """The share of five-minute slices in which the query's value is on the right side of the threshold."""
    queries = [{"data_source": "metrics", "name": "query1", "query": query}]
    time_slice: dict[str, Any] = {
        "query": {"formulas": [{"formula": "query1"}], "queries": queries},
        "comparator": comparator,
        "threshold": threshold,
        "query_interval_seconds": 300,
    }
    return promise(name=name, sli_specification={"time_slice": time_slice}, target=target, warning=_halfway(target))


def _burn(what: str, slo: Ref[SLO], rate: Number, long: str, short: str, priority: Priority) -> Monitor:
    """Alerts where both windows burn faster: the long one for weight, the short one so that it ends when it is over.

    Datadog takes long windows of 1 to 48 hours and rates up to 1 / (1 - target): at 95 % no more than 20.
    """
    return alert(
        name=f"[{{service.name}}] {what.capitalize()} budget burns {{{{threshold}}}} times too fast ({long})"
        " in {service.env}",
        query=f'burn_rate("{slo}").over("30d").long_window("{long}").short_window("{short}") > {rate}',
        priority=priority,
    )
