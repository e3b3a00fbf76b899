"""Autoscaling of pods: HPAs, KEDA, and the metrics they scale on."""

from __future__ import annotations

from dd_sync import Cluster, Monitor, Number, by, define

from .terms import HPA, alert


@define(level="standard")
def hpa_maxed(cluster: Cluster, *, minutes: int = 20) -> Monitor:
    """{{horizontalpodautoscaler.name}} is at its maximum: the next burst is not absorbed.

    It is not an HPA whose minimum is its maximum, which is there by design.

    First step: `kubectl describe hpa {{horizontalpodautoscaler.name}} -n {{kube_namespace.name}}`: which metric asks
    for more; then whether the database behind it bears more clients, before raising maxReplicas.

    Likely causes: more load than planned for; a slow dependency that keeps workers busy; a maximum never revised.

    Over when: it wants fewer replicas than it may have.
    """
    wanted, most, least = (
        f"max:kubernetes_state.hpa.{one}_replicas{cluster.autoscalers()} {HPA}" for one in ("desired", "max", "min")
    )
    return alert(
        name="[EKS] HPA {{horizontalpodautoscaler.name}} at maximum in {{kube_namespace.name}} on {cluster.name}",
        query=f"min(last_{minutes}m):{wanted} / {most} * is_greater({most} - {least}, 0) >= 1",
        critical_recovery=0.95,
        on_missing_data="resolve",
        priority=3,
    )


@define(level="standard")
def hpa_unable(cluster: Cluster, *, minutes: int = 10) -> Monitor:
    """{{horizontalpodautoscaler.name}} cannot read its metric: it scales nothing, whatever the load.

    It is not a workload at zero, whose HPA rests.

    First step: `kubectl describe hpa {{horizontalpodautoscaler.name}} -n {{kube_namespace.name}}`: the condition
    ScalingActive says why; then `kubectl get apiservices | grep metrics`.

    Likely causes: metrics-server or the external metrics provider is down; the metric's name or query changed; pods
    without CPU requests.

    Over when: ScalingActive is True.
    """
    inactive = cluster.namespace_tag("condition:scalingactive", "status:false")
    running = f"clamp_max(max:kubernetes_state.hpa.current_replicas{cluster.namespace_tag()} {HPA}, 1)"
    return alert(
        name="[EKS] HPA {{horizontalpodautoscaler.name}} cannot read its metric in {{kube_namespace.name}}"
        " on {cluster.name}",
        query=f"min(last_{minutes}m):max:kubernetes_state.hpa.condition{inactive} {HPA} * {running} >= 1",
        on_missing_data="resolve",
        priority=3,
    )


@define(level="core")
def hpa_blind(cluster: Cluster, *, minutes: int = 10) -> Monitor:
    """No HPA on {cluster.name} that needs it can read a metric: {{apiservice.name}} does not answer, so replicas stay
    as they are whatever the load.

    It is not one HPA with a wrong metric, which `hpa-unable` tells.

    First step: `kubectl describe apiservice {{apiservice.name}}`: Message and Reason; then the pods behind it
    (metrics-server, the Datadog Cluster Agent, KEDA's metrics server).

    Likely causes: those pods are down or cannot be reached (security group, network policy); an expired certificate.

    Over when: `kubectl get apiservice {{apiservice.name}}` says True. Until then scale by hand what is under load.
    """
    down = cluster.scope("apiservice:*metrics.k8s.io", "condition:available", "status:false")
    return alert(
        name="[EKS] {{apiservice.name}} unavailable on {cluster.name}: autoscaling is blind",
        query=f"min(last_{minutes}m):max:kubernetes_state.apiservice.condition{down}"
        f" {by('kube_cluster_name', 'apiservice')} >= 1",
        on_missing_data="resolve",
        priority=2,
    )


@define(level="standard")
def keda_errors(
    cluster: Cluster,
    *,
    critical: Number = 10,  # errors in 15 minutes
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
    return alert(
        name="[EKS] KEDA scaler {{scaledobject.name}} failing on {cluster.name}",
        query=f"sum(last_15m):sum:keda.scaler.detail_errors.count{cluster.scope()} {group}.as_count() > {critical}",
        critical_recovery=0.3 * critical,
        on_missing_data="resolve",
        priority=3,
    )


@define(level="standard")
def keda_job_errors(
    cluster: Cluster,
    *,
    critical: Number = 10,  # errors in 15 minutes
) -> Monitor | None:
    """KEDA cannot start jobs for {{scaledjob.name}}: its queue is not worked off.

    First step: `kubectl describe scaledjob -A | grep -A15 {{scaledjob.name}}`, then
    `kubectl logs -n keda deploy/keda-operator --tail=100`.

    Likely causes: the queue behind it cannot be reached; its TriggerAuthentication or IAM role changed; a quota or a
    webhook refuses the Jobs.

    Over when: no error for 15 minutes.
    """
    if not cluster.has("keda"):
        return None
    group = by("kube_cluster_name", "scaledjob")
    return alert(
        name="[EKS] KEDA ScaledJob {{scaledjob.name}} failing on {cluster.name}",
        query=f"sum(last_15m):sum:keda.scaled_job.errors.count{cluster.scope()} {group}.as_count() > {critical}",
        critical_recovery=0.3 * critical,
        on_missing_data="resolve",
        priority=3,
    )
