"""Workloads: fewer replicas than wanted, none at all, rollouts that do not get on, budgets that block drains."""

from __future__ import annotations

from dd_sync import Cluster, Monitor, Number, define

from .terms import DAEMONSET, DEPLOYMENT, PDB, STATEFULSET, alert


def lacking(kind: str, up: str, here: str, group: str) -> str:
    """Percent of the replicas wanted that are not up: 0 where none is wanted, so that a start from zero is counted
    from its first minute and not from its first point."""
    desired, there = (f"sum:kubernetes_state.{kind}.replicas_{one}{here} {group}" for one in ("desired", up))
    return f"100 * ({desired} - {there}) / clamp_min({desired}, 1)"


@define(level="standard")
def workload_deployment_replicas(
    cluster: Cluster,
    *,
    critical: Number = 20,  # percent of the replicas wanted that are missing, all the time
    minutes: int = 15,
) -> Monitor:
    """{{kube_deployment.name}} has fewer pods than it wants: less capacity, and less to lose.

    It is not a rollout or a scale-up, which take some minutes.

    First step: `kubectl rollout status deployment/{{kube_deployment.name}} -n {{kube_namespace.name}}`, then
    `kubectl describe replicaset` of the newest: quota, image, scheduling.

    Likely causes: a rollout that does not get on; no room; a quota; readiness probes that fail.

    Over when: available equals desired.
    """
    return alert(
        name="[EKS] Deployment {{kube_deployment.name}} missing replicas in {{kube_namespace.name}} on {cluster.name}",
        query=f"min(last_{minutes}m):{lacking('deployment', 'available', cluster.causes(), DEPLOYMENT)} > {critical}",
        critical_recovery=0.5 * critical,
        on_missing_data="resolve",
        priority=3,
    )


@define(level="core")
def workload_deployment_half(cluster: Cluster, *, minutes: int = 10) -> Monitor:
    """{{kube_deployment.name}} has lost more than half of its pods; the others carry everything.

    It is not down: then `workload-deployment-zero` pages instead.

    First step: `kubectl get rs,pods -n {{kube_namespace.name}} -o wide`; if a deploy started it,
    `kubectl rollout undo deployment/{{kube_deployment.name}} -n {{kube_namespace.name}}`.

    Likely causes: the last deploy; a zone or its nodes lost; no place for pods that were evicted.

    Over when: half of the replicas are available.
    """
    here = cluster.workloads()
    some = f"clamp_max(sum:kubernetes_state.deployment.replicas_available{here} {DEPLOYMENT}, 1)"
    return alert(
        name="[EKS] Deployment {{kube_deployment.name}} has less than half its replicas in {{kube_namespace.name}}"
        " on {cluster.name}",
        query=f"min(last_{minutes}m):{lacking('deployment', 'available', here, DEPLOYMENT)} * {some} > 50",
        on_missing_data="resolve",
        new_group_delay=600,
        priority=2,
    )


@define(level="core")
def workload_deployment_zero(cluster: Cluster, *, minutes: int = 10) -> Monitor:
    """{{kube_deployment.name}} is down: none of its pods is available.

    It is not a start from zero, which may take {minutes} minutes, nor a workload scaled to zero.

    First step: `kubectl get deploy,rs,pods -n {{kube_namespace.name}}`; if a deploy started it,
    `kubectl rollout undo deployment/{{kube_deployment.name}} -n {{kube_namespace.name}}`.

    Likely causes: the last deploy; a missing secret or image; a dependency its readiness needs; nodes lost.

    Over when: a replica is available.
    """
    here = cluster.workloads()
    desired, available = (
        f"sum:kubernetes_state.deployment.replicas_{one}{here} {DEPLOYMENT}" for one in ("desired", "available")
    )
    return alert(
        name="[EKS] Deployment {{kube_deployment.name}} has no available replica in {{kube_namespace.name}}"
        " on {cluster.name}",
        query=f"min(last_{minutes}m):is_less({available}, 1) * clamp_max({desired}, 1) >= 1",
        on_missing_data="resolve",
        new_group_delay=600,
        renotify_interval=60,
        priority=2,
    )


@define(level="standard")
def workload_rollout_stuck(cluster: Cluster, *, minutes: int = 5) -> Monitor:
    """The rollout of {{kube_deployment.name}} does not get on: its new pods do not become ready within its deadline.

    Users may feel nothing: the old pods go on serving.

    First step: `kubectl rollout status deployment/{{kube_deployment.name}} -n {{kube_namespace.name}}`, then the
    newest pods: `kubectl get pods -n {{kube_namespace.name}} --sort-by=.metadata.creationTimestamp | tail`.

    Likely causes: a version that fails at start; a missing image, secret or volume; readiness that never holds.

    Over when: the rollout is through, or undone: `kubectl rollout undo deployment/{{kube_deployment.name}} -n
    {{kube_namespace.name}}`.
    """
    stuck = cluster.causes("condition:progressing", "status:false")
    return alert(
        name="[EKS] Rollout of {{kube_deployment.name}} stuck in {{kube_namespace.name}} on {cluster.name}",
        query=f"min(last_{minutes}m):max:kubernetes_state.deployment.condition{stuck} {DEPLOYMENT} >= 1",
        on_missing_data="resolve",
        priority=3,
    )


@define(level="core")
def workload_pods_refused(cluster: Cluster, *, minutes: int = 10) -> Monitor:
    """No pods can be made for {{kube_deployment.name}}: the API server refuses them, and nothing is pending.

    It is not a lack of room. Pods that run go on; each that ends is not replaced.

    First step: `kubectl get events -n {{kube_namespace.name}} --field-selector reason=FailedCreate | tail -3`: the
    message names the webhook, the quota or the policy.

    Likely causes: an admission webhook with failurePolicy Fail that is down; a ResourceQuota used up; Pod Security.

    Over when: pods are made again. A webhook that is down for good:
    `kubectl get validatingwebhookconfigurations,mutatingwebhookconfigurations`, and delete its configuration.
    """
    refused = cluster.namespace_tag("condition:replicafailure", "status:true")
    return alert(
        name="[EKS] Pods of {{kube_deployment.name}} refused in {{kube_namespace.name}} on {cluster.name}",
        query=f"min(last_{minutes}m):max:kubernetes_state.deployment.condition{refused} {DEPLOYMENT} >= 1",
        on_missing_data="resolve",
        new_group_delay=600,
        priority=2,
    )


@define(level="core")
def workload_statefulset_replicas(
    cluster: Cluster,
    *,
    critical: Number = 1,  # replicas missing, all the time
    minutes: int = 15,
) -> Monitor:
    """{{kube_stateful_set.name}} misses members: a store close to losing its quorum, or past it.

    It is not a rolling update, in which all members are ready again between two of them.

    First step: `kubectl describe statefulset/{{kube_stateful_set.name}} -n {{kube_namespace.name}}`, then its
    volumes: `kubectl get pvc -n {{kube_namespace.name}}`.

    Likely causes: a volume in a zone without a node; a node that died and holds the pod until it is deleted by force;
    a member that fails its readiness after a restart.

    Over when: ready equals desired, and the store itself reports its members.
    """
    here = cluster.workloads()
    return alert(
        name="[EKS] StatefulSet {{kube_stateful_set.name}} missing replicas in {{kube_namespace.name}}"
        " on {cluster.name}",
        query=f"min(last_{minutes}m):sum:kubernetes_state.statefulset.replicas_desired{here} {STATEFULSET}"
        f" - sum:kubernetes_state.statefulset.replicas_ready{here} {STATEFULSET} >= {critical}",
        on_missing_data="resolve",
        new_group_delay=900,
        priority=2,
    )


@define(level="standard")
def workload_daemonset_missing(
    cluster: Cluster,
    *,
    critical: Number = 1,  # nodes more than the share; more alert
    share: Number = 10,  # percent of the nodes that may lack it, as in a rolling update
    minutes: int = 15,
) -> Monitor:
    """{{kube_daemon_set.name}} is missing on many nodes: network, volumes or monitoring do not work there.

    It is not a node that has just joined or died, nor a rolling update.

    First step: `kubectl get pods -n {{kube_namespace.name}} -o wide | grep {{kube_daemon_set.name}}` for the nodes
    that lack it, then `kubectl describe daemonset/{{kube_daemon_set.name}} -n {{kube_namespace.name}}`.

    Likely causes: taints it does not tolerate; nodes too full for it; an image that does not fit the architecture.

    Over when: ready equals desired.
    """
    here = cluster.namespace_tag()
    desired, ready = (f"sum:kubernetes_state.daemonset.{one}{here} {DAEMONSET}" for one in ("desired", "ready"))
    return alert(
        name="[EKS] DaemonSet {{kube_daemon_set.name}} not on all nodes in {{kube_namespace.name}} on {cluster.name}",
        query=f"min(last_{minutes}m):{desired} - {ready} - {share / 100} * {desired} > {critical}",
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

    It is not a rollout, nor a workload scaled to zero with its budget left in place.

    First step: `kubectl describe pdb {{poddisruptionbudget.name}} -n {{kube_namespace.name}}`, then the unhealthy pods
    it selects.

    Likely causes: the workload itself is unwell; a budget larger than the number of replicas.

    Over when: Current is at least Desired.
    """
    here = cluster.namespace_tag()
    healthy, desired, total = (
        f"max:kubernetes_state.pdb.pods_{one}{here} {PDB}" for one in ("healthy", "desired", "total")
    )
    return alert(
        name="[EKS] PDB {{poddisruptionbudget.name}} below desired in {{kube_namespace.name}} on {cluster.name}",
        query=f"max(last_{minutes}m):({healthy} - {desired}) * clamp_max({total}, 1) < {critical}",
        on_missing_data="resolve",
        priority=3,
    )


@define(level="full")
def pdb_blocks(cluster: Cluster) -> Monitor:
    """{{poddisruptionbudget.name}} has allowed no disruption for a day: every drain of its nodes waits for it, and with
    it each upgrade of the cluster.

    First step: `kubectl get pdb {{poddisruptionbudget.name}} -n {{kube_namespace.name}}`: minAvailable beside the
    number of pods.

    Likely causes: one replica, or minAvailable as large as the number of replicas; a pod that is never ready.

    Over when: at least one disruption is allowed: one replica more, or maxUnavailable: 1.
    """
    here = cluster.namespace_tag()
    allowed, total = (
        f"max:kubernetes_state.pdb.{one}{here} {PDB}.rollup(max, 600)" for one in ("disruptions_allowed", "pods_total")
    )
    return alert(
        name="[EKS] PDB {{poddisruptionbudget.name}} blocks drains in {{kube_namespace.name}} on {cluster.name}",
        query=f"max(last_1d):{allowed} + is_less({total}, 1) < 1",
        on_missing_data="resolve",
        priority=4,
    )
