"""Requests that fail."""

from __future__ import annotations

from dd_sync import Monitor, Number, Service, define

from .terms import Priority, errors, hits, ratio


@define
def error_rate(
    service: Service,
    *,
    critical: Number = 5,  # percent of requests
    warning: Number | None = None,  # percent of requests
    minutes: int = 5,
) -> Monitor | None:
    """Users of {service.name} in {service.env} get errors.

    First step: open the service's APM page, errors by resource; if they began with a deploy, roll it back first.

    Likely causes: the last deploy; a dependency that fails or times out; connections or credentials used up.

    Over when: less than the threshold for {minutes} minutes, and the error budget has stopped shrinking.
    """
    if not service.does("http", "grpc") or service.quiet:
        return None
    warning = 0.4 * critical if warning is None else warning
    return ratio(
        name="[{service.name}] Error rate above {{threshold}}% in {service.env}",
        query=f"sum(last_{minutes}m):100 * {errors(service)} / {hits(service)} > {critical}",
        warning=warning,
        critical_recovery=0.6 * critical,
        warning_recovery=0.5 * warning,
        on_missing_data="default",
        renotify_interval=60,
        priority=1,
    )


@define
def error_rate_min_traffic(
    service: Service,
    *,
    critical: Number = 5,  # percent of requests
    warning: Number | None = None,  # percent of requests
    requests: int = 50,  # fewer in the window, and nothing is said
    minutes: int | None = None,  # 10 to 60: by default, how long that many requests usually take
) -> Monitor | None:
    """Users of {service.name} in {service.env} get errors: more than {critical} % of at least {requests} requests.

    In place of error-rate for services with little traffic, where one failed request would be a high rate.

    First step: open the service's APM page, errors by resource; each of the few requests can be looked at.

    Likely causes: the last deploy; one client with requests that cannot work; a dependency that fails.

    Over when: the rate is below the threshold, or there were too few requests to tell: then look at them.
    """
    if not service.does("http", "grpc") or not service.quiet:
        return None
    if minutes is None:
        minutes = min(60, max(10, round(requests / (service.requests_per_minute or 1))))
    warning = 0.4 * critical if warning is None else warning
    percent = f"100 * {errors(service)} / {hits(service)}"
    return ratio(
        name="[{service.name}] Error rate above {{threshold}}% of a few requests in {service.env}",
        query=f"sum(last_{minutes}m):({percent}) * is_greater({hits(service)}, {requests}) > {critical}",
        warning=warning,
        critical_recovery=0.6 * critical,
        warning_recovery=0.5 * warning,
        on_missing_data="default",
        priority=2,
    )


@define(level="full")
def http_5xx(
    service: Service,
    *,
    critical: Number = 5,  # percent of requests
    warning: Number | None = None,  # percent of requests
    minutes: int = 5,
    priority: Priority = 3,  # error-rate pages; 2, and error-rate: off, where 4xx count as errors
) -> Monitor | None:
    """{service.name} in {service.env} answers requests with 5xx.

    For services whose error rate counts 4xx too.

    First step: open the service's APM page, group by http.status_code: 500 is ours, 502 to 504 come from behind us.

    Likely causes: an exception in the last version; a dependency that times out; pods that are not ready.

    Over when: less than the threshold for {minutes} minutes.
    """
    if not service.does("http"):
        return None
    metric = f"sum:trace.{service.op}.hits.by_http_status"
    failed = f"default_zero({metric}{service.scope('http.status_class:5xx')}.as_count())"
    warning = 0.4 * critical if warning is None else warning
    return ratio(
        name="[{service.name}] HTTP 5xx rate above {{threshold}}% in {service.env}",
        query=f"sum(last_{minutes}m):100 * {failed} / {metric}{service.scope()}.as_count() > {critical}",
        warning=warning,
        critical_recovery=0.6 * critical,
        warning_recovery=0.5 * warning,
        on_missing_data="default",
        priority=priority,
    )
