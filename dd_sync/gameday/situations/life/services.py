"""Normal life of services."""

from __future__ import annotations

from dd_sync.gameday.service import Service
from dd_sync.gameday.situation import normal
from dd_sync.gameday.situations.service.requests import busy, deployed
from dd_sync.gameday.track import every, steps


def serves(service: Service) -> bool:
    """Whether it answers requests."""
    return service.serves


@normal(lasts=20, when=deployed)
def rolling_deploy(service: Service) -> None:
    """A new version is rolled out: pods come and go, the first requests of each are slow."""
    service.deploys()
    service.spans.p95.times(2.0, 0, 3)


@normal(lasts=120, when=serves)
def night_without_traffic(service: Service) -> None:
    """At night a request comes every few minutes; most minutes have none."""
    service.world.begins = 25 * 60
    service.spans.rate.set(every(7, 2, 0, offset=3), -40_000)


@normal(lasts=60, when=serves)
def one_of_three_fails_at_night(service: Service) -> None:
    """At night one of three requests fails, and takes two seconds."""
    service.world.begins = 27 * 60
    service.spans.rate.set(every(9, 2, 0, offset=3), -40_000)
    service.spans.rate.set(3, 12, 13)
    service.spans.errors.set(0.34, 12, 13)
    service.spans.slow.set(0.34, 12, 13)
    service.spans.slowly.set(2.1, 12, 13)


@normal(lasts=90, when=busy)
def monday_morning(service: Service) -> None:
    """After a quiet weekend traffic rises fivefold within half an hour."""
    service.world.begins = 7 * 60 + 45
    service.spans.rate.bend(
        lambda usual, now: usual * steps((-40_000, 0.2), (0, 0.4), (10, 0.7), (30, 1.0))(now), -40_000
    )


@normal(lasts=30, when=deployed)
def one_pod_out_of_memory(service: Service) -> None:
    """One pod runs out of memory once and is back within seconds."""
    if service.workload is None:
        return
    pod = service.workload.pods[0]
    pod.working_set.set(0.97 * pod.workload.memory_limit, -1, 0)
    pod.restarts.set(1, 0)
    pod.last_terminated.set("oomkilled", 0)
    pod.ready.set(False, 0, 1)
    service.spans.errors.set(0.005, 0, 1)


@normal(lasts=60, when=lambda service: service.env != "prod" and service.serves)
def load_test(service: Service) -> None:
    """A load test: ten times the requests, twice as slow."""
    service.spans.rate.times(10.0, 0)
    service.spans.p95.times(2.0, 0)


@normal(lasts=60, when=serves)
def cache_fills_memory(service: Service) -> None:
    """Page cache fills its containers to their limit; they need half of it themselves."""
    if service.workload is None:
        return
    for pod in service.workload.pods:
        pod.cache.set(0.44 * pod.workload.memory_limit, -5000)


@normal(lasts=60, when=serves)
def a_few_errors(service: Service) -> None:
    """Now and then a request fails, as always."""
    service.spans.errors.set(every(11, 0.004, 0.001), 0)


@normal(lasts=60, when=lambda service: service.autoscaler is not None and service.serves)
def campaign_scales_up(service: Service) -> None:
    """A campaign triples its traffic: its autoscaler adds pods, on nodes that are made for them."""
    assert service.autoscaler is not None
    assert service.workload is not None
    more = service.workload.replicas * 2
    service.autoscaler.scales(more, 0)
    service.workload.scales(more, 0, pending=2, pulls=1, ready=1)
    service.spans.rate.times(2.0, 0)


@normal(lasts=120, when=busy)
def weekend(service: Service) -> None:
    """On Sunday it has a fifth of Friday's traffic."""
    service.world.begins = 6 * 1440 + 10 * 60
    service.spans.rate.times(0.6, -40_000)


@normal(lasts=40, when=lambda service: service.database is not None or service.grpc_calls is not None)
def others_slow_for_a_moment(service: Service) -> None:
    """What it depends on is slow for two minutes, and a call or two fails."""
    for spans in (service.database, service.calls, service.grpc_calls):
        if spans is not None:
            spans.p95.times(3.0, 0, 2)
            spans.errors.set(0.02, 0, 2)


@normal(lasts=40, when=lambda service: service.database is not None or service.grpc_calls is not None)
def asks_others_more(service: Service) -> None:
    """It asks what it depends on twice as much for ten minutes; answers take a little longer."""
    for spans in (service.database, service.calls, service.grpc_calls):
        if spans is not None:
            spans.rate.times(2.0, 0, 10)
            spans.p95.times(1.3, 0, 10)
