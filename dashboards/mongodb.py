"""MongoDB: one page per deployment, in the order one reads it when something is wrong."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

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


@define
def overview(mongodb: MongoDB, *, budgets: bool = True) -> Dashboard:  # budgets: off where one of the SLOs is
    """How {mongodb.name} is: what is promised, what alerts, then members, load, what runs out, queries."""
    variables = [
        TemplateVariable(name="clustername", prefix="clustername", defaults=[mongodb.name]),
        TemplateVariable(name="env", prefix="env", defaults=[mongodb.env]),
    ]
    if mongodb.self_hosted:
        variables.insert(1, TemplateVariable(name="replset_name", prefix="replset_name", defaults=["*"]))
    groups = _self_hosted(mongodb) if mongodb.self_hosted else _atlas()
    return Dashboard(
        title="MongoDB: {mongodb.name}",
        tags=(f"team:{mongodb.team}",),
        reflow_type="auto",
        template_variables=variables,
        widgets=(
            Group(title="Overview", widgets=[*_standing(mongodb), *(_budgets(mongodb) if budgets else ())]),
            *groups,
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
            Toplist(
                title="Calls by service",
                requests=[
                    _request(
                        "request",
                        {"calls": "default_zero(calls) + default_zero(from_python)"},
                        {
                            "calls": f"sum:trace.mongodb.query.hits{here} {service}.as_count()",
                            "from_python": f"sum:trace.pymongo.cmd.hits{here} {service}.as_count()",
                        },
                        how="sum",
                        top=True,
                    )
                ],
            ),
            Timeseries(
                title="p95 of calls by service",
                requests=[_shown("second", p95=f"p95:trace.mongodb.query{here} {service}")],
            ),
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
    return [
        QueryValue(
            title=f"Members healthy, of {mongodb.members} in each replica set",
            requests=[_shown(MEMBERS, healthy=f"sum:mongodb.replset.health{HERE}", now=True)],
            precision=0,
        ),
        QueryTable(
            title="Members by state",
            requests=[_shown(STATE, state=f"avg:mongodb.replset.state{HERE} {INSTANCE}", now=True)],
        ),
        Timeseries(
            title="Lag by member",
            requests=[_shown("second", lag=f"max:mongodb.replset.optime_lag{HERE} {by('member')}")],
            markers=[Marker(value=120, display_type="error dashed", label="120 s")],
        ),
        Timeseries(
            title="Oplog window",
            requests=[_computed("hour", "window / 3600", window=f"min:mongodb.oplog.timediff{HERE} {INSTANCE}")],
        ),
        EventStream(
            title="State changes",
            query="source:mongodb action:mongo_replset_member_status_change $clustername $env",
            event_size="s",
        ),
    ]


def _load() -> list[Widget]:
    operations = ("query", "insert", "update", "delete", "getmore", "command")
    return [
        Timeseries(
            title="Operations",
            requests=[
                _request(
                    "operation/second",
                    {name: name for name in operations},
                    {name: f"sum:mongodb.opcounters.{name}ps{HERE}" for name in operations},
                )
            ],
            show_legend=True,
        ),
        Timeseries(
            title="Mean latency",
            requests=[
                _shown(
                    "microsecond",
                    reads=f"avg:mongodb.oplatencies.reads.latency.avg{HERE}",
                    writes=f"avg:mongodb.oplatencies.writes.latency.avg{HERE}",
                    commands=f"avg:mongodb.oplatencies.commands.latency.avg{HERE}",
                )
            ],
            show_legend=True,
        ),
        Timeseries(
            title="Network",
            requests=[
                _shown(
                    "byte/second",
                    received=f"sum:mongodb.network.bytesinps{HERE}",
                    sent=f"sum:mongodb.network.bytesoutps{HERE}",
                )
            ],
            show_legend=True,
        ),
    ]


def _saturation() -> list[Widget]:
    cache, tickets = "avg:mongodb.wiredtiger.cache", "avg:mongodb.wiredtiger.concurrenttransactions"
    return [
        Timeseries(
            title="Connections: used of the limit",
            requests=[
                _computed(
                    "percent",
                    "100 * current / (current + available)",
                    current=f"sum:mongodb.connections.current{HERE} {INSTANCE}",
                    available=f"sum:mongodb.connections.available{HERE} {INSTANCE}",
                )
            ],
            markers=[Marker(value=90, display_type="error dashed", label="90 %")],
        ),
        Timeseries(
            title="Cache: used and dirty",
            requests=[
                _request(
                    "percent",
                    {"used": "100 * used / most", "dirty": "100 * dirty / most"},
                    {
                        "used": f"{cache}.bytes_currently_in_cache{HERE} {INSTANCE}",
                        "dirty": f"{cache}.tracked_dirty_bytes_in_cache{HERE} {INSTANCE}",
                        "most": f"{cache}.maximum_bytes_configured{HERE} {INSTANCE}",
                    },
                )
            ],
            show_legend=True,
        ),
        Timeseries(
            title="Tickets left",
            requests=[
                _shown(
                    "ticket",
                    read=f"{tickets}.read.available{HERE} {INSTANCE}",
                    write=f"{tickets}.write.available{HERE} {INSTANCE}",
                )
            ],
            show_legend=True,
        ),
        Timeseries(
            title="Operations queued",
            requests=[
                _shown(
                    "operation",
                    readers=f"avg:mongodb.globallock.currentqueue.readers{HERE} {INSTANCE}",
                    writers=f"avg:mongodb.globallock.currentqueue.writers{HERE} {INSTANCE}",
                )
            ],
            show_legend=True,
        ),
        Toplist(
            title="Disk used",
            requests=[
                _computed(
                    "percent",
                    "100 * used / total",
                    used=f"avg:mongodb.stats.fsusedsize{HERE} {INSTANCE}",
                    total=f"avg:mongodb.stats.fstotalsize{HERE} {INSTANCE}",
                    now=True,
                    top=True,
                )
            ],
        ),
    ]


def _queries() -> list[Widget]:
    metrics = "avg:mongodb.metrics"
    return [
        Timeseries(
            title="Documents scanned per returned",
            requests=[
                _computed(
                    PER_RETURNED,
                    "scanned / returned",
                    scanned=f"{metrics}.queryexecutor.scannedobjectsps{HERE} {INSTANCE}",
                    returned=f"{metrics}.document.returnedps{HERE} {INSTANCE}",
                )
            ],
        ),
        Timeseries(
            title="In-memory sorts",
            requests=[_shown("query/second", sorts=f"{metrics}.operation.scanandorderps{HERE} {INSTANCE}")],
        ),
        Timeseries(
            title="Write conflicts",
            requests=[_shown("event/second", conflicts=f"{metrics}.operation.writeconflictsps{HERE} {INSTANCE}")],
        ),
        Timeseries(
            title="Cursors open",
            requests=[_shown("cursor", open=f"{metrics}.cursor.open.total{HERE} {INSTANCE}")],
        ),
        Timeseries(
            title="Cursors timed out",
            requests=[_shown("cursor/second", timed_out=f"{metrics}.cursor.timedoutps{HERE} {INSTANCE}", bars=True)],
        ),
    ]


def _atlas() -> list[Widget]:
    return [
        Group(
            title="Health",
            widgets=[
                Toplist(
                    title="Members healthy (1) or not (0)",
                    requests=[_shown(MEMBERS, healthy=f"min:mongodb.atlas.replstatus.health{ATLAS} {NODE}", now=True)],
                ),
                Timeseries(
                    title="Lag by member",
                    requests=[_shown("second", lag=f"max:mongodb.atlas.replset.replicationlag{ATLAS} {NODE}")],
                    markers=[Marker(value=120, display_type="error dashed", label="120 s")],
                ),
                Timeseries(
                    title="Mean read latency",
                    requests=[_shown("millisecond", reads=f"avg:mongodb.atlas.oplatencies.reads.avg{ATLAS} {NODE}")],
                ),
                EventStream(title="Events of Atlas", query="source:mongodb_atlas $clustername $env", event_size="s"),
            ],
        ),
        Group(title="Saturation", widgets=_atlas_saturation()),
        Group(
            title="Query efficiency",
            widgets=[
                Timeseries(
                    title="Objects scanned per returned",
                    requests=[
                        _shown(
                            PER_RETURNED,
                            scanned=f"max:mongodb.atlas.metrics.queryexecutor.scannedobjectsperreturned{ATLAS} {NODE}",
                        )
                    ],
                ),
            ],
        ),
    ]


def _atlas_saturation() -> list[Widget]:
    system = "mongodb.atlas.system"
    return [
        Timeseries(
            title="CPU of all cores",
            requests=[
                _shown(
                    "percent",
                    user=f"avg:{system}.cpu.norm.user{ATLAS} {NODE}",
                    kernel=f"avg:{system}.cpu.norm.kernel{ATLAS} {NODE}",
                    steal=f"avg:{system}.cpu.norm.steal{ATLAS} {NODE}",
                )
            ],
            show_legend=True,
        ),
        Timeseries(
            title="IOPS utilisation",
            requests=[_shown("percent", used=f"max:{system}.disk.iops.percentutilization{ATLAS} {NODE}")],
        ),
        Toplist(
            title="Disk used",
            requests=[_shown("percent", used=f"max:{system}.disk.space.percentused{ATLAS} {NODE}", now=True, top=True)],
        ),
        Timeseries(
            title="Operations queued",
            requests=[_shown("operation", queued=f"avg:mongodb.atlas.global.lock.current.queue.total{ATLAS} {NODE}")],
        ),
    ]


Unitlike = str | NumberFormat
How = Literal["avg", "last", "max", "min", "sum"]


def _shown(
    unit: Unitlike,
    *,
    now: bool = False,
    top: bool = False,
    bars: bool = False,
    **queries: str,
) -> Request:
    """Each query by itself, called as its keyword."""
    return _request(unit, {name: name for name in queries}, queries, how="last" if now else None, top=top, bars=bars)


def _computed(unit: Unitlike, formula: str, *, now: bool = False, top: bool = False, **queries: str) -> Request:
    """One formula over the queries, which it names by their keywords."""
    return _request(unit, {"": formula}, queries, how="last" if now else None, top=top)


def _request(
    unit: Unitlike,
    formulas: dict[str, str],
    queries: dict[str, str],
    *,
    how: How | None = None,
    top: bool = False,
    bars: bool = False,
) -> Request:
    """Formulas by the name they are shown under. `how` makes one number of a graph, `top` the highest ten groups."""
    shown = [
        Formula(formula=formula, number_format=unit, **({"alias": name.replace("_", " ")} if name else {}))
        for name, formula in formulas.items()
    ]
    asked = [MetricQuery(name=n, query=q, **({"aggregator": how} if how else {})) for n, q in queries.items()]
    extra = {"sort": Sort(count=10, order_by=[OrderBy(type="formula", index=0, order="desc")])} if top else {}
    return Request(queries=asked, formulas=shown, **extra, **({"display_type": "bars"} if bars else {}))
