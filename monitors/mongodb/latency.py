"""How long reads and writes take."""

from __future__ import annotations

from dd_sync import MongoDB, Monitor, Number, define

from .terms import MEMBER, alert


@define(level="core")
def read_latency(
    mongodb: MongoDB,
    *,
    critical: Number = 50000,  # microseconds, mean
    warning: Number | None = None,  # microseconds
) -> Monitor | None:
    """Reads of {mongodb.name} are slow, and so is every service that waits for them.

    First step: `db.currentOp({op: "query", secs_running: {$gt: 1}})` on {{database_instance.name}}, then slow queries
    in Database Monitoring.

    Likely causes: a query without its index after a deploy; a cache too small for what is read; tickets or a disk
    used up.

    Over when: the mean is under the recovery threshold for ten minutes. `db.killOp(ID)` stops a single bad query.
    """
    if not mongodb.self_hosted:
        return None
    here = mongodb.scope("!replset_state:arbiter")
    warning = 0.4 * critical if warning is None else warning
    return alert(
        name="[MongoDB] Mean read latency of {{database_instance.name}} above {{threshold}}us in {mongodb.name}",
        query=f"avg(last_10m):avg:mongodb.oplatencies.reads.latency.avg{here} {MEMBER} > {critical}",
        warning=warning,
        critical_recovery=0.8 * critical,
        warning_recovery=0.75 * warning,
        on_missing_data="resolve",
        priority=2,
    )


@define(level="core")
def write_latency(
    mongodb: MongoDB,
    *,
    critical: Number = 100000,  # microseconds, mean
    warning: Number | None = None,  # microseconds
) -> Monitor | None:
    """Writes to {mongodb.name} are slow, the wait for a majority included.

    First step: replication lag and dirty cache on the dashboard: a slow secondary holds majority writes up, a slow
    disk all of them.

    Likely causes: disk latency (burst credits used up); a lagging secondary; a bulk write; an index build.

    Over when: the mean is under the recovery threshold for ten minutes.
    """
    if not mongodb.self_hosted:
        return None
    # of the primary; a single server has no such state
    here = mongodb.scope("replset_state:primary" if mongodb.replicated else "")
    warning = 0.4 * critical if warning is None else warning
    return alert(
        name="[MongoDB] Mean write latency of {{database_instance.name}} above {{threshold}}us in {mongodb.name}",
        query=f"avg(last_10m):avg:mongodb.oplatencies.writes.latency.avg{here} {MEMBER} > {critical}",
        warning=warning,
        critical_recovery=0.8 * critical,
        warning_recovery=0.75 * warning,
        on_missing_data="resolve",
        priority=2,
    )
