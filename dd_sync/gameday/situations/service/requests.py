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
