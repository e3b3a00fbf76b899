"""Nodes of a cluster."""

from __future__ import annotations

from dd_sync.packs.monitors.eks.nodes import PRESSURES

from dd_sync import (
    Widget,
    by,
    scope,
)

from .widgets import CLUSTER, HOST, graph, top


def node_widgets() -> list[Widget]:
    troubled = scope("$kube_cluster_name", PRESSURES, "status:true")  # others are good when true
    return [
        top(
            "Conditions not OK",
            "node",
            nodes=f"sum:kubernetes_state.node.by_condition{troubled} {by('condition', 'node')}",
        ),
        graph(
            "CPU by node",
            "percent",
            {"of the node": "100 * used / 1000000000 / capacity"},  # used in nanocores, capacity in cores
            limit=92,
            used=f"sum:kubernetes.cpu.usage.total{CLUSTER} {HOST}",
            capacity=f"max:kubernetes.cpu.capacity{CLUSTER} {HOST}",
        ),
        graph(
            "Memory by node",
            "percent",
            {"of the node": "100 * used / capacity"},
            limit=92,
            used=f"sum:kubernetes.memory.working_set{CLUSTER} {HOST}",
            capacity=f"max:kubernetes.memory.capacity{CLUSTER} {HOST}",
        ),
        top(
            "Disk by node",
            "percent",
            {"used": "100 * used"},  # a fraction
            used=f"max:kubernetes.node.filesystem.usage_pct{CLUSTER} {HOST}",
        ),
    ]
