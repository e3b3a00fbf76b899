"""Room: connections, disk, CPU."""

from __future__ import annotations

from dd_sync import MongoDB, Monitor, Number, by, define

from .terms import INSTANCE, SET, alert, ratio, unusual


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
    return unusual(
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
