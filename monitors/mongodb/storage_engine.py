"""Why it is slow: the storage engine."""

from __future__ import annotations

from dd_sync import MongoDB, Monitor, Number, define

from .terms import INSTANCE, alert, fixed_tickets, ratio


@define(level="standard")
def cache_used(
    mongodb: MongoDB,
    *,
    critical: Number = 95,  # percent of the configured cache
) -> Monitor | None:
    """The cache of {{database_instance.name}} is full: clients' own operations have to make room first.

    First step: `db.serverStatus().wiredTiger.cache`: bytes in the cache beside the maximum, pages read into it.

    Likely causes: data and indexes in use outgrew memory; a scan pushes everything else out.

    Over when: it is back near 80 %, where WiredTiger keeps it.
    """
    if not mongodb.self_hosted:
        return None
    here = mongodb.scope()
    return ratio(
        name="[MongoDB] WiredTiger cache of {{database_instance.name}} above {{threshold}}% in {mongodb.name}",
        query=f"min(last_10m):100 * max:mongodb.wiredtiger.cache.bytes_currently_in_cache{here} {INSTANCE}"
        f" / max:mongodb.wiredtiger.cache.maximum_bytes_configured{here} {INSTANCE} > {critical}",
        critical_recovery=critical * 93 / 95,
        on_missing_data="resolve",
        priority=3,
    )


@define(level="standard")
def cache_dirty(
    mongodb: MongoDB,
    *,
    critical: Number = 20,  # percent of the configured cache
) -> Monitor | None:
    """Writes come faster than {{database_instance.name}} puts them on disk; soon they have to wait.

    First step: the disk's write latency and throughput, then `db.currentOp({op: {$in: ["insert", "update"]}})`.

    Likely causes: a slow disk or its limit reached; a bulk write; a checkpoint that takes long.

    Over when: the share is under the recovery threshold.
    """
    if not mongodb.self_hosted:
        return None
    here = mongodb.scope()
    return ratio(
        name="[MongoDB] WiredTiger dirty cache of {{database_instance.name}} above {{threshold}}% in {mongodb.name}",
        query=f"min(last_10m):100 * max:mongodb.wiredtiger.cache.tracked_dirty_bytes_in_cache{here} {INSTANCE}"
        f" / max:mongodb.wiredtiger.cache.maximum_bytes_configured{here} {INSTANCE} > {critical}",
        critical_recovery=0.75 * critical,
        on_missing_data="resolve",
        priority=3,
    )


@define(level="standard")
def app_eviction(
    mongodb: MongoDB,
    *,
    critical: Number = 100,  # pages per second
) -> Monitor | None:
    """Clients' operations on {{database_instance.name}} do the cache's work: every one of them takes longer.

    First step: cache used and dirty on the dashboard: which of the two drives it?

    Likely causes: as for `cache-used` and `cache-dirty`.

    Over when: the rate is under the recovery threshold for ten minutes.
    """
    if not mongodb.self_hosted:
        return None
    evicted = "mongodb.wiredtiger.cache.pages_evicted_by_application_threadsps"
    return alert(
        name="[MongoDB] Application threads of {{database_instance.name}} evicting pages in {mongodb.name}",
        query=f"min(last_10m):max:{evicted}{mongodb.scope()} {INSTANCE} > {critical}",
        critical_recovery=0.5 * critical,
        on_missing_data="resolve",
        priority=3,
    )


@define(level="standard")
def tickets_read(
    mongodb: MongoDB,
    *,
    critical: Number = 10,  # percent of tickets that are free; fewer alert
) -> Monitor | None:
    """Reads of {{database_instance.name}} are about to queue: it lets no more of them run at once.

    First step: `db.currentOp({op: {$in: ["query", "getmore", "command"]}, secs_running: {$gt: 1}})`.

    Likely causes: slow queries that hold their tickets; a disk that does not keep up; more load than before.

    Over when: free tickets are above the recovery threshold. Made only for a `major_version` below 7, since later ones
    adjust their number while they run: `queue-readers` says it there."""
    if not fixed_tickets(mongodb):
        return None
    here, metric = mongodb.scope(), "max:mongodb.wiredtiger.concurrenttransactions.read"
    return ratio(
        name="[MongoDB] Read tickets of {{database_instance.name}} nearly used up in {mongodb.name}",
        query=f"max(last_5m):100 * {metric}.available{here} {INSTANCE} / {metric}.totaltickets{here} {INSTANCE}"
        f" < {critical}",
        critical_recovery=2 * critical,
        on_missing_data="resolve",
        priority=3,
    )


@define(level="standard")
def tickets_write(
    mongodb: MongoDB,
    *,
    critical: Number = 10,  # percent of tickets that are free; fewer alert
) -> Monitor | None:
    """Writes to {{database_instance.name}} are about to queue: it lets no more of them run at once.

    First step: `db.currentOp({op: {$in: ["insert", "update", "remove"]}, secs_running: {$gt: 1}})`.

    Likely causes: a slow disk; a bulk write; conflicts on a hot document; a lagging majority.

    Over when: free tickets are above the recovery threshold. Made only for a `major_version` below 7, since later ones
    adjust their number while they run: `queue-writers` says it there."""
    if not fixed_tickets(mongodb):
        return None
    here, metric = mongodb.scope(), "max:mongodb.wiredtiger.concurrenttransactions.write"
    return ratio(
        name="[MongoDB] Write tickets of {{database_instance.name}} nearly used up in {mongodb.name}",
        query=f"max(last_5m):100 * {metric}.available{here} {INSTANCE} / {metric}.totaltickets{here} {INSTANCE}"
        f" < {critical}",
        critical_recovery=2 * critical,
        on_missing_data="resolve",
        priority=3,
    )


@define(level="standard")
def queue_readers(
    mongodb: MongoDB,
    *,
    critical: Number = 25,  # operations, all the time
) -> Monitor | None:
    """Reads wait in line on {{database_instance.name}}: clients see them as slow, or as timeouts.

    First step: `db.currentOp({$or: [{waitingForLock: true}, {secs_running: {$gt: 1}}]})`, then what the first in line
    waits for.

    Likely causes: slow queries that hold tickets; an operation that holds a lock (index drop, rename, compact).

    Over when: the queue is under the recovery threshold.
    """
    if not mongodb.self_hosted:
        return None
    return alert(
        name="[MongoDB] Reads queued on {{database_instance.name}} of {mongodb.name}",
        query=f"min(last_5m):max:mongodb.globallock.currentqueue.readers{mongodb.scope()} {INSTANCE} > {critical}",
        critical_recovery=0.5 * critical,
        on_missing_data="resolve",
        priority=3,
    )


@define(level="core")
def queue_writers(
    mongodb: MongoDB,
    *,
    critical: Number = 25,  # operations, all the time
) -> Monitor | None:
    """Writes wait in line on {{database_instance.name}}: clients see them as slow, or as timeouts.

    First step: `db.currentOp({$or: [{waitingForLock: true}, {secs_running: {$gt: 1}}]})`, then the disk's write
    latency.

    Likely causes: a slow disk; a bulk write; an operation that holds a lock (index drop, rename, compact).

    Over when: the queue is under the recovery threshold.
    """
    if not mongodb.self_hosted:
        return None
    return alert(
        name="[MongoDB] Writes queued on {{database_instance.name}} of {mongodb.name}",
        query=f"min(last_5m):max:mongodb.globallock.currentqueue.writers{mongodb.scope()} {INSTANCE} > {critical}",
        critical_recovery=0.5 * critical,
        on_missing_data="resolve",
        priority=2,
    )
