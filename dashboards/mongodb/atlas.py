"""Atlas, as its integration measures it."""

from __future__ import annotations

from dd_sync import (
    EventStream,
    Group,
    Widget,
)

from .widgets import ATLAS, MEMBERS, NODE, PER_RETURNED, graph, top


def atlas_groups() -> list[Widget]:
    scanned = f"max:mongodb.atlas.metrics.queryexecutor.scannedobjectsperreturned{ATLAS} {NODE}"
    health = [
        top("Members healthy (1) or not (0)", MEMBERS, healthy=f"min:mongodb.atlas.replstatus.health{ATLAS} {NODE}"),
        graph("Lag by member", "second", limit=120, lag=f"max:mongodb.atlas.replset.replicationlag{ATLAS} {NODE}"),
        graph(
            "Mean read latency", "millisecond", limit=50, reads=f"avg:mongodb.atlas.oplatencies.reads.avg{ATLAS} {NODE}"
        ),
        EventStream(title="Events of Atlas", query="source:mongodb_atlas $clustername", event_size="s"),
    ]
    return [
        Group(title="Health", widgets=health),
        Group(title="Saturation", widgets=_atlas_saturation()),
        Group(
            title="Query efficiency",
            widgets=[graph("Objects scanned per returned", PER_RETURNED, limit=1000, scanned=scanned)],
        ),
    ]


def _atlas_saturation() -> list[Widget]:
    system = "mongodb.atlas.system"
    return [
        graph(
            "CPU of all cores",
            "percent",
            user=f"avg:{system}.cpu.norm.user{ATLAS} {NODE}",
            kernel=f"avg:{system}.cpu.norm.kernel{ATLAS} {NODE}",
            steal=f"avg:{system}.cpu.norm.steal{ATLAS} {NODE}",
        ),
        graph("IOPS utilisation", "percent", limit=95, used=f"max:{system}.disk.iops.percentutilization{ATLAS} {NODE}"),
        top("Disk used", "percent", used=f"max:{system}.disk.space.percentused{ATLAS} {NODE}"),
        graph(
            "Operations queued",
            "operation",
            queued=f"avg:mongodb.atlas.global.lock.current.queue.total{ATLAS} {NODE}",
        ),
    ]
