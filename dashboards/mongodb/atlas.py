"""Atlas, as its integration measures it."""

from __future__ import annotations

from dd_sync import (
    EventStream,
    Group,
    MongoDB,
    Widget,
)

from .widgets import ATLAS, MEMBERS, NODE, OPLOG, PER_RETURNED, graph, top


def atlas_groups(mongodb: MongoDB) -> list[Widget]:
    scanned = f"max:mongodb.atlas.metrics.queryexecutor.scannedobjectsperreturned{ATLAS} {NODE}"
    health = [
        top("Members healthy (1) or not (0)", MEMBERS, healthy=f"min:mongodb.atlas.replstatus.health{ATLAS} {NODE}"),
        graph("Lag by member", "second", limit=120, lag=f"max:mongodb.atlas.replset.replicationlag{ATLAS} {NODE}"),
        graph(
            "Mean read latency", "millisecond", limit=50, reads=f"avg:mongodb.atlas.oplatencies.reads.avg{ATLAS} {NODE}"
        ),
        graph(
            "Mean write latency",
            "millisecond",
            limit=50,
            writes=f"avg:mongodb.atlas.oplatencies.writes.avg{ATLAS} {NODE}",
        ),
        graph("Oplog written", OPLOG, limit=20, written=f"max:mongodb.atlas.replset.oplograte{ATLAS} {NODE}"),
        EventStream(title="Events of Atlas", query="source:mongodb_atlas $clustername", event_size="s"),
    ]
    return [
        Group(title="Health", widgets=health),
        Group(title="Load", widgets=[_operations()]),
        Group(title="Saturation", widgets=_atlas_saturation(mongodb)),
        Group(
            title="Query efficiency",
            widgets=[graph("Objects scanned per returned", PER_RETURNED, limit=1000, scanned=scanned)],
        ),
    ]


def _operations() -> Widget:
    counters = "sum:mongodb.atlas.opcounters"
    return graph(
        "Operations",
        "operation/second",
        queries=f"{counters}.query{ATLAS}",
        inserts=f"{counters}.insert{ATLAS}",
        updates=f"{counters}.update{ATLAS}",
        deletes=f"{counters}.delete{ATLAS}",
    )


def _atlas_saturation(mongodb: MongoDB) -> list[Widget]:
    system, cache, most = "mongodb.atlas.system", "avg:mongodb.atlas.wiredtiger.cache", mongodb.connection_limit
    return [
        graph(
            "CPU of all cores",
            "percent",
            user=f"avg:{system}.cpu.norm.user{ATLAS} {NODE}",
            kernel=f"avg:{system}.cpu.norm.kernel{ATLAS} {NODE}",
            steal=f"avg:{system}.cpu.norm.steal{ATLAS} {NODE}",
        ),
        graph(
            "Connections by node",
            "connection",
            limit=0.9 * most if most is not None else None,
            current=f"max:mongodb.atlas.connections.current{ATLAS} {NODE}",
        ),
        graph(
            "Memory available",
            "percent",
            {"available": "100 * free / (free + used)"},
            limit=5,
            free=f"max:{system}.memory.available{ATLAS} {NODE}",
            used=f"max:{system}.memory.used{ATLAS} {NODE}",
        ),
        graph(
            "Cache filled",
            "percent",
            {"filled": "100 * used / most"},
            used=f"{cache}.bytes_currently_in_cache{ATLAS} {NODE}",
            most=f"{cache}.maximum_bytes_configured{ATLAS} {NODE}",
        ),
        graph(
            "Disk write latency",
            "millisecond",
            limit=50,
            writes=f"max:{system}.disk.latency.writes{ATLAS} {NODE}",
        ),
        graph("IOPS utilisation", "percent", limit=95, used=f"max:{system}.disk.iops.percentutilization{ATLAS} {NODE}"),
        top("Disk used", "percent", used=f"max:{system}.disk.space.percentused{ATLAS} {NODE}"),
        graph(
            "Operations queued",
            "operation",
            queued=f"avg:mongodb.atlas.global.lock.current.queue.total{ATLAS} {NODE}",
        ),
    ]
