"""EKS: what the platform team must know of a cluster before everybody on it does.

One symptom pages, causes inform: priorities 1 and 2 are what users of the cluster feel and nothing else here reports;
the rest tells why. Levels follow: what pages is core, what informs by day is standard, capacity and cost are full.

Single workloads that a service watches itself are left out (`Cluster.workloads`), so that a bad deploy of a service
is the service's alert alone.
"""

from __future__ import annotations

from functools import partial
from typing import Literal

from dd_sync import Cluster, Monitor, Number, by, by_check, define

alert = partial(Monitor, tags=("pack:eks",), new_group_delay=300, require_full_window=False)
"""Nodes and pods come and go: a new one has five minutes to settle, and need not have been there all the time."""

ratio = partial(alert, evaluation_delay=60)
"""An alert on a quotient, a minute late: its two sides come from different checks, and a quotient of which one side
is missing jumps (Datadog's docs, "as_count() in monitor evaluations")."""

CLUSTER = by("kube_cluster_name")
NODE = by("kube_cluster_name", "node")
HOST = by("kube_cluster_name", "host")
NAMESPACE = by("kube_cluster_name", "kube_namespace")
POD = by("kube_cluster_name", "kube_namespace", "pod_name")
DEPLOYMENT = by("kube_cluster_name", "kube_namespace", "kube_deployment")
STATEFULSET = by("kube_cluster_name", "kube_namespace", "kube_stateful_set")
DAEMONSET = by("kube_cluster_name", "kube_namespace", "kube_daemon_set")
HPA = by("kube_cluster_name", "kube_namespace", "horizontalpodautoscaler")
PDB = by("kube_cluster_name", "kube_namespace", "poddisruptionbudget")
PVC = by("kube_cluster_name", "kube_namespace", "persistentvolumeclaim")

Per = Literal["pod", "namespace"]
NOTIFY_BY = {"pod": None, "namespace": ("kube_cluster_name", "kube_namespace")}
"""What one message is about. Of a whole namespace it lists the pods, and `{{pod_name.name}}` in its text is empty."""


# Nodes


@define(level="core")
def node_not_ready(cluster: Cluster, *, minutes: int = 15) -> Monitor:
    """A node stopped reporting: nothing new is placed there, and its pods are evicted after five minutes.

    First step: `kubectl describe node {{node.name}}` for the conditions and the last heartbeat, then the instance's
    status checks: `aws ec2 describe-instance-status --filters Name=private-dns-name,Values={{node.name}}`.

    Likely causes: the instance or its zone failed; kubelet or containerd died, often of memory or a full disk; the
    node lost its network. Karpenter or the node group should replace it by itself: if it does not, look there.

    Over when: the node is Ready again, or gone and its pods run elsewhere: `kubectl get pods -A --field-selector
    spec.nodeName={{node.name}}` is empty.
    """
    not_ready = cluster.scope("condition:ready", "!status:true")
    return alert(
        name="[EKS] Node {{node.name}} NotReady on {cluster.name}",
        query=f"min(last_{minutes}m):default_zero(sum:kubernetes_state.node.by_condition{not_ready} {NODE}) >= 1",
        critical_recovery=0,
        on_missing_data="resolve",  # the metric is sent for conditions that hold, so silence is health
        priority=2,
    )


@define(level="standard")
def node_pressure(cluster: Cluster, *, minutes: int = 10) -> Monitor:
    """A node runs short of memory, disk or process ids, and begins to evict pods.

    First step: `kubectl describe node {{node.name}}`: Conditions and Events say which resource, Allocated says who.

    Likely causes: pods without limits; logs, images or emptyDir volumes on a small root disk; a process that forks
    without end.

    Over when: {{condition.name}} is False again, and `kubectl get events -A --field-selector reason=Evicted` is quiet.
    """
    pressure = cluster.scope("status:true", "!condition:ready")
    group = by("kube_cluster_name", "node", "condition")
    return alert(
        name="[EKS] Node {{node.name}} under {{condition.name}} on {cluster.name}",
        query=f"min(last_{minutes}m):default_zero(sum:kubernetes_state.node.by_condition{pressure} {group}) >= 1",
        critical_recovery=0,
        on_missing_data="resolve",
        priority=3,
    )


@define(level="standard")
def node_unschedulable_pct(
    cluster: Cluster,
    *,
    critical: Number = 80,  # percent of nodes that are schedulable; fewer alert
    warning: Number | None = None,  # percent
) -> Monitor:
    """Many nodes are cordoned: the cluster has less room than it seems to.

    First step: `kubectl get nodes | grep SchedulingDisabled`, then what holds their drain:
    `kubectl get pdb -A` for budgets with no disruption allowed.

    Likely causes: an upgrade under way, or stuck on a PodDisruptionBudget; nodes cordoned by hand and forgotten.

    Over when: the drained nodes are gone or uncordoned (`kubectl uncordon NODE`).
    """
    room = 100 - critical  # all nodes at most are schedulable, so the steps are shares of what is left to 100 %
    warning = critical + room / 2 if warning is None and room > 0 else warning
    schedulable, every = cluster.scope("status:schedulable"), cluster.scope()
    return ratio(
        name="[EKS] Less than {{threshold}}% of nodes schedulable on {cluster.name}",
        query=f"max(last_15m):default_zero(sum:kubernetes_state.node.status{schedulable} {CLUSTER} * 100"
        f" / sum:kubernetes_state.node.status{every} {CLUSTER}) < {critical}",
        warning=warning,
        critical_recovery=critical + room / 4 if room > 0 else None,
        warning_recovery=warning + (100 - warning) / 5 if warning is not None and warning < 100 else None,
        on_missing_data="show_no_data",
        priority=3,
    )


@define(level="standard")
def node_cpu_high(
    cluster: Cluster,
    *,
    critical: Number = 90,  # percent of allocatable CPU
    warning: Number | None = None,  # percent
) -> Monitor:
    """Every pod on this node runs slowly: its CPU is used up.

    First step: `kubectl top pods -A --sort-by=cpu`, and which of them run on {{host.name}}.

    Likely causes: pods that request less CPU than they use, so that too many share a node; one noisy neighbour;
    a busy loop after a deploy.

    Over when: CPU stays under the recovery threshold for 15 minutes. A lasting cure is honest CPU requests.
    """
    here = cluster.scope()
    warning = critical * 80 / 90 if warning is None else warning
    return ratio(
        name="[EKS] Node CPU above {{threshold}}% on {{host.name}} of {cluster.name}",
        # usage in nanocores, allocatable in cores
        query=f"avg(last_15m):100 * (sum:kubernetes.cpu.usage.total{here} {HOST} / 1000000000)"
        f" / avg:kubernetes_state.node.cpu_allocatable{here} {HOST} > {critical}",
        warning=warning,
        critical_recovery=critical * 85 / 90,
        warning_recovery=warning * 75 / 80,
        on_missing_data="resolve",
        priority=3,
    )


@define(level="standard")
def node_memory_high(
    cluster: Cluster,
    *,
    critical: Number = 90,  # percent of allocatable memory
    warning: Number | None = None,  # percent
) -> Monitor:
    """A node is about to evict or kill pods: its working set is what the OOM killer watches.

    First step: `kubectl top pods -A --sort-by=memory`, and which of them run on {{host.name}}.

    Likely causes: pods whose limits are far above their requests; a leak; a new node type that is too small.

    Over when: memory stays under the recovery threshold for 15 minutes, and `kubectl get events -A --field-selector
    reason=Evicted` shows nothing new.
    """
    here = cluster.scope()
    warning = critical * 85 / 90 if warning is None else warning
    return ratio(
        name="[EKS] Node memory above {{threshold}}% on {{host.name}} of {cluster.name}",
        query=f"avg(last_15m):100 * sum:kubernetes.memory.working_set{here} {HOST}"
        f" / avg:kubernetes_state.node.memory_allocatable{here} {HOST} > {critical}",
        warning=warning,
        critical_recovery=critical * 87 / 90,
        warning_recovery=warning * 82 / 85,
        on_missing_data="resolve",
        priority=3,
    )


@define(level="standard")
def node_disk_high(
    cluster: Cluster,
    *,
    critical: Number = 88,  # percent of the node's filesystem
    warning: Number | None = None,  # percent
) -> Monitor:
    """A node's disk fills up: next come DiskPressure, lost images and evicted pods.

    First step: `kubectl debug node/{{host.name}} -it --image=busybox -- df -h /host`, then the largest of
    `/host/var/log/pods` and `/host/var/lib/containerd`.

    Likely causes: a container that logs without end; large images; emptyDir volumes without a sizeLimit.

    Over when: usage is under the recovery threshold. Replacing the node (`kubectl drain {{host.name}}
    --ignore-daemonsets --delete-emptydir-data`) is often the shortest way.
    """
    warning = critical * 85 / 88 if warning is None else warning
    return alert(
        name="[EKS] Node filesystem above {{threshold}}% on {{host.name}} of {cluster.name}",
        # a fraction, 0 to 1
        query=f"avg(last_10m):100 * max:kubernetes.node.filesystem.usage_pct{cluster.scope()} {HOST} > {critical}",
        warning=warning,
        critical_recovery=critical * 84 / 88,
        warning_recovery=warning * 80 / 85,
        on_missing_data="resolve",
        priority=3,
    )


@define(level="full")
def node_pods_capacity(
    cluster: Cluster,
    *,
    critical: Number = 95,  # percent of the pods the node may run
    warning: Number | None = None,  # percent
) -> Monitor:
    """A node has nearly all the pods it may run: on EKS its network interfaces set that limit, not its size.

    First step: `kubectl get node {{host.name}} -o jsonpath='{.status.allocatable.pods}'`, beside the instance type's
    limit.

    Likely causes: many small pods on a small instance type; prefix delegation of the VPC CNI is off.

    Over when: pods per node fall under the recovery threshold, by larger instances, prefix delegation or fewer pods.
    """
    here = cluster.scope()
    warning = critical * 90 / 95 if warning is None else warning
    return ratio(
        name="[EKS] Node {{host.name}} running more than {{threshold}}% of its allowed pods on {cluster.name}",
        query=f"avg(last_15m):100 * sum:kubernetes.pods.running{here} {HOST}"
        f" / avg:kubernetes_state.node.pods_allocatable{here} {HOST} > {critical}",
        warning=warning,
        critical_recovery=critical * 92 / 95,
        warning_recovery=warning * 85 / 90,
        on_missing_data="resolve",
        priority=4,
    )


# Room in the cluster


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


# Pods


@define(level="standard")
def pods_pending(
    cluster: Cluster,
    *,
    critical: Number = 5,  # pods of one namespace, all the time
    warning: Number | None = None,  # pods
    minutes: int = 15,
) -> Monitor:
    """Pods wait to start in {{kube_namespace.name}}; services' own pods count here too.

    First step: `kubectl get events -n {{kube_namespace.name}} --field-selector reason=FailedScheduling`.

    Likely causes: no room and no new nodes; a volume in another zone; an image that cannot be pulled; affinity or
    taints that no node fits.

    Over when: `kubectl get pods -n {{kube_namespace.name}} --field-selector status.phase=Pending` is short again.
    """
    pending = cluster.namespaced("pod_phase:pending")
    warning = 0.2 * critical if warning is None else warning
    return alert(
        name="[EKS] Pods pending for {minutes} min in {{kube_namespace.name}} on {cluster.name}",
        query=f"min(last_{minutes}m):default_zero(sum:kubernetes_state.pod.status_phase{pending} {NAMESPACE})"
        f" > {critical}",
        warning=warning,
        critical_recovery=0.4 * critical,
        warning_recovery=0,
        on_missing_data="resolve",
        priority=3,
    )


@define(level="core")
def pods_unschedulable(
    cluster: Cluster,
    *,
    critical: Number = 0,  # pods of one namespace, all the time
    minutes: int = 15,
) -> Monitor:
    """The cluster has no place for pods of {{kube_namespace.name}}, and makes none.

    First step: `kubectl get pods -n {{kube_namespace.name}} --field-selector status.phase=Pending`, then
    `kubectl describe pod` of one: its Events name what every node lacks.

    Likely causes: capacity (NodePool limit, EC2 quota, no instances of that type), taints, affinity, a volume bound
    to a zone without nodes.

    Over when: the pods are placed. Pods that carry a `service` tag are their service's alert and not counted here;
    `pods-pending` counts them.
    """
    return alert(
        name="[EKS] Unschedulable pods in {{kube_namespace.name}} on {cluster.name}",
        query=f"min(last_{minutes}m):default_zero(sum:kubernetes_state.pod.unschedulable{cluster.workloads()}"
        f" {NAMESPACE}) > {critical}",
        on_missing_data="resolve",
        priority=2,
    )


@define(level="standard")
def pods_failed(
    cluster: Cluster,
    *,
    critical: Number = 10,  # pods of one namespace more than five minutes before
    warning: Number | None = None,  # pods
) -> Monitor:
    """Pods fail one after the other in {{kube_namespace.name}}: evictions, or jobs that give up.

    First step: `kubectl get pods -n {{kube_namespace.name}} --field-selector=status.phase=Failed`, then the reason of
    one: `kubectl get pod NAME -n {{kube_namespace.name}} -o jsonpath='{.status.reason}'`.

    Likely causes: a node under pressure evicts them; a Job fails and is started again and again.

    Over when: the number stops rising. Failed pods that are kept do not alert, only new ones.
    """
    failed = cluster.workloads("pod_phase:failed")
    warning = 0.5 * critical if warning is None else warning
    return alert(
        name="[EKS] Failed pods rising in {{kube_namespace.name}} on {cluster.name}",
        query=f"change(avg(last_5m),last_5m):default_zero(sum:kubernetes_state.pod.status_phase{failed} {NAMESPACE})"
        f" > {critical}",
        warning=warning,
        on_missing_data="resolve",
        priority=3,
    )


@define(level="standard")
def pods_crashloop(
    cluster: Cluster,
    *,
    minutes: int = 10,
    per: Per = "pod",  # one message for each pod, or for all of a namespace
) -> Monitor:
    """A container dies at start again and again; the pod serves nothing.

    First step: `kubectl logs -n {{kube_namespace.name}} {{pod_name.name}} --previous --all-containers`.

    Likely causes: the last deploy; a changed or missing Secret or ConfigMap; a dependency it needs at start; a
    liveness probe that is too strict.

    Over when: the pod runs for ten minutes, or the deploy is rolled back (`kubectl rollout undo`).
    """
    waiting = cluster.workloads("reason:crashloopbackoff")
    return alert(
        name="[EKS] Pod {{pod_name.name}} CrashLoopBackOff in {{kube_namespace.name}} on {cluster.name}",
        query=f"max(last_{minutes}m):default_zero(max:kubernetes_state.container.status_report.count.waiting{waiting}"
        f" {POD}) >= 1",
        critical_recovery=0,
        on_missing_data="resolve",
        notify_by=NOTIFY_BY[per],
        priority=3,
    )


@define(level="standard")
def pods_imagepull(
    cluster: Cluster,
    *,
    minutes: int = 10,
    per: Per = "pod",  # one message for each pod, or for all of a namespace
) -> Monitor:
    """A pod cannot start because its image cannot be pulled.

    First step: `kubectl describe pod -n {{kube_namespace.name}} {{pod_name.name}}`: the Events carry the registry's
    answer.

    Likely causes: a tag that does not exist; the node role or the repository policy does not allow the pull; a
    registry's rate limit; no route to the registry.

    Over when: the pod is past Pulling, or the deploy is rolled back.
    """
    waiting = cluster.workloads("reason:imagepullbackoff")
    return alert(
        name="[EKS] Pod {{pod_name.name}} cannot pull its image in {{kube_namespace.name}} on {cluster.name}",
        query=f"max(last_{minutes}m):default_zero(max:kubernetes_state.container.status_report.count.waiting{waiting}"
        f" {POD}) >= 1",
        critical_recovery=0,
        on_missing_data="resolve",
        notify_by=NOTIFY_BY[per],
        priority=3,
    )


@define(level="standard")
def pods_config_error(
    cluster: Cluster,
    *,
    minutes: int = 10,
    per: Per = "pod",  # one message for each pod, or for all of a namespace
) -> Monitor:
    """A pod cannot start because a Secret or ConfigMap it names is missing.

    First step: `kubectl describe pod -n {{kube_namespace.name}} {{pod_name.name}}`: the Events name what is missing;
    then `kubectl get externalsecrets -n {{kube_namespace.name}}` where secrets come from outside.

    Likely causes: a deploy ahead of its secret; an external secret that cannot sync (IAM, path, store); a renamed key.

    Over when: the pod starts.
    """
    waiting = cluster.workloads("reason:createcontainerconfigerror")
    return alert(
        name="[EKS] Pod {{pod_name.name}} waits on CreateContainerConfigError in {{kube_namespace.name}}"
        " on {cluster.name}",
        # the kubelet's metric: kube-state-metrics' list of reasons lacks this one
        query=f"max(last_{minutes}m):default_zero(sum:kubernetes.containers.state.waiting{waiting} {POD}) >= 1",
        critical_recovery=0,
        on_missing_data="resolve",
        notify_by=NOTIFY_BY[per],
        priority=3,
    )


@define(level="standard")
def pods_oomkilled(cluster: Cluster, *, minutes: int = 10) -> Monitor:
    """A container was killed for using more memory than its limit; what it was doing is lost.

    First step: memory of {{pod_name.name}} beside its limit: `kubectl describe pod -n {{kube_namespace.name}}
    {{pod_name.name}}` (Last State, Limits).

    Likely causes: a limit below what the work needs; a heap setting that ignores the limit; a leak.

    Over when: the pod stays up under its usual load. A container that restarts at once is seen only if a check of
    the Agent falls between; `pods-restarts` sees those.
    """
    killed = cluster.workloads("reason:oomkilled")
    return alert(
        name="[EKS] Pod {{pod_name.name}} OOMKilled in {{kube_namespace.name}} on {cluster.name}",
        query=f"max(last_{minutes}m):default_zero(max:kubernetes.containers.state.terminated{killed} {POD}) >= 1",
        critical_recovery=0,
        on_missing_data="resolve",
        priority=3,
    )


@define(level="standard")
def pods_restarts(
    cluster: Cluster,
    *,
    critical: Number = 5,  # restarts more than five minutes before
    warning: Number | None = None,  # restarts
) -> Monitor:
    """A pod restarts again and again without being in CrashLoopBackOff yet: requests on it are cut off each time.

    First step: `kubectl logs -n {{kube_namespace.name}} {{pod_name.name}} --previous`, then its probes in
    `kubectl describe pod`.

    Likely causes: a liveness probe that fails under load; memory over the limit; a crash on a certain input.

    Over when: the restart count stands still for five minutes.
    """
    warning = 0.6 * critical if warning is None else warning
    return alert(
        name="[EKS] Pod {{pod_name.name}} restarting in {{kube_namespace.name}} on {cluster.name}",
        query=f"change(max(last_5m),last_5m):sum:kubernetes.containers.restarts{cluster.workloads()} {POD}"
        f" > {critical}",
        warning=warning,
        on_missing_data="resolve",
        priority=3,
    )


@define(level="full")
def pods_cpu_throttled(
    cluster: Cluster,
    *,
    critical: Number = 50,  # percent of scheduling periods
    warning: Number | None = None,  # percent
) -> Monitor:
    """{{kube_deployment.name}} is held back by its CPU limit: slow answers with idle CPUs beside it.

    First step: `kubectl top pods -n {{kube_namespace.name}}` beside the limits of {{kube_deployment.name}}.

    Likely causes: a limit below the bursts it has; more threads than the limit has cores.

    Over when: throttling is under the recovery threshold: raise or remove the CPU limit, keep the request.
    """
    here = cluster.workloads()
    warning = 0.5 * critical if warning is None else warning
    return ratio(
        name="[EKS] {{kube_deployment.name}} CPU throttled in {{kube_namespace.name}} on {cluster.name}",
        query=f"avg(last_15m):100 * sum:kubernetes.cpu.cfs.throttled.periods{here} {DEPLOYMENT}"
        f" / sum:kubernetes.cpu.cfs.periods{here} {DEPLOYMENT} > {critical}",
        warning=warning,
        critical_recovery=0.8 * critical,
        warning_recovery=0.8 * warning,
        on_missing_data="resolve",
        priority=4,
    )


# Workloads


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


# Volumes


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
        on_missing_data="resolve",
        priority=3,
    )


# Jobs


@define(level="standard")
def job_failed(cluster: Cluster, *, minutes: int = 10) -> Monitor:
    """A Job gave up: what it should have done is not done.

    First step: `kubectl logs -n {{kube_namespace.name}} job/{{kube_job.name}}`; to run it again,
    `kubectl create job -n {{kube_namespace.name}} --from=cronjob/{{kube_cronjob.name}} again`.

    Likely causes: the work itself fails (its log); a deadline or backoffLimit too tight; no room to run.

    Over when: the failed Job is deleted. Kubernetes keeps it (failedJobsHistoryLimit), and while it is there this
    stays red: `kubectl delete job {{kube_job.name}} -n {{kube_namespace.name}}` once the work is done.
    """
    group = by("kube_cluster_name", "kube_namespace", "kube_cronjob", "kube_job")
    return alert(
        name="[EKS] Job {{kube_job.name}} failed in {{kube_namespace.name}} on {cluster.name}",
        query=f"max(last_{minutes}m):default_zero(max:kubernetes_state.job.completion.failed{cluster.workloads()}"
        f" {group}) >= 1",
        critical_recovery=0,
        on_missing_data="resolve",
        priority=3,
    )


@define(level="standard")
def cronjob_late(cluster: Cluster, *, checks: int = 5) -> Monitor:  # failed checks of the last that many and one
    """A CronJob missed its schedule: its next run lies in the past.

    First step: `kubectl describe cronjob {{kube_cronjob.name}} -n {{kube_namespace.name}}`: suspended,
    concurrencyPolicy, startingDeadlineSeconds, the last Events.

    Likely causes: the run before still runs and may not overlap; it was suspended; the controller manager was away
    for longer than the deadline.

    Over when: the next run starts. If it should not wait: `kubectl create job -n {{kube_namespace.name}}
    --from=cronjob/{{kube_cronjob.name}} now`.
    """
    group = by_check("kube_cluster_name", "kube_namespace", "kube_cronjob")
    return Monitor(
        type="service check",
        name="[EKS] CronJob {{kube_cronjob.name}} missed its schedule in {{kube_namespace.name}} on {cluster.name}",
        query=f'"kubernetes_state.cronjob.on_schedule_check"{cluster.over()}{group}'
        f".last({checks + 1}).count_by_status()",
        critical=checks,
        ok=1,
        notify_no_data=False,
        new_group_delay=300,
        tags=("pack:eks",),
        priority=3,
    )


# DNS


@define(level="core")
def dns_servfail(
    cluster: Cluster,
    *,
    critical: Number = 5,  # percent of answers
    warning: Number | None = None,  # percent
) -> Monitor:
    """CoreDNS fails to resolve names: to users everything looks broken at once.

    First step: `kubectl logs -n kube-system -l k8s-app=kube-dns --tail=100`, then `kubectl top pods -n kube-system -l
    k8s-app=kube-dns`.

    Likely causes: the resolver of the VPC refuses (1,024 packets a second per network interface); connection tracking
    is full on the nodes; CoreDNS cannot reach the API server; one zone's upstream is down.

    Over when: errors are under the recovery threshold for ten minutes.
    """
    count = f"sum:coredns.response_code_count{cluster.coredns_counter_suffix}"
    failed, every = cluster.scope("rcode:servfail"), cluster.scope()
    warning = 0.2 * critical if warning is None else warning
    return ratio(
        name="[EKS] CoreDNS error rate above {{threshold}}% on {cluster.name}",
        query=f"sum(last_10m):100 * {count}{failed} {CLUSTER}.as_count() / {count}{every} {CLUSTER}.as_count()"
        f" > {critical}",
        warning=warning,
        critical_recovery=0.6 * critical,
        warning_recovery=0.5 * warning,
        on_missing_data="show_no_data",
        priority=2,
    )


@define(level="standard")
def dns_latency(
    cluster: Cluster,
    *,
    critical: Number = 0.1,  # seconds, mean
    warning: Number | None = None,  # seconds
) -> Monitor:
    """Name lookups are slow, and every call that opens a connection waits for one.

    First step: `kubectl top pods -n kube-system -l k8s-app=kube-dns`, then responses by rcode on the dashboard: many
    NXDOMAIN are search domains tried one after the other (ndots).

    Likely causes: too few CoreDNS pods; ndots:5 multiplies each lookup; a slow upstream; no NodeLocal DNSCache.

    Over when: the mean is under the recovery threshold for ten minutes.
    """
    here = cluster.scope()
    warning = 0.5 * critical if warning is None else warning
    return ratio(
        name="[EKS] CoreDNS mean latency above {{threshold}}s on {cluster.name}",
        query=f"sum(last_10m):sum:coredns.request_duration.seconds.sum{here} {CLUSTER}.as_count()"
        f" / sum:coredns.request_duration.seconds.count{here} {CLUSTER}.as_count() > {critical}",
        warning=warning,
        critical_recovery=0.8 * critical,
        warning_recovery=0.8 * warning,
        on_missing_data="show_no_data",
        priority=3,
    )


@define(level="standard")
def dns_panic(cluster: Cluster, *, critical: Number = 0) -> Monitor:  # panics in ten minutes
    """CoreDNS crashes on some request and restarts: lookups fail in between.

    First step: `kubectl logs -n kube-system -l k8s-app=kube-dns --previous | grep -A20 panic`, then its version.

    Likely causes: a bug of CoreDNS or of a plugin; a Corefile changed lately.

    Over when: no panic for ten minutes; downgrade or remove the plugin until it is fixed.
    """
    return alert(
        name="[EKS] CoreDNS panics on {cluster.name}",
        query=f"sum(last_10m):sum:coredns.panic_count.count{cluster.scope()} {CLUSTER}.as_count() > {critical}",
        on_missing_data="resolve",
        priority=3,
    )


# The control plane; needs `control_plane_metrics: true`


@define(level="core")
def apiserver_errors(
    cluster: Cluster,
    *,
    critical: Number = 3,  # percent of requests
    warning: Number | None = None,  # percent
) -> Monitor | None:
    """The API server answers with errors: deploys, autoscaling and failover stop, running pods go on.

    First step: `kubectl get --raw='/readyz?verbose'`, then the AWS Health Dashboard for EKS, then the audit log in
    CloudWatch by user agent.

    Likely causes: a fault at AWS; an admission webhook that is down; a controller that floods the API; an upgrade of
    the control plane under way.

    Over when: errors are under the recovery threshold for ten minutes.
    """
    if not cluster.control_plane_metrics:
        return None
    failed, every = cluster.scope("code:5*"), cluster.scope()
    warning = critical / 3 if warning is None else warning
    return ratio(
        name="[EKS] API server 5xx above {{threshold}}% on {cluster.name}",
        query=f"sum(last_10m):100 * sum:kube_apiserver.apiserver_request_total.count{failed} {CLUSTER}.as_count()"
        f" / sum:kube_apiserver.apiserver_request_total.count{every} {CLUSTER}.as_count() > {critical}",
        warning=warning,
        critical_recovery=critical * 2 / 3,
        warning_recovery=0.5 * warning,
        on_missing_data="show_no_data",
        priority=2,
    )


@define(level="standard")
def apiserver_throttled(
    cluster: Cluster,
    *,
    critical: Number = 50,  # requests in ten minutes
    warning: Number | None = None,  # requests
) -> Monitor | None:
    """The API server turns requests away to protect itself: controllers fall behind.

    First step: who asks most: the audit log in CloudWatch Logs Insights, `stats count(*) by userAgent`; then
    `kubectl get --raw /debug/api_priority_and_fairness/dump_priority_levels`.

    Likely causes: a controller or a script that lists everything in a loop; many nodes joining at once.

    Over when: nothing is rejected for ten minutes.
    """
    if not cluster.control_plane_metrics:
        return None
    warning = 0.2 * critical if warning is None else warning
    return alert(
        name="[EKS] API server rejects requests (APF) on {cluster.name}",
        query=f"sum(last_10m):sum:kube_apiserver.flowcontrol_rejected_requests_total.count{cluster.scope()}"
        f" {CLUSTER}.as_count() > {critical}",
        warning=warning,
        critical_recovery=0.4 * critical,
        warning_recovery=0.5 * warning,
        on_missing_data="resolve",
        priority=3,
    )


@define(level="full")
def apiserver_webhook_fail_open(cluster: Cluster, *, critical: Number = 0) -> Monitor | None:  # requests in 15 min
    """An admission webhook is skipped: policies and injections silently do not happen.

    First step: `kubectl get validatingwebhookconfigurations,mutatingwebhookconfigurations | grep {{name.name}}`, then
    the pods and the certificate of the service it names.

    Likely causes: the webhook's pods are down; its certificate expired; a timeout shorter than it needs.

    Over when: the webhook answers; what was admitted meanwhile has to be checked.

    Unconfirmed: that the webhook's name is in the tag `name`; the metric's description says "identified by name".
    """
    if not cluster.control_plane_metrics:
        return None
    group = by("kube_cluster_name", "name")
    return alert(
        name="[EKS] Admission webhook {{name.name}} failing open on {cluster.name}",
        query="sum(last_15m):sum:kube_apiserver.apiserver_admission_webhook_fail_open_count.count"
        f"{cluster.scope()} {group}.as_count() > {critical}",
        on_missing_data="resolve",
        priority=4,
    )


# Autoscaling


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


# Cost


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
    here = cluster.namespaced()
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
    here = cluster.namespaced()
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


# Blindness


@define(level="core")
def agent_heartbeat(cluster: Cluster) -> Monitor:
    """We are blind: nothing is heard from {cluster.name}, so every other monitor of it looks healthy.

    First step: `kubectl get pods -A -l app.kubernetes.io/name=datadog-agent-deployment` and `-l
    app.kubernetes.io/component=agent`; then whether the cluster itself answers: `kubectl get nodes`.

    Likely causes: the Agents are down or were changed; the API key was revoked; no way out to Datadog; the cluster
    is gone.

    Over when: pods are counted again. Until then watch by hand: `kubectl get pods -A | grep -v Running`.
    """
    return alert(
        name="[EKS] No Kubernetes data from cluster {cluster.name}",
        query=f"sum(last_10m):sum:kubernetes.pods.running{cluster.scope()} {CLUSTER} < 1",
        on_missing_data="show_and_notify_no_data",
        renotify_interval=60,
        priority=1,
    )
