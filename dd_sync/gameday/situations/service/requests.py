"""What goes wrong with a service's requests."""

from __future__ import annotations

from dd_sync.gameday.service import Service
from dd_sync.gameday.situation import incident


def busy(service: Service) -> bool:
    """Whether it answers enough requests for shares to mean something."""
    return service.busy


def busy_http(service: Service) -> bool:
    """The same, over HTTP."""
    return service.busy and service.facts.does("http")


def calls_in_its_name(service: Service) -> bool:
    """Whether what it asks of others bears its name: elsewhere nothing tells whose calls they are."""
    return service.busy and service.facts.runtime in ("node", "java")


def deployed(service: Service) -> bool:
    """Whether it answers requests from pods of a Deployment."""
    return service.serves and service.workload is not None and service.workload.kind == "Deployment"


@incident(1, within=10, lasts=40, when=busy)
def many_requests_fail(service: Service) -> None:
    """A third of all requests fails."""
    service.fails(0.33)


@incident(2, within=20, lasts=60, when=busy)
def some_requests_fail(service: Service) -> None:
    """One pod of six is bad: one request of six fails."""
    service.fails(0.16)


@incident(1, within=10, lasts=40, when=busy_http)
def no_requests_arrive(service: Service) -> None:
    """Nothing arrives any more, as a certificate or a name before it is broken. Its pods are fine, its errors none."""
    service.spans.rate.set(0, 0)
    if service.balancer is not None:
        service.balancer.arrives.set(False, 0)


@incident(2, within=20, lasts=60, when=busy_http)
def slow_dependency(service: Service) -> None:
    """Something it depends on is slow: most requests take three seconds, some of its clients give up."""
    service.spans.slow.set(0.6, 0)
    service.spans.slowly.set(3.0, 0)
    service.spans.rate.times(0.75, 0)
    service.spans.apdex.set(0.35, 0)
    if service.database is not None:
        service.database.slow.set(0.5, 0)
        service.database.slowly.set(2.8, 0)


@incident(2, within=20, lasts=60, when=deployed)
def bad_deploy(service: Service) -> None:
    """A new version fails a quarter of its requests."""
    service.deploys(errors=0.25)


@incident(3, within=25, lasts=60, when=deployed)
def rollout_stuck(service: Service) -> None:
    """Pods of a new version crash, so that the rollout goes no further; the old ones serve on."""
    service.deploys(broken=True)
    if service.workload is not None:
        service.workload.progressing.set("false", 10)


@incident(3, within=200, lasts=240, when=deployed)
def rollout_half_done(service: Service) -> None:
    """A rollout was stopped half-way and forgotten: two versions serve for hours."""
    assert service.workload is not None
    old = list(service.workload.pods)
    service.workload.rolls(0, surge=max(1, len(old) // 2), each=100_000)


@incident(1, within=10, lasts=40, when=busy_http)
def retry_storm(service: Service) -> None:
    """Clients retry what fails: five times the requests, more than half of them in vain."""
    service.spans.rate.times(5.0, 0)
    service.fails(0.6)


@incident(3, within=900, lasts=900, when=busy_http)
def small_leak(service: Service) -> None:
    """One request of two hundred fails all day: too few for anybody to see, too many for the objective."""
    service.fails(0.006, -600)


@incident(2, within=20, lasts=60, when=lambda service: busy_http(service) and service.balancer is not None)
def balancer_fails(service: Service) -> None:
    """The load balancer answers for itself: its targets are gone, and no request reaches the service."""
    assert service.balancer is not None
    service.balancer.own_errors.set(0.9, 0)
    service.spans.rate.times(0.1, 0)


@incident(2, within=20, lasts=60, when=lambda service: service.database is not None and service.facts.does("http"))
def database_slow(service: Service) -> None:
    """Its database answers in two seconds: its requests wait for it."""
    assert service.database is not None
    service.database.slow.set(0.6, 0)
    service.database.slowly.set(2.0, 0)
    service.spans.slow.set(0.6, 0)
    service.spans.slowly.set(2.2, 0)


@incident(2, within=15, lasts=60, when=lambda service: service.database is not None and service.facts.does("http"))
def database_refuses(service: Service) -> None:
    """Its database refuses it: calls fail, and its requests with them."""
    assert service.database is not None
    service.database.errors.set(0.9, 0)
    service.fails(0.5)


@incident(3, within=30, lasts=60, when=calls_in_its_name)
def third_party_refuses(service: Service) -> None:
    """Somebody else's service refuses every third call as one too many; its own requests are fine."""
    assert service.calls is not None
    service.calls.refused.set(0.35, 0)


@incident(3, within=30, lasts=60, when=calls_in_its_name)
def third_party_broken(service: Service) -> None:
    """Somebody else's service answers every third call with 503, which most tracers take for no error of the call."""
    assert service.calls is not None
    service.calls.broken.set(0.35, 0)


@incident(3, within=30, lasts=60, when=calls_in_its_name)
def grpc_deadlines_exceeded(service: Service) -> None:
    """Calls over gRPC exceed their deadline: no error where they are answered, but one for the caller."""
    assert service.grpc_calls is not None
    service.grpc_calls.errors.set(0.4, 0)


@incident(3, within=40, lasts=90, when=busy_http)
def name_lost(service: Service) -> None:
    """Its labels were lost in a deploy: its spans bear another name, while its pods run on."""
    service.spans.rate.set(0, 0)


@incident(3, within=30, lasts=60, when=lambda service: service.serves)
def few_are_very_slow(service: Service) -> None:
    """A few of a hundred requests take eight seconds."""
    service.spans.slow.set(0.045 if service.busy else 0.3, 0)
    service.spans.slowly.set(8.0, 0)
