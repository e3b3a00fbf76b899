"""What goes wrong with Jobs that belong to no service file."""

from __future__ import annotations

from dd_sync.gameday.cluster import Cluster
from dd_sync.gameday.jobs import CronJob
from dd_sync.gameday.situation import incident


@incident(3, within=20, lasts=60)
def job_failed(cluster: Cluster) -> None:
    """A scheduled Job uses up its attempts."""
    cluster.jobs.runs(-20, 0, ok=False)


@incident(3, within=20, lasts=60)
def plain_job_failed(cluster: Cluster) -> None:
    """A migration fails in a deploy: a Job of no schedule."""
    CronJob.plain(cluster, "tools", "migrate-v42", start=-4, end=0, ok=False)


@incident(3, within=25, lasts=60)
def schedule_missed(cluster: Cluster) -> None:
    """A Job that is due is not started."""
    cluster.jobs.late.set(True, 0)
    cluster.jobs.scheduled.set(-1440, -1440)
    cluster.jobs.succeeded.set(-1420, -1420)
