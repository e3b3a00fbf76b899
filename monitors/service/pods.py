"""Pods: too few, restarting, killed."""

from __future__ import annotations

from dd_sync import Monitor, Number, Service, define

from .terms import SETTLE_S, Priority, alert, desired, ratio, workload


@define(level="standard")
def pods_available(
    service: Service,
    *,
    critical: Number = 70,  # percent of the replicas wanted
    warning: Number | None = None,  # percent of the replicas wanted
    minutes: int = 10,
    priority: Priority = 3,  # a cause: error-rate, latency-p95 or queue-age pages
) -> Monitor | None:
    """{service.name} in {service.env} runs with too few replicas; the others carry its load.

    First step: `kubectl -n {{kube_namespace.name}} get pods`, then `kubectl describe` of one that is not ready.

    Likely causes: a rollout that is stuck; pods that cannot be scheduled; failing readiness probes.

    Over when: the replicas it wants are available for {minutes} minutes.

    Unconfirmed: that a workload scaled to zero, 0 of 0, gives no point and so no alert.
    """
    if not service.does("http", "grpc", "worker"):
        return None
    owner, ready = workload(service)
    scope = service.scope(by=["kube_cluster_name", "kube_namespace", owner])
    warning = 90 / 70 * critical if warning is None else warning
    return ratio(
        name="[{service.name}] Fewer than {{threshold}}% of replicas available in {service.env}",
        query=f"max(last_{minutes}m):100 * sum:{ready}{scope} / sum:{desired(service)}{scope} < {critical}",
        warning=warning,
        critical_recovery=80 / 70 * critical,
        warning_recovery=95 / 90 * warning,
        on_missing_data="resolve",
        new_group_delay=SETTLE_S,
        priority=priority,
    )


@define(level="standard")
def pods_restarts(
    service: Service,
    *,
    critical: int = 5,  # restarts in the window
    warning: int | None = None,  # restarts in the window
    minutes: int = 10,
) -> Monitor | None:
    """Containers of {service.name} in {service.env} restart; requests they held are lost.

    First step: `kubectl -n {{kube_namespace.name}} logs --previous` of a pod that restarted: its last lines.

    Likely causes: the last version fails at start; a liveness probe that is too strict; the memory limit.

    Over when: no container restarted for {minutes} minutes.
    """
    if not service.does("http", "grpc", "worker"):
        return None
    scope = service.scope(by=["kube_cluster_name", "kube_namespace", workload(service)[0]])
    return alert(
        name="[{service.name}] Containers restart in {service.env}",
        query=f"change(max(last_{minutes}m),last_{minutes}m):sum:kubernetes.containers.restarts{scope} > {critical}",
        warning=0.4 * critical if warning is None else warning,
        on_missing_data="resolve",
        new_group_delay=SETTLE_S,
        priority=3,
    )


@define(level="standard")
def pods_oom(service: Service, *, minutes: int = 10) -> Monitor | None:
    """A container of {service.name} in {service.env} was killed for using more memory than its limit.

    The state stays until the pod is replaced, so this is told once and not again.

    First step: compare the memory of {{pod_name.name}} before the kill with its limit, on the service's dashboard.

    Likely causes: a leak; a limit set too low; one request that loads too much.

    Over when: the pod has been replaced and its memory stays below the limit.
    """
    scope = service.scope("reason:oomkilled", by=["kube_cluster_name", "kube_namespace", "pod_name"])
    return alert(
        name="[{service.name}] Killed for memory in {service.env}",
        query=f"max(last_{minutes}m):default_zero(max:kubernetes.containers.last_state.terminated{scope}) >= 1",
        critical_recovery=0,
        on_missing_data="default",
        new_group_delay=SETTLE_S,
        priority=3,
    )


@define(level="standard")
def pods_crashloop(
    service: Service,
    *,
    minutes: int = 10,
    priority: Priority = 3,  # a cause: error-rate or no-traffic pages
) -> Monitor | None:
    """Containers of {service.name} in {service.env} fail at start, again and again.

    First step: `kubectl -n {{kube_namespace.name}} logs --previous` of one; if a deploy brought it, roll that back.

    Likely causes: a version that cannot start; a secret or setting that is missing; a dependency needed at start.

    Over when: no container has waited in CrashLoopBackOff for {minutes} minutes.

    Unconfirmed: that the metric carries the workload's tag; Datadog lists namespace, pod and container only.
    """
    scope = service.scope("reason:crashloopbackoff", by=["kube_cluster_name", "kube_namespace", workload(service)[0]])
    waiting = f"max:kubernetes_state.container.status_report.count.waiting{scope}"
    return alert(
        name="[{service.name}] CrashLoopBackOff in {service.env}",
        query=f"max(last_{minutes}m):default_zero({waiting}) >= 1",
        critical_recovery=0,
        on_missing_data="default",
        new_group_delay=SETTLE_S,
        priority=priority,
    )
