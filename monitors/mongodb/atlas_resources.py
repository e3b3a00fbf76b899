"""Atlas: disk and CPU."""

from __future__ import annotations

from dd_sync import MongoDB, Monitor, Number, define

from .terms import NODE, alert


@define(level="core")
def atlas_disk(
    mongodb: MongoDB,
    *,
    critical: Number = 92,  # percent; where storage scales by itself, it does so at 90
) -> Monitor | None:
    """The disk of {{hostnameport.name}} fills up; when it is full, writes stop.

    First step: whether storage auto-scaling is on: `atlas clusters describe {mongodb.name}`, diskSizeGB and
    autoScaling; enlarge the disk by hand if not.

    Likely causes: growth; a missing TTL; auto-scaling at its limit, or within its hours between two steps.

    Over when: usage is under the recovery threshold.
    """
    if mongodb.self_hosted:
        return None
    return alert(
        name="[Atlas] Disk of {{hostnameport.name}} above {{threshold}}% in {mongodb.name}",
        query=f"min(last_30m):max:mongodb.atlas.system.disk.space.percentused{mongodb.scope()} {NODE} > {critical}",
        critical_recovery=critical * 88 / 92,
        on_missing_data="resolve",
        priority=2,
    )


@define(level="standard")
def atlas_iops(
    mongodb: MongoDB,
    *,
    critical: Number = 95,  # percent
) -> Monitor | None:
    """The disk of {{hostnameport.name}} does all it can: reads and writes queue behind it.

    First step: the Performance Advisor in Atlas: what reads so much, and does it have an index?

    Likely causes: scans; a cache too small for the data in use; a bulk load; provisioned IOPS too low.

    Over when: utilisation is under the recovery threshold for 15 minutes.
    """
    if mongodb.self_hosted:
        return None
    metric = "max:mongodb.atlas.system.disk.iops.percentutilization"
    return alert(
        name="[Atlas] IOPS utilisation of {{hostnameport.name}} above {{threshold}}% in {mongodb.name}",
        query=f"avg(last_15m):{metric}{mongodb.scope()} {NODE} > {critical}",
        critical_recovery=critical * 90 / 95,
        on_missing_data="resolve",
        priority=3,
    )


@define(level="standard")
def atlas_cpu(
    mongodb: MongoDB,
    *,
    critical: Number = 85,  # percent of all cores
) -> Monitor | None:
    """The CPU of {{hostnameport.name}} is used up: everything gets slower.

    First step: the Performance Advisor and the Real-Time panel in Atlas: scans, sorts, index builds.

    Likely causes: a query without its index; an index build; a tier too small for the load.

    Over when: CPU is under the recovery threshold for 15 minutes; a larger tier is one rolling change away.
    """
    if mongodb.self_hosted:
        return None
    here, metric = mongodb.scope(), "avg:mongodb.atlas.system.cpu.norm"
    return alert(
        name="[Atlas] User+kernel CPU of {{hostnameport.name}} above {{threshold}}% in {mongodb.name}",
        query=f"avg(last_15m):{metric}.user{here} {NODE} + {metric}.kernel{here} {NODE} > {critical}",
        critical_recovery=critical * 80 / 85,
        on_missing_data="resolve",
        priority=3,
    )


@define(level="standard")
def atlas_cpu_steal(
    mongodb: MongoDB,
    *,
    critical: Number = 10,  # percent
) -> Monitor | None:
    """{{hostnameport.name}} has used up its burst credits and is held back, whatever it is asked.

    First step: the tier in Atlas: small ones share their CPUs and burst.

    Likely causes: lasting load on a tier meant for bursts.

    Over when: steal is under the recovery threshold; a larger tier ends it.
    """
    if mongodb.self_hosted:
        return None
    return alert(
        name="[Atlas] CPU steal of {{hostnameport.name}} above {{threshold}}% in {mongodb.name}",
        query=f"avg(last_15m):avg:mongodb.atlas.system.cpu.norm.steal{mongodb.scope()} {NODE} > {critical}",
        critical_recovery=0.7 * critical,
        on_missing_data="resolve",
        priority=3,
    )


@define(level="core")
def atlas_connections(
    mongodb: MongoDB,
    *,
    critical: Number = 90,  # percent of the tier's limit
    warning: Number | None = None,  # percent of the tier's limit
    minutes: int = 5,
) -> Monitor | None:
    """{{hostnameport.name}} soon refuses connections: pods that start then cannot work.

    It is not a failover, after which the new primary has them all: the limit is each node's.

    First step: Metrics → Connections in Atlas, then who holds them: `db.currentOp(true).inprog` by client and appName.

    Likely causes: services scaled out (pool size times replicas); a leak of clients; slow operations that hold them.

    Over when: use is under the recovery threshold: a smaller maxPoolSize, or the next tier. Atlas does not send the
    tier's limit: `connection_limit` of the inventory says it."""
    if mongodb.self_hosted or mongodb.connection_limit is None:
        return None
    current = f"max:mongodb.atlas.connections.current{mongodb.scope()} {NODE}"
    return alert(
        name="[Atlas] Connections of {{hostnameport.name}} above {{threshold}}% of the limit in {mongodb.name}",
        query=f"min(last_{minutes}m):100 * {current} / {mongodb.connection_limit} > {critical}",
        warning=critical * 80 / 90 if warning is None else warning,
        on_missing_data="resolve",
        priority=2,
    )


@define(level="standard")
def atlas_memory(
    mongodb: MongoDB,
    *,
    critical: Number = 5,  # percent of memory that is available; less alerts
    minutes: int = 15,
) -> Monitor | None:
    """{{hostnameport.name}} is nearly out of memory: mongod is restarted when it is.

    It is not the cache, which takes half of the memory by design.

    First step: Metrics → System Memory and Connections in Atlas: each connection takes about a megabyte.

    Likely causes: thousands of connections; large sorts and aggregations; a tier too small.

    Over when: more is available; a larger tier is one rolling change away.
    """
    if mongodb.self_hosted:
        return None
    free, used = (f"max:mongodb.atlas.system.memory.{one}{mongodb.scope()} {NODE}" for one in ("available", "used"))
    return alert(
        name="[Atlas] Less than {{threshold}}% of memory available on {{hostnameport.name}} of {mongodb.name}",
        query=f"max(last_{minutes}m):100 * {free} / ({free} + {used}) < {critical}",
        on_missing_data="resolve",
        priority=3,
    )


@define(level="standard")
def atlas_disk_latency(
    mongodb: MongoDB,
    *,
    critical: Number = 50,  # milliseconds
    minutes: int = 15,
) -> Monitor | None:
    """The disk of {{hostnameport.name}} takes long to write: majority writes and checkpoints wait for it.

    First step: Metrics → Disk Latency, Disk IOPS and Queue Depth in Atlas.

    Likely causes: IOPS used up; burst credits used up; a bulk load.

    Over when: it is under the threshold for {minutes} minutes; provisioned IOPS end it.
    """
    if mongodb.self_hosted:
        return None
    return alert(
        name="[Atlas] Disk write latency of {{hostnameport.name}} above {{threshold}}ms in {mongodb.name}",
        query=f"min(last_{minutes}m):max:mongodb.atlas.system.disk.latency.writes{mongodb.scope()} {NODE} > {critical}",
        on_missing_data="resolve",
        priority=3,
    )


@define(level="standard")
def atlas_cache(
    mongodb: MongoDB,
    *,
    critical: Number = 95,  # percent of the cache
    minutes: int = 10,
) -> Monitor | None:
    """The cache of {{hostnameport.name}} is full: clients' own operations have to make room first.

    First step: Metrics → Cache Activity and Cache Ratios in Atlas; then the Query Profiler for scans.

    Likely causes: data and indexes in use outgrew memory; a scan pushes everything else out.

    Over when: it is back near 80 %, where WiredTiger keeps it; a larger tier has more.
    """
    if mongodb.self_hosted:
        return None
    cache, here = "max:mongodb.atlas.wiredtiger.cache", mongodb.scope()
    return alert(
        name="[Atlas] Cache of {{hostnameport.name}} above {{threshold}}% in {mongodb.name}",
        query=f"min(last_{minutes}m):100 * {cache}.bytes_currently_in_cache{here} {NODE}"
        f" / {cache}.maximum_bytes_configured{here} {NODE} > {critical}",
        critical_recovery=critical * 92 / 95,
        on_missing_data="resolve",
        priority=3,
    )
