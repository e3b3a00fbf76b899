"""EKS: one page per cluster, in the order one reads it when something is wrong."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

from dd_sync import (
    Cluster,
    ConditionalFormat,
    Dashboard,
    Formula,
    Group,
    Marker,
    MetricQuery,
    MonitorSummary,
    Number,
    NumberFormat,
    OrderBy,
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
from slos.eks import apiserver, capacity, dns, nodes_ready, workloads

CLUSTER = scope("$kube_cluster_name", "$env")
NAMESPACED = scope("$kube_cluster_name", "$env", "$kube_namespace")
"""Scopes of every query here: objects of the cluster, and objects that live in a namespace."""

HOST = by("host")
NAMESPACE = by("kube_namespace")
DEPLOYMENT = by("kube_namespace", "kube_deployment")
HPA = by("kube_namespace", "horizontalpodautoscaler")
PVC = by("kube_namespace", "persistentvolumeclaim")

PODS = NumberFormat(unit=Unit(type="custom_unit_label", label="pods"))
REPLICAS = NumberFormat(unit=Unit(type="custom_unit_label", label="replicas"))
RESTARTS = NumberFormat(unit=Unit(type="custom_unit_label", label="restarts"))
JOBS = NumberFormat(unit=Unit(type="custom_unit_label", label="jobs"))

How = Literal["avg", "last", "max", "min", "sum"]


@define
def overview(cluster: Cluster, *, budgets: bool = True) -> Dashboard:  # budgets: false where one of the SLOs is off
    """How {cluster.name} is: what is promised, what alerts, then workloads, nodes, control plane, volumes, cost."""
    variables = {"kube_cluster_name": cluster.name, "env": cluster.env, "kube_namespace": "*"}
    return Dashboard(
        title="EKS: {cluster.name}",
        tags=(f"team:{cluster.team}",),
        reflow_type="auto",
        template_variables=[TemplateVariable(name=n, prefix=n, defaults=[v]) for n, v in variables.items()],
        widgets=(
            Group(title="Overview", widgets=[*_standing(cluster), *(_budgets(cluster) if budgets else ())]),
            Group(title="Workloads", widgets=_workloads()),
            Group(title="Nodes", widgets=_nodes(cluster)),
            Group(title="Control plane and DNS", widgets=_control_plane(cluster)),
            Group(title="Storage", widgets=_storage()),
            Group(title="Capacity and cost", widgets=_cost(cluster)),
        ),
    )


def _standing(cluster: Cluster) -> list[Widget]:
    not_ready = scope("$kube_cluster_name", "$env", "condition:ready", "!status:true")
    pending = scope("$kube_cluster_name", "$env", "$kube_namespace", "pod_phase:pending")
    return [
        MonitorSummary(
            title="Monitors",
            query=f'tag:"pack:eks" tag:"kube_cluster_name:{cluster.name}"',
            display_format="countsAndList",
            summary_type="monitors",
            hide_zero_counts=True,
            show_last_triggered=True,
            show_priority=True,
            sort="status,asc",
        ),
        SLOList(title="SLOs", requests=[f"pack:eks kube_cluster_name:{cluster.name}"]),
        _number("Nodes", "node", nodes=f"sum:kubernetes_state.node.count{CLUSTER}"),
        _number(
            "Nodes not ready",
            "node",
            {"not ready": "default_zero(nodes)"},
            most=0,
            nodes=f"sum:kubernetes_state.node.by_condition{not_ready}",
        ),
        _number("Running pods", PODS, running=f"sum:kubernetes.pods.running{NAMESPACED}"),
        _number(
            "Pending pods",
            PODS,
            {"pending": "default_zero(pods)"},
            most=0,
            pods=f"sum:kubernetes_state.pod.status_phase{pending}",
        ),
    ]


def _budgets(cluster: Cluster) -> Iterator[Widget]:
    """What is left of each SLO's error budget; the API server's only where it is measured."""
    slos = {
        "Nodes ready": nodes_ready.ref(cluster),
        "No pod unschedulable": capacity.ref(cluster),
        "Platform workloads available": workloads.ref(cluster),
        "DNS answers": dns.ref(cluster),
    }
    if cluster.control_plane_metrics:
        slos["API server"] = apiserver.ref(cluster)
    for title, slo in slos.items():
        yield SLOWidget(
            title=title, slo_id=slo, view_mode="overall", time_windows=["7d", "30d"], show_error_budget=True
        )


def _workloads() -> list[Widget]:
    return [
        _top(
            "Unavailable replicas",
            REPLICAS,
            unavailable=f"sum:kubernetes_state.deployment.replicas_unavailable{NAMESPACED} {DEPLOYMENT}",
        ),
        _graph(
            "Waiting containers by reason",
            "container",
            waiting=f"sum:kubernetes_state.container.status_report.count.waiting{NAMESPACED} {by('reason')}",
        ),
        _top(
            "Restarts",
            RESTARTS,
            {"restarts": "diff(restarts)"},
            how="sum",
            restarts=f"sum:kubernetes.containers.restarts{NAMESPACED} {DEPLOYMENT}",
        ),
        _graph(
            "Containers out of memory",
            "event",
            bars=True,
            killed=f"sum:container.memory.oom_events{NAMESPACED} {DEPLOYMENT}",
        ),
        _graph(
            "Autoscalers: replicas wanted, and the most they may have",
            REPLICAS,
            wanted=f"avg:kubernetes_state.hpa.desired_replicas{NAMESPACED} {HPA}",
            most=f"avg:kubernetes_state.hpa.max_replicas{NAMESPACED} {HPA}",
        ),
        _graph(
            "Failed jobs",
            JOBS,
            bars=True,
            failed=f"sum:kubernetes_state.job.completion.failed{NAMESPACED} {by('kube_namespace', 'kube_cronjob')}",
        ),
    ]


def _nodes(cluster: Cluster) -> list[Widget]:
    troubled = scope("$kube_cluster_name", "$env", "status:true", "!condition:ready")
    widgets: list[Widget] = [
        _top(
            "Conditions not OK",
            "node",
            nodes=f"sum:kubernetes_state.node.by_condition{troubled} {by('condition', 'node')}",
        ),
        _graph(
            "CPU by node",
            "percent",
            {"of allocatable": "100 * used / 1000000000 / allocatable"},  # used in nanocores, allocatable in cores
            limit=90,
            used=f"sum:kubernetes.cpu.usage.total{CLUSTER} {HOST}",
            allocatable=f"avg:kubernetes_state.node.cpu_allocatable{CLUSTER} {HOST}",
        ),
        _graph(
            "Memory by node",
            "percent",
            {"of allocatable": "100 * used / allocatable"},
            limit=90,
            used=f"sum:kubernetes.memory.working_set{CLUSTER} {HOST}",
            allocatable=f"avg:kubernetes_state.node.memory_allocatable{CLUSTER} {HOST}",
        ),
        _top(
            "Disk by node",
            "percent",
            {"used": "100 * used"},  # a fraction
            used=f"max:kubernetes.node.filesystem.usage_pct{CLUSTER} {HOST}",
        ),
    ]
    if cluster.has("karpenter"):
        widgets.append(
            _graph(
                "Nodes created and terminated by Karpenter",
                "node",
                bars=True,
                created=f"sum:karpenter.nodes.created.count{CLUSTER}.as_count()",
                terminated=f"sum:karpenter.nodes.terminated.count{CLUSTER}.as_count()",
            )
        )
    return widgets


def _control_plane(cluster: Cluster) -> list[Widget]:
    answers = f"sum:coredns.response_code_count{cluster.coredns_counter_suffix}{CLUSTER} {by('rcode')}.as_rate()"
    dns_widgets: list[Widget] = [
        _graph("DNS responses by code", "response/second", responses=answers),
        _graph(
            "DNS mean latency",
            "second",
            {"mean": "spent / lookups"},
            limit=0.1,
            spent=f"sum:coredns.request_duration.seconds.sum{CLUSTER}.as_count()",
            lookups=f"sum:coredns.request_duration.seconds.count{CLUSTER}.as_count()",
        ),
    ]
    if not cluster.control_plane_metrics:
        return dns_widgets
    return [
        _graph(
            "API requests by code",
            "request/second",
            requests=f"sum:kube_apiserver.apiserver_request_total.count{CLUSTER} {by('code')}.as_rate()",
        ),
        _graph("API requests in flight", "request", in_flight=f"sum:kube_apiserver.current_inflight_requests{CLUSTER}"),
        _graph(
            "Pods waiting in the scheduler", PODS, waiting=f"sum:kube_scheduler.pending_pods{CLUSTER} {by('queue')}"
        ),
        *dns_widgets,
    ]


def _storage() -> list[Widget]:
    volume = "avg:kubernetes.kubelet.volume.stats"
    return [
        _top(
            "Volumes: space used",
            "percent",
            {"used": "100 * used / capacity"},
            used=f"{volume}.used_bytes{NAMESPACED} {PVC}",
            capacity=f"{volume}.capacity_bytes{NAMESPACED} {PVC}",
        ),
        _top(
            "Volumes: inodes used",
            "percent",
            {"used": "100 * used / inodes"},
            used=f"{volume}.inodes_used{NAMESPACED} {PVC}",
            inodes=f"{volume}.inodes{NAMESPACED} {PVC}",
        ),
    ]


def _cost(cluster: Cluster) -> list[Widget]:
    widgets: list[Widget] = [
        _graph(
            "CPU: used, requested, allocatable",
            "core",
            {"used": "used / 1000000000", "requested": "requested", "allocatable": "allocatable"},
            used=f"sum:kubernetes.cpu.usage.total{CLUSTER}",
            requested=f"sum:kubernetes_state.container.cpu_requested{CLUSTER}",
            allocatable=f"sum:kubernetes_state.node.cpu_allocatable{CLUSTER}",
        ),
        _graph(
            "Memory: used, requested, allocatable",
            "byte",
            used=f"sum:kubernetes.memory.working_set{CLUSTER}",
            requested=f"sum:kubernetes_state.container.memory_requested{CLUSTER}",
            allocatable=f"sum:kubernetes_state.node.memory_allocatable{CLUSTER}",
        ),
        _top(
            "CPU efficiency by namespace: used of requested",
            "percent",
            {"of requested": "100 * used / 1000000000 / requested"},
            how="avg",
            used=f"sum:kubernetes.cpu.usage.total{NAMESPACED} {NAMESPACE}",
            requested=f"sum:kubernetes.cpu.requests{NAMESPACED} {NAMESPACE}",
        ),
        _top(
            "Memory efficiency by namespace: used of requested",
            "percent",
            {"of requested": "100 * used / requested"},
            how="avg",
            used=f"sum:kubernetes.memory.working_set{NAMESPACED} {NAMESPACE}",
            requested=f"sum:kubernetes.memory.requests{NAMESPACED} {NAMESPACE}",
        ),
    ]
    if cluster.has("karpenter"):
        cpu = scope("$kube_cluster_name", "$env", "resource_type:cpu")
        widgets.append(
            _graph(
                "NodePools: CPU and its limit",
                "core",
                used=f"avg:karpenter.nodepool_usage{cpu} {by('nodepool')}",
                allowed=f"avg:karpenter.nodepool_limit{cpu} {by('nodepool')}",
            )
        )
    return widgets


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


def _number(
    title: str, unit: Shown, formulas: dict[str, str] | None = None, *, most: Number | None = None, **queries: str
) -> QueryValue:
    """One number as it is now; white on red above `most`."""
    bad = [ConditionalFormat(comparator=">", value=most, palette="white_on_red")] if most is not None else None
    looks: dict[str, Any] = {"conditional_formats": bad} if bad else {}
    return QueryValue(title=title, requests=[_request(unit, formulas, queries, "last", **looks)], precision=0)


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
