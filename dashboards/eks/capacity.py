"""Storage, capacity and cost of a cluster."""

from __future__ import annotations

from dd_sync import (
    Cluster,
    Widget,
    by,
    scope,
)

from .widgets import CLUSTER, NAMESPACE, NAMESPACED, PVC, graph, top


def storage_widgets() -> list[Widget]:
    volume = "avg:kubernetes.kubelet.volume.stats"
    return [
        top(
            "Volumes: space used",
            "percent",
            {"used": "100 * used / capacity"},
            used=f"{volume}.used_bytes{NAMESPACED} {PVC}",
            capacity=f"{volume}.capacity_bytes{NAMESPACED} {PVC}",
        ),
        top(
            "Volumes: inodes used",
            "percent",
            {"used": "100 * used / inodes"},
            used=f"{volume}.inodes_used{NAMESPACED} {PVC}",
            inodes=f"{volume}.inodes{NAMESPACED} {PVC}",
        ),
    ]


def cost_widgets(cluster: Cluster) -> list[Widget]:
    widgets: list[Widget] = [
        graph(
            "CPU: used, requested, allocatable",
            "core",
            {"used": "used / 1000000000", "requested": "requested", "allocatable": "allocatable"},
            used=f"sum:kubernetes.cpu.usage.total{CLUSTER}",
            requested=f"sum:kubernetes_state.container.cpu_requested{CLUSTER}",
            allocatable=f"sum:kubernetes_state.node.cpu_allocatable{CLUSTER}",
        ),
        graph(
            "Memory: used, requested, allocatable",
            "byte",
            used=f"sum:kubernetes.memory.working_set{CLUSTER}",
            requested=f"sum:kubernetes_state.container.memory_requested{CLUSTER}",
            allocatable=f"sum:kubernetes_state.node.memory_allocatable{CLUSTER}",
        ),
        top(
            "CPU efficiency by namespace: used of requested",
            "percent",
            {"of requested": "100 * used / 1000000000 / requested"},
            how="avg",
            used=f"sum:kubernetes.cpu.usage.total{NAMESPACED} {NAMESPACE}",
            requested=f"sum:kubernetes.cpu.requests{NAMESPACED} {NAMESPACE}",
        ),
        top(
            "Memory efficiency by namespace: used of requested",
            "percent",
            {"of requested": "100 * used / requested"},
            how="avg",
            used=f"sum:kubernetes.memory.working_set{NAMESPACED} {NAMESPACE}",
            requested=f"sum:kubernetes.memory.requests{NAMESPACED} {NAMESPACE}",
        ),
    ]
    if cluster.has("karpenter"):
        cpu = scope("$kube_cluster_name", "resource_type:cpu")
        widgets.append(
            graph(
                "NodePools: CPU and its limit",
                "core",
                used=f"avg:karpenter.nodepool_usage{cpu} {by('nodepool')}",
                allowed=f"avg:karpenter.nodepool_limit{cpu} {by('nodepool')}",
            )
        )
    return widgets
