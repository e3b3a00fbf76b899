"""EKS: one page per cluster, in the order one reads it when something is wrong."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from dd_sync import (
    Cluster,
    ConditionalFormat,
    Dashboard,
    Formula,
    Group,
    Marker,
    MetricQuery,
    MonitorSummary,
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

PODS = NumberFormat(unit=Unit(type="custom_unit_label", label="pods"))
REPLICAS = NumberFormat(unit=Unit(type="custom_unit_label", label="replicas"))
RESTARTS = NumberFormat(unit=Unit(type="custom_unit_label", label="restarts"))
JOBS = NumberFormat(unit=Unit(type="custom_unit_label", label="jobs"))


@define
def overview(cluster: Cluster, *, budgets: bool = True) -> Dashboard:  # budgets: off where one of the SLOs is
    """How {cluster.name} is: what is promised, what alerts, then workloads, nodes, control plane, volumes, cost."""
    return Dashboard(
        title="EKS: {cluster.name}",
        tags=(f"team:{cluster.team}",),
        reflow_type="auto",
        template_variables=(
            TemplateVariable(name="kube_cluster_name", prefix="kube_cluster_name", defaults=[cluster.name]),
            TemplateVariable(name="env", prefix="env", defaults=[cluster.env]),
            TemplateVariable(name="kube_namespace", prefix="kube_namespace", defaults=["*"]),
        ),
        widgets=(
            Group(title="Overview", widgets=[*_standing(cluster), *(_budgets(cluster) if budgets else ())]),
            Group(title="Workloads", widgets=_workloads(cluster)),
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
        QueryValue(
            title="Nodes",
            requests=[_shown("node", nodes=f"sum:kubernetes_state.node.count{CLUSTER}", now=True)],
            precision=0,
        ),
        QueryValue(
            title="Nodes not ready",
            requests=[
                _computed(
                    "node",
                    "default_zero(nodes)",
                    nodes=f"sum:kubernetes_state.node.by_condition{not_ready}",
                    now=True,
                    bad_above=0,
                )
            ],
            precision=0,
        ),
        QueryValue(
            title="Running pods",
            requests=[_shown(PODS, running=f"sum:kubernetes.pods.running{NAMESPACED}", now=True)],
            precision=0,
        ),
        QueryValue(
            title="Pending pods",
            requests=[
                _computed(
                    PODS,
                    "default_zero(pending)",
                    pending=f"sum:kubernetes_state.pod.status_phase{pending}",
                    now=True,
                    bad_above=0,
                )
            ],
            precision=0,
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


def _workloads(cluster: Cluster) -> list[Widget]:
    deployment, hpa = by("kube_namespace", "kube_deployment"), by("kube_namespace", "horizontalpodautoscaler")
    return [
        Toplist(
            title="Unavailable replicas",
            requests=[
                _shown(
                    REPLICAS,
                    unavailable=f"sum:kubernetes_state.deployment.replicas_unavailable{NAMESPACED} {deployment}",
                    now=True,
                    top=True,
                )
            ],
        ),
        Timeseries(
            title="Waiting containers by reason",
            requests=[
                _shown(
                    "container",
                    waiting=f"sum:kubernetes_state.container.status_report.count.waiting{NAMESPACED} {by('reason')}",
                )
            ],
            show_legend=True,
        ),
        Toplist(
            title="Restarts",
            requests=[
                _computed(
                    RESTARTS,
                    "diff(restarts)",
                    restarts=f"sum:kubernetes.containers.restarts{NAMESPACED} {deployment}",
                    how="sum",
                    top=True,
                )
            ],
        ),
        Timeseries(
            title="Containers out of memory",
            requests=[_shown("event", killed=f"sum:container.memory.oom_events{NAMESPACED} {deployment}", bars=True)],
        ),
        Timeseries(
            title="Autoscalers: replicas wanted and the most they may have",
            requests=[
                _shown(
                    REPLICAS,
                    desired=f"avg:kubernetes_state.hpa.desired_replicas{NAMESPACED} {hpa}",
                    maximum=f"avg:kubernetes_state.hpa.max_replicas{NAMESPACED} {hpa}",
                )
            ],
            show_legend=True,
        ),
        Timeseries(
            title="Failed jobs",
            requests=[
                _shown(
                    JOBS,
                    failed=f"sum:kubernetes_state.job.completion.failed{NAMESPACED}"
                    f" {by('kube_namespace', 'kube_cronjob')}",
                    bars=True,
                )
            ],
        ),
    ]


def _nodes(cluster: Cluster) -> list[Widget]:
    troubled = scope("$kube_cluster_name", "$env", "status:true", "!condition:ready")
    widgets: list[Widget] = [
        Toplist(
            title="Conditions not OK",
            requests=[
                _shown(
                    "node",
                    nodes=f"sum:kubernetes_state.node.by_condition{troubled} {by('condition', 'node')}",
                    now=True,
                    top=True,
                )
            ],
        ),
        Timeseries(
            title="CPU by node",
            requests=[
                _computed(
                    "percent",
                    "100 * used / 1000000000 / allocatable",
                    used=f"sum:kubernetes.cpu.usage.total{CLUSTER} {by('host')}",
                    allocatable=f"avg:kubernetes_state.node.cpu_allocatable{CLUSTER} {by('host')}",
                )
            ],
            markers=[Marker(value=90, display_type="error dashed", label="90 %")],
        ),
        Timeseries(
            title="Memory by node",
            requests=[
                _computed(
                    "percent",
                    "100 * used / allocatable",
                    used=f"sum:kubernetes.memory.working_set{CLUSTER} {by('host')}",
                    allocatable=f"avg:kubernetes_state.node.memory_allocatable{CLUSTER} {by('host')}",
                )
            ],
            markers=[Marker(value=90, display_type="error dashed", label="90 %")],
        ),
        Toplist(
            title="Disk by node",
            requests=[
                _computed(
                    "percent",
                    "100 * used",
                    used=f"max:kubernetes.node.filesystem.usage_pct{CLUSTER} {by('host')}",
                    now=True,
                    top=True,
                )
            ],
        ),
    ]
    if cluster.has("karpenter"):
        widgets.append(
            Timeseries(
                title="Nodes created and terminated by Karpenter",
                requests=[
                    _shown(
                        "node",
                        created=f"sum:karpenter.nodes.created.count{CLUSTER}.as_count()",
                        terminated=f"sum:karpenter.nodes.terminated.count{CLUSTER}.as_count()",
                        bars=True,
                    )
                ],
                show_legend=True,
            )
        )
    return widgets


def _control_plane(cluster: Cluster) -> list[Widget]:
    responses = f"sum:coredns.response_code_count{cluster.coredns_counter_suffix}{CLUSTER} {by('rcode')}.as_rate()"
    widgets: list[Widget] = [
        Timeseries(title="DNS responses by code", requests=[_shown("response/second", responses=responses)]),
        Timeseries(
            title="DNS mean latency",
            requests=[
                _computed(
                    "second",
                    "seconds / lookups",
                    seconds=f"sum:coredns.request_duration.seconds.sum{CLUSTER}.as_count()",
                    lookups=f"sum:coredns.request_duration.seconds.count{CLUSTER}.as_count()",
                )
            ],
        ),
    ]
    if not cluster.control_plane_metrics:
        return widgets
    requests = f"sum:kube_apiserver.apiserver_request_total.count{CLUSTER} {by('code')}.as_rate()"
    return [
        Timeseries(title="API requests by code", requests=[_shown("request/second", requests=requests)]),
        Timeseries(
            title="API requests in flight",
            requests=[_shown("request", in_flight=f"sum:kube_apiserver.current_inflight_requests{CLUSTER}")],
        ),
        Timeseries(
            title="Pods waiting in the scheduler",
            requests=[_shown(PODS, waiting=f"sum:kube_scheduler.pending_pods{CLUSTER} {by('queue')}")],
        ),
        *widgets,
    ]


def _storage() -> list[Widget]:
    claim = by("kube_namespace", "persistentvolumeclaim")
    return [
        Toplist(
            title="Volumes: space used",
            requests=[
                _computed(
                    "percent",
                    "100 * used / capacity",
                    used=f"avg:kubernetes.kubelet.volume.stats.used_bytes{NAMESPACED} {claim}",
                    capacity=f"avg:kubernetes.kubelet.volume.stats.capacity_bytes{NAMESPACED} {claim}",
                    now=True,
                    top=True,
                )
            ],
        ),
        Toplist(
            title="Volumes: inodes used",
            requests=[
                _computed(
                    "percent",
                    "100 * used / inodes",
                    used=f"avg:kubernetes.kubelet.volume.stats.inodes_used{NAMESPACED} {claim}",
                    inodes=f"avg:kubernetes.kubelet.volume.stats.inodes{NAMESPACED} {claim}",
                    now=True,
                    top=True,
                )
            ],
        ),
    ]


def _cost(cluster: Cluster) -> list[Widget]:
    namespace = by("kube_namespace")
    widgets: list[Widget] = [
        Timeseries(
            title="CPU: used, requested, allocatable",
            requests=[
                _request(
                    "core",
                    {"used": "used / 1000000000", "requested": "requested", "allocatable": "allocatable"},
                    {
                        "used": f"sum:kubernetes.cpu.usage.total{CLUSTER}",
                        "requested": f"sum:kubernetes_state.container.cpu_requested{CLUSTER}",
                        "allocatable": f"sum:kubernetes_state.node.cpu_allocatable{CLUSTER}",
                    },
                )
            ],
            show_legend=True,
        ),
        Timeseries(
            title="Memory: used, requested, allocatable",
            requests=[
                _shown(
                    "byte",
                    used=f"sum:kubernetes.memory.working_set{CLUSTER}",
                    requested=f"sum:kubernetes_state.container.memory_requested{CLUSTER}",
                    allocatable=f"sum:kubernetes_state.node.memory_allocatable{CLUSTER}",
                )
            ],
            show_legend=True,
        ),
        Toplist(
            title="CPU efficiency by namespace: used of requested",
            requests=[
                _computed(
                    "percent",
                    "100 * used / 1000000000 / requested",
                    used=f"sum:kubernetes.cpu.usage.total{NAMESPACED} {namespace}",
                    requested=f"sum:kubernetes.cpu.requests{NAMESPACED} {namespace}",
                    top=True,
                )
            ],
        ),
        Toplist(
            title="Memory efficiency by namespace: used of requested",
            requests=[
                _computed(
                    "percent",
                    "100 * used / requested",
                    used=f"sum:kubernetes.memory.working_set{NAMESPACED} {namespace}",
                    requested=f"sum:kubernetes.memory.requests{NAMESPACED} {namespace}",
                    top=True,
                )
            ],
        ),
    ]
    if cluster.has("karpenter"):
        cpu = scope("$kube_cluster_name", "$env", "resource_type:cpu")
        widgets.append(
            Timeseries(
                title="NodePools: CPU and its limit",
                requests=[
                    _shown(
                        "core",
                        used=f"avg:karpenter.nodepool_usage{cpu} {by('nodepool')}",
                        limit=f"avg:karpenter.nodepool_limit{cpu} {by('nodepool')}",
                    )
                ],
                show_legend=True,
            )
        )
    return widgets


Unitlike = str | NumberFormat
How = Literal["avg", "last", "max", "min", "sum"]


def _shown(unit: Unitlike, *, now: bool = False, top: bool = False, bars: bool = False, **queries: str) -> Request:
    """Each query by itself, called as its keyword."""
    return _request(unit, {name: name for name in queries}, queries, how="last" if now else None, top=top, bars=bars)


def _computed(
    unit: Unitlike,
    formula: str,
    *,
    now: bool = False,
    how: How | None = None,
    top: bool = False,
    bad_above: int | None = None,
    **queries: str,
) -> Request:
    """One formula over the queries, which it names by their keywords."""
    how = "last" if now else how
    return _request(unit, {"": formula}, queries, how=how, top=top, bad_above=bad_above)


def _request(
    unit: Unitlike,
    formulas: dict[str, str],
    queries: dict[str, str],
    *,
    how: How | None = None,
    top: bool = False,
    bars: bool = False,
    bad_above: int | None = None,
) -> Request:
    """Formulas by the name they are shown under. `how` makes one number of a graph, `top` the highest ten groups."""
    red = [ConditionalFormat(comparator=">", value=bad_above, palette="white_on_red")] if bad_above is not None else []
    shown = [_formula(unit, name.replace("_", " "), formula, red) for name, formula in formulas.items()]
    asked = [MetricQuery(name=n, query=q, **({"aggregator": how} if how else {})) for n, q in queries.items()]
    extra = {"sort": Sort(count=10, order_by=[OrderBy(type="formula", index=0, order="desc")])} if top else {}
    return Request(queries=asked, formulas=shown, **extra, **({"display_type": "bars"} if bars else {}))


def _formula(unit: Unitlike, alias: str, formula: str, red: list[ConditionalFormat]) -> Formula:
    given = {"alias": alias} if alias else {}
    return Formula(formula=formula, number_format=unit, **given, **({"conditional_formats": red} if red else {}))
