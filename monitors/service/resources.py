"""Room: CPU, memory, replicas, volumes."""

from __future__ import annotations

from collections.abc import Iterator

from dd_sync import Monitor, Number, Service, define

from .terms import SETTLE_S, ratio


@define(level="standard")
def cpu_limit(
    service: Service,
    *,
    critical: Number = 90,  # percent of the CPU limit
    warning: Number | None = None,  # percent of the CPU limit
    minutes: int = 15,
) -> Monitor | None:
    """{service.name} in {service.env} uses nearly all the CPU it may; what it does takes longer.

    First step: throttled periods on the service's dashboard; if they rise, add replicas or raise the limit.

    Likely causes: more traffic; an expensive new code path; an autoscaler at its maximum.

    Over when: less than the threshold for {minutes} minutes.
    """
    scope = service.scope(by=["kube_cluster_name", "kube_namespace"])
    return ratio(
        name="[{service.name}] CPU above {{threshold}}% of its limit in {service.env}",
        query=f"min(last_{minutes}m):100 * sum:container.cpu.usage{scope} / sum:container.cpu.limit{scope}"
        f" > {critical}",
        warning=warning,
        critical_recovery=85 / 90 * critical,
        on_missing_data="resolve",
        new_group_delay=SETTLE_S,
        priority=3,
    )


@define(level="standard")
def memory_limit(
    service: Service,
    *,
    critical: Number = 92,  # percent of the memory limit
    warning: Number | None = None,  # percent of the memory limit
    minutes: int = 10,
) -> Monitor | None:
    """A container of {service.name} in {service.env} is about to be killed for memory.

    It is not page cache, which gives way: that is left out.

    First step: the memory of {{pod_name.name}} over a day: does it climb (a leak) or jump (one request)?

    Likely causes: a leak; a cache without a bound; a limit set too low.

    Over when: the pod stays below the threshold for {minutes} minutes, or was replaced.
    """
    scope = service.scope(by=["kube_cluster_name", "kube_namespace", "pod_name", "kube_container_name"])
    return ratio(
        name="[{service.name}] Memory above {{threshold}}% of its limit in {service.env}",
        query=f"min(last_{minutes}m):100 * max:container.memory.working_set{scope} / max:container.memory.limit{scope}"
        f" > {critical}",
        warning=warning,
        critical_recovery=88 / 92 * critical,
        on_missing_data="resolve",
        new_group_delay=SETTLE_S,
        priority=3,
    )


@define(level="standard")
def hpa_maxed(
    service: Service,
    *,
    critical: Number = 1,  # share of the replicas it may have
    minutes: int = 20,
) -> Monitor | None:
    """{service.name} in {service.env} cannot grow further; the next burst makes it slow.

    First step: `kubectl -n {{kube_namespace.name}} describe hpa {{horizontalpodautoscaler.name}}`; raise its maximum
    once what is behind it, the database first, can take more.

    Likely causes: more traffic; requests that got slower, so that each replica serves fewer; a maximum set long ago.

    Over when: it wants fewer replicas than it may have.
    """
    if service.kubernetes.hpa is None:
        return None
    scope = service.kubernetes_scope(
        f"horizontalpodautoscaler:{service.kubernetes.hpa}",
        by=["kube_cluster_name", "kube_namespace", "horizontalpodautoscaler"],
    )
    wanted, most, least = (f"max:kubernetes_state.hpa.{name}_replicas{scope}" for name in ("desired", "max", "min"))
    return ratio(
        name="[{service.name}] Autoscaler at its maximum in {service.env}",
        query=f"min(last_{minutes}m):{wanted} / {most} * is_greater({most} - {least}, 0) >= {critical}",
        critical_recovery=0.95 * critical,
        on_missing_data="resolve",
        new_group_delay=SETTLE_S,
        priority=3,
    )


@define(level="standard")
def volume_usage(
    service: Service,
    *,
    critical: Number = 90,  # percent of the volume
    warning: Number | None = None,  # percent of the volume
    minutes: int = 10,
) -> Iterator[Monitor]:
    """A volume of {service.name} in {service.env} is nearly full; when it is, what writes to it stops.

    The cluster's own alert on volumes pages; this one tells the owners, who know what is on it.

    First step: `kubectl -n {{kube_namespace.name}} describe pvc {{persistentvolumeclaim.name}}`, then what fills it:
    `kubectl -n {{kube_namespace.name}} exec POD -- du -xh -d1 PATH`.

    Likely causes: data that is kept longer than planned; logs on the volume; a consumer or a compaction that is stuck.

    Over when: usage is below the recovery threshold. EBS takes one change of a volume in six hours: enlarge it enough.
    """
    for claim in service.kubernetes.volumes:
        scope = service.kubernetes_scope(
            f"persistentvolumeclaim:{claim}", by=["kube_cluster_name", "kube_namespace", "persistentvolumeclaim"]
        )
        used, size = (f"max:kubernetes.kubelet.volume.stats.{name}_bytes{scope}" for name in ("used", "capacity"))
        yield ratio(
            key=claim.strip("*-").lower(),
            name=f"[{{service.name}}] Volume {claim} above {{{{threshold}}}}% in {{service.env}}",
            query=f"min(last_{minutes}m):100 * {used} / {size} > {critical}",
            warning=warning,
            critical_recovery=88 / 90 * critical,
            on_missing_data="resolve",
            new_group_delay=SETTLE_S,
            priority=3,
        )
