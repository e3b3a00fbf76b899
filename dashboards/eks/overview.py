"""The page of a cluster: what is promised and what alerts, then group after group."""

from __future__ import annotations

from collections.abc import Iterator

from dd_sync import (
    Cluster,
    Dashboard,
    Group,
    MonitorSummary,
    SLOList,
    SLOWidget,
    TemplateVariable,
    Widget,
    define,
    scope,
)
from slos.eks import apiserver, capacity, dns, nodes_ready, workloads

from .capacity import cost_widgets, karpenter_widgets, network_widgets, storage_widgets
from .control_plane import control_plane_widgets
from .nodes import node_widgets
from .widgets import CLUSTER, NAMESPACED, PODS, number
from .workloads import workload_widgets


@define
def overview(cluster: Cluster, *, budgets: bool = True) -> Dashboard:  # budgets: false where one of the SLOs is off
    """How {cluster.name} is: what is promised, what alerts, then workloads, nodes, control plane, network, volumes,
    cost."""
    variables = {"kube_cluster_name": cluster.name, "kube_namespace": "*"}
    return Dashboard(
        title="EKS: {cluster.name}",
        tags=(f"team:{cluster.team}",),
        reflow_type="auto",
        template_variables=[TemplateVariable(name=n, prefix=n, defaults=[v]) for n, v in variables.items()],
        widgets=(
            Group(title="Overview", widgets=[*_standing(cluster), *(_budgets(cluster) if budgets else ())]),
            Group(title="Workloads", widgets=workload_widgets()),
            Group(title="Nodes", widgets=node_widgets()),
            Group(title="Control plane and DNS", widgets=control_plane_widgets(cluster)),
            *([Group(title="Karpenter", widgets=karpenter_widgets())] if cluster.has("karpenter") else ()),
            Group(title="Network", widgets=network_widgets(cluster)),
            Group(title="Storage", widgets=storage_widgets()),
            Group(title="Capacity and cost", widgets=cost_widgets()),
        ),
    )


def _standing(cluster: Cluster) -> list[Widget]:
    not_ready = scope("$kube_cluster_name", "condition:ready", "!status:true")
    pending = scope("$kube_cluster_name", "$kube_namespace", "pod_phase:pending")
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
        number("Nodes", "node", nodes=f"sum:kubernetes_state.node.count{CLUSTER}"),
        number(
            "Nodes not ready",
            "node",
            {"not ready": "default_zero(nodes)"},
            most=0,
            nodes=f"sum:kubernetes_state.node.by_condition{not_ready}",
        ),
        number("Running pods", PODS, running=f"sum:kubernetes.pods.running{NAMESPACED}"),
        number(
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
