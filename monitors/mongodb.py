"""MongoDB: what the owner of a deployment must know before its users do.

Servers of one's own are measured by the Agent, Atlas by its integration: other metrics, other units, the same
questions. One symptom pages, causes inform: a deployment that cannot be reached, takes no writes, is slow, lags or
runs full pages; cache, tickets, queues and members tell why. Levels follow: what pages is core, what informs by day
is standard, habits of clients are full.
"""

from __future__ import annotations

from functools import partial

from dd_sync import MongoDB, Monitor, Number, by, by_check, define

alert = partial(Monitor, tags=("pack:mongodb",), new_group_delay=300, require_full_window=False)
"""A member that joins has five minutes to settle, and need not have been there all the time."""

ratio = partial(alert, evaluation_delay=60)
"""An alert on a quotient, a minute late, since a quotient of which one side is missing jumps (Datadog's docs,
"as_count() in monitor evaluations")."""

SET = by("clustername", "replset_name")
INSTANCE = by("clustername", "database_instance")
MEMBER = by("clustername", "replset_name", "database_instance")
NODE = by("clustername", "hostnameport")
"""Atlas calls a member by host and port."""


# Is it there


@define(level="core")
def can_connect(mongodb: MongoDB, *, checks: int = 3) -> Monitor | None:  # failed checks of the last that many and one
    """The Agent cannot reach a server of {mongodb.name}: it is down, refuses or is cut off; so may its clients be.

    First step: `mongosh "mongodb://{{host.name}}:{{port.name}}" --eval 'db.hello()'`; if that answers, the Agent's
    own trouble: `agent check mongo` on the host it runs on.

    Likely causes: mongod is down (its log, the host's memory and disk); a certificate or password expired; a
    security group or network policy changed.

    Over when: `db.hello()` answers from where the Agent runs, and `rs.status()` counts the member in.
    """
    if not mongodb.self_hosted:
        return None
    return Monitor(
        type="service check",
        name="[MongoDB] Agent cannot connect to {{host.name}}:{{port.name}} of {mongodb.name}",
        query=f'"mongodb.can_connect"{mongodb.over()}{by_check("host", "port", "server")}'
        f".last({checks + 1}).count_by_status()",
        critical=checks,
        ok=1,
        notify_no_data=True,
        no_data_timeframe=10,
        new_group_delay=300,
        renotify_interval=60,
        tags=("pack:mongodb",),
        priority=1,
    )


@define(level="core")
def no_primary(mongodb: MongoDB, *, minutes: int = 5) -> Monitor | None:
    """{mongodb.name} takes no writes: {{replset_name.name}} has no primary.

    First step: `rs.status()` on any member of {{replset_name.name}}: how many vote, who sees whom.

    Likely causes: a majority of members is down or cut off; a network partition; an election that fails again and
    again.

    Over when: one member is PRIMARY and the services' writes succeed. Bring members back before any
    `rs.reconfig(…, {force: true})`: forcing one can lose acknowledged writes.
    """
    if not mongodb.replicated:
        return None
    return alert(
        name="[MongoDB] Replica set {{replset_name.name}} of {mongodb.name} has no primary",
        # state 1 is PRIMARY, so a minimum of 2 says that nobody is
        query=f"min(last_{minutes}m):min:mongodb.replset.state{mongodb.scope()} {SET} >= 2",
        critical_recovery=1,
        on_missing_data="show_and_notify_no_data",
        renotify_interval=60,
        priority=1,
    )


@define(level="standard")
def member_unhealthy(mongodb: MongoDB, *, minutes: int = 5) -> Monitor | None:
    """{{database_instance.name}} is out of its replica set: less redundancy, fewer failures that can be borne.

    First step: `rs.status()` on the primary: stateStr, lastHeartbeatMessage and optimeDate of
    {{database_instance.name}}.

    Likely causes: mongod stopped; an initial sync or rollback under way; too stale to catch up (oplog window); the
    network between members.

    Over when: the member is SECONDARY or PRIMARY, and its lag falls to nothing. If the Agent cannot reach it either,
    `can-connect` has paged.
    """
    if not mongodb.replicated:
        return None
    return alert(
        name="[MongoDB] Replica set member {{database_instance.name}} unhealthy in {{replset_name.name}}"
        " of {mongodb.name}",
        query=f"max(last_{minutes}m):min:mongodb.replset.health{mongodb.scope()} {MEMBER} < 1",
        on_missing_data="show_and_notify_no_data",
        priority=3,
    )


@define(level="standard")
def members_missing(
    mongodb: MongoDB,
    *,
    critical: Number | None = None,  # members; fewer alert; unless given, as many as the inventory says
    minutes: int = 10,
) -> Monitor | None:
    """{{replset_name.name}} reports fewer members than it has: one is lost, or nobody measures it.

    First step: `rs.conf().members` beside the members on the dashboard; then the Agent of the one that is missing.

    Likely causes: a host or its Agent is gone; a member was removed from the set and not from the inventory.

    Over when: every member reports. If there are to be fewer, set `members` of {mongodb.name} in the inventory.
    """
    if not mongodb.replicated:
        return None
    members = mongodb.members if critical is None else critical
    return alert(
        name="[MongoDB] Fewer members than expected in {{replset_name.name}} of {mongodb.name}",
        query=f"max(last_{minutes}m):sum:mongodb.replset.health{mongodb.scope()} {SET} < {members}",
        on_missing_data="show_and_notify_no_data",
        priority=3,
    )


@define(level="standard")
def election(
    mongodb: MongoDB,
    *,
    critical: Number = 2,  # changes of state in 15 minutes
) -> Monitor | None:
    """Members of {mongodb.name} changed state: every election drops all connections for some seconds.

    First step: the events themselves (`source:mongodb`): member_status says who became what, in which order.

    Likely causes: a restart or upgrade, if there is one; else a host that stalls, a network that flaps, a primary too
    busy to answer heartbeats.

    Over when: no more changes for 15 minutes and one PRIMARY stays.
    """
    if not mongodb.replicated:
        return None
    return Monitor(
        type="event-v2 alert",
        name="[MongoDB] Members of {mongodb.name} change state",
        query=f'events("source:mongodb action:mongo_replset_member_status_change {_events(mongodb)}")'
        f'.rollup("count").last("15m") > {critical}',
        warning=0 if critical > 0 else None,
        tags=("pack:mongodb",),
        priority=3,
    )


# Is it current


@define(level="core")
def replication_lag(
    mongodb: MongoDB,
    *,
    critical: Number = 120,  # seconds
    warning: Number | None = None,  # seconds
) -> Monitor | None:
    """{{member.name}} falls behind: stale reads, slow majority writes, writes lost if it takes over.

    First step: `rs.printSecondaryReplicationInfo()` on the primary, then `db.currentOp()` on {{member.name}}.

    Likely causes: its disk or CPU is weaker or busier; a bulk write or index build; an initial sync; the network
    between regions.

    Over when: the lag is under the recovery threshold and falling. Until then do not step the primary down.
    """
    if not mongodb.replicated:
        return None
    warning = 0.5 * critical if warning is None else warning
    group = by("clustername", "replset_name", "member")
    return alert(
        name="[MongoDB] Replication lag of {{member.name}} above {{threshold}}s in {mongodb.name}",
        query=f"avg(last_5m):avg:mongodb.replset.optime_lag{mongodb.scope()} {group} > {critical}",
        warning=warning,
        critical_recovery=0.75 * critical,
        warning_recovery=0.75 * warning,
        on_missing_data="resolve",
        priority=2,
    )


@define(level="standard")
def oplog_window(
    mongodb: MongoDB,
    *,
    critical: Number = 14400,  # seconds: 4 hours; less alerts
    warning: Number | None = None,  # seconds
) -> Monitor | None:
    """The oplog reaches back only a few hours: a member away for longer has to copy everything anew.

    First step: `rs.printReplicationInfo()` on {{database_instance.name}}, then what writes so much: the operations on
    the dashboard, by kind.

    Likely causes: a bulk load, a migration, a loop of updates; an oplog sized for less.

    Over when: the window is above the recovery threshold; `db.adminCommand({replSetResizeOplog: 1, size: MEGABYTES})`
    enlarges it while it runs. Change streams and backups need it as well.
    """
    if not mongodb.replicated:
        return None
    warning = 3 * critical if warning is None else warning
    return alert(
        name="[MongoDB] Oplog window of {{database_instance.name}} below {{threshold}}s in {mongodb.name}",
        query=f"avg(last_60m):avg:mongodb.oplog.timediff{mongodb.scope()} {MEMBER} < {critical}",
        warning=warning,
        critical_recovery=1.25 * critical,
        warning_recovery=warning * 14 / 12,
        on_missing_data="resolve",
        priority=3,
    )


# Is there room


@define(level="core")
def connections(
    mongodb: MongoDB,
    *,
    critical: Number = 90,  # percent of the limit
    warning: Number | None = None,  # percent
) -> Monitor | None:
    """{{host.name}} soon refuses connections: pods that start then cannot work.

    First step: who holds them: `db.currentOp(true).inprog` grouped by client and appName, or
    `db.serverStatus().connections`.

    Likely causes: services scaled out (pool size times replicas); a leak of clients; slow operations that hold them.

    Over when: use is under the recovery threshold: fewer replicas, a smaller maxPoolSize, or the slow query killed.
    """
    if not mongodb.self_hosted:
        return None
    warning = critical * 70 / 90 if warning is None else warning
    here, group = mongodb.scope(), by("clustername", "replset_name", "host")
    current = f"sum:mongodb.connections.current{here} {group}"
    return ratio(
        name="[MongoDB] Connections of {{host.name}} above {{threshold}}% of the limit in {mongodb.name}",
        query=f"avg(last_5m):100 * {current} / ({current} + sum:mongodb.connections.available{here} {group})"
        f" > {critical}",
        warning=warning,
        critical_recovery=critical * 85 / 90,
        warning_recovery=warning * 65 / 70,
        on_missing_data="resolve",
        priority=2,
    )


@define(level="full")
def connection_churn(mongodb: MongoDB, *, deviations: int = 3) -> Monitor | None:
    """Far more connections are opened than usual: each costs a handshake and a thread.

    First step: mongod's log, "connection accepted" by client and appName: which service is it?

    Likely causes: a client per request instead of one per process; pods that restart; a pool that is too small.

    Over when: the rate is back in its usual band for 15 minutes.
    """
    if not mongodb.self_hosted:
        return None
    rate = f"per_second(avg:mongodb.connections.totalcreated{mongodb.scope()} {SET})"  # a gauge that only rises
    return _unusual(
        name="[MongoDB] Connection churn of {{replset_name.name}} unusual in {mongodb.name}",
        watched=rate,
        deviations=deviations,
    )


@define(level="core")
def disk_usage(
    mongodb: MongoDB,
    *,
    critical: Number = 85,  # percent of the data volume
    warning: Number | None = None,  # percent
) -> Monitor | None:
    """The data volume fills up; when it is full, writes stop and mongod may not start again.

    First step: what grew: `db.stats(1024*1024)` of each database, then the largest of
    `db.COLLECTION.stats().storageSize`.

    Likely causes: growth; a missing TTL; an index build; a migration that keeps both copies.

    Over when: usage is under the recovery threshold: enlarge the volume first, delete or `compact` after. The number
    is the primary's; members have volumes of their own.
    """
    if not mongodb.self_hosted:
        return None
    here = mongodb.scope()
    warning = critical * 75 / 85 if warning is None else warning
    return ratio(
        name="[MongoDB] Data volume of {{database_instance.name}} above {{threshold}}% in {mongodb.name}",
        query=f"avg(last_30m):100 * avg:mongodb.stats.fsusedsize{here} {INSTANCE}"
        f" / avg:mongodb.stats.fstotalsize{here} {INSTANCE} > {critical}",
        warning=warning,
        critical_recovery=critical * 82 / 85,
        warning_recovery=warning * 72 / 75,
        on_missing_data="resolve",
        priority=2,
    )


@define(level="standard")
def cpu(
    mongodb: MongoDB,
    *,
    critical: Number = 85,  # percent
    warning: Number | None = None,  # percent
) -> Monitor | None:
    """mongod uses up the CPU of {{database_instance.name}}: everything it does gets slower.

    First step: `db.currentOp({secs_running: {$gt: 1}})`: scans, sorts, index builds.

    Likely causes: a query without its index; an index build; more load than the machine was bought for.

    Over when: CPU is under the recovery threshold for 15 minutes.
    """
    if not (mongodb.self_hosted and mongodb.agent_on_host):
        return None
    warning = critical * 70 / 85 if warning is None else warning
    return alert(
        name="[MongoDB] mongod CPU of {{database_instance.name}} above {{threshold}}% in {mongodb.name}",
        query=f"avg(last_15m):avg:mongodb.system.cpu.percent{mongodb.scope()} {INSTANCE} > {critical}",
        warning=warning,
        critical_recovery=critical * 80 / 85,
        warning_recovery=warning * 65 / 70,
        on_missing_data="resolve",
        priority=3,
    )


# Is it fast


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


# Why it is slow: the storage engine


@define(level="standard")
def cache_used(
    mongodb: MongoDB,
    *,
    critical: Number = 95,  # percent of the configured cache
    warning: Number | None = None,  # percent
) -> Monitor | None:
    """The cache of {{database_instance.name}} is full: clients' own operations have to make room first.

    First step: `db.serverStatus().wiredTiger.cache`: bytes in the cache beside the maximum, pages read into it.

    Likely causes: data and indexes in use outgrew memory; a scan pushes everything else out.

    Over when: it is back near 80 %, where WiredTiger keeps it.

    Unconfirmed: that eviction aims at 80 % and applications join in at 95 % are MongoDB's defaults from memory.
    """
    if not mongodb.self_hosted:
        return None
    here = mongodb.scope()
    warning = critical * 90 / 95 if warning is None else warning
    return ratio(
        name="[MongoDB] WiredTiger cache of {{database_instance.name}} above {{threshold}}% in {mongodb.name}",
        query=f"avg(last_10m):100 * avg:mongodb.wiredtiger.cache.bytes_currently_in_cache{here} {INSTANCE}"
        f" / avg:mongodb.wiredtiger.cache.maximum_bytes_configured{here} {INSTANCE} > {critical}",
        warning=warning,
        critical_recovery=critical * 93 / 95,
        warning_recovery=warning * 88 / 90,
        on_missing_data="resolve",
        priority=3,
    )


@define(level="standard")
def cache_dirty(
    mongodb: MongoDB,
    *,
    critical: Number = 20,  # percent of the configured cache
    warning: Number | None = None,  # percent
) -> Monitor | None:
    """Writes come faster than {{database_instance.name}} puts them on disk; soon they have to wait.

    First step: the disk's write latency and throughput, then `db.currentOp({op: {$in: ["insert", "update"]}})`.

    Likely causes: a slow disk or its limit reached; a bulk write; a checkpoint that takes long.

    Over when: the share is under the recovery threshold.

    Unconfirmed: that applications stall from 20 % on is MongoDB's default from memory.
    """
    if not mongodb.self_hosted:
        return None
    here = mongodb.scope()
    warning = 0.5 * critical if warning is None else warning
    return ratio(
        name="[MongoDB] WiredTiger dirty cache of {{database_instance.name}} above {{threshold}}% in {mongodb.name}",
        query=f"avg(last_10m):100 * avg:mongodb.wiredtiger.cache.tracked_dirty_bytes_in_cache{here} {INSTANCE}"
        f" / avg:mongodb.wiredtiger.cache.maximum_bytes_configured{here} {INSTANCE} > {critical}",
        warning=warning,
        critical_recovery=0.75 * critical,
        warning_recovery=0.7 * warning,
        on_missing_data="resolve",
        priority=3,
    )


@define(level="standard")
def app_eviction(
    mongodb: MongoDB,
    *,
    critical: Number = 100,  # pages per second
    warning: Number | None = None,  # pages per second
) -> Monitor | None:
    """Clients' operations on {{database_instance.name}} do the cache's work: every one of them takes longer.

    First step: cache used and dirty on the dashboard: which of the two drives it?

    Likely causes: as for `cache-used` and `cache-dirty`.

    Over when: the rate is under the recovery threshold for ten minutes.
    """
    if not mongodb.self_hosted:
        return None
    warning = 0.1 * critical if warning is None else warning
    evicted = "mongodb.wiredtiger.cache.pages_evicted_by_application_threadsps"
    return alert(
        name="[MongoDB] Application threads of {{database_instance.name}} evicting pages in {mongodb.name}",
        query=f"avg(last_10m):avg:{evicted}{mongodb.scope()} {INSTANCE} > {critical}",
        warning=warning,
        critical_recovery=0.5 * critical,
        warning_recovery=0.5 * warning,
        on_missing_data="resolve",
        priority=3,
    )


@define(level="standard")
def tickets_read(
    mongodb: MongoDB,
    *,
    critical: Number = 10,  # percent of tickets that are free; fewer alert
    warning: Number | None = None,  # percent
) -> Monitor | None:
    """Reads of {{database_instance.name}} are about to queue: it lets no more of them run at once.

    First step: `db.currentOp({op: {$in: ["query", "getmore", "command"]}, secs_running: {$gt: 1}})`.

    Likely causes: slow queries that hold their tickets; a disk that does not keep up; more load than before.

    Over when: free tickets are above the recovery threshold. Not made from MongoDB 7 on, which adjusts their number
    while it runs: `queue-readers` says it there.
    """
    if not _fixed_tickets(mongodb):
        return None
    here, metric = mongodb.scope(), "avg:mongodb.wiredtiger.concurrenttransactions.read"
    warning = 2.5 * critical if warning is None else warning
    return ratio(
        name="[MongoDB] Read tickets of {{database_instance.name}} nearly used up in {mongodb.name}",
        query=f"min(last_5m):100 * {metric}.available{here} {INSTANCE} / {metric}.totaltickets{here} {INSTANCE}"
        f" < {critical}",
        warning=warning,
        critical_recovery=2 * critical,
        warning_recovery=1.4 * warning,
        on_missing_data="resolve",
        priority=3,
    )


@define(level="standard")
def tickets_write(
    mongodb: MongoDB,
    *,
    critical: Number = 10,  # percent of tickets that are free; fewer alert
    warning: Number | None = None,  # percent
) -> Monitor | None:
    """Writes to {{database_instance.name}} are about to queue: it lets no more of them run at once.

    First step: `db.currentOp({op: {$in: ["insert", "update", "remove"]}, secs_running: {$gt: 1}})`.

    Likely causes: a slow disk; a bulk write; conflicts on a hot document; a lagging majority.

    Over when: free tickets are above the recovery threshold. Not made from MongoDB 7 on, which adjusts their number
    while it runs: `queue-writers` says it there.
    """
    if not _fixed_tickets(mongodb):
        return None
    here, metric = mongodb.scope(), "avg:mongodb.wiredtiger.concurrenttransactions.write"
    warning = 2.5 * critical if warning is None else warning
    return ratio(
        name="[MongoDB] Write tickets of {{database_instance.name}} nearly used up in {mongodb.name}",
        query=f"min(last_5m):100 * {metric}.available{here} {INSTANCE} / {metric}.totaltickets{here} {INSTANCE}"
        f" < {critical}",
        warning=warning,
        critical_recovery=2 * critical,
        warning_recovery=1.4 * warning,
        on_missing_data="resolve",
        priority=3,
    )


@define(level="standard")
def queue_readers(
    mongodb: MongoDB,
    *,
    critical: Number = 100,  # operations, all the time
    warning: Number | None = None,  # operations
) -> Monitor | None:
    """Reads wait in line on {{database_instance.name}}: clients see them as slow, or as timeouts.

    First step: `db.currentOp({waitingForLock: true})`, then what the first in line waits for.

    Likely causes: slow queries that hold tickets; an operation that holds a lock (index drop, rename, compact).

    Over when: the queue is under the recovery threshold.
    """
    if not mongodb.self_hosted:
        return None
    warning = 0.25 * critical if warning is None else warning
    return alert(
        name="[MongoDB] Reads queued on {{database_instance.name}} of {mongodb.name}",
        query=f"min(last_5m):avg:mongodb.globallock.currentqueue.readers{mongodb.scope()} {MEMBER} > {critical}",
        warning=warning,
        critical_recovery=0.5 * critical,
        warning_recovery=0.4 * warning,
        on_missing_data="resolve",
        priority=3,
    )


@define(level="standard")
def queue_writers(
    mongodb: MongoDB,
    *,
    critical: Number = 100,  # operations, all the time
    warning: Number | None = None,  # operations
) -> Monitor | None:
    """Writes wait in line on {{database_instance.name}}: clients see them as slow, or as timeouts.

    First step: `db.currentOp({waitingForLock: true})`, then the disk's write latency.

    Likely causes: a slow disk; a bulk write; an operation that holds a lock (index drop, rename, compact).

    Over when: the queue is under the recovery threshold.
    """
    if not mongodb.self_hosted:
        return None
    warning = 0.25 * critical if warning is None else warning
    return alert(
        name="[MongoDB] Writes queued on {{database_instance.name}} of {mongodb.name}",
        query=f"min(last_5m):avg:mongodb.globallock.currentqueue.writers{mongodb.scope()} {MEMBER} > {critical}",
        warning=warning,
        critical_recovery=0.5 * critical,
        warning_recovery=0.4 * warning,
        on_missing_data="resolve",
        priority=3,
    )


# Why it is slow: what clients ask


@define(level="standard")
def query_targeting(
    mongodb: MongoDB,
    *,
    critical: Number = 1000,  # documents scanned per document returned
    warning: Number | None = None,  # documents
) -> Monitor | None:
    """Queries on {{database_instance.name}} read a thousand documents to return one: an index is missing.

    First step: slow queries in Database Monitoring, or `db.system.profile.find().sort({docsExamined: -1}).limit(5)`
    where the profiler is on; then `explain("executionStats")` of the worst.

    Likely causes: a query of the last deploy; a dropped index; a filter on a field of low selectivity.

    Over when: the number is under the recovery threshold after the index is built.
    """
    if not mongodb.self_hosted:
        return None
    here = mongodb.scope()
    warning = 0.2 * critical if warning is None else warning
    return ratio(
        name="[MongoDB] Documents scanned per returned above {{threshold}} on {{database_instance.name}}"
        " of {mongodb.name}",
        query=f"avg(last_15m):(avg:mongodb.metrics.queryexecutor.scannedobjectsps{here} {INSTANCE}"
        f" / avg:mongodb.metrics.document.returnedps{here} {INSTANCE}) > {critical}",
        warning=warning,
        critical_recovery=0.5 * critical,
        warning_recovery=0.5 * warning,
        on_missing_data="resolve",
        priority=3,
    )


@define(level="full")
def collection_scans(
    mongodb: MongoDB,
    *,
    critical: Number = 50,  # sorts per second
    warning: Number | None = None,  # sorts per second
) -> Monitor | None:
    """Many queries on {{database_instance.name}} sort in memory because no index gives the order.

    First step: slow queries in Database Monitoring with hasSortStage, then `explain()` of the most frequent.

    Likely causes: a compound index without the sort field, or with it in the wrong place.

    Over when: the rate is under the recovery threshold.
    """
    if not mongodb.self_hosted:
        return None
    warning = 0.2 * critical if warning is None else warning
    return alert(
        name="[MongoDB] In-memory sorts (scan and order) high on {{database_instance.name}} of {mongodb.name}",
        query=f"avg(last_15m):avg:mongodb.metrics.operation.scanandorderps{mongodb.scope()} {INSTANCE} > {critical}",
        warning=warning,
        critical_recovery=0.6 * critical,
        warning_recovery=0.5 * warning,
        on_missing_data="resolve",
        priority=4,
    )


@define(level="full")
def write_conflicts(
    mongodb: MongoDB,
    *,
    critical: Number = 100,  # conflicts per second
    warning: Number | None = None,  # conflicts per second
) -> Monitor | None:
    """Writers of {{database_instance.name}} fight over the same documents, and burn CPU trying again.

    First step: `db.currentOp({op: "update"})`: which collection and _id come up again and again?

    Likely causes: one counter or status document that everybody updates; transactions that run long.

    Over when: the rate is under the recovery threshold; spread the hot document over several.
    """
    if not mongodb.self_hosted:
        return None
    warning = 0.25 * critical if warning is None else warning
    return alert(
        name="[MongoDB] Write conflicts high on {{database_instance.name}} of {mongodb.name}",
        query=f"avg(last_10m):avg:mongodb.metrics.operation.writeconflictsps{mongodb.scope()} {INSTANCE} > {critical}",
        warning=warning,
        critical_recovery=0.5 * critical,
        warning_recovery=0.4 * warning,
        on_missing_data="resolve",
        priority=4,
    )


@define(level="full")
def cursors_open(
    mongodb: MongoDB,
    *,
    critical: Number = 10000,  # cursors
    warning: Number | None = None,  # cursors
) -> Monitor | None:
    """Cursors pile up on {{database_instance.name}}, each with memory of its own: a client does not close them.

    First step: `db.serverStatus().metrics.cursor`, then `db.currentOp({type: "idleCursor"})` by client.

    Likely causes: results that are not read to the end; noCursorTimeout; change streams opened for every request.

    Over when: the number is under the recovery threshold; restarting the leaking service frees its own.
    """
    if not mongodb.self_hosted:
        return None
    warning = 0.5 * critical if warning is None else warning
    return alert(
        name="[MongoDB] Open cursors above {{threshold}} on {{database_instance.name}} of {mongodb.name}",
        query=f"avg(last_10m):avg:mongodb.metrics.cursor.open.total{mongodb.scope()} {INSTANCE} > {critical}",
        warning=warning,
        critical_recovery=0.8 * critical,
        warning_recovery=0.8 * warning,
        on_missing_data="resolve",
        priority=4,
    )


@define(level="full")
def cursors_timedout(
    mongodb: MongoDB,
    *,
    critical: Number = 2,  # cursors per second
    warning: Number | None = None,  # cursors per second
) -> Monitor | None:
    """Clients of {{database_instance.name}} abandon results halfway: work done for nobody.

    First step: which client: mongod's log for "cursor" and "timed out", by appName.

    Likely causes: batches that take longer than ten minutes to work off; jobs that are killed while they read.

    Over when: the rate is under the recovery threshold.
    """
    if not mongodb.self_hosted:
        return None
    warning = 0.25 * critical if warning is None else warning
    return alert(
        name="[MongoDB] Cursors timing out on {{database_instance.name}} of {mongodb.name}",
        query=f"avg(last_10m):avg:mongodb.metrics.cursor.timedoutps{mongodb.scope()} {INSTANCE} > {critical}",
        warning=warning,
        critical_recovery=0.5 * critical,
        warning_recovery=0.4 * warning,
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
    return _unusual(
        name="[MongoDB] Page faults unusual on {{database_instance.name}} of {mongodb.name}",
        watched=f"avg:mongodb.extra_info.page_faultsps{mongodb.scope()} {INSTANCE}",
        deviations=deviations,
    )


@define(level="standard")
def asserts(
    mongodb: MongoDB,
    *,
    critical: Number = 0.1,  # assertions per second
    warning: Number | None = None,  # assertions per second
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
        warning=0.1 * critical if warning is None else warning,
        on_missing_data="resolve",
        priority=3,
    )


@define(level="full")
def orphans(
    mongodb: MongoDB,
    *,
    critical: Number = 1000000,  # documents
    warning: Number | None = None,  # documents
) -> Monitor | None:
    """Shards of {mongodb.name} keep documents that moved elsewhere: disk and cache for nothing.

    First step: `db.getSiblingDB("config").rangeDeletions.countDocuments()` on each shard's primary.

    Likely causes: range deletions that fail or are paused; a migration that broke off.

    Over when: the number falls by itself again; a stuck deletion goes on after its shard's primary is stepped down.

    Unconfirmed: which tag tells shards apart, so this counts the deployment's worst.
    """
    if not (mongodb.self_hosted and mongodb.sharded):
        return None
    metric = "max:mongodb.sharded_data_distribution.num_orphaned_docs"
    return alert(
        name="[MongoDB] Orphaned documents on a shard of {mongodb.name}",
        query=f"avg(last_1h):{metric}{mongodb.scope()} {by('clustername')} > {critical}",
        warning=0.1 * critical if warning is None else warning,
        on_missing_data="resolve",
        priority=5,
    )


# Atlas


@define(level="core")
def atlas_member_unhealthy(mongodb: MongoDB, *, minutes: int = 10) -> Monitor | None:
    """A member of {mongodb.name} is down or silent: {{hostnameport.name}}. If it was the primary, writes stopped.

    First step: the project's activity feed and the cluster's page in Atlas, then
    `atlas processes list --projectId PROJECT`.

    Likely causes: maintenance or a scaling step by Atlas; a failed node it replaces; the integration's key expired,
    if all members fall silent at once.

    Over when: all members are healthy in Atlas.

    Unconfirmed: that healthy is 1 and unhealthy 0; read from the metric's name.
    """
    if mongodb.self_hosted:
        return None
    return alert(
        name="[Atlas] Member {{hostnameport.name}} unhealthy in {mongodb.name}",
        query=f"max(last_{minutes}m):min:mongodb.atlas.replstatus.health{mongodb.scope()} {NODE} < 1",
        on_missing_data="show_and_notify_no_data",
        renotify_interval=60,
        priority=1,
    )


@define(level="core")
def atlas_replication_lag(
    mongodb: MongoDB,
    *,
    critical: Number = 120,  # seconds
    warning: Number | None = None,  # seconds
) -> Monitor | None:
    """{{hostnameport.name}} falls behind: stale reads, slow majority writes, writes lost if it takes over.

    First step: the member's metrics in Atlas: disk IOPS and CPU beside those of the primary.

    Likely causes: IOPS used up; a bulk write or index build; an initial sync after a replacement.

    Over when: the lag is under the recovery threshold and falling.
    """
    if mongodb.self_hosted:
        return None
    warning = 0.5 * critical if warning is None else warning
    return alert(
        name="[Atlas] Replication lag of {{hostnameport.name}} above {{threshold}}s in {mongodb.name}",
        query=f"avg(last_10m):max:mongodb.atlas.replset.replicationlag{mongodb.scope()} {NODE} > {critical}",
        warning=warning,
        critical_recovery=0.75 * critical,
        warning_recovery=0.75 * warning,
        on_missing_data="resolve",
        priority=2,
    )


@define(level="core")
def atlas_disk(
    mongodb: MongoDB,
    *,
    critical: Number = 85,  # percent
    warning: Number | None = None,  # percent
) -> Monitor | None:
    """The disk of {{hostnameport.name}} fills up; when it is full, writes stop.

    First step: whether storage auto-scaling is on: `atlas clusters describe {mongodb.name}`, diskSizeGB and
    autoScaling; enlarge the disk by hand if not.

    Likely causes: growth; a missing TTL; auto-scaling at its limit, or within its hours between two steps.

    Over when: usage is under the recovery threshold.
    """
    if mongodb.self_hosted:
        return None
    warning = critical * 75 / 85 if warning is None else warning
    return alert(
        name="[Atlas] Disk of {{hostnameport.name}} above {{threshold}}% in {mongodb.name}",
        query=f"avg(last_30m):max:mongodb.atlas.system.disk.space.percentused{mongodb.scope()} {NODE} > {critical}",
        warning=warning,
        critical_recovery=critical * 82 / 85,
        warning_recovery=warning * 72 / 75,
        on_missing_data="resolve",
        priority=2,
    )


@define(level="standard")
def atlas_iops(
    mongodb: MongoDB,
    *,
    critical: Number = 95,  # percent
    warning: Number | None = None,  # percent
) -> Monitor | None:
    """The disk of {{hostnameport.name}} does all it can: reads and writes queue behind it.

    First step: the Performance Advisor in Atlas: what reads so much, and does it have an index?

    Likely causes: scans; a cache too small for the data in use; a bulk load; provisioned IOPS too low.

    Over when: utilisation is under the recovery threshold for 15 minutes.
    """
    if mongodb.self_hosted:
        return None
    metric = "max:mongodb.atlas.system.disk.iops.percentutilization"
    warning = critical * 85 / 95 if warning is None else warning
    return alert(
        name="[Atlas] IOPS utilisation of {{hostnameport.name}} above {{threshold}}% in {mongodb.name}",
        query=f"avg(last_15m):{metric}{mongodb.scope()} {NODE} > {critical}",
        warning=warning,
        critical_recovery=critical * 90 / 95,
        warning_recovery=warning * 80 / 85,
        on_missing_data="resolve",
        priority=3,
    )


@define(level="standard")
def atlas_cpu(
    mongodb: MongoDB,
    *,
    critical: Number = 85,  # percent of all cores
    warning: Number | None = None,  # percent
) -> Monitor | None:
    """The CPU of {{hostnameport.name}} is used up: everything gets slower.

    First step: the Performance Advisor and the Real-Time panel in Atlas: scans, sorts, index builds.

    Likely causes: a query without its index; an index build; a tier too small for the load.

    Over when: CPU is under the recovery threshold for 15 minutes; a larger tier is one rolling change away.
    """
    if mongodb.self_hosted:
        return None
    here, metric = mongodb.scope(), "avg:mongodb.atlas.system.cpu.norm"
    warning = critical * 70 / 85 if warning is None else warning
    return alert(
        name="[Atlas] User+kernel CPU of {{hostnameport.name}} above {{threshold}}% in {mongodb.name}",
        query=f"avg(last_15m):{metric}.user{here} {NODE} + {metric}.kernel{here} {NODE} > {critical}",
        warning=warning,
        critical_recovery=critical * 80 / 85,
        warning_recovery=warning * 65 / 70,
        on_missing_data="resolve",
        priority=3,
    )


@define(level="standard")
def atlas_cpu_steal(
    mongodb: MongoDB,
    *,
    critical: Number = 10,  # percent
    warning: Number | None = None,  # percent
) -> Monitor | None:
    """{{hostnameport.name}} has used up its burst credits and is held back, whatever it is asked.

    First step: the tier in Atlas: small ones share their CPUs and burst.

    Likely causes: lasting load on a tier meant for bursts.

    Over when: steal is under the recovery threshold; a larger tier ends it.
    """
    if mongodb.self_hosted:
        return None
    warning = 0.5 * critical if warning is None else warning
    return alert(
        name="[Atlas] CPU steal of {{hostnameport.name}} above {{threshold}}% in {mongodb.name}",
        query=f"avg(last_15m):avg:mongodb.atlas.system.cpu.norm.steal{mongodb.scope()} {NODE} > {critical}",
        warning=warning,
        critical_recovery=0.7 * critical,
        warning_recovery=0.6 * warning,
        on_missing_data="resolve",
        priority=3,
    )


@define(level="core")
def atlas_read_latency(
    mongodb: MongoDB,
    *,
    critical: Number = 50,  # milliseconds, mean
    warning: Number | None = None,  # milliseconds
) -> Monitor | None:
    """Reads of {mongodb.name} are slow, and so is every service that waits for them.

    First step: the Performance Advisor and the Query Profiler in Atlas, for {{hostnameport.name}}.

    Likely causes: a query without its index after a deploy; IOPS or CPU used up; a cache too small.

    Over when: the mean is under the recovery threshold for ten minutes.
    """
    if mongodb.self_hosted:
        return None
    warning = 0.4 * critical if warning is None else warning
    return alert(
        name="[Atlas] Mean read latency of {{hostnameport.name}} above {{threshold}}ms in {mongodb.name}",
        query=f"avg(last_10m):avg:mongodb.atlas.oplatencies.reads.avg{mongodb.scope()} {NODE} > {critical}",
        warning=warning,
        critical_recovery=0.8 * critical,
        warning_recovery=0.75 * warning,
        on_missing_data="resolve",
        priority=2,
    )


@define(level="standard")
def atlas_query_targeting(
    mongodb: MongoDB,
    *,
    critical: Number = 1000,  # objects scanned per object returned
    warning: Number | None = None,  # objects
) -> Monitor | None:
    """Queries on {{hostnameport.name}} read a thousand documents to return one: an index is missing.

    First step: the Performance Advisor in Atlas: it names the query and the index.

    Likely causes: a query of the last deploy; a dropped index.

    Over when: the number is under the recovery threshold after the index is built.
    """
    if mongodb.self_hosted:
        return None
    metric = "max:mongodb.atlas.metrics.queryexecutor.scannedobjectsperreturned"
    warning = 0.2 * critical if warning is None else warning
    return alert(
        name="[Atlas] Scanned objects per returned above {{threshold}} on {{hostnameport.name}} of {mongodb.name}",
        query=f"avg(last_15m):{metric}{mongodb.scope()} {NODE} > {critical}",
        warning=warning,
        critical_recovery=0.5 * critical,
        warning_recovery=0.5 * warning,
        on_missing_data="resolve",
        priority=3,
    )


@define(level="standard")
def atlas_queue(
    mongodb: MongoDB,
    *,
    critical: Number = 100,  # operations, all the time
    warning: Number | None = None,  # operations
) -> Monitor | None:
    """Operations wait in line on {{hostnameport.name}}: clients see them as slow, or as timeouts.

    First step: the Real-Time panel in Atlas: the slowest operations, and a button that kills one.

    Likely causes: slow queries; IOPS used up; an operation that holds a lock.

    Over when: the queue is under the recovery threshold.
    """
    if mongodb.self_hosted:
        return None
    warning = 0.25 * critical if warning is None else warning
    return alert(
        name="[Atlas] Operations queued on {{hostnameport.name}} of {mongodb.name}",
        query=f"min(last_5m):avg:mongodb.atlas.global.lock.current.queue.total{mongodb.scope()} {NODE} > {critical}",
        warning=warning,
        critical_recovery=0.5 * critical,
        warning_recovery=0.4 * warning,
        on_missing_data="resolve",
        priority=3,
    )


@define(level="core")
def atlas_backup(mongodb: MongoDB, *, critical: Number = 0) -> Monitor | None:  # failures in a day
    """A backup or restore of {mongodb.name} failed: what is lost now cannot be brought back.

    First step: `atlas backups snapshots list {mongodb.name}`, then the Backup tab in Atlas; take one by hand:
    `atlas backups snapshots create {mongodb.name}`.

    Likely causes: a disk near its limit; maintenance at the same hour; a restore into a cluster that is too small.

    Over when: a snapshot of today is complete.

    Unconfirmed: source and text of Atlas's events in Datadog; the integration has no metric of backups.
    """
    if mongodb.self_hosted:
        return None
    search = f'source:mongodb_atlas (\\"snapshot\\" OR \\"backup\\") status:error {_events(mongodb)}'
    return Monitor(
        type="event-v2 alert",
        name="[Atlas] Backup or restore of {mongodb.name} failed (event)",
        query=f'events("{search}").rollup("count").last("1d") > {critical}',
        tags=("pack:mongodb",),
        priority=2,
    )


def _events(mongodb: MongoDB) -> str:
    """What selects the deployment in an event search."""
    return " ".join(mongodb.filters())


def _fixed_tickets(mongodb: MongoDB) -> bool:
    return mongodb.self_hosted and (mongodb.major_version or 0) < 7


def _unusual(name: str, watched: str, deviations: int) -> Monitor:
    """More than that many deviations above what these hours usually see, for 15 minutes."""
    return alert(
        name=name,
        query=f"avg(last_4h):anomalies({watched}, 'agile', {deviations}, direction='above', interval=60,"
        " alert_window='last_15m', count_default_zero='true', seasonality='hourly') >= 1",
        critical_recovery=0,
        threshold_windows={"trigger_window": "last_15m", "recovery_window": "last_15m"},
        on_missing_data="resolve",
        priority=4,
    )
