"""Room in the cluster: how much of it is promised away."""

from __future__ import annotations

from dd_sync import Cluster, Monitor, Number, define

from .terms import CLUSTER, ratio


@define(level="standard")
def cluster_cpu_requests(
    cluster: Cluster,
    *,
    critical: Number = 95,  # percent of allocatable CPU
    warning: Number | None = None,  # percent
) -> Monitor:
    """Nearly all CPU is promised away: after the loss of a node its pods have nowhere to go.

    First step: whether nodes still can be added: `kubectl get nodepools` and their limits, or the node group's
    maximum; then `kubectl get pods -A --field-selector status.phase=Pending`.

    Likely causes: the autoscaler is at its limit or cannot launch; requests far above use (see the cost monitors).

    Over when: nodes were added, or requests lowered, and the share is under the recovery threshold.
    """
    here = cluster.scope()
    warning = critical * 85 / 95 if warning is None else warning
    return ratio(
        name="[EKS] CPU requests above {{threshold}}% of allocatable on {cluster.name}",
        query=f"avg(last_15m):100 * sum:kubernetes_state.container.cpu_requested{here} {CLUSTER}"
        f" / sum:kubernetes_state.node.cpu_allocatable{here} {CLUSTER} > {critical}",
        warning=warning,
        critical_recovery=critical * 92 / 95,
        warning_recovery=warning * 80 / 85,
        on_missing_data="show_no_data",
        priority=3,
    )


@define(level="standard")
def cluster_memory_requests(
    cluster: Cluster,
    *,
    critical: Number = 95,  # percent of allocatable memory
    warning: Number | None = None,  # percent
) -> Monitor:
    """Nearly all memory is promised away: after the loss of a node its pods have nowhere to go.

    First step: whether nodes still can be added: `kubectl get nodepools` and their limits, or the node group's
    maximum; then `kubectl get pods -A --field-selector status.phase=Pending`.

    Likely causes: the autoscaler is at its limit or cannot launch; requests far above use (see the cost monitors).

    Over when: nodes were added, or requests lowered, and the share is under the recovery threshold.
    """
    here = cluster.scope()
    warning = critical * 85 / 95 if warning is None else warning
    return ratio(
        name="[EKS] Memory requests above {{threshold}}% of allocatable on {cluster.name}",
        query=f"avg(last_15m):100 * sum:kubernetes_state.container.memory_requested{here} {CLUSTER}"
        f" / sum:kubernetes_state.node.memory_allocatable{here} {CLUSTER} > {critical}",
        warning=warning,
        critical_recovery=critical * 92 / 95,
        warning_recovery=warning * 80 / 85,
        on_missing_data="show_no_data",
        priority=3,
    )
