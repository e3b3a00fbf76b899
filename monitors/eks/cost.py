"""Cost: what is reserved and not used."""

from __future__ import annotations

from dd_sync import Cluster, Monitor, Number, define

from .terms import NAMESPACE, ratio


@define(level="full")
def cost_cpu_waste(
    cluster: Cluster,
    *,
    critical: Number = 20,  # percent of the CPU requested; less alerts
    warning: Number | None = None,  # percent
) -> Monitor:
    """{{kube_namespace.name}} uses little of the CPU it has reserved: nodes are paid for and idle.

    First step: efficiency by namespace on the cluster's dashboard, then `kubectl top pods -n
    {{kube_namespace.name}}` beside the requests.

    Likely causes: requests copied from elsewhere; sized for a peak that autoscaling now covers.

    Over when: requests follow use; the Vertical Pod Autoscaler's recommendations are a start.
    """
    here = cluster.namespace_tag()
    warning = 1.75 * critical if warning is None else warning
    return ratio(
        name="[EKS] {{kube_namespace.name}} uses under {{threshold}}% of requested CPU on {cluster.name}",
        # usage in nanocores, requests in cores
        query=f"avg(last_1d):100 * (sum:kubernetes.cpu.usage.total{here} {NAMESPACE} / 1000000000)"
        f" / sum:kubernetes.cpu.requests{here} {NAMESPACE} < {critical}",
        warning=warning,
        critical_recovery=1.25 * critical,
        warning_recovery=warning * 40 / 35,
        on_missing_data="resolve",
        priority=5,
    )


@define(level="full")
def cost_memory_waste(
    cluster: Cluster,
    *,
    critical: Number = 30,  # percent of the memory requested; less alerts
    warning: Number | None = None,  # percent
) -> Monitor:
    """{{kube_namespace.name}} uses little of the memory it has reserved: nodes are paid for and idle.

    First step: efficiency by namespace on the cluster's dashboard, then `kubectl top pods -n
    {{kube_namespace.name}}` beside the requests.

    Likely causes: requests copied from elsewhere; heaps sized for a peak that never came.

    Over when: requests follow use, with room for the largest working set of a week.
    """
    here = cluster.namespace_tag()
    warning = 1.5 * critical if warning is None else warning
    return ratio(
        name="[EKS] {{kube_namespace.name}} uses under {{threshold}}% of requested memory on {cluster.name}",
        query=f"avg(last_1d):100 * sum:kubernetes.memory.working_set{here} {NAMESPACE}"
        f" / sum:kubernetes.memory.requests{here} {NAMESPACE} < {critical}",
        warning=warning,
        critical_recovery=critical * 35 / 30,
        warning_recovery=warning * 50 / 45,
        on_missing_data="resolve",
        priority=5,
    )
