"""Pods: without a place, unable to start, killed, held back."""

from __future__ import annotations

from dd_sync import Cluster, Monitor, Number, among, define

from .terms import CLUSTER, CONTAINER, DEPLOYMENT, NAMESPACE, NOTIFY_BY, POD, Per, alert, ratio, zeroed

WAITING = "kubernetes_state.container.status_report.count.waiting"
"""Of kube-state-metrics, the only one that sees containers which never ran. Its reasons lack CreateContainerConfigError
and PodInitializing; `pods-config-error` is what is left."""

IMAGE = ("errimagepull", "imagepullbackoff", "invalidimagename")
"""The first two take turns, so that either alone comes and goes."""


@define(level="standard")
def pods_pending(
    cluster: Cluster,
    *,
    critical: Number = 5,  # pods of one namespace, all the time
    minutes: int = 15,
) -> Monitor:
    """Pods wait to start in {{kube_namespace.name}}; services' own pods count here too.

    It is not a scale-up, which takes a few minutes, nor pods that only hold room.

    First step: `kubectl get events -n {{kube_namespace.name}} --field-selector reason=FailedScheduling`.

    Likely causes: no room and no new nodes; a volume in another zone; an image that cannot be pulled; affinity or
    taints that no node fits.

    Over when: `kubectl get pods -n {{kube_namespace.name}} --field-selector status.phase=Pending` is short again.
    """
    pending = f"sum:kubernetes_state.pod.status_phase{cluster.waiting('pod_phase:pending')} {NAMESPACE}"
    return alert(
        name="[EKS] Pods pending for {minutes} min in {{kube_namespace.name}} on {cluster.name}",
        query=f"min(last_{minutes}m):{zeroed(pending)} > {critical}",
        critical_recovery=0.4 * critical,
        on_missing_data="default",
        priority=3,
    )


@define(level="core")
def pods_unschedulable(
    cluster: Cluster,
    *,
    critical: Number = 0,  # pods of one namespace, all the time
    minutes: int = 12,
) -> Monitor:
    """The cluster has no place for pods of {{kube_namespace.name}}, and makes none.

    It is not a node on its way, which takes two or three minutes, nor pods that only hold room (`idle_priorities` of
    the cluster).

    First step: `kubectl get pods -n {{kube_namespace.name}} --field-selector status.phase=Pending`, then
    `kubectl describe pod` of one: its Events name what every node lacks.

    Likely causes: capacity (NodePool limit, EC2 quota, no instances of that type), taints, affinity, a volume bound
    to a zone without nodes.

    Over when: the pods are placed. Queues that wait on purpose: leave their namespace out (`excluded_namespaces`).
    """
    waiting = f"sum:kubernetes_state.pod.unschedulable{cluster.waiting()} {NAMESPACE}"
    return alert(
        name="[EKS] Unschedulable pods in {{kube_namespace.name}} on {cluster.name}",
        query=f"min(last_{minutes}m):{zeroed(waiting)} > {critical}",
        on_missing_data="default",
        priority=2,
    )


@define(level="standard")
def pods_failed(
    cluster: Cluster,
    *,
    critical: Number = 10,  # pods of one namespace more than ten minutes before
) -> Monitor:
    """Pods fail one after the other in {{kube_namespace.name}}: evictions, or jobs that give up.

    It is not the failed pods that are kept: only new ones count.

    First step: `kubectl get pods -n {{kube_namespace.name}} --field-selector=status.phase=Failed`, then the reason of
    one: `kubectl get pod NAME -n {{kube_namespace.name}} -o jsonpath='{.status.reason}'`.

    Likely causes: a node under pressure evicts them; a Job fails and is started again and again.

    Over when: the number stops rising.
    """
    failed = f"sum:kubernetes_state.pod.status_phase{cluster.causes('pod_phase:failed')} {NAMESPACE}"
    return alert(
        name="[EKS] Failed pods rising in {{kube_namespace.name}} on {cluster.name}",
        query=f"change(min(last_5m),last_10m):default_zero({failed}) > {critical}",
        on_missing_data="default",
        priority=3,
    )


@define(level="standard")
def pods_crashloop(
    cluster: Cluster,
    *,
    critical: Number = 0.4,  # share of the time spent in CrashLoopBackOff
    minutes: int = 10,
    per: Per = "pod",  # one message for each pod, or for all of a namespace
) -> Monitor:
    """A container dies at start again and again; the pod serves nothing.

    It is not one crash, after which it runs.

    First step: `kubectl logs -n {{kube_namespace.name}} {{pod_name.name}} --previous --all-containers`.

    Likely causes: the last deploy; a changed or missing Secret or ConfigMap; a dependency it needs at start; a
    liveness probe that is too strict.

    Over when: the pod runs for ten minutes, or the deploy is rolled back (`kubectl rollout undo`).
    """
    waiting = f"max:{WAITING}{cluster.causes('reason:crashloopbackoff')} {POD}"
    return alert(
        name="[EKS] Pod {{pod_name.name}} CrashLoopBackOff in {{kube_namespace.name}} on {cluster.name}",
        query=f"avg(last_{minutes}m):{zeroed(waiting)} >= {critical}",
        on_missing_data="default",
        notify_by=NOTIFY_BY[per],
        priority=3,
    )


@define(level="standard")
def pods_imagepull(
    cluster: Cluster,
    *,
    critical: Number = 0.8,  # share of the time
    minutes: int = 10,
    per: Per = "pod",  # one message for each pod, or for all of a namespace
) -> Monitor:
    """A pod cannot start because its image cannot be pulled.

    It is not a hiccup of the registry, which the second try gets over.

    First step: `kubectl describe pod -n {{kube_namespace.name}} {{pod_name.name}}`: the Events carry the registry's
    answer.

    Likely causes: a tag that does not exist; the node role or the repository policy does not allow the pull; a
    registry's rate limit; no route to the registry.

    Over when: the pod is past Pulling, or the deploy is rolled back.
    """
    waiting = f"max:{WAITING}{cluster.causes(among('reason', IMAGE))} {POD}"
    return alert(
        name="[EKS] Pod {{pod_name.name}} cannot pull its image in {{kube_namespace.name}} on {cluster.name}",
        query=f"avg(last_{minutes}m):{zeroed(waiting)} >= {critical}",
        on_missing_data="default",
        notify_by=NOTIFY_BY[per],
        priority=3,
    )


@define(level="standard")
def pods_config_error(
    cluster: Cluster,
    *,
    minutes: int = 15,
    per: Per = "pod",  # one message for each pod, or for all of a namespace
) -> Monitor:
    """A container waits and no reason is reported: a Secret or ConfigMap it names is missing
    (CreateContainerConfigError), or an init container does not end.

    First step: `kubectl describe pod -n {{kube_namespace.name}} {{pod_name.name}}`: the Events name what is missing;
    then `kubectl get externalsecrets -n {{kube_namespace.name}}` where secrets come from outside.

    Likely causes: a deploy ahead of its secret; an external secret that cannot sync (IAM, path, store); a renamed key;
    an init container that waits for something that does not come.

    Over when: the pod starts.
    """
    every, named = (
        f"max:{metric}{cluster.causes()} {POD}" for metric in ("kubernetes_state.container.waiting", WAITING)
    )
    return alert(
        name="[EKS] Pod {{pod_name.name}} waits for its configuration in {{kube_namespace.name}} on {cluster.name}",
        # waiting for any reason, less the reasons that are reported and alert by themselves
        query=f"min(last_{minutes}m):{every} - {zeroed(named)} >= 1",
        critical_recovery=0,
        on_missing_data="default",
        notify_by=NOTIFY_BY[per],
        priority=3,
    )


@define(level="standard")
def pods_creating(
    cluster: Cluster,
    *,
    minutes: int = 15,
    per: Per = "pod",  # one message for each pod, or for all of a namespace
) -> Monitor:
    """A pod has its node and does not get on: its network address, its volume or its image's start is missing
    (ContainerCreating, CreateContainerError).

    It is not a lack of room: the pod is placed.

    First step: `kubectl describe pod -n {{kube_namespace.name}} {{pod_name.name}}`: FailedCreatePodSandBox is the
    network, FailedAttachVolume or FailedMount the volume.

    Likely causes: no addresses left in the subnet; an EBS volume still attached to a node that died (six minutes), or
    in another zone; a Secret to mount that is missing.

    Over when: the container runs. Of a lost node: `kubectl delete pod --force` of the old pod frees its volume.
    """
    waiting = f"max:{WAITING}{cluster.causes(among('reason', ('containercreating', 'createcontainererror')))} {POD}"
    return alert(
        name="[EKS] Pod {{pod_name.name}} stuck creating in {{kube_namespace.name}} on {cluster.name}",
        query=f"min(last_{minutes}m):{zeroed(waiting)} >= 1",
        critical_recovery=0,
        on_missing_data="default",
        notify_by=NOTIFY_BY[per],
        priority=3,
    )


@define(level="core")
def pods_creating_many(
    cluster: Cluster,
    *,
    critical: Number = 5,  # containers, all the time
    minutes: int = 10,
) -> Monitor:
    """Pods on {cluster.name} have a node and cannot start, more and more of them: the network gives out no addresses,
    or volumes do not attach.

    It is not a lack of room (`pods-unschedulable`), and more nodes do not help. Where batches start pods without end,
    raise `critical`.

    First step: `kubectl get events -A --field-selector reason=FailedCreatePodSandBox | tail`: "failed to assign an IP
    address" is the subnet; then `aws ec2 describe-subnets --query
    'Subnets[].[SubnetId,AvailableIpAddressCount,AvailabilityZone]' --output table`.

    Likely causes: a subnet without free addresses; aws-node or the CSI driver down; EC2 API calls throttled.

    Over when: fewer than {critical} containers wait. A second CIDR with its own subnets, or prefix delegation, is the
    lasting cure.
    """
    waiting = f"sum:{WAITING}{cluster.namespace_tag('reason:containercreating')} {CLUSTER}"
    return alert(
        name="[EKS] Many pods stuck creating on {cluster.name}",
        query=f"min(last_{minutes}m):{zeroed(waiting)} >= {critical}",
        critical_recovery=0.4 * critical,
        on_missing_data="default",
        renotify_interval=60,
        priority=2,
    )


@define(level="standard")
def pods_terminating(
    cluster: Cluster,
    *,
    critical: Number = 900,  # seconds after the time it had to end
) -> Monitor:
    """A pod of {{kube_namespace.name}} does not end long after its grace period: it holds its volume, its address and
    its place in a StatefulSet.

    First step: `kubectl get pods -n {{kube_namespace.name}} | grep Terminating`, then `kubectl describe pod` of it:
    finalizers, and whether its node is there.

    Likely causes: a finalizer nobody removes; a process that hangs on a network disk; containerd that hangs.

    Over when: the pod is gone; as the last step `kubectl delete pod NAME -n {{kube_namespace.name}} --force`.
    """
    overdue = f"max:kubernetes.pod.terminating.duration{cluster.namespace_tag()} {NAMESPACE}"
    return alert(
        name="[EKS] Pod stuck terminating in {{kube_namespace.name}} on {cluster.name}",
        query=f"max(last_5m):{overdue} > {critical}",
        on_missing_data="resolve",
        priority=3,
    )


@define(level="standard")
def pods_oomkilled(
    cluster: Cluster,
    *,
    critical: Number = 3,  # kills of one container in an hour
) -> Monitor:
    """{{kube_container_name.name}} is killed again and again for using more memory than its limit; what it was doing is
    lost each time.

    It is not a single kill, which a pod gets over.

    First step: memory of {{pod_name.name}} beside its limit: `kubectl describe pod -n {{kube_namespace.name}}
    {{pod_name.name}}` (Last State, Limits).

    Likely causes: a limit below what the work needs; a heap setting that ignores the limit; a leak.

    Over when: the pod stays up for an hour under its usual load.
    """
    restarts = f"monotonic_diff(max:kubernetes.containers.restarts{cluster.causes()} {CONTAINER})"
    killed = f"max:kubernetes.containers.last_state.terminated{cluster.causes('reason:oomkilled')} {CONTAINER}"
    return alert(
        name="[EKS] Pod {{pod_name.name}} OOMKilled in {{kube_namespace.name}} on {cluster.name}",
        # the state stays for the life of the pod: only restarts that come while it holds are kills
        query=f"sum(last_1h):{restarts} * {killed} >= {critical}",
        on_missing_data="resolve",
        priority=3,
    )


@define(level="standard")
def pods_restarts(
    cluster: Cluster,
    *,
    critical: Number = 3,  # restarts of one container in an hour; more alert
) -> Monitor:
    """A container of {{pod_name.name}} restarts again and again: requests on it are cut off each time.

    It is not one restart. The kubelet waits longer after each, so that an hour sees hardly more than fifteen.

    First step: `kubectl logs -n {{kube_namespace.name}} {{pod_name.name}} -c {{kube_container_name.name}} --previous`,
    then its probes in `kubectl describe pod`.

    Likely causes: a liveness probe that fails under load; memory over the limit; a crash on a certain input.

    Over when: the restart count stands still for an hour.
    """
    restarts = f"monotonic_diff(max:kubernetes.containers.restarts{cluster.causes()} {CONTAINER})"
    return alert(
        name="[EKS] Pod {{pod_name.name}} restarting in {{kube_namespace.name}} on {cluster.name}",
        query=f"sum(last_1h):{restarts} > {critical}",
        on_missing_data="resolve",
        priority=3,
    )


@define(level="full")
def pods_cpu_throttled(
    cluster: Cluster,
    *,
    critical: Number = 50,  # percent of scheduling periods
) -> Monitor:
    """{{kube_deployment.name}} is held back by its CPU limit: slow answers with idle CPUs beside it.

    First step: `kubectl top pods -n {{kube_namespace.name}}` beside the limits of {{kube_deployment.name}}.

    Likely causes: a limit below the bursts it has; more threads than the limit has cores.

    Over when: throttling is under the recovery threshold: raise or remove the CPU limit, keep the request.
    """
    here = cluster.causes()
    return ratio(
        name="[EKS] {{kube_deployment.name}} CPU throttled in {{kube_namespace.name}} on {cluster.name}",
        query=f"min(last_15m):100 * sum:kubernetes.cpu.cfs.throttled.periods{here} {DEPLOYMENT}"
        f" / sum:kubernetes.cpu.cfs.periods{here} {DEPLOYMENT} > {critical}",
        critical_recovery=0.8 * critical,
        on_missing_data="resolve",
        priority=4,
    )
