"""Storage, capacity, network and cost of a cluster."""

from __future__ import annotations

from typing import Any

from dd_sync import (
    Cluster,
    Widget,
    by,
    scope,
)

from .widgets import ADDRESSES, CLUSTER, HOST, NAMESPACE, NAMESPACED, PODS, PVC, graph, top


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


def cost_widgets() -> list[Widget]:
    return [
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


def karpenter_widgets() -> list[Widget]:
    """What Karpenter does: what it may buy, what it buys and gives back, what waits for it."""
    cpu = scope("$kube_cluster_name", "resource_type:cpu")
    not_true = scope("$kube_cluster_name", "!status:true")
    return [
        graph(
            "NodePools: CPU and its limit",
            "core",
            used=f"avg:karpenter.nodepool_usage{cpu} {by('nodepool')}",
            allowed=f"avg:karpenter.nodepool_limit{cpu} {by('nodepool')}",
        ),
        graph(
            "Nodes created and terminated by Karpenter",
            "node",
            bars=True,
            created=f"sum:karpenter.nodes.created.count{CLUSTER}.as_count()",
            terminated=f"sum:karpenter.nodes.terminated.count{CLUSTER}.as_count()",
        ),
        graph("Pods it has yet to place", PODS, waiting=f"max:karpenter.provisioner.scheduling.queue_depth{CLUSTER}"),
        graph(
            "NodeClaims whose condition does not hold",
            "node",
            claims=f"sum:karpenter.operator.nodeclaim.status_condition_count{not_true} {by('type')}",
        ),
        graph(
            "Errors of AWS to it",
            "error",
            bars=True,
            errors=f"sum:karpenter.cloudprovider.errors.count{CLUSTER} {by('error')}.as_count()",
        ),
        graph(
            "Interruptions announced",
            "message",
            bars=True,
            announced=f"sum:karpenter.interruption.received_messages.count{CLUSTER} {by('message_type')}.as_count()",
        ),
    ]


def network_widgets(cluster: Cluster) -> list[Widget]:
    """Addresses for pods, and what is dropped on the way; by what the cluster has."""
    widgets: list[Widget] = [
        graph(
            "Connection table by node",
            "percent",
            {"used": "100 * used / most"},
            limit=90,
            used=f"max:system.net.conntrack.count{CLUSTER} {HOST}",
            most=f"max:system.net.conntrack.max{CLUSTER} {HOST}",
        ),
    ]
    if cluster.has("vpc-cni"):
        widgets += [
            graph(
                "Addresses of the nodes (VPC CNI)",
                ADDRESSES,
                held=f"sum:amazon_vpc_cni.total_ip_addresses{CLUSTER}",
                given_to_pods=f"sum:amazon_vpc_cni.assigned_ip_addresses{CLUSTER}",
            ),
            graph(
                "Requests for an address that failed",
                "request",
                bars=True,
                failed=f"sum:amazon_vpc_cni.no_available_ip_addresses.count{CLUSTER}.as_count()",
            ),
        ]
    if cluster.has("ena"):
        limits = ("pps", "bw_in", "bw_out", "conntrack", "linklocal")
        queries: dict[str, Any] = {n: f"sum:system.net.aws.ec2.{n}_allowance_exceeded{CLUSTER}" for n in limits}
        dropped = {name: f"monotonic_diff({name})" for name in limits}  # totals since the driver was loaded
        widgets.append(graph("Packets AWS dropped, by the limit they met", "packet", dropped, bars=True, **queries))
    return widgets
