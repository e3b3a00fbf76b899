"""Workloads: fewer replicas than wanted, none at all, budgets that block drains."""

from __future__ import annotations

from dd_sync import Cluster, Monitor, Number, define

from .terms import DAEMONSET, DEPLOYMENT, PDB, STATEFULSET, alert, ratio


@define(level="standard")
def workload_deployment_replicas(
    cluster: Cluster,
    *,
    critical: Number = 2,  # replicas
    warning: Number | None = None,  # replicas
    minutes: int = 15,
) -> Monitor:
    """{{kube_deployment.name}} has fewer pods than it wants: less capacity, and less to lose.

    First step: `kubectl rollout status deployment/{{kube_deployment.name}} -n {{kube_namespace.name}}`, then
    `kubectl describe replicaset` of the newest: quota, image, scheduling.

    Likely causes: a rollout that does not get on; no room; a quota; readiness probes that fail.

    Over when: available equals desired. Applications with one replica only warn here, or alert as
    `workload-deployment-zero`.
    """
    here = cluster.workloads()
    warning = 0.5 * critical if warning is None else warning
    return alert(
        name="[EKS] Deployment {{kube_deployment.name}} missing replicas in {{kube_namespace.name}} on {cluster.name}",
        query=f"avg(last_{minutes}m):avg:kubernetes_state.deployment.replicas_desired{here} {DEPLOYMENT}"
        f" - avg:kubernetes_state.deployment.replicas_available{here} {DEPLOYMENT} >= {critical}",
        warning=warning,
        critical_recovery=0.5 * critical,
        warning_recovery=0,
        on_missing_data="resolve",
        priority=3,
    )


@define(level="core")
def workload_deployment_zero(
    cluster: Cluster,
    *,
    critical: Number = 1,  # percent of desired replicas; fewer alert
    minutes: int = 5,
) -> Monitor:
    """{{kube_deployment.name}} is down: none of its pods is available.

    First step: `kubectl get deploy,rs,pods -n {{kube_namespace.name}}`; if a deploy started it,
    `kubectl rollout undo deployment/{{kube_deployment.name}} -n {{kube_namespace.name}}`.

    Likely causes: the last deploy; a missing secret or image; a dependency its readiness needs; nodes lost.

    Over when: half of the replicas are available.

    Unconfirmed: a deployment scaled to zero divides by zero, which Datadog's docs on arithmetic say is left out, so
    that it does not alert; not seen on a live account.
    """
    here = cluster.workloads()
    return ratio(
        name="[EKS] Deployment {{kube_deployment.name}} has no available replica in {{kube_namespace.name}}"
        " on {cluster.name}",
        query=f"max(last_{minutes}m):100 * sum:kubernetes_state.deployment.replicas_available{here} {DEPLOYMENT}"
        f" / sum:kubernetes_state.deployment.replicas_desired{here} {DEPLOYMENT} < {critical}",
        critical_recovery=50 * critical,
        on_missing_data="resolve",
        renotify_interval=60,
        priority=1,
    )


@define(level="core")
def workload_statefulset_replicas(
    cluster: Cluster,
    *,
    critical: Number = 2,  # replicas
    warning: Number | None = None,  # replicas
    minutes: int = 15,
) -> Monitor:
    """{{kube_stateful_set.name}} misses members: a store close to losing its quorum, or past it.

    First step: `kubectl describe statefulset/{{kube_stateful_set.name}} -n {{kube_namespace.name}}`, then its
    volumes: `kubectl get pvc -n {{kube_namespace.name}}`.

    Likely causes: a volume in a zone without a node; a member that fails its readiness after a restart; a rollout
    that waits for the member before it.

    Over when: ready equals desired, and the store itself reports its members.
    """
    here = cluster.workloads()
    warning = 0.5 * critical if warning is None else warning
    return alert(
        name="[EKS] StatefulSet {{kube_stateful_set.name}} missing replicas in {{kube_namespace.name}}"
        " on {cluster.name}",
        query=f"max(last_{minutes}m):sum:kubernetes_state.statefulset.replicas_desired{here} {STATEFULSET}"
        f" - sum:kubernetes_state.statefulset.replicas_ready{here} {STATEFULSET} >= {critical}",
        warning=warning,
        critical_recovery=0.5 * critical,
        warning_recovery=0,
        on_missing_data="resolve",
        priority=2,
    )


@define(level="standard")
def workload_daemonset_missing(
    cluster: Cluster,
    *,
    critical: Number = 1,  # nodes; more alert
    minutes: int = 15,
) -> Monitor:
    """{{kube_daemon_set.name}} is not on all nodes: network, volumes or monitoring are missing on some.

    First step: `kubectl get pods -n {{kube_namespace.name}} -o wide | grep {{kube_daemon_set.name}}` for the nodes
    that lack it, then `kubectl describe daemonset/{{kube_daemon_set.name}} -n {{kube_namespace.name}}`.

    Likely causes: taints it does not tolerate; a node too full for it; an image that does not fit the architecture.

    Over when: ready equals desired.
    """
    here = cluster.namespaced()
    return alert(
        name="[EKS] DaemonSet {{kube_daemon_set.name}} not on all nodes in {{kube_namespace.name}} on {cluster.name}",
        query=f"min(last_{minutes}m):avg:kubernetes_state.daemonset.desired{here} {DAEMONSET}"
        f" - avg:kubernetes_state.daemonset.ready{here} {DAEMONSET} > {critical}",
        warning=0 if critical > 0 else None,
        on_missing_data="resolve",
        priority=3,
    )


@define(level="standard")
def pdb_unhealthy(
    cluster: Cluster,
    *,
    critical: Number = 0,  # healthy pods above the budget; fewer alert
    minutes: int = 15,
) -> Monitor:
    """Fewer healthy pods than {{poddisruptionbudget.name}} asks for: drains and upgrades are blocked.

    First step: `kubectl describe pdb {{poddisruptionbudget.name}} -n {{kube_namespace.name}}`, then the unhealthy pods
    it selects.

    Likely causes: the workload itself is unwell; it was scaled to zero with its budget left in place; a budget equal
    to the number of replicas.

    Over when: Current is at least Desired.
    """
    here = cluster.workloads()
    return alert(
        name="[EKS] PDB {{poddisruptionbudget.name}} below desired in {{kube_namespace.name}} on {cluster.name}",
        query=f"max(last_{minutes}m):avg:kubernetes_state.pdb.pods_healthy{here} {PDB}"
        f" - avg:kubernetes_state.pdb.pods_desired{here} {PDB} < {critical}",
        on_missing_data="resolve",
        priority=3,
    )
