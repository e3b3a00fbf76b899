"""Autoscaling: HPAs, Karpenter, KEDA."""

from __future__ import annotations

from dd_sync import Cluster, Monitor, Number, by, define

from .terms import CLUSTER, HPA, alert, ratio


@define(level="standard")
def hpa_maxed(cluster: Cluster, *, minutes: int = 15) -> Monitor:
    """{{horizontalpodautoscaler.name}} is at its maximum: the next burst is not absorbed.

    First step: `kubectl describe hpa {{horizontalpodautoscaler.name}} -n {{kube_namespace.name}}`: which metric asks
    for more; then whether the database behind it bears more clients, before raising maxReplicas.

    Likely causes: more load than planned for; a slow dependency that keeps workers busy; a maximum never revised.

    Over when: it wants fewer replicas than it may have. An HPA whose minimum is its maximum is always here: switch
    this off for it, or give it room.
    """
    here = cluster.workloads()
    return ratio(
        name="[EKS] HPA {{horizontalpodautoscaler.name}} at maximum in {{kube_namespace.name}} on {cluster.name}",
        query=f"min(last_{minutes}m):avg:kubernetes_state.hpa.desired_replicas{here} {HPA}"
        f" / avg:kubernetes_state.hpa.max_replicas{here} {HPA} >= 1",
        critical_recovery=0.95,
        on_missing_data="resolve",
        priority=3,
    )


@define(level="standard")
def hpa_unable(cluster: Cluster, *, minutes: int = 10) -> Monitor:
    """{{horizontalpodautoscaler.name}} cannot read its metric: it scales nothing, whatever the load.

    First step: `kubectl describe hpa {{horizontalpodautoscaler.name}} -n {{kube_namespace.name}}`: the condition
    ScalingActive says why; then `kubectl get apiservices | grep metrics`.

    Likely causes: metrics-server or the external metrics provider is down; the metric's name or query changed; pods
    without CPU requests.

    Over when: ScalingActive is True.
    """
    inactive = cluster.workloads("condition:scalingactive", "status:false")
    return alert(
        name="[EKS] HPA {{horizontalpodautoscaler.name}} cannot read its metric in {{kube_namespace.name}}"
        " on {cluster.name}",
        query=f"min(last_{minutes}m):default_zero(max:kubernetes_state.hpa.condition{inactive} {HPA}) >= 1",
        critical_recovery=0,
        on_missing_data="default",
        priority=3,
    )


@define(level="standard")
def karpenter_errors(
    cluster: Cluster,
    *,
    critical: Number = 10,  # errors in 15 minutes
    warning: Number | None = None,  # errors
) -> Monitor | None:
    """Karpenter cannot launch nodes: pods wait for room that does not come.

    First step: `kubectl logs -n kube-system -l app.kubernetes.io/name=karpenter --tail=200 | grep -i error`.

    Likely causes: no capacity of these instance types in the zone (allow more types); an EC2 quota; a changed IAM
    role; no addresses left in the subnets.

    Over when: no error for 15 minutes and `kubectl get nodeclaims` are all Ready.
    """
    if not cluster.has("karpenter"):
        return None
    warning = 0.3 * critical if warning is None else warning
    return alert(
        name="[EKS] Karpenter cloud provider errors on {cluster.name}",
        query=f"sum(last_15m):sum:karpenter.cloudprovider.errors.count{cluster.scope()} {CLUSTER}.as_count()"
        f" > {critical}",
        warning=warning,
        critical_recovery=0.3 * critical,
        warning_recovery=0,
        on_missing_data="resolve",
        priority=3,
    )


@define(level="standard")
def karpenter_nodepool_limit(
    cluster: Cluster,
    *,
    critical: Number = 90,  # percent of the NodePool's limit
    warning: Number | None = None,  # percent
) -> Monitor | None:
    """NodePool {{nodepool.name}} is nearly at its limit: beyond it no node is added.

    First step: `kubectl get nodepool {{nodepool.name}} -o yaml`: spec.limits beside status.resources
    ({{resource_type.name}}).

    Likely causes: growth; requests far above use; nodes that cannot be consolidated.

    Over when: the limit is raised, or use is under the recovery threshold.
    """
    if not cluster.has("karpenter"):
        return None
    here, group = cluster.scope(), by("kube_cluster_name", "nodepool", "resource_type")
    warning = critical * 80 / 90 if warning is None else warning
    return ratio(
        name="[EKS] Karpenter NodePool {{nodepool.name}} above {{threshold}}% of its limit on {cluster.name}",
        query=f"avg(last_15m):100 * avg:karpenter.nodepool_usage{here} {group}"
        f" / avg:karpenter.nodepool_limit{here} {group} > {critical}",
        warning=warning,
        critical_recovery=critical * 85 / 90,
        warning_recovery=warning * 75 / 80,
        on_missing_data="resolve",
        priority=3,
    )


@define(level="standard")
def karpenter_queue(
    cluster: Cluster,
    *,
    critical: Number = 20,  # pods waiting, all the time
    warning: Number | None = None,  # pods
) -> Monitor | None:
    """Karpenter does not get on with the pods that wait for nodes.

    First step: `kubectl get nodeclaims` and `kubectl logs -n kube-system -l app.kubernetes.io/name=karpenter
    --tail=200`.

    Likely causes: no NodePool fits what the pods ask for (zone, architecture, taints); no EC2 capacity; Karpenter
    itself is short of CPU.

    Over when: the queue is under the recovery threshold for 15 minutes.
    """
    if not cluster.has("karpenter"):
        return None
    warning = 0.25 * critical if warning is None else warning
    return alert(
        name="[EKS] Karpenter scheduling queue not draining on {cluster.name}",
        query=f"min(last_15m):avg:karpenter.provisioner.scheduling.queue_depth{cluster.scope()} {CLUSTER} > {critical}",
        warning=warning,
        critical_recovery=0.5 * critical,
        warning_recovery=0.4 * warning,
        on_missing_data="resolve",
        priority=3,
    )


@define(level="standard")
def keda_errors(
    cluster: Cluster,
    *,
    critical: Number = 10,  # errors in 15 minutes
    warning: Number | None = None,  # errors
) -> Monitor | None:
    """KEDA cannot read what {{scaledobject.name}} scales on: workers stay as many as they are.

    First step: `kubectl describe scaledobject -A | grep -A15 {{scaledobject.name}}`, then
    `kubectl logs -n keda deploy/keda-operator --tail=100`.

    Likely causes: the queue or Prometheus behind it cannot be reached; its TriggerAuthentication or IAM role
    changed; the queue was renamed.

    Over when: no error for 15 minutes. Before KEDA 2.16 the metric has another name, and this stays silent.
    """
    if not cluster.has("keda"):
        return None
    group = by("kube_cluster_name", "scaledobject")
    warning = 0.3 * critical if warning is None else warning
    return alert(
        name="[EKS] KEDA scaler {{scaledobject.name}} failing on {cluster.name}",
        query=f"sum(last_15m):sum:keda.scaler.detail_errors.count{cluster.scope()} {group}.as_count() > {critical}",
        warning=warning,
        critical_recovery=0.3 * critical,
        warning_recovery=warning / 3,
        on_missing_data="resolve",
        priority=3,
    )
