"""Requests that fail."""

from __future__ import annotations

import math
from collections.abc import Mapping

from dd_sync import Monitor, Number, Service, define

from .terms import Priority, alert, failing, ratio

FAILING: Mapping[int, Number] = {2: 2, 1: 5, 0: 5}  # percent of requests, by who is paged: what eats a month's budget


@define
def error_rate(
    service: Service,
    *,
    critical: Number | None = None,  # percent of requests; by default 2 for tiers 1 and 2, else 5
    requests: int = 30,  # in the window; of fewer nothing is said
    minutes: int | None = None,  # by default 5, and 10 where the traffic is not known
) -> Monitor | None:
    """Users of {service.name} in {service.env} get errors.

    It is not a handful at night: there are more than {requests} requests, and five of them failed. Answers to the
    caller (4xx; gRPC NOT_FOUND, INVALID_ARGUMENT and their like) are no errors here.

    First step: the service page below, errors by resource and version; if they began with a deploy, roll it back first:
    `kubectl rollout undo` of its workload.

    Likely causes: the last deploy; a dependency that fails or times out; connections or credentials used up.

    Over when: less than the threshold, and the error budget has stopped shrinking.
    """
    if not service.does("http", "grpc") or service.quiet:
        return None
    window = minutes if minutes is not None else 5 if service.busy else 10
    failed = failing(service, requests)
    most = FAILING[service.paged_for] if critical is None else critical
    return ratio(
        name="[{service.name}] Error rate above {{threshold}}% in {service.env}",
        query=f"sum(last_{window}m):{failed} > {most}",
        critical_recovery=0.6 * most,
        on_missing_data="default",
        renotify_interval=60,
        priority=1,
    )


@define
def error_rate_min_traffic(
    service: Service,
    *,
    critical: Number = 5,  # percent of requests
    requests: int = 20,  # fewer in the window, and nothing is said
    minutes: int | None = None,  # by default, how long twice as many requests usually take
) -> Monitor | None:
    """Users of {service.name} in {service.env} get errors: more than {critical} % of at least {requests} requests.

    In place of error-rate for services with little traffic, where one failed request would be a high rate.

    First step: the service page below, errors by resource; each of the few requests can be looked at.

    Likely causes: the last deploy; one client with requests that cannot work; a dependency that fails.

    Over when: the rate is below the threshold, or there were too few requests to tell: then look at them.
    """
    if not service.does("http", "grpc") or not service.quiet:
        return None
    usual = service.requests_per_minute or 1
    if minutes is None:
        minutes = min(24 * 60, max(10, math.ceil(2 * requests / usual)))
    least = math.floor(min(requests, usual * minutes / 2))
    return ratio(
        name="[{service.name}] Error rate above {{threshold}}% of a few requests in {service.env}",
        query=f"sum(last_{minutes}m):{failing(service, least, least=2)} > {critical}",
        critical_recovery=0.6 * critical,
        on_missing_data="default",
        priority=2,
    )


@define(level="full")
def http_5xx(
    service: Service,
    *,
    critical: Number = 5,  # percent of requests
    requests: int = 30,  # in the window; of fewer nothing is said
    minutes: int = 5,
    priority: Priority = 3,  # error-rate pages; 2, and error-rate: off, where 4xx count as errors
) -> Monitor | None:
    """{service.name} in {service.env} answers requests with 5xx.

    For services whose tracer is told to count 4xx as errors too.

    First step: the service page below, grouped by http.status_code: 500 is ours, 502 to 504 come from behind us.

    Likely causes: an exception in the last version; a dependency that times out; pods that are not ready.

    Over when: less than the threshold for {minutes} minutes.
    """
    if not service.does("http"):
        return None
    metric = f"sum:trace.{service.op}.hits.by_http_status"
    failed, every = (
        f"{metric}{service.scope('http.status_class:5xx')}.as_count()",
        f"{metric}{service.scope()}.as_count()",
    )
    return ratio(
        name="[{service.name}] HTTP 5xx rate above {{threshold}}% in {service.env}",
        query=f"sum(last_{minutes}m):100 * {failed} / {every} * is_greater({every}, {requests}) > {critical}",
        critical_recovery=0.6 * critical,
        on_missing_data="default",
        priority=priority,
    )


@define(level="full")
def log_errors(
    service: Service,
    *,
    critical: int = 1000,  # error logs in ten minutes
) -> Monitor | None:
    """{service.name} in {service.env} logs far more errors than it did, whether or not its requests fail.

    It is not the error rate: exceptions that are caught and logged fail no request.

    First step: the error logs below by pattern: which is new, and since which version?

    Likely causes: the last deploy; a dependency that fails and is got over; a client that sends nonsense.

    Over when: fewer than the threshold in ten minutes. What is unparsed on stderr counts as an error.
    """
    search = " ".join([*service.filters(), "status:error"])
    return alert(
        type="log alert",
        name="[{service.name}] Surge of error logs in {service.env}",
        query=f'logs("{search}").index("*").rollup("count").last("10m") > {critical}',
        priority=4,
    )
