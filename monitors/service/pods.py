"""Pods: too few, restarting, killed."""

from __future__ import annotations

from dd_sync import Monitor, Number, Service, among, define

from .terms import SETTLE_S, Priority, alert, alone, replicas, zeroed

POD = ["kube_cluster_name", "kube_namespace", "pod_name"]
CONTAINER = [*POD, "kube_container_name"]


@define
def worker_down(service: Service, *, minutes: int = 10) -> Monitor | None:
    """{service.name} in {service.env} does no work: none of its pods is available, though some are wanted.

    It is not a worker scaled to zero, nor one on its way up, which may take {minutes} minutes.

    First step: `kubectl -n {{kube_namespace.name}} get pods`, then `kubectl describe` of one: image, secret, place.

    Likely causes: the last deploy; a secret or image that is missing; a dependency it needs at start; no nodes.

    Over when: a replica is available; then watch its queue shrink.
    """
    found = replicas(service)
    if not alone(service) or found is None:
        return None
    wanted, up = found
    return alert(
        name="[{service.name}] No worker available in {service.env}",
        query=f"min(last_{minutes}m):is_less({up}, 1) * clamp_max({wanted}, 1) >= 1",
        on_missing_data="resolve",
        new_group_delay=600,
        priority=2,
    )


@define(level="standard")
def pods_available(
    service: Service,
    *,
    critical: Number = 70,  # percent of the replicas wanted
    minutes: int = 10,
    priority: Priority = 3,  # a cause: error-rate, latency-p95 or queue-age pages
) -> Monitor | None:
    """{service.name} in {service.env} runs with less than {critical} % of its replicas; the others carry its load.

    It is not a rollout or a scale-up, which are through in minutes, nor a workload at zero.

    First step: `kubectl -n {{kube_namespace.name}} get pods`, then `kubectl describe` of one that is not ready.

    Likely causes: a rollout that is stuck; pods that cannot be scheduled; failing readiness probes.

    Over when: the replicas it wants are available.
    """
    found = replicas(service)
    if not service.does("http", "grpc", "worker") or found is None:
        return None
    wanted, up = found
    return alert(
        name="[{service.name}] Fewer than {critical}% of replicas available in {service.env}",
        query=f"min(last_{minutes}m):100 * ({wanted} - {up}) / clamp_min({wanted}, 1) > {round(100 - critical, 3)}",
        on_missing_data="resolve",
        new_group_delay=SETTLE_S,
        priority=priority,
    )


@define(level="standard")
def rollout_stuck(service: Service, *, minutes: int = 5) -> Monitor | None:
    """A rollout of {service.name} in {service.env} does not get on: its new pods do not become ready.

    Users may feel nothing: the old pods go on serving.

    First step: `kubectl -n {{kube_namespace.name}} rollout status deployment/{{kube_deployment.name}}`, then the newest
    pods: `kubectl -n {{kube_namespace.name}} get pods --sort-by=.metadata.creationTimestamp | tail`.

    Likely causes: a version that fails at start; a missing image, secret or volume; readiness that never holds.

    Over when: the rollout is through, or undone: `kubectl -n {{kube_namespace.name}} rollout undo
    deployment/{{kube_deployment.name}}`.
    """
    found = service.workload
    if not service.does("http", "grpc", "worker") or found is None or found.tag != "kube_deployment":
        return None
    stuck = service.workload_scope(
        "condition:progressing", "status:false", by=["kube_cluster_name", "kube_namespace", "kube_deployment"]
    )
    return alert(
        name="[{service.name}] Rollout stuck in {service.env}",
        query=f"min(last_{minutes}m):max:kubernetes_state.deployment.condition{stuck} >= 1",
        on_missing_data="resolve",
        new_group_delay=SETTLE_S,
        priority=3,
    )


@define(level="standard")
def pods_restarts(
    service: Service,
    *,
    critical: int = 3,  # restarts of one container in an hour; more alert
) -> Monitor | None:
    """A container of {service.name} in {service.env} restarts again and again; requests it held are lost each time.

    It is not one restart, nor pods that a deploy replaces.

    First step: `kubectl -n {{kube_namespace.name}} logs --previous {{pod_name.name}} -c {{kube_container_name.name}}`.

    Likely causes: the last version fails now and then; a liveness probe that is too strict; the memory limit.

    Over when: no container restarted for an hour.
    """
    if not service.does("http", "grpc", "worker"):
        return None
    return alert(
        name="[{service.name}] Containers restart in {service.env}",
        query="sum(last_1h):monotonic_diff(max:kubernetes.containers.restarts"
        f"{service.scope(by=CONTAINER)}) > {critical}",
        on_missing_data="resolve",
        new_group_delay=SETTLE_S,
        priority=3,
    )


@define(level="standard")
def pods_oom(
    service: Service,
    *,
    critical: int = 3,  # kills of one container in an hour
) -> Monitor | None:
    """A container of {service.name} in {service.env} is killed again and again for using more memory than its limit.

    It is not a single kill, which a pod gets over.

    First step: compare the memory of {{pod_name.name}} before the kill with its limit, on the service's dashboard.

    Likely causes: a leak; a limit set too low; one request that loads too much.

    Over when: the pod stays up for an hour under its usual load.
    """
    restarts = f"monotonic_diff(max:kubernetes.containers.restarts{service.scope(by=CONTAINER)})"
    killed = f"max:kubernetes.containers.last_state.terminated{service.scope('reason:oomkilled', by=CONTAINER)}"
    return alert(
        name="[{service.name}] Killed for memory in {service.env}",
        # the state stays for the life of the pod: only restarts that come while it holds are kills
        query=f"sum(last_1h):{restarts} * {killed} >= {critical}",
        on_missing_data="resolve",
        new_group_delay=SETTLE_S,
        priority=3,
    )


@define(level="standard")
def pods_crashloop(
    service: Service,
    *,
    critical: Number = 0.4,  # share of the time spent in CrashLoopBackOff
    minutes: int = 10,
    priority: Priority = 3,  # a cause: error-rate or no-traffic pages
) -> Monitor | None:
    """Containers of {service.name} in {service.env} fail at start, again and again.

    It is not one crash, after which they run.

    First step: `kubectl -n {{kube_namespace.name}} logs --previous {{pod_name.name}}`; if a deploy brought it, roll
    that back.

    Likely causes: a version that cannot start; a secret or setting that is missing; a dependency needed at start.

    Over when: no container has waited in CrashLoopBackOff for {minutes} minutes.
    """
    waiting = service.scope("reason:crashloopbackoff", by=POD)
    return alert(
        name="[{service.name}] CrashLoopBackOff in {service.env}",
        query=f"avg(last_{minutes}m):"
        f"{zeroed(f'max:kubernetes_state.container.status_report.count.waiting{waiting}')} >= {critical}",
        on_missing_data="default",
        notify_by=["kube_cluster_name", "kube_namespace"],
        new_group_delay=SETTLE_S,
        priority=priority,
    )


@define(level="standard")
def pods_cannot_start(service: Service, *, minutes: int = 15) -> Monitor | None:
    """A new pod of {service.name} in {service.env} does not start: its image, its address or its volume is missing.

    It is not a pod on its way, nor a hiccup of the registry.

    First step: `kubectl -n {{kube_namespace.name}} describe pod {{pod_name.name}}`: the Events say which.

    Likely causes: an image tag that does not exist; a registry that refuses; no addresses; a volume in another zone.

    Over when: the container runs, or the deploy is rolled back.
    """
    reasons = ("errimagepull", "imagepullbackoff", "invalidimagename", "containercreating", "createcontainererror")
    waiting = service.scope(among("reason", reasons), by=POD)
    return alert(
        name="[{service.name}] Pods cannot start in {service.env}",
        query=f"avg(last_{minutes}m):"
        f"{zeroed(f'max:kubernetes_state.container.status_report.count.waiting{waiting}')} >= 0.8",
        on_missing_data="default",
        notify_by=["kube_cluster_name", "kube_namespace"],
        new_group_delay=SETTLE_S,
        priority=3,
    )
