"""Room in the cluster: how much of it is promised away."""

from __future__ import annotations

from dd_sync import Cluster, Monitor, Number, among, define

from .terms import CLUSTER, ratio

LIVING = among("pod_phase", ("running", "pending"))
"""Pods that hold what they request: finished ones are counted until they are deleted, and hold nothing."""


@define(level="standard")
def cluster_cpu_requests(
    cluster: Cluster,
    *,
    critical: Number = 95,  # percent of allocatable CPU
) -> Monitor | None:
    """Nearly all CPU is promised away: after the loss of a node its pods have nowhere to go.

    Not made where something adds nodes: there a full cluster is a cheap one.

    First step: whether nodes still can be added: the node group's maximum; then `kubectl get pods -A --field-selector
    status.phase=Pending`.

    Likely causes: growth; requests far above use (see the cost monitors).

    Over when: nodes were added, or requests lowered, and the share is under the recovery threshold.
    """
    if cluster.grows:
        return None
    return ratio(
        name="[EKS] CPU requests above {{threshold}}% of allocatable on {cluster.name}",
        query=f"min(last_30m):100 * sum:kubernetes_state.container.cpu_requested{cluster.scope(LIVING)} {CLUSTER}"
        f" / sum:kubernetes_state.node.cpu_allocatable{cluster.scope()} {CLUSTER} > {critical}",
        critical_recovery=critical * 92 / 95,
        on_missing_data="resolve",
        priority=3,
    )


@define(level="standard")
def cluster_memory_requests(
    cluster: Cluster,
    *,
    critical: Number = 95,  # percent of allocatable memory
) -> Monitor | None:
    """Nearly all memory is promised away: after the loss of a node its pods have nowhere to go.

    Not made where something adds nodes: there a full cluster is a cheap one.

    First step: whether nodes still can be added: the node group's maximum; then `kubectl get pods -A --field-selector
    status.phase=Pending`.

    Likely causes: growth; requests far above use (see the cost monitors).

    Over when: nodes were added, or requests lowered, and the share is under the recovery threshold.
    """
    if cluster.grows:
        return None
    return ratio(
        name="[EKS] Memory requests above {{threshold}}% of allocatable on {cluster.name}",
        query=f"min(last_30m):100 * sum:kubernetes_state.container.memory_requested{cluster.scope(LIVING)} {CLUSTER}"
        f" / sum:kubernetes_state.node.memory_allocatable{cluster.scope()} {CLUSTER} > {critical}",
        critical_recovery=critical * 92 / 95,
        on_missing_data="resolve",
        priority=3,
    )
