"""Volumes: full, filling up, out of inodes, not made."""

from __future__ import annotations

from dd_sync import Cluster, Monitor, Number, define

from .terms import NAMESPACE, PVC, alert, ratio, zeroed

STATS = "max:kubernetes.kubelet.volume.stats"


def _percent(cluster: Cluster, hours: Number) -> tuple[str, str]:
    """The share of a volume that is used, and what it will be in so many hours at the pace of the last one."""
    here = cluster.namespace_tag()
    used, capacity = (f"{STATS}.{one}_bytes{here} {PVC}" for one in ("used", "capacity"))
    now = f"100 * {used} / {capacity}"
    return now, f"100 * ({used} + {hours} * ({used} - hour_before({used}))) / {capacity}"


@define(level="core")
def pvc_usage(
    cluster: Cluster,
    *,
    critical: Number = 95,  # percent of the volume
    hours: Number = 4,  # until it is full, at the pace of the last hour
    least: Number = 80,  # percent of the volume; below it no pace counts
) -> Monitor:
    """A volume is full, or will be within {hours} hours; when it is, what writes to it stops.

    It is not a volume that is merely large in use. If the pod dies of it, its numbers end, and this stays in alert.

    First step: `kubectl describe pvc {{persistentvolumeclaim.name}} -n {{kube_namespace.name}}` for its size and
    owner; then enlarge it: `kubectl patch pvc {{persistentvolumeclaim.name}} -n {{kube_namespace.name}} -p
    '{"spec":{"resources":{"requests":{"storage":"NEW"}}}}'` where the storage class has allowVolumeExpansion.

    Likely causes: growth nobody planned for; retention that is longer than the volume; a stuck consumer or compaction.

    Over when: there is room again. EBS takes one change of a volume in six hours: grow enough.
    """
    now, ahead = _percent(cluster, hours)
    soon = f"default_zero(is_greater({ahead}, 100) * is_greater({now}, {least}))"
    return ratio(
        name="[EKS] PVC {{persistentvolumeclaim.name}} above {critical}% or full within {hours} h in"
        " {{kube_namespace.name}} on {cluster.name}",
        query=f"min(last_15m):is_greater({now}, {critical}) + {soon} >= 1",
        on_missing_data="default",
        priority=2,
    )


@define(level="standard")
def pvc_filling(
    cluster: Cluster,
    *,
    critical: Number = 100,  # percent of the volume, a day ahead
    least: Number = 75,  # percent of the volume; below it nothing is said
) -> Monitor:
    """At the pace of the last hour a volume is full within a day.

    It is not a volume with much room, nor one that goes up and down.

    First step: what grows on it: `kubectl exec -n {{kube_namespace.name}} POD -- du -xh -d2 PATH | sort -h | tail`.

    Likely causes: a job that leaves its files; logs; retention; a consumer or a compaction that is stuck.

    Over when: growth has stopped, or the volume was enlarged (`pvc-usage` says how).
    """
    now, ahead = _percent(cluster, 24)
    return ratio(
        name="[EKS] PVC {{persistentvolumeclaim.name}} will be full within a day in {{kube_namespace.name}}"
        " on {cluster.name}",
        query=f"min(last_1h):{ahead} * is_greater({now}, {least}) > {critical}",
        on_missing_data="resolve",
        priority=3,
    )


@define(level="full")
def pvc_forecast(
    cluster: Cluster,
    *,
    critical: Number = 97,  # percent of the volume, a week ahead
) -> Monitor:
    """At this pace a volume is full within a week: time to plan instead of a night to lose.

    First step: the volume's graph over a month: a steady rise, or one event a cleanup undoes?

    Likely causes: ordinary growth; retention without an end; a job that leaves its files.

    Over when: the forecast stays below the threshold, after growth stopped or the volume grew.
    """
    here = cluster.namespace_tag()
    return ratio(
        name="[EKS] PVC {{persistentvolumeclaim.name}} will be full within a week in {{kube_namespace.name}}"
        " on {cluster.name}",
        query=f"max(next_1w):forecast(100 * avg:kubernetes.kubelet.volume.stats.used_bytes{here} {PVC}"
        f" / avg:kubernetes.kubelet.volume.stats.capacity_bytes{here} {PVC},"
        f" 'linear', 1, interval='60m', history='1w', model='default') >= {critical}",
        critical_recovery=critical * 95 / 97,
        on_missing_data="resolve",
        priority=4,
    )


@define(level="standard")
def pvc_inodes(
    cluster: Cluster,
    *,
    critical: Number = 95,  # percent of the volume's inodes
) -> Monitor:
    """A volume runs out of inodes: writes fail with "no space left" while it looks half empty.

    First step: `kubectl exec -n {{kube_namespace.name}} POD -- df -i`, then the directory with the most files.

    Likely causes: many small files: caches, sessions, queues kept as files.

    Over when: files were deleted and the share is under the recovery threshold; a larger ext4 volume has more inodes.
    """
    here = cluster.namespace_tag()
    return ratio(
        name="[EKS] PVC {{persistentvolumeclaim.name}} inodes above {{threshold}}% in {{kube_namespace.name}}"
        " on {cluster.name}",
        query=f"min(last_10m):100 * {STATS}.inodes_used{here} {PVC} / {STATS}.inodes{here} {PVC} > {critical}",
        critical_recovery=critical * 93 / 95,
        on_missing_data="resolve",
        priority=3,
    )


@define(level="standard")
def pvc_pending(cluster: Cluster, *, minutes: int = 15) -> Monitor:
    """A claim in {{kube_namespace.name}} gets no volume, and a pod waits for it.

    It is not a claim without a pod, which waits for its first consumer by design.

    First step: `kubectl get pvc -n {{kube_namespace.name}} | grep Pending`, `kubectl describe pvc` of it: the Events,
    then the log of the EBS CSI controller: `kubectl logs -n kube-system deploy/ebs-csi-controller -c csi-provisioner`.

    Likely causes: a storage class that does not exist; the CSI driver's IAM role; a quota; a zone without nodes.

    Over when: the claim is Bound.
    """
    claims = f"sum:kubernetes_state.persistentvolumeclaim.status{cluster.namespace_tag('phase:pending')} {NAMESPACE}"
    pods = zeroed(f"sum:kubernetes_state.pod.status_phase{cluster.waiting('pod_phase:pending')} {NAMESPACE}")
    return alert(
        name="[EKS] PVC pending and a pod waits for it in {{kube_namespace.name}} on {cluster.name}",
        query=f"min(last_{minutes}m):clamp_max({claims}, 1) * clamp_max({pods}, 1) >= 1",
        on_missing_data="default",
        priority=3,
    )
