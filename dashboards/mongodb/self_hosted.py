"""Servers of one's own, as the Agent measures them."""

from __future__ import annotations

from dd_sync import (
    EventStream,
    Group,
    MongoDB,
    QueryTable,
    Widget,
    by,
)

from .widgets import HERE, INSTANCE, MEMBERS, PER_RETURNED, STATE, graph, number, request, top


def self_hosted_groups(mongodb: MongoDB) -> list[Widget]:
    return [
        Group(title="Health", widgets=_health(mongodb)),
        Group(title="Load", widgets=_load()),
        Group(title="Saturation", widgets=_saturation()),
        Group(title="Query efficiency", widgets=_queries()),
    ]


def _health(mongodb: MongoDB) -> list[Widget]:
    state = {"state": f"avg:mongodb.replset.state{HERE} {INSTANCE}"}
    return [
        number(
            f"Members healthy, of {mongodb.members} in each replica set",
            MEMBERS,
            healthy=f"sum:mongodb.replset.health{HERE}",
        ),
        QueryTable(
            title="Members by state (1 primary, 2 secondary, 7 arbiter)", requests=[request(STATE, None, state, "last")]
        ),
        graph("Lag by member", "second", limit=120, lag=f"max:mongodb.replset.optime_lag{HERE} {by('member')}"),
        graph(
            "Oplog window",
            "hour",
            {"window": "window / 3600"},
            window=f"min:mongodb.oplog.timediff{HERE} {INSTANCE}",
        ),
        EventStream(
            title="State changes",
            query=f"source:mongodb action:mongo_replset_member_status_change replset:{mongodb.replset or '*'}",
            event_size="s",
        ),
    ]


def _load() -> list[Widget]:
    return [
        graph(
            "Operations",
            "operation/second",
            queries=f"sum:mongodb.opcounters.queryps{HERE}",
            inserts=f"sum:mongodb.opcounters.insertps{HERE}",
            updates=f"sum:mongodb.opcounters.updateps{HERE}",
            deletes=f"sum:mongodb.opcounters.deleteps{HERE}",
            getmores=f"sum:mongodb.opcounters.getmoreps{HERE}",
            commands=f"sum:mongodb.opcounters.commandps{HERE}",
        ),
        graph(
            "Mean latency",
            "microsecond",
            {"reads": "read / (queries + getmores)", "writes": "written / (inserts + updates + deletes)"},
            read=f"sum:mongodb.oplatencies.reads.latencyps{HERE}",
            written=f"sum:mongodb.oplatencies.writes.latencyps{HERE}",
            queries=f"sum:mongodb.opcounters.queryps{HERE}",
            getmores=f"sum:mongodb.opcounters.getmoreps{HERE}",
            inserts=f"sum:mongodb.opcounters.insertps{HERE}",
            updates=f"sum:mongodb.opcounters.updateps{HERE}",
            deletes=f"sum:mongodb.opcounters.deleteps{HERE}",
        ),
        graph(
            "Network",
            "byte/second",
            received=f"sum:mongodb.network.bytesinps{HERE}",
            sent=f"sum:mongodb.network.bytesoutps{HERE}",
        ),
    ]


def _saturation() -> list[Widget]:
    cache, tickets = "avg:mongodb.wiredtiger.cache", "avg:mongodb.wiredtiger.concurrenttransactions"
    return [
        graph(
            "Connections: used of the limit",
            "percent",
            {"used": "100 * current / (current + available)"},
            limit=90,
            current=f"sum:mongodb.connections.current{HERE} {INSTANCE}",
            available=f"sum:mongodb.connections.available{HERE} {INSTANCE}",
        ),
        graph(
            "Cache: used and dirty",
            "percent",
            {"used": "100 * used / most", "dirty": "100 * dirty / most"},
            used=f"{cache}.bytes_currently_in_cache{HERE} {INSTANCE}",
            dirty=f"{cache}.tracked_dirty_bytes_in_cache{HERE} {INSTANCE}",
            most=f"{cache}.maximum_bytes_configured{HERE} {INSTANCE}",
        ),
        graph(
            "Tickets left",
            "ticket",
            read=f"{tickets}.read.available{HERE} {INSTANCE}",
            write=f"{tickets}.write.available{HERE} {INSTANCE}",
        ),
        graph(
            "Operations queued",
            "operation",
            readers=f"avg:mongodb.globallock.currentqueue.readers{HERE} {INSTANCE}",
            writers=f"avg:mongodb.globallock.currentqueue.writers{HERE} {INSTANCE}",
        ),
        top(
            "Disk used",
            "percent",
            {"used": "100 * used / total"},
            used=f"avg:mongodb.stats.fsusedsize{HERE} {INSTANCE}",
            total=f"avg:mongodb.stats.fstotalsize{HERE} {INSTANCE}",
        ),
    ]


def _queries() -> list[Widget]:
    metrics = "avg:mongodb.metrics"
    return [
        graph(
            "Documents scanned per returned",
            PER_RETURNED,
            {"ratio": "scanned / returned"},
            limit=1000,
            scanned=f"{metrics}.queryexecutor.scannedobjectsps{HERE} {INSTANCE}",
            returned=f"{metrics}.document.returnedps{HERE} {INSTANCE}",
        ),
        graph("In-memory sorts", "query/second", sorts=f"{metrics}.operation.scanandorderps{HERE} {INSTANCE}"),
        graph("Write conflicts", "event/second", conflicts=f"{metrics}.operation.writeconflictsps{HERE} {INSTANCE}"),
        graph("Cursors open", "cursor", open=f"{metrics}.cursor.open.total{HERE} {INSTANCE}"),
        graph("Cursors timed out", "cursor/second", timed_out=f"{metrics}.cursor.timedoutps{HERE} {INSTANCE}"),
    ]
