"""Volumes: full, filling up, out of inodes, not made."""

from __future__ import annotations

from dd_sync import Cluster, Monitor, Number, define

from .terms import PVC, alert, ratio


@define(level="core")
def pvc_usage(
    cluster: Cluster,
    *,
    critical: Number = 90,  # percent of the volume
    warning: Number | None = None,  # percent
) -> Monitor:
    """A volume is nearly full; when it is, what writes to it stops.

    First step: `kubectl describe pvc {{persistentvolumeclaim.name}} -n {{kube_namespace.name}}` for its size and
    owner; then enlarge it: `kubectl patch pvc {{persistentvolumeclaim.name}} -n {{kube_namespace.name}} -p
    '{"spec":{"resources":{"requests":{"storage":"NEW"}}}}'` where the storage class has allowVolumeExpansion.

    Likely causes: growth nobody planned for; retention that is longer than the volume; a stuck consumer or compaction.

    Over when: usage is under the recovery threshold. EBS takes one change of a volume in six hours: grow enough.
    """
    here = cluster.namespaced()
    warning = critical * 80 / 90 if warning is None else warning
    return ratio(
        name="[EKS] PVC {{persistentvolumeclaim.name}} above {{threshold}}% in {{kube_namespace.name}}"
        " on {cluster.name}",
        query=f"avg(last_10m):100 * avg:kubernetes.kubelet.volume.stats.used_bytes{here} {PVC}"
        f" / avg:kubernetes.kubelet.volume.stats.capacity_bytes{here} {PVC} > {critical}",
        warning=warning,
        critical_recovery=critical * 88 / 90,
        warning_recovery=warning * 78 / 80,
        on_missing_data="resolve",
        priority=2,
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
    here = cluster.namespaced()
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
    warning: Number | None = None,  # percent
) -> Monitor:
    """A volume runs out of inodes: writes fail with "no space left" while it looks half empty.

    First step: `kubectl exec -n {{kube_namespace.name}} POD -- df -i`, then the directory with the most files.

    Likely causes: many small files: caches, sessions, queues kept as files.

    Over when: files were deleted and the share is under the recovery threshold; a larger ext4 volume has more inodes.
    """
    here = cluster.namespaced()
    warning = critical * 90 / 95 if warning is None else warning
    return ratio(
        name="[EKS] PVC {{persistentvolumeclaim.name}} inodes above {{threshold}}% in {{kube_namespace.name}}"
        " on {cluster.name}",
        query=f"avg(last_10m):100 * avg:kubernetes.kubelet.volume.stats.inodes_used{here} {PVC}"
        f" / avg:kubernetes.kubelet.volume.stats.inodes{here} {PVC} > {critical}",
        warning=warning,
        critical_recovery=critical * 93 / 95,
        warning_recovery=warning * 88 / 90,
        on_missing_data="resolve",
        priority=3,
    )


@define(level="standard")
def pvc_pending(cluster: Cluster, *, minutes: int = 15) -> Monitor:
    """A claim gets no volume, so the pod that needs it cannot start.

    First step: `kubectl describe pvc {{persistentvolumeclaim.name}} -n {{kube_namespace.name}}`: the Events, then the
    log of the EBS CSI controller: `kubectl logs -n kube-system deploy/ebs-csi-controller -c csi-provisioner`.

    Likely causes: a storage class that does not exist; the CSI driver's IAM role; a quota; a claim that waits for its
    first pod (WaitForFirstConsumer) which itself is not placed.

    Over when: the claim is Bound.
    """
    pending = cluster.namespaced("phase:pending")
    return alert(
        name="[EKS] PVC {{persistentvolumeclaim.name}} pending in {{kube_namespace.name}} on {cluster.name}",
        query=f"min(last_{minutes}m):default_zero(max:kubernetes_state.persistentvolumeclaim.status{pending} {PVC})"
        " >= 1",
        critical_recovery=0,
        on_missing_data="default",
        priority=3,
    )
