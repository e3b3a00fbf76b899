"""How long reads and writes take."""

from __future__ import annotations

from dd_sync import MongoDB, Monitor, Number, define

from .terms import INSTANCE, alert

READS = ("query", "getmore")
WRITES = ("insert", "update", "delete")


def mean(kind: str, operations: tuple[str, ...], here: str, least: Number) -> str:
    """Microseconds an operation takes: time spent per second by operations per second, where there are more than so
    many. What Datadog calls `.avg` is the mean since mongod started, and moves by nothing."""
    done = " + ".join(f"sum:mongodb.opcounters.{one}ps{here} {INSTANCE}" for one in operations)
    return f"sum:mongodb.oplatencies.{kind}.latencyps{here} {INSTANCE} / ({done}) * is_greater({done}, {least})"


@define(level="core")
def read_latency(
    mongodb: MongoDB,
    *,
    critical: Number = 30000,  # microseconds, mean
    operations: Number = 5,  # a second; with fewer nothing is said
    minutes: int = 10,
) -> Monitor | None:
    """Reads of {mongodb.name} are slow, and so is every service that waits for them.

    It is not a cold cache after a failover, nor an idle set: there are more than {operations} reads a second.

    First step: `db.currentOp({op: "query", secs_running: {$gt: 1}})` on {{database_instance.name}}, then slow queries
    in Database Monitoring.

    Likely causes: a query without its index after a deploy; a cache too small for what is read; tickets or a disk
    used up.

    Over when: the mean is under the recovery threshold for ten minutes. `db.killOp(ID)` stops a single bad query.
    """
    if not mongodb.self_hosted:
        return None
    return alert(
        name="[MongoDB] Mean read latency of {{database_instance.name}} above {{threshold}}us in {mongodb.name}",
        query=f"avg(last_{minutes}m):{mean('reads', READS, mongodb.scope(), operations)} > {critical}",
        critical_recovery=0.6 * critical,
        on_missing_data="resolve",
        priority=2,
    )


@define(level="core")
def write_latency(
    mongodb: MongoDB,
    *,
    critical: Number = 50000,  # microseconds, mean
    operations: Number = 5,  # a second; with fewer nothing is said
    minutes: int = 10,
) -> Monitor | None:
    """Writes to {mongodb.name} are slow.

    First step: replication lag and dirty cache on the dashboard: a slow secondary holds majority writes up, a slow
    disk all of them.

    Likely causes: disk latency (burst credits used up); a lagging secondary; a bulk write; an index build.

    Over when: the mean is under the recovery threshold for ten minutes.
    """
    if not mongodb.self_hosted:
        return None
    # of the primary; a single server has no such state
    here = mongodb.scope("replset_state:primary" if mongodb.replicated else "")
    return alert(
        name="[MongoDB] Mean write latency of {{database_instance.name}} above {{threshold}}us in {mongodb.name}",
        query=f"avg(last_{minutes}m):{mean('writes', WRITES, here, operations)} > {critical}",
        critical_recovery=0.6 * critical,
        on_missing_data="resolve",
        priority=2,
    )
