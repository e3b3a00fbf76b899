"""What a service depends on: its calls to databases and to other services, as it sees them itself."""

from __future__ import annotations

from dd_sync import Monitor, Number, Service, define

from .terms import alert, busy, errors, failing, hits, ratio, slow, spans


@define(level="standard")
def mongodb_latency(
    service: Service,
    *,
    critical: Number = 0.5,  # seconds
    minutes: int = 10,
) -> Monitor | None:
    """One call in twenty of {service.name} in {service.env} to MongoDB takes longer than {critical} s.

    Not made where the tracer files the calls of all services under one name (Python, Java, Go, Ruby): which are whose
    cannot be told, unless `span_services` or `integration_names_removed` of the service file says so.

    First step: the MongoDB dashboard of the deployment: slow for everybody, or for this service's queries?

    Likely causes: a query without an index; locks or a full cache there; connections used up here.

    Over when: p95 stays below the threshold for {minutes} minutes.
    """
    operation = service.mongodb_op
    if not service.uses_mongodb or service.span_service(operation) is None:
        return None
    return alert(
        name="[{service.name}] MongoDB calls: p95 above {{threshold}}s in {service.env}",
        query=f"avg(last_{minutes}m):{slow(service, 'p95', busy(service), operation)} > {critical}",
        critical_recovery=0.8 * critical,
        on_missing_data="resolve",
        priority=3,
    )


@define(level="standard")
def calls_failing(
    service: Service,
    *,
    critical: Number = 10,  # percent of calls
    requests: int = 50,  # in the window; of fewer nothing is said
    minutes: int = 10,
) -> Monitor | None:
    """Calls of {service.name} in {service.env} to other services fail, whether or not its own users notice yet.

    Answers with 5xx are counted by their status, since tracers take only 4xx (a limit reached, a key refused) and
    broken connections of outgoing calls for errors.

    First step: the service page below, Dependencies: which of them, with which status?

    Likely causes: a deploy or outage of the other; a rate limit (429); a token that expired; a network policy.

    Over when: fewer fail; what was not done may have to be done again.
    """
    operation = service.outgoing
    if not service.does("http", "grpc", "worker") or operation is None:
        return None
    counted = f"sum:trace.{operation}.hits.by_http_status"
    answered = f"{counted}{spans(service, 'http.status_class:5xx', operation=operation)}.as_count()"
    failed = f"({errors(service, operation=operation)} + {answered})"
    every = hits(service, operation=operation)
    return ratio(
        name="[{service.name}] Calls to other services fail above {{threshold}}% in {service.env}",
        query=f"sum(last_{minutes}m):100 * {failed} / {every} * is_greater({every}, {requests}) > {critical}",
        critical_recovery=0.6 * critical,
        on_missing_data="default",
        priority=3,
    )


@define(level="standard")
def grpc_calls_failing(
    service: Service,
    *,
    critical: Number = 10,  # percent of calls
    requests: int = 50,  # in the window; of fewer nothing is said
    minutes: int = 10,
) -> Monitor | None:
    """gRPC calls of {service.name} in {service.env} fail, for want of time or else: the servers may not even notice.

    First step: the service page below, Dependencies: which server and method, with which code?

    Likely causes: a server that is slow, so that deadlines pass; a deploy that changed the interface; a network policy.

    Over when: fewer fail.
    """
    if service.runtime not in ("node", "java") or not service.does("http", "grpc", "worker"):
        return None
    return ratio(
        name="[{service.name}] gRPC calls fail above {{threshold}}% in {service.env}",
        query=f"sum(last_{minutes}m):{failing(service, requests, operation='grpc.client')} > {critical}",
        critical_recovery=0.6 * critical,
        on_missing_data="default",
        priority=3,
    )
