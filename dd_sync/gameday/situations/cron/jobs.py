"""What goes wrong with a service's scheduled job."""

from __future__ import annotations

from dd_sync.gameday.service import Service
from dd_sync.gameday.situation import incident


def scheduled(service: Service) -> bool:
    """Whether it is a scheduled job."""
    return service.cron is not None


@incident(2, within=20, lasts=60, when=scheduled)
def run_failed(service: Service) -> None:
    """A run uses up its attempts."""
    assert service.cron is not None
    service.cron.runs(-20, 0, ok=False)


@incident(2, within=200, lasts=240, when=scheduled)
def not_started(service: Service) -> None:
    """A run that is due is never started: the last success gets older than the period."""
    cron = service.cron
    assert cron is not None
    cron.scheduled.set(-cron.period, -100_000)
    cron.succeeded.set(-cron.period + cron.takes, -100_000)
    cron.late.set(True, 0)


@incident(3, within=240, lasts=300, when=scheduled)
def runs_too_long(service: Service) -> None:
    """A run hangs: it has been running for hours, and its own figure of it stands still."""
    cron = service.cron
    assert cron is not None
    cron.scheduled.set(0, 0)
    cron.runs(0, None)


@incident(3, within=30, lasts=60, when=scheduled)
def never_succeeded(service: Service) -> None:
    """A new job has failed at every run so far: nobody knows when it last succeeded."""
    cron = service.cron
    assert cron is not None
    cron.succeeded.set(None, -100_000)
    cron.runs(-20, 0, ok=False)
