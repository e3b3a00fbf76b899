"""Room: connections, disk, CPU."""

from __future__ import annotations

from dd_sync import MongoDB, Monitor, Number, define

from .terms import INSTANCE, SET, alert, ratio, unusual


@define(level="core")
def connections(
    mongodb: MongoDB,
    *,
    critical: Number = 90,  # percent of the limit
) -> Monitor | None:
    """{{database_instance.name}} soon refuses connections: pods that start then cannot work.

    Its limit is `connection_limit` of the inventory, where that is said; the one it reports itself is often beyond
    what its memory bears.

    First step: who holds them: `db.currentOp(true).inprog` grouped by client and appName, or
    `db.serverStatus().connections`.

    Likely causes: services scaled out (pool size times replicas); a leak of clients; slow operations that hold them.

    Over when: use is under the recovery threshold: fewer replicas, a smaller maxPoolSize, or the slow query killed.
    """
    if not mongodb.self_hosted:
        return None
    here = mongodb.scope()
    current = f"max:mongodb.connections.current{here} {INSTANCE}"
    limit = f"({current} + max:mongodb.connections.available{here} {INSTANCE})"
    if mongodb.connection_limit is not None:
        limit = str(mongodb.connection_limit)
    return ratio(
        name="[MongoDB] Connections of {{database_instance.name}} above {{threshold}}% of the limit in {mongodb.name}",
        query=f"min(last_5m):100 * {current} / {limit} > {critical}",
        critical_recovery=critical * 85 / 90,
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
def connection_storm(
    mongodb: MongoDB,
    *,
    critical: Number = 200,  # connections opened a second, all the time
    minutes: int = 5,
) -> Monitor | None:
    """Clients open hundreds of connections a second to {{database_instance.name}}: each costs a handshake and memory,
    until it has none left.

    It is not a failover or a deploy, which take a minute or two.

    First step: mongod's log below, "connection accepted" by client and appName: which service is it?

    Likely causes: a client per request instead of one per process; pods that restart in a loop; a pool without a limit.

    Over when: the rate is below the threshold: scale that service down or roll it back.
    """
    if not mongodb.self_hosted:
        return None
    opened = f"per_second(max:mongodb.connections.totalcreated{mongodb.scope()} {INSTANCE})"
    return alert(
        name="[MongoDB] Connection storm on {{database_instance.name}} of {mongodb.name}",
        query=f"min(last_{minutes}m):{opened} > {critical}",
        critical_recovery=0.5 * critical,
        on_missing_data="resolve",
        priority=2,
    )


@define(level="core")
def disk_usage(
    mongodb: MongoDB,
    *,
    critical: Number = 85,  # percent of the data volume
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
    return ratio(
        name="[MongoDB] Data volume of {{database_instance.name}} above {{threshold}}% in {mongodb.name}",
        query=f"min(last_30m):100 * max:mongodb.stats.fsusedsize{here} {INSTANCE}"
        f" / max:mongodb.stats.fstotalsize{here} {INSTANCE} > {critical}",
        critical_recovery=critical * 82 / 85,
        on_missing_data="resolve",
        priority=2,
    )


@define(level="standard")
def disk_filling(
    mongodb: MongoDB,
    *,
    critical: Number = 100,  # percent of the data volume, a day ahead
    least: Number = 70,  # percent of the data volume; below it nothing is said
) -> Monitor | None:
    """At the pace of the last hour the data volume of {{database_instance.name}} is full within a day.

    It is not a volume with much room, nor one that goes up and down.

    First step: what grows: `db.stats(1024*1024)` of each database; an index build or a bulk load under way?

    Likely causes: a bulk load; a migration that keeps both copies; an index build.

    Over when: growth has stopped, or the volume was enlarged.
    """
    if not mongodb.self_hosted:
        return None
    used, total = (f"max:mongodb.stats.fs{one}size{mongodb.scope()} {INSTANCE}" for one in ("used", "total"))
    ahead = f"100 * ({used} + 24 * ({used} - hour_before({used}))) / {total}"
    return alert(
        name="[MongoDB] Data volume of {{database_instance.name}} will be full within a day in {mongodb.name}",
        query=f"min(last_1h):{ahead} * is_greater(100 * {used} / {total}, {least}) > {critical}",
        on_missing_data="resolve",
        priority=3,
    )


@define(level="standard")
def cpu(
    mongodb: MongoDB,
    *,
    critical: Number = 85,  # percent
) -> Monitor | None:
    """mongod uses up the CPU of {{database_instance.name}}: everything it does gets slower.

    First step: `db.currentOp({secs_running: {$gt: 1}})`: scans, sorts, index builds.

    Likely causes: a query without its index; an index build; more load than the machine was bought for.

    Over when: CPU is under the recovery threshold for 15 minutes.
    """
    if not (mongodb.self_hosted and mongodb.agent_on_host):
        return None
    return alert(
        name="[MongoDB] mongod CPU of {{database_instance.name}} above {{threshold}}% in {mongodb.name}",
        # in percent of one core, of which there are several
        query=f"avg(last_15m):max:mongodb.system.cpu.percent{mongodb.scope()} {INSTANCE}"
        f" / max:mongodb.system.cpu.cores{mongodb.scope()} {INSTANCE} > {critical}",
        critical_recovery=critical * 80 / 85,
        on_missing_data="resolve",
        priority=3,
    )
