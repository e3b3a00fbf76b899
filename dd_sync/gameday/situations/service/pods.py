"""What goes wrong with a service's pods."""

from __future__ import annotations

from dd_sync.gameday.service import Service
from dd_sync.gameday.situation import incident
from dd_sync.gameday.track import every, line


def runs(service: Service) -> bool:
    """Whether it has pods that stay."""
    return service.workload is not None and service.facts.tier <= 2


@incident(1, within=12, lasts=40, when=runs)
def every_pod_gone(service: Service) -> None:
    """All its pods crash at each start: nothing answers."""
    assert service.workload is not None
    for pod in service.workload.pods:
        pod.crashes(0)
    if service.requests or service.tasks:
        service.spans.rate.set(0, 1)
    if service.queue is not None:
        service.queue.stuck(1)
        service.queue.consumers.set(0, 1)


@incident(2, within=20, lasts=60, when=runs)
def half_of_the_pods_gone(service: Service) -> None:
    """Half of its pods do not get ready."""
    assert service.workload is not None
    pods = service.workload.pods
    for pod in pods[: (len(pods) + 1) // 2]:
        pod.crashes(0)


@incident(3, within=70, lasts=120, when=runs)
def memory_runs_out_again_and_again(service: Service) -> None:
    """Its pods run out of memory in turn, each every twelve minutes."""
    assert service.workload is not None
    for n, pod in enumerate(service.workload.pods[:3]):
        limit = pod.workload.memory_limit
        pod.working_set.set(lambda now, at=n, most=limit: most * (0.55 + 0.04 * ((now + at) % 12)), 0)
        pod.restarts.set(lambda now, at=n: (now + at) // 12, 0)
        pod.last_terminated.set("oomkilled", 12 - n)
        pod.ready.set(every(12, False, True, offset=-n), 0)


@incident(3, within=30, lasts=60, when=runs)
def processors_at_the_limit(service: Service) -> None:
    """Its pods are held at their CPU limit, and its autoscaler has no more to give."""
    assert service.workload is not None
    for pod in service.workload.pods:
        pod.cpu.set(pod.workload.cpu_limit, 0)
        pod.throttled.set(8.0, 0)
    if service.autoscaler is not None:
        most = int(service.autoscaler.most.at(0))
        service.autoscaler.scales(most, 0)
    if service.requests is not None:
        service.requests.p95.times(4.0, 0)
        service.requests.median.times(4.0, 0)


@incident(3, within=30, lasts=60, when=runs)
def memory_nearly_full(service: Service) -> None:
    """Its pods need nearly all the memory they may have."""
    assert service.workload is not None
    for pod in service.workload.pods:
        pod.working_set.set(line(0, 0.8 * pod.workload.memory_limit, 5, 0.97 * pod.workload.memory_limit), 0)
        pod.cache.set(0.0, 0)


@incident(3, within=30, lasts=60, when=lambda service: bool(service.workload and service.workload.volumes))
def volume_fills_up(service: Service) -> None:
    """Its volume is nearly full."""
    assert service.workload is not None
    for volume in service.workload.volumes.values():
        volume.used.set(line(0, 0.85, 10, 0.97), 0)


@incident(3, within=30, lasts=60, when=lambda service: service.facts.runtime is not None and runs(service))
def runtime_under_pressure(service: Service) -> None:
    """Its heap is nearly full, garbage collection takes its time, threads pile up."""
    service.heap.set(0.96, 0)
    service.collecting.set(0.35, 0)
    service.loop.set(4e8, 0)
    service.threads.set(4000, 0)


@incident(3, within=30, lasts=60, when=lambda service: service.workload is not None and service.facts.tier <= 3)
def image_missing(service: Service) -> None:
    """A new version's image does not exist: its pods wait for it, the old ones serve on."""
    assert service.workload is not None
    for n in range(2):
        pod = service.workload.add_pod(90 + n, version="v2", added=True)
        pod.exists.set(True, 0)
        pod.phase.set("pending", 0)
        pod.started.set(False, 0)
        pod.ready.set(False, 0)
        pod.waiting.set(every(5, "errimagepull", "imagepullbackoff"), 0)
