"""Atlas: how long operations take, and why."""

from __future__ import annotations

from dd_sync import MongoDB, Monitor, Number, define

from .terms import NODE, alert


@define(level="core")
def atlas_read_latency(
    mongodb: MongoDB,
    *,
    critical: Number = 50,  # milliseconds, mean
) -> Monitor | None:
    """Reads of {mongodb.name} are slow, and so is every service that waits for them.

    First step: the Performance Advisor and the Query Profiler in Atlas, for {{hostnameport.name}}.

    Likely causes: a query without its index after a deploy; IOPS or CPU used up; a cache too small.

    Over when: the mean is under the recovery threshold for ten minutes.
    """
    if mongodb.self_hosted:
        return None
    return alert(
        name="[Atlas] Mean read latency of {{hostnameport.name}} above {{threshold}}ms in {mongodb.name}",
        # of few operations one slow query would be the mean
        query=f"avg(last_10m):max:mongodb.atlas.oplatencies.reads.avg{mongodb.scope()} {NODE}"
        f" * is_greater(max:mongodb.atlas.opcounters.query{mongodb.scope()} {NODE}, 5) > {critical}",
        critical_recovery=0.8 * critical,
        on_missing_data="resolve",
        priority=2,
    )


@define(level="core")
def atlas_write_latency(
    mongodb: MongoDB,
    *,
    critical: Number = 50,  # milliseconds, mean
) -> Monitor | None:
    """Writes to {mongodb.name} are slow, and so is every service that waits for them.

    First step: Metrics → Disk Latency and Replication Lag in Atlas, for {{hostnameport.name}}.

    Likely causes: IOPS used up; a lagging secondary that holds majority writes up; a bulk write.

    Over when: the mean is under the recovery threshold for ten minutes.
    """
    if mongodb.self_hosted:
        return None
    here = mongodb.scope()
    done = " + ".join(f"max:mongodb.atlas.opcounters.{one}{here} {NODE}" for one in ("insert", "update", "delete"))
    spent = f"max:mongodb.atlas.oplatencies.writes.avg{here} {NODE}"
    return alert(
        name="[Atlas] Mean write latency of {{hostnameport.name}} above {{threshold}}ms in {mongodb.name}",
        query=f"avg(last_10m):{spent} * is_greater({done}, 5) > {critical}",
        critical_recovery=0.8 * critical,
        on_missing_data="resolve",
        priority=2,
    )


@define(level="standard")
def atlas_query_targeting(
    mongodb: MongoDB,
    *,
    critical: Number = 1000,  # objects scanned per object returned
) -> Monitor | None:
    """Queries on {{hostnameport.name}} read a thousand documents to return one: an index is missing.

    First step: the Performance Advisor in Atlas: it names the query and the index.

    Likely causes: a query of the last deploy; a dropped index.

    Over when: the number is under the recovery threshold after the index is built.
    """
    if mongodb.self_hosted:
        return None
    metric = "max:mongodb.atlas.metrics.queryexecutor.scannedobjectsperreturned"
    return alert(
        name="[Atlas] Scanned objects per returned above {{threshold}} on {{hostnameport.name}} of {mongodb.name}",
        # made by Atlas, so that one aggregation of a quiet hour is thousands
        query=f"min(last_15m):{metric}{mongodb.scope()} {NODE}"
        f" * is_greater(max:mongodb.atlas.opcounters.query{mongodb.scope()} {NODE}, 5) > {critical}",
        critical_recovery=0.5 * critical,
        on_missing_data="resolve",
        priority=3,
    )


@define(level="standard")
def atlas_queue(
    mongodb: MongoDB,
    *,
    critical: Number = 25,  # operations, all the time
) -> Monitor | None:
    """Operations wait in line on {{hostnameport.name}}: clients see them as slow, or as timeouts.

    First step: the Real-Time panel in Atlas: the slowest operations, and a button that kills one.

    Likely causes: slow queries; IOPS used up; an operation that holds a lock.

    Over when: the queue is under the recovery threshold.
    """
    if mongodb.self_hosted:
        return None
    return alert(
        name="[Atlas] Operations queued on {{hostnameport.name}} of {mongodb.name}",
        query=f"min(last_5m):avg:mongodb.atlas.global.lock.current.queue.total{mongodb.scope()} {NODE} > {critical}",
        critical_recovery=0.5 * critical,
        on_missing_data="resolve",
        priority=3,
    )
