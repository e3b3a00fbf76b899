"""Why it is slow: what clients ask."""

from __future__ import annotations

from dd_sync import MongoDB, Monitor, Number, by, define

from .terms import INSTANCE, alert, unusual


@define(level="standard")
def query_targeting(
    mongodb: MongoDB,
    *,
    critical: Number = 500,  # documents scanned per document returned
    scanned: Number = 50000,  # documents a second; with fewer nothing is said
    minutes: int = 15,
) -> Monitor | None:
    """Queries on {{database_instance.name}} read hundreds of documents to return one: an index is missing.

    It is not one aggregation at night: there are more than {scanned} documents read a second, all the time.

    First step: slow queries in Database Monitoring, or `db.system.profile.find().sort({docsExamined: -1}).limit(5)`
    where the profiler is on; then `explain("executionStats")` of the worst.

    Likely causes: a query of the last deploy; a dropped index; a filter on a field of low selectivity.

    Over when: the number is under the recovery threshold after the index is built.
    """
    if not mongodb.self_hosted:
        return None
    read = f"max:mongodb.metrics.queryexecutor.scannedobjectsps{mongodb.scope()} {INSTANCE}"
    returned = f"clamp_min(max:mongodb.metrics.document.returnedps{mongodb.scope()} {INSTANCE}, 1)"
    return alert(
        name="[MongoDB] Documents scanned per returned above {{threshold}} on {{database_instance.name}}"
        " of {mongodb.name}",
        query=f"min(last_{minutes}m):{read} / {returned} * is_greater({read}, {scanned}) > {critical}",
        critical_recovery=0.5 * critical,
        on_missing_data="resolve",
        priority=3,
    )


@define(level="full")
def collection_scans(
    mongodb: MongoDB,
    *,
    critical: Number = 10,  # scans per second of one collection
) -> Monitor | None:
    """{{collection.name}} of {{db.name}} is read from end to end again and again: no index fits.

    First step: slow queries in Database Monitoring with COLLSCAN, then `explain()` of the most frequent.

    Likely causes: a query of the last deploy; a dropped index. Small collections are read so by design: leave them.

    Over when: the rate is under the recovery threshold. Needs `additional_metrics: [collection]` of the check.
    """
    if not mongodb.self_hosted:
        return None
    scans = (
        f"max:mongodb.collection.collectionscans.nontailableps{mongodb.scope()} {by('clustername', 'db', 'collection')}"
    )
    return alert(
        name="[MongoDB] Collection scans of {{db.name}}.{{collection.name}} in {mongodb.name}",
        query=f"min(last_30m):{scans} > {critical}",
        critical_recovery=0.6 * critical,
        on_missing_data="resolve",
        priority=4,
    )


@define(level="full")
def memory_sorts(
    mongodb: MongoDB,
    *,
    critical: Number = 50,  # sorts per second
) -> Monitor | None:
    """Many queries on {{database_instance.name}} sort in memory because no index gives the order.

    First step: slow queries in Database Monitoring with hasSortStage, then `explain()` of the most frequent.

    Likely causes: a compound index without the sort field, or with it in the wrong place.

    Over when: the rate is under the recovery threshold.
    """
    if not mongodb.self_hosted:
        return None
    return alert(
        name="[MongoDB] In-memory sorts (scan and order) high on {{database_instance.name}} of {mongodb.name}",
        query=f"avg(last_15m):avg:mongodb.metrics.operation.scanandorderps{mongodb.scope()} {INSTANCE} > {critical}",
        critical_recovery=0.6 * critical,
        on_missing_data="resolve",
        priority=4,
    )


@define(level="full")
def write_conflicts(
    mongodb: MongoDB,
    *,
    critical: Number = 100,  # conflicts per second
) -> Monitor | None:
    """Writers of {{database_instance.name}} fight over the same documents, and burn CPU trying again.

    First step: `db.currentOp({op: "update"})`: which collection and _id come up again and again?

    Likely causes: one counter or status document that everybody updates; transactions that run long.

    Over when: the rate is under the recovery threshold; spread the hot document over several.
    """
    if not mongodb.self_hosted:
        return None
    return alert(
        name="[MongoDB] Write conflicts high on {{database_instance.name}} of {mongodb.name}",
        query=f"avg(last_10m):avg:mongodb.metrics.operation.writeconflictsps{mongodb.scope()} {INSTANCE} > {critical}",
        critical_recovery=0.5 * critical,
        on_missing_data="resolve",
        priority=4,
    )


@define(level="full")
def cursors_open(
    mongodb: MongoDB,
    *,
    critical: Number = 10000,  # cursors
) -> Monitor | None:
    """Cursors pile up on {{database_instance.name}}, each with memory of its own: a client does not close them.

    First step: `db.serverStatus().metrics.cursor`, then `db.currentOp({type: "idleCursor"})` by client.

    Likely causes: results that are not read to the end; noCursorTimeout; change streams opened for every request.

    Over when: the number is under the recovery threshold; restarting the leaking service frees its own.
    """
    if not mongodb.self_hosted:
        return None
    return alert(
        name="[MongoDB] Open cursors above {{threshold}} on {{database_instance.name}} of {mongodb.name}",
        query=f"avg(last_10m):avg:mongodb.metrics.cursor.open.total{mongodb.scope()} {INSTANCE} > {critical}",
        critical_recovery=0.8 * critical,
        on_missing_data="resolve",
        priority=4,
    )


@define(level="full")
def cursors_timedout(
    mongodb: MongoDB,
    *,
    critical: Number = 2,  # cursors per second
) -> Monitor | None:
    """Clients of {{database_instance.name}} abandon results halfway: work done for nobody.

    First step: which client: mongod's log for "cursor" and "timed out", by appName.

    Likely causes: batches that take longer than ten minutes to work off; jobs that are killed while they read.

    Over when: the rate is under the recovery threshold.
    """
    if not mongodb.self_hosted:
        return None
    return alert(
        name="[MongoDB] Cursors timing out on {{database_instance.name}} of {mongodb.name}",
        query=f"avg(last_10m):avg:mongodb.metrics.cursor.timedoutps{mongodb.scope()} {INSTANCE} > {critical}",
        critical_recovery=0.5 * critical,
        on_missing_data="resolve",
        priority=4,
    )


@define(level="full")
def page_faults(mongodb: MongoDB, *, deviations: int = 3) -> Monitor | None:
    """{{database_instance.name}} reads from disk far more than usual: what is in use no longer fits in memory.

    First step: cache used on the dashboard, then which query or job is new since it began.

    Likely causes: growth; a scan or export; a cold member after a restart, where it passes by itself.

    Over when: the rate is back in its usual band for 15 minutes.
    """
    if not mongodb.self_hosted:
        return None
    return unusual(
        name="[MongoDB] Page faults unusual on {{database_instance.name}} of {mongodb.name}",
        watched=f"avg:mongodb.extra_info.page_faultsps{mongodb.scope()} {INSTANCE}",
        deviations=deviations,
    )


@define(level="standard")
def asserts(
    mongodb: MongoDB,
    *,
    critical: Number = 0.1,  # assertions per second
) -> Monitor | None:
    """{{database_instance.name}} runs into errors of its own; clients' mistakes are not counted here.

    First step: mongod's log around the first one: severity E and F.

    Likely causes: a bug of this version; damaged data or a failing disk; a resource of the host used up.

    Over when: none for ten minutes, and the log says why there were any.
    """
    if not mongodb.self_hosted:
        return None
    return alert(
        name="[MongoDB] Regular asserts raised on {{database_instance.name}} of {mongodb.name}",
        query=f"avg(last_10m):avg:mongodb.asserts.regularps{mongodb.scope()} {INSTANCE} > {critical}",
        on_missing_data="resolve",
        priority=3,
    )


@define(level="full")
def orphans(
    mongodb: MongoDB,
    *,
    critical: Number = 1000000,  # documents
) -> Monitor | None:
    """{{shard.name}} of {mongodb.name} keeps documents that moved elsewhere: disk and cache for nothing.

    It is not a migration of today, whose leftovers go within hours.

    First step: `db.getSiblingDB("config").rangeDeletions.countDocuments()` on the shard's primary.

    Likely causes: range deletions that fail or are paused; a migration that broke off.

    Over when: the number falls by itself again; a stuck deletion goes on after the shard's primary is stepped down.
    Needs `additional_metrics: [sharded_data_distribution]` of the check on a mongos."""
    if not (mongodb.self_hosted and mongodb.sharded):
        return None
    metric = "max:mongodb.sharded_data_distribution.num_orphaned_docs"
    return alert(
        name="[MongoDB] Orphaned documents on {{shard.name}} of {mongodb.name}",
        query=f"min(last_4h):{metric}{mongodb.scope()} {by('clustername', 'shard')} > {critical}",
        on_missing_data="resolve",
        priority=4,
    )


@define(level="full")
def jumbo_chunks(mongodb: MongoDB) -> Monitor | None:
    """{mongodb.name} has chunks that cannot be moved: the balancer leaves them, and a shard fills up.

    First step: `db.getSiblingDB("config").chunks.find({jumbo: true})` on a mongos: which collection, which key?

    Likely causes: a shard key with few values, so that one holds more than a chunk may.

    Over when: none is left: `refineCollectionShardKey` or `reshardCollection`. Needs `additional_metrics:
    [jumbo_chunks]` of the check on a mongos."""
    if not (mongodb.self_hosted and mongodb.sharded):
        return None
    return alert(
        name="[MongoDB] Jumbo chunks in {mongodb.name}",
        query=f"min(last_1h):max:mongodb.chunks.jumbo{mongodb.scope()} {by('clustername')} > 0",
        on_missing_data="resolve",
        priority=4,
    )
