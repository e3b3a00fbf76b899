"""Pods: without a place, unable to start, killed, held back."""

from __future__ import annotations

from dd_sync import Cluster, Monitor, Number, define

from .terms import DEPLOYMENT, NAMESPACE, NOTIFY_BY, POD, Per, alert, ratio


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
        on_missing_data="default",
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
        on_missing_data="default",
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
        on_missing_data="default",
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
        on_missing_data="default",
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
        on_missing_data="default",
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
        on_missing_data="default",
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
        on_missing_data="default",
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
