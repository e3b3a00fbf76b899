"""Normal life of workers and scheduled jobs."""

from __future__ import annotations

from dd_sync.gameday.service import Service
from dd_sync.gameday.situation import normal
from dd_sync.gameday.situations.cron.jobs import scheduled
from dd_sync.gameday.situations.queue.workers import works
from dd_sync.gameday.track import line


def scaled_to_nothing(service: Service) -> bool:
    """Whether it is a worker whose pods go away when there is nothing to do."""
    workload = service.workload
    return service.tasks is not None and service.requests is None and workload is not None


@normal(lasts=30, when=scaled_to_nothing)
def wakes_up_in_the_morning(service: Service) -> None:
    """It was scaled to nothing; the first message of the day wakes it, on a node that must be made first."""
    workload = service.workload
    assert workload is not None
    assert service.tasks is not None
    service.world.begins = 30 * 60
    workload.desired.set(0, -100_000, 0)
    workload.desired.set(1, 0)
    for pod in workload.pods:
        pod.exists.set(False, -100_000)
    first = workload.add_pod(40, version="v1", added=True)
    first.comes(0, 4, pulls=2)
    first.unschedulable.set(True, 0, 2)
    service.tasks.rate.set(0, -100_000, 4)
    if service.autoscaler is not None:
        service.autoscaler.active.set("false", -100_000, 0)
        service.autoscaler.desired.set(0, -100_000, 0)
        service.autoscaler.desired.set(1, 0)
    if service.queue is not None:
        service.queue.consumers.set(0, -100_000, 4)
        service.queue.waiting.set(0.0, -100_000, 0)
        service.queue.waiting.set(line(0, 1, 4, 12), 0, 5)
        service.queue.age.set(0.0, -100_000, 0)
        service.queue.age.set(lambda now: 60.0 * now, 0, 5)
        service.queue.done.set(0.0, -100_000, 4)
        service.queue.sent.set(0.0, -100_000, 0)


@normal(lasts=120, when=scaled_to_nothing)
def nothing_to_do_all_night(service: Service) -> None:
    """It is scaled to nothing all night, and its queue reports nothing."""
    workload = service.workload
    assert workload is not None
    assert service.tasks is not None
    service.world.begins = 25 * 60
    workload.desired.set(0, -100_000)
    for pod in workload.pods:
        pod.exists.set(False, -100_000)
    service.tasks.rate.set(0, -100_000)
    if service.autoscaler is not None:
        service.autoscaler.active.set("false", -100_000)
        service.autoscaler.desired.set(0, -100_000)
    if service.queue is not None:
        service.queue.consumers.set(0, -100_000)
        idle = None if service.queue.type == "sqs" else 0.0
        service.queue.waiting.set(idle, -100_000)
        service.queue.age.set(0.0, -100_000)
        service.queue.done.set(0.0, -100_000)
        service.queue.sent.set(0.0, -100_000)


@normal(lasts=60, when=works)
def batch_comes_in(service: Service) -> None:
    """A batch of 5,000 messages comes in at once and is worked off within minutes."""
    queue = service.queue
    assert queue is not None
    queue.waiting.set(line(0, 5000, 5, 20), 0, 5)
    queue.age.set(line(0, 4, 5, 280), 0, 5)
    queue.done.set(1000.0, 0, 5)
    queue.sent.set(5000.0, 0, 1)


@normal(lasts=60, when=scheduled)
def runs_as_planned(service: Service) -> None:
    """Its job is due, starts within seconds, and is done in its usual time."""
    cron = service.cron
    assert cron is not None
    cron.scheduled.set(-cron.period, -100_000)
    cron.succeeded.set(-cron.period + cron.takes, -100_000)
    cron.late.set(True, 0, 1)
    cron.runs(1, 1 + cron.takes)


@normal(lasts=60, when=scheduled)
def passes_at_the_second_try(service: Service) -> None:
    """A first attempt fails, the second one succeeds; the failed pod stays to be looked at."""
    cron = service.cron
    assert cron is not None
    cron.runs(0, cron.takes, retried=True)


@normal(lasts=60, when=scheduled)
def success_after_failure(service: Service) -> None:
    """Yesterday's run failed and was seen to; today's succeeds while yesterday's Job still lies about."""
    cron = service.cron
    assert cron is not None
    cron.runs(-1460, -1440, ok=False, n=29012344)
    cron.runs(-480, -460)


@normal(lasts=30, when=lambda service: service.queue is not None and service.queue.type == "rabbitmq")
def broker_short_of_memory_for_a_moment(service: Service) -> None:
    """The broker is short of memory for less than a minute, and works on."""
    queue = service.queue
    assert queue is not None
    queue.alarm.set(1, 0, 1)
    queue.waiting.set(400.0, 0, 3)


@normal(lasts=30, when=lambda service: service.queue is not None and service.queue.type == "rabbitmq")
def broker_restarts(service: Service) -> None:
    """The broker is restarted: its figures are missing for two minutes, its consumers come back."""
    queue = service.queue
    assert queue is not None
    queue.alarm.set(None, 0, 2)
    queue.consumers.set(None, 0, 2)
    queue.waiting.set(None, 0, 2)
