"""MongoDB: one page per deployment, in the order one reads it when something is wrong; one of who uses it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

from dd_sync import (
    Dashboard,
    EventStream,
    Formula,
    Group,
    Inventory,
    Marker,
    MetricQuery,
    MongoDB,
    MonitorSummary,
    Number,
    NumberFormat,
    OrderBy,
    QueryTable,
    QueryValue,
    Request,
    SLOList,
    SLOWidget,
    Sort,
    TemplateVariable,
    Timeseries,
    Toplist,
    Unit,
    Widget,
    by,
    define,
    scope,
)
from slos.mongodb import lag, members, primary, reachable, read_latency, write_latency

HERE = scope("$clustername", "$replset_name", "$env")
ATLAS = scope("$clustername", "$env")
"""Scopes of the queries about a deployment: the Agent's metrics, and those of Atlas."""

INSTANCE = by("database_instance")
NODE = by("hostnameport")

MEMBERS = NumberFormat(unit=Unit(type="custom_unit_label", label="members"))
PER_RETURNED = NumberFormat(unit=Unit(type="custom_unit_label", label="scanned per returned"))
STATE = NumberFormat(unit=Unit(type="custom_unit_label", label="(1 primary, 2 secondary, 7 arbiter)"))

How = Literal["avg", "last", "max", "min", "sum"]


@define
def overview(mongodb: MongoDB, *, budgets: bool = True) -> Dashboard:  # budgets: false where one of the SLOs is off
    """How {mongodb.name} is: what is promised, what alerts, then members, load, what runs out, queries."""
    sets = {"replset_name": "*"} if mongodb.self_hosted else {}
    variables = {"clustername": mongodb.name, **sets, "env": mongodb.env}
    return Dashboard(
        title="MongoDB: {mongodb.name}",
        tags=(f"team:{mongodb.team}",),
        reflow_type="auto",
        template_variables=[TemplateVariable(name=n, prefix=n, defaults=[v]) for n, v in variables.items()],
        widgets=(
            Group(title="Overview", widgets=[*_standing(mongodb), *(_budgets(mongodb) if budgets else ())]),
            *(_self_hosted(mongodb) if mongodb.self_hosted else _atlas()),
        ),
    )


@define
def clients(inventory: Inventory) -> Dashboard | None:
    """Who uses MongoDB: services' own view of their calls. They know their environment and not the deployment, so
    this is a page of its own; the name of the calls is the tracer's, and Python's has another."""
    envs = sorted({mongodb.env for mongodb in inventory.mongodb})
    if not envs:
        return None
    here, service = scope("$env"), by("service")
    return Dashboard(
        title="MongoDB: who uses it",
        reflow_type="auto",
        template_variables=[TemplateVariable(name="env", prefix="env", defaults=envs if len(envs) == 1 else ["*"])],
        widgets=(
            _top(
                "Calls by service",
                "request",
                {"calls": "default_zero(calls) + default_zero(from_python)"},
                how="sum",
                calls=f"sum:trace.mongodb.query.hits{here} {service}.as_count()",
                from_python=f"sum:trace.pymongo.cmd.hits{here} {service}.as_count()",
            ),
            _graph("p95 of calls by service", "second", p95=f"p95:trace.mongodb.query{here} {service}"),
        ),
    )


def _standing(mongodb: MongoDB) -> list[Widget]:
    return [
        MonitorSummary(
            title="Monitors",
            query=f'tag:"pack:mongodb" tag:"clustername:{mongodb.name}"',
            display_format="countsAndList",
            summary_type="monitors",
            hide_zero_counts=True,
            show_last_triggered=True,
            show_priority=True,
            sort="status,asc",
        ),
        SLOList(title="SLOs", requests=[f"pack:mongodb clustername:{mongodb.name}"]),
    ]


def _budgets(mongodb: MongoDB) -> Iterator[Widget]:
    """What is left of the error budget of each SLO that this deployment has."""
    slos = {"Fast reads": read_latency.ref(mongodb)}
    if mongodb.self_hosted:
        slos |= {"Fast writes": write_latency.ref(mongodb), "Reachable": reachable.ref(mongodb)}
    if mongodb.replicated and not mongodb.sharded:
        slos["A primary exists"] = primary.ref(mongodb)
    if mongodb.replicated or not mongodb.self_hosted:
        slos |= {"All members healthy": members.ref(mongodb), "Replication keeps up": lag.ref(mongodb)}
    for title, slo in slos.items():
        yield SLOWidget(
            title=title, slo_id=slo, view_mode="overall", time_windows=["7d", "30d"], show_error_budget=True
        )


def _self_hosted(mongodb: MongoDB) -> list[Widget]:
    return [
        Group(title="Health", widgets=_health(mongodb)),
        Group(title="Load", widgets=_load()),
        Group(title="Saturation", widgets=_saturation()),
        Group(title="Query efficiency", widgets=_queries()),
    ]


def _health(mongodb: MongoDB) -> list[Widget]:
    state = {"state": f"avg:mongodb.replset.state{HERE} {INSTANCE}"}
    return [
        _number(
            f"Members healthy, of {mongodb.members} in each replica set",
            MEMBERS,
            healthy=f"sum:mongodb.replset.health{HERE}",
        ),
        QueryTable(title="Members by state", requests=[_request(STATE, None, state, "last")]),
        _graph("Lag by member", "second", limit=120, lag=f"max:mongodb.replset.optime_lag{HERE} {by('member')}"),
        _graph(
            "Oplog window",
            "hour",
            {"window": "window / 3600"},
            window=f"min:mongodb.oplog.timediff{HERE} {INSTANCE}",
        ),
        EventStream(
            title="State changes",
            query="source:mongodb action:mongo_replset_member_status_change $clustername $env",
            event_size="s",
        ),
    ]


def _load() -> list[Widget]:
    latency = "avg:mongodb.oplatencies"
    return [
        _graph(
            "Operations",
            "operation/second",
            queries=f"sum:mongodb.opcounters.queryps{HERE}",
            inserts=f"sum:mongodb.opcounters.insertps{HERE}",
            updates=f"sum:mongodb.opcounters.updateps{HERE}",
            deletes=f"sum:mongodb.opcounters.deleteps{HERE}",
            getmores=f"sum:mongodb.opcounters.getmoreps{HERE}",
            commands=f"sum:mongodb.opcounters.commandps{HERE}",
        ),
        _graph(
            "Mean latency",
            "microsecond",
            reads=f"{latency}.reads.latency.avg{HERE}",
            writes=f"{latency}.writes.latency.avg{HERE}",
            commands=f"{latency}.commands.latency.avg{HERE}",
        ),
        _graph(
            "Network",
            "byte/second",
            received=f"sum:mongodb.network.bytesinps{HERE}",
            sent=f"sum:mongodb.network.bytesoutps{HERE}",
        ),
    ]


def _saturation() -> list[Widget]:
    cache, tickets = "avg:mongodb.wiredtiger.cache", "avg:mongodb.wiredtiger.concurrenttransactions"
    return [
        _graph(
            "Connections: used of the limit",
            "percent",
            {"used": "100 * current / (current + available)"},
            limit=90,
            current=f"sum:mongodb.connections.current{HERE} {INSTANCE}",
            available=f"sum:mongodb.connections.available{HERE} {INSTANCE}",
        ),
        _graph(
            "Cache: used and dirty",
            "percent",
            {"used": "100 * used / most", "dirty": "100 * dirty / most"},
            used=f"{cache}.bytes_currently_in_cache{HERE} {INSTANCE}",
            dirty=f"{cache}.tracked_dirty_bytes_in_cache{HERE} {INSTANCE}",
            most=f"{cache}.maximum_bytes_configured{HERE} {INSTANCE}",
        ),
        _graph(
            "Tickets left",
            "ticket",
            read=f"{tickets}.read.available{HERE} {INSTANCE}",
            write=f"{tickets}.write.available{HERE} {INSTANCE}",
        ),
        _graph(
            "Operations queued",
            "operation",
            readers=f"avg:mongodb.globallock.currentqueue.readers{HERE} {INSTANCE}",
            writers=f"avg:mongodb.globallock.currentqueue.writers{HERE} {INSTANCE}",
        ),
        _top(
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
        _graph(
            "Documents scanned per returned",
            PER_RETURNED,
            {"ratio": "scanned / returned"},
            limit=1000,
            scanned=f"{metrics}.queryexecutor.scannedobjectsps{HERE} {INSTANCE}",
            returned=f"{metrics}.document.returnedps{HERE} {INSTANCE}",
        ),
        _graph("In-memory sorts", "query/second", sorts=f"{metrics}.operation.scanandorderps{HERE} {INSTANCE}"),
        _graph("Write conflicts", "event/second", conflicts=f"{metrics}.operation.writeconflictsps{HERE} {INSTANCE}"),
        _graph("Cursors open", "cursor", open=f"{metrics}.cursor.open.total{HERE} {INSTANCE}"),
        _graph("Cursors timed out", "cursor/second", timed_out=f"{metrics}.cursor.timedoutps{HERE} {INSTANCE}"),
    ]


def _atlas() -> list[Widget]:
    scanned = f"max:mongodb.atlas.metrics.queryexecutor.scannedobjectsperreturned{ATLAS} {NODE}"
    health = [
        _top("Members healthy (1) or not (0)", MEMBERS, healthy=f"min:mongodb.atlas.replstatus.health{ATLAS} {NODE}"),
        _graph("Lag by member", "second", limit=120, lag=f"max:mongodb.atlas.replset.replicationlag{ATLAS} {NODE}"),
        _graph(
            "Mean read latency", "millisecond", limit=50, reads=f"avg:mongodb.atlas.oplatencies.reads.avg{ATLAS} {NODE}"
        ),
        EventStream(title="Events of Atlas", query="source:mongodb_atlas $clustername $env", event_size="s"),
    ]
    return [
        Group(title="Health", widgets=health),
        Group(title="Saturation", widgets=_atlas_saturation()),
        Group(
            title="Query efficiency",
            widgets=[_graph("Objects scanned per returned", PER_RETURNED, limit=1000, scanned=scanned)],
        ),
    ]


def _atlas_saturation() -> list[Widget]:
    system = "mongodb.atlas.system"
    return [
        _graph(
            "CPU of all cores",
            "percent",
            user=f"avg:{system}.cpu.norm.user{ATLAS} {NODE}",
            kernel=f"avg:{system}.cpu.norm.kernel{ATLAS} {NODE}",
            steal=f"avg:{system}.cpu.norm.steal{ATLAS} {NODE}",
        ),
        _graph(
            "IOPS utilisation", "percent", limit=95, used=f"max:{system}.disk.iops.percentutilization{ATLAS} {NODE}"
        ),
        _top("Disk used", "percent", used=f"max:{system}.disk.space.percentused{ATLAS} {NODE}"),
        _graph(
            "Operations queued",
            "operation",
            queued=f"avg:mongodb.atlas.global.lock.current.queue.total{ATLAS} {NODE}",
        ),
    ]


Shown = str | NumberFormat
"""A unit of Datadog's by name, or one of the above."""


def _graph(
    title: str,
    unit: Shown,
    formulas: dict[str, str] | None = None,
    *,
    bars: bool = False,
    limit: Number | None = None,
    **queries: str,
) -> Timeseries:
    """Queries over time, with a dashed line at the limit that alerts."""
    looks: dict[str, Any] = {"display_type": "bars"} if bars else {}
    lines: dict[str, Any] = {}
    if limit is not None:
        lines = {"markers": [Marker(value=limit, display_type="error dashed")]}
    return Timeseries(title=title, requests=[_request(unit, formulas, queries, **looks)], show_legend=True, **lines)


def _top(
    title: str, unit: Shown, formulas: dict[str, str] | None = None, *, how: How = "last", **queries: str
) -> Toplist:
    """The ten groups with the highest values, by default as they are now."""
    highest = Sort(count=10, order_by=[OrderBy(type="formula", index=0, order="desc")])
    return Toplist(title=title, requests=[_request(unit, formulas, queries, how, sort=highest)])


def _number(title: str, unit: Shown, formulas: dict[str, str] | None = None, **queries: str) -> QueryValue:
    """One number as it is now."""
    return QueryValue(title=title, requests=[_request(unit, formulas, queries, "last")], precision=0)


def _request(
    unit: Shown, formulas: dict[str, str] | None, queries: dict[str, str], how: How | None = None, **looks: Any
) -> Request:
    """Formulas by the name they are shown under; without them each query by its own. `how` makes one number of many
    points, where the widget shows one."""
    formulas = formulas or {name: name for name in queries}
    reduced: dict[str, Any] = {"aggregator": how} if how else {}
    return Request(
        queries=[MetricQuery(name=n, query=q, **reduced) for n, q in queries.items()],
        formulas=[Formula(formula=f, alias=n.replace("_", " "), number_format=unit) for n, f in formulas.items()],
        **looks,
    )
