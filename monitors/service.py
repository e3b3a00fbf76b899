"""Microservices: what their users feel, and what is likely to be behind it.

`core` is what pages: at most six monitors a service, the burn-rate alerts of slos/service.py included. One symptom
pages and causes inform: after a bad deploy the error rate pages; crash loops, restarts and the faulty version are told.
Warnings and recoveries are shares of critical, so that one changed number cannot contradict another.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Literal

from dd_sync import Monitor, Number, Service, define, scope

Priority = Literal[1, 2, 3, 4, 5]
"""Who is paged follows from it: priorities 1 and 2 for services of tiers 1 and 2, 1 for tier 3, nobody for tier 4."""

alert = partial(Monitor, tags=("pack:service",), require_full_window=False)

ratio = partial(alert, evaluation_delay=60)
"""An alert on a division, a minute late, so that both its sides are complete (Datadog's docs, "Configure monitors")."""

polled = partial(alert, evaluation_delay=900)
"""An alert on metrics that Datadog polls from AWS a quarter of an hour late (Datadog's docs, "Cloud metric delay")."""

SETTLE_S = 300  # seconds in which a new pod or version may settle before it can alert


# Requests


@define
def error_rate(
    service: Service,
    *,
    critical: Number = 5,  # percent of requests
    warning: Number | None = None,  # percent of requests
    minutes: int = 5,
) -> Monitor | None:
    """Users of {service.name} in {service.env} get errors.

    First step: open the service's APM page, errors by resource; if they began with a deploy, roll it back first.

    Likely causes: the last deploy; a dependency that fails or times out; connections or credentials used up.

    Over when: less than the threshold for {minutes} minutes, and the error budget has stopped shrinking.
    """
    if not service.does("http", "grpc") or service.quiet:
        return None
    warning = 0.4 * critical if warning is None else warning
    return ratio(
        name="[{service.name}] Error rate above {{threshold}}% in {service.env}",
        query=f"sum(last_{minutes}m):100 * {_errors(service)} / {_hits(service)} > {critical}",
        warning=warning,
        critical_recovery=0.6 * critical,
        warning_recovery=0.5 * warning,
        on_missing_data="default",
        renotify_interval=60,
        priority=1,
    )


@define
def error_rate_min_traffic(
    service: Service,
    *,
    critical: Number = 5,  # percent of requests
    warning: Number | None = None,  # percent of requests
    requests: int = 50,  # fewer in the window, and nothing is said
    minutes: int | None = None,  # 10 to 60: by default, how long that many requests usually take
) -> Monitor | None:
    """Users of {service.name} in {service.env} get errors: more than {critical} % of at least {requests} requests.

    In place of error-rate for services with little traffic, where one failed request would be a high rate.

    First step: open the service's APM page, errors by resource; each of the few requests can be looked at.

    Likely causes: the last deploy; one client with requests that cannot work; a dependency that fails.

    Over when: the rate is below the threshold, or there were too few requests to tell: then look at them.
    """
    if not service.does("http", "grpc") or not service.quiet:
        return None
    if minutes is None:
        minutes = min(60, max(10, round(requests / (service.requests_per_minute or 1))))
    warning = 0.4 * critical if warning is None else warning
    percent = f"100 * {_errors(service)} / {_hits(service)}"
    return ratio(
        name="[{service.name}] Error rate above {{threshold}}% of a few requests in {service.env}",
        query=f"sum(last_{minutes}m):({percent}) * is_greater({_hits(service)}, {requests}) > {critical}",
        warning=warning,
        critical_recovery=0.6 * critical,
        warning_recovery=0.5 * warning,
        on_missing_data="default",
        priority=2,
    )


@define(level="full")
def http_5xx(
    service: Service,
    *,
    critical: Number = 5,  # percent of requests
    warning: Number | None = None,  # percent of requests
    minutes: int = 5,
    priority: Priority = 3,  # error-rate pages; 2, and error-rate: off, where 4xx count as errors
) -> Monitor | None:
    """{service.name} in {service.env} answers requests with 5xx.

    For services whose error rate counts 4xx too.

    First step: open the service's APM page, group by http.status_code: 500 is ours, 502 to 504 come from behind us.

    Likely causes: an exception in the last version; a dependency that times out; pods that are not ready.

    Over when: less than the threshold for {minutes} minutes.
    """
    if not service.does("http"):
        return None
    metric = f"sum:trace.{service.op}.hits.by_http_status"
    failed = f"default_zero({metric}{service.scope('http.status_class:5xx')}.as_count())"
    warning = 0.4 * critical if warning is None else warning
    return ratio(
        name="[{service.name}] HTTP 5xx rate above {{threshold}}% in {service.env}",
        query=f"sum(last_{minutes}m):100 * {failed} / {metric}{service.scope()}.as_count() > {critical}",
        warning=warning,
        critical_recovery=0.6 * critical,
        warning_recovery=0.5 * warning,
        on_missing_data="default",
        priority=priority,
    )


@define
def latency_p95(
    service: Service,
    *,
    critical: Number = 1,  # seconds
    warning: Number | None = None,  # seconds
    minutes: int = 10,
) -> Monitor | None:
    """One request in twenty to {service.name} in {service.env} takes longer than {critical} s.

    First step: open the service's APM page, latency by resource: all resources, or one? Ours, or a downstream's?

    Likely causes: a slow database or dependency; throttled CPU; too few replicas; a new query without an index.

    Over when: p95 stays below the threshold for {minutes} minutes.

    Unconfirmed: the time aggregator `percentile(` is in Datadog's docs and in use, and not in its API description.
    """
    if not service.does("http", "grpc"):
        return None
    warning = 0.5 * critical if warning is None else warning
    return alert(
        name="[{service.name}] p95 latency above {{threshold}}s in {service.env}",
        query=f"percentile(last_{minutes}m):p95:trace.{service.op}{service.scope()} > {critical}",
        warning=warning,
        critical_recovery=0.8 * critical,
        warning_recovery=0.8 * warning,
        on_missing_data="resolve",
        priority=2,
    )


@define(level="full")
def latency_p99(
    service: Service,
    *,
    critical: Number = 3,  # seconds
    warning: Number | None = None,  # seconds
    minutes: int = 10,
) -> Monitor | None:
    """One request in a hundred to {service.name} in {service.env} takes longer than {critical} s.

    First step: open the slowest traces of the service's APM page: what do they share? A tenant, a pod, a query?

    Likely causes: lock contention; garbage collection; retries; one large customer.

    Over when: p99 stays below the threshold for {minutes} minutes.

    Unconfirmed: the time aggregator `percentile(` is in Datadog's docs and in use, and not in its API description.
    """
    if not service.does("http", "grpc"):
        return None
    warning = 0.5 * critical if warning is None else warning
    return alert(
        name="[{service.name}] p99 latency above {{threshold}}s in {service.env}",
        query=f"percentile(last_{minutes}m):p99:trace.{service.op}{service.scope()} > {critical}",
        warning=warning,
        critical_recovery=2.5 / 3 * critical,
        warning_recovery=0.8 * warning,
        on_missing_data="resolve",
        priority=3,
    )


@define(level="full")
def latency_anomaly(
    service: Service,
    *,
    deviations: int = 3,  # width of the band of usual values
) -> Monitor | None:
    """Requests to {service.name} in {service.env} take longer than they usually do at this hour of the week.

    For services that have no threshold yet.

    First step: compare the last hour with last week on the service's APM page; which resource moved?

    Likely causes: the last deploy; more traffic than usual; a dependency that got slower.

    Over when: p95 is back in its band; if the new level is right, the band follows within days.
    """
    if not service.does("http", "grpc"):
        return None
    return _anomaly(
        "[{service.name}] p95 latency unusual in {service.env}",
        f"p95:trace.{service.op}{service.scope()}",
        deviations,
        "above",
        4,
    )


@define(level="full")
def apdex(
    service: Service,
    *,
    critical: Number = 0.7,  # score from 0 to 1
    warning: Number | None = None,  # score from 0 to 1
    minutes: int = 15,
) -> Monitor | None:
    """Fewer users of {service.name} in {service.env} are satisfied with how long it takes.

    First step: the Apdex threshold of the service (APM, service settings), then latency by resource.

    Likely causes: the same as of latency; or a threshold that does not fit the service.

    Over when: the score is above its threshold for {minutes} minutes.
    """
    if not service.does("http"):
        return None
    warning = 0.85 / 0.7 * critical if warning is None else warning
    return alert(
        name="[{service.name}] Apdex below {{threshold}} in {service.env}",
        query=f"avg(last_{minutes}m):avg:trace.{service.op}.apdex{service.scope()} < {critical}",
        warning=warning,
        critical_recovery=0.75 / 0.7 * critical,
        warning_recovery=0.87 / 0.85 * warning,
        on_missing_data="resolve",
        priority=4,
    )


@define(level="standard")
def traffic_drop(
    service: Service,
    *,
    deviations: int = 3,  # width of the band of usual values
) -> Monitor | None:
    """Far fewer requests than usual reach {service.name} in {service.env}; its errors stay low, since nothing arrives.

    First step: ask upstream: load balancer and ingress, DNS, the services that call this one and their deploys.

    Likely causes: an upstream outage or deploy; a route or certificate; a holiday.

    Over when: traffic is back in its band.
    """
    if not service.does("http", "grpc"):
        return None
    return _anomaly(
        "[{service.name}] Throughput unusually low in {service.env}",
        f"sum:trace.{service.op}.hits{service.scope()}.as_rate()",
        deviations,
        "below",
        3,
    )


@define
def no_traffic(
    service: Service,
    *,
    critical: Number = 1,  # requests in the window
    minutes: int = 15,
) -> Monitor | None:
    """No request has reached {service.name} in {service.env} for {minutes} minutes: its users see an outage.

    The only alert when every pod is gone, since errors that nobody counts are no error rate. For services of tier 1 and
    those whose traffic is known. It says nothing while the workload is scaled to zero, nor where Kubernetes' own
    metrics of it are missing.

    First step: `kubectl get pods,endpoints` in its namespace: are pods ready, does the service find them?

    Likely causes: no pod is ready; ingress, DNS or certificate; the tracer is gone since the last deploy.

    Over when: requests arrive again.

    Unconfirmed: that `is_less()` over replicas, which tells a workload scaled to zero, evaluates beside a count.
    """
    steady = (service.tier == 1 or service.requests_per_minute is not None) and not service.quiet
    if not (service.does("http", "grpc") and service.paging and steady):
        return None
    return alert(
        name="[{service.name}] No requests in {service.env}",
        query=f"sum(last_{minutes}m):default_zero({_hits(service)}) + {_unwanted(service)} < {critical}",
        critical_recovery=10 * critical,
        on_missing_data="show_and_notify_no_data",
        priority=2,
    )


# Pods


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
    owner, ready = _workload(service)
    scope = service.scope(by=["kube_cluster_name", "kube_namespace", owner])
    warning = 90 / 70 * critical if warning is None else warning
    return ratio(
        name="[{service.name}] Fewer than {{threshold}}% of replicas available in {service.env}",
        query=f"max(last_{minutes}m):100 * sum:{ready}{scope} / sum:{_desired(service)}{scope} < {critical}",
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
    scope = service.scope(by=["kube_cluster_name", "kube_namespace", _workload(service)[0]])
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
        on_missing_data="resolve",
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
    scope = service.scope("reason:crashloopbackoff", by=["kube_cluster_name", "kube_namespace", _workload(service)[0]])
    waiting = f"max:kubernetes_state.container.status_report.count.waiting{scope}"
    return alert(
        name="[{service.name}] CrashLoopBackOff in {service.env}",
        query=f"max(last_{minutes}m):default_zero({waiting}) >= 1",
        critical_recovery=0,
        on_missing_data="resolve",
        new_group_delay=SETTLE_S,
        priority=priority,
    )


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
    scope = service.scope(by=["kube_cluster_name", "kube_namespace", _workload(service)[0]])
    warning = 80 / 90 * critical if warning is None else warning
    return ratio(
        name="[{service.name}] CPU above {{threshold}}% of its limit in {service.env}",
        query=f"avg(last_{minutes}m):100 * sum:container.cpu.usage{scope} / sum:container.cpu.limit{scope}"
        f" > {critical}",
        warning=warning,
        critical_recovery=85 / 90 * critical,
        warning_recovery=75 / 80 * warning,
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
    """A pod of {service.name} in {service.env} is about to be killed for memory.

    First step: the memory of {{pod_name.name}} over a day: does it climb (a leak) or jump (one request)?

    Likely causes: a leak; a cache without a bound; a limit set too low.

    Over when: the pod stays below the threshold for {minutes} minutes, or was replaced.
    """
    scope = service.scope(by=["kube_cluster_name", "kube_namespace", "pod_name"])
    warning = 85 / 92 * critical if warning is None else warning
    return ratio(
        name="[{service.name}] Memory above {{threshold}}% of its limit in {service.env}",
        query=f"avg(last_{minutes}m):100 * max:container.memory.usage{scope} / max:container.memory.limit{scope}"
        f" > {critical}",
        warning=warning,
        critical_recovery=88 / 92 * critical,
        warning_recovery=80 / 85 * warning,
        on_missing_data="resolve",
        new_group_delay=SETTLE_S,
        priority=3,
    )


@define(level="standard")
def hpa_maxed(
    service: Service,
    *,
    critical: Number = 1,  # share of the replicas it may have
    minutes: int = 15,
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
    wanted, most = (f"avg:kubernetes_state.hpa.{name}_replicas{scope}" for name in ("desired", "max"))
    return ratio(
        name="[{service.name}] Autoscaler at its maximum in {service.env}",
        query=f"min(last_{minutes}m):{wanted} / {most} >= {critical}",
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
    warning = 80 / 90 * critical if warning is None else warning
    for claim in service.kubernetes.volumes:
        scope = service.kubernetes_scope(
            f"persistentvolumeclaim:{claim}", by=["kube_cluster_name", "kube_namespace", "persistentvolumeclaim"]
        )
        used, size = (f"avg:kubernetes.kubelet.volume.stats.{name}_bytes{scope}" for name in ("used", "capacity"))
        yield ratio(
            key=claim.strip("*-").lower(),
            name=f"[{{service.name}}] Volume {claim} above {{{{threshold}}}}% in {{service.env}}",
            query=f"avg(last_{minutes}m):100 * {used} / {size} > {critical}",
            warning=warning,
            critical_recovery=88 / 90 * critical,
            warning_recovery=78 / 80 * warning,
            on_missing_data="resolve",
            new_group_delay=SETTLE_S,
            priority=3,
        )


# Deploys


@define(level="standard")
def deploy_faulty(
    service: Service,
    *,
    critical: Number = 5,  # percent of the version's requests
    warning: Number | None = None,  # percent of the version's requests
    minutes: int = 15,
    priority: Priority = 3,  # a cause: error-rate pages
) -> Monitor | None:
    """Version {{version.name}} of {service.name} in {service.env} fails more requests than it should.

    First step: compare the versions on the service's APM page, Deployments; if only this one fails, roll it back.

    Likely causes: a defect of this version; a migration or setting it needs and does not have.

    Over when: the version serves no requests, or fails less than the threshold.
    """
    if not service.does("http", "grpc"):
        return None
    warning = 0.4 * critical if warning is None else warning
    return ratio(
        name="[{service.name}] Version {{version.name}} has an error rate above {{threshold}}% in {service.env}",
        query=f"sum(last_{minutes}m):100 * {_errors(service, 'version')} / {_hits(service, 'version')} > {critical}",
        warning=warning,
        critical_recovery=0.6 * critical,
        warning_recovery=0.5 * warning,
        on_missing_data="default",
        new_group_delay=SETTLE_S,
        priority=priority,
    )


@define(level="full")
def deploy_mixed_versions(service: Service, *, hours: int = 2) -> Monitor | None:
    """Two versions of {service.name} have run side by side in {service.env} for {hours} hours.

    First step: `kubectl rollout status` of the workload; finish the rollout, or end the canary.

    Likely causes: a rollout that waits for a pod; a canary somebody forgot.

    Over when: one version is left.

    Unconfirmed: that count_nonzero() over groups works in a monitor's query.
    """
    if not service.does("http", "grpc", "worker"):
        return None
    # Not service.scope: where one monitor watches many services, it would count the versions of them all.
    ready = f"sum:kubernetes_state.pod.ready{scope(*service.filters(), 'condition:true', by=['version'])}"
    return alert(
        name="[{service.name}] More than one version for {hours} hours in {service.env}",
        query=f"min(last_{hours}h):count_nonzero({ready}) > 1",
        on_missing_data="resolve",
        priority=5,
    )


# Workers


@define
def queue_age(
    service: Service,
    *,
    critical: Number = 600,  # seconds
    warning: Number | None = None,  # seconds
    minutes: int = 10,
) -> Monitor | None:
    """Work for {service.name} in {service.env} waits in {service.queue.name} for more than {critical} s.

    First step: are the consumers up (`kubectl get pods`), and do their tasks fail? Then what they call.

    Likely causes: failing consumers; a burst and an autoscaler at its maximum; a slow database behind the consumers.

    Over when: the oldest message is younger than the threshold; look into the dead-letter queue afterwards.
    """
    if not (service.does("worker") and service.queue and service.queue.type == "sqs" and service.queue.name):
        return None
    scope = service.queue.scope(f"queuename:{service.queue.name}", by=["queuename"])
    warning = 0.5 * critical if warning is None else warning
    return polled(
        name="[{service.name}] Oldest message older than {{threshold}}s in {service.env}",
        query=f"max(last_{minutes}m):max:aws.sqs.approximate_age_of_oldest_message{scope} > {critical}",
        warning=warning,
        critical_recovery=0.75 * critical,
        warning_recovery=200 / 300 * warning,
        on_missing_data="show_no_data",
        priority=2,
    )


@define(level="standard")
def queue_depth(
    service: Service,
    *,
    critical: Number = 10000,  # messages
    warning: Number | None = None,  # messages
    minutes: int = 30,
) -> Monitor | None:
    """Work for {service.name} in {service.env} comes faster than it is done: {service.queue.name} fills.

    First step: compare messages sent and deleted; then the number of consumers and what each waits for.

    Likely causes: a burst from upstream; too few consumers; tasks that take longer than they did.

    Over when: the backlog shrinks below the threshold.
    """
    if not (service.does("worker") and service.queue and service.queue.type == "sqs" and service.queue.name):
        return None
    scope = service.queue.scope(f"queuename:{service.queue.name}", by=["queuename"])
    warning = 0.5 * critical if warning is None else warning
    return polled(
        name="[{service.name}] More than {{threshold}} messages wait in {service.env}",
        query=f"avg(last_{minutes}m):avg:aws.sqs.approximate_number_of_messages_visible{scope} > {critical}",
        warning=warning,
        critical_recovery=0.8 * critical,
        warning_recovery=0.8 * warning,
        on_missing_data="show_no_data",
        priority=3,
    )


@define(level="standard")
def dlq(
    service: Service,
    *,
    critical: Number = 0,  # messages
    minutes: int = 15,
    priority: Priority = 3,  # queue-age pages; 2 where lost work is worth waking somebody
) -> Monitor | None:
    """{service.name} in {service.env} gave up on work: it lies in {service.queue.dlq}.

    First step: read one of the messages and the error of its last attempt; fix that, then redrive the queue.

    Likely causes: a message that cannot be handled; a dependency that was down for longer than the retries.

    Over when: the dead-letter queue is empty, redriven or discarded on purpose.
    """
    if not (service.does("worker") and service.queue and service.queue.type == "sqs" and service.queue.dlq):
        return None
    scope = service.queue.scope(f"queuename:{service.queue.dlq}", by=["queuename"])
    return polled(
        name="[{service.name}] Messages in the dead-letter queue in {service.env}",
        query=f"max(last_{minutes}m):max:aws.sqs.approximate_number_of_messages_visible{scope} > {critical}",
        on_missing_data="show_no_data",
        priority=priority,
    )


@define(level="standard")
def worker_stalled(
    service: Service,
    *,
    minutes: int = 15,
    priority: Priority = 3,  # a cause: queue-age pages
) -> Monitor | None:
    """Work waits in {service.queue.name} and {service.name} in {service.env} finishes none of it.

    An empty queue is no alert, so a worker scaled to zero is none either.

    First step: `kubectl get pods` of the worker; its log: does it receive, fail, or hang?

    Likely causes: no pod runs; credentials expired; one poison message that blocks the others.

    Over when: messages are deleted again, or none waits.

    Unconfirmed: the type of the metric of deleted messages; public dashboards count it.
    """
    if not (service.does("worker") and service.queue and service.queue.type == "sqs" and service.queue.name):
        return None
    scope = service.queue.scope(f"queuename:{service.queue.name}", by=["queuename"])
    waiting = f"avg:aws.sqs.approximate_number_of_messages_visible{scope}"
    done = f"default_zero(sum:aws.sqs.number_of_messages_deleted{scope}.as_count())"
    return polled(
        name="[{service.name}] Messages wait and none is finished in {service.env}",
        query=f"min(last_{minutes}m):{waiting} * is_less({done}, 1) > 0",
        on_missing_data="show_no_data",
        priority=priority,
    )


@define
def kafka_lag(
    service: Service,
    *,
    critical: Number = 300,  # seconds behind
    warning: Number | None = None,  # seconds behind
    minutes: int = 10,
) -> Monitor | None:
    """{service.name} in {service.env} is more than {critical} s behind with {{topic.name}}.

    First step: `kafka-consumer-groups --describe --group {service.queue.group}`: one partition, or all?

    Likely causes: failing consumers; a rebalance that does not end; a partition with most of the keys.

    Over when: the lag is below the threshold for {minutes} minutes.

    The metric needs data streams monitoring (`data_streams_enabled`).
    """
    if not (service.does("worker") and service.queue and service.queue.type == "kafka" and service.queue.group):
        return None
    topic = f"topic:{service.queue.name}" if service.queue.name else ""
    scope = service.queue.scope(f"consumer_group:{service.queue.group}", topic, by=["consumer_group", "topic"])
    warning = 0.4 * critical if warning is None else warning
    return alert(
        name="[{service.name}] More than {{threshold}}s behind {{topic.name}} in {service.env}",
        query=f"avg(last_{minutes}m):max:kafka.estimated_consumer_lag{scope} > {critical}",
        warning=warning,
        critical_recovery=0.8 * critical,
        warning_recovery=0.75 * warning,
        on_missing_data="resolve",
        priority=2,
    )


@define
def rabbitmq_consumers(
    service: Service,
    *,
    critical: Number = 1,  # consumers
    minutes: int = 5,
) -> Monitor | None:
    """Nobody takes work from {service.queue.name}: {service.name} in {service.env} has no consumer there.

    It says nothing while the workload is scaled to zero.

    First step: `kubectl get pods` of the worker, then its log: can it reach and log in to RabbitMQ?

    Likely causes: no pod runs; credentials or network; the queue was made anew under another name.

    Over when: a consumer is back and the queue gets shorter.

    Unconfirmed: that `is_less()` over replicas, which tells a workload scaled to zero, evaluates as meant.
    """
    if not (service.does("worker") and service.queue and service.queue.type == "rabbitmq" and service.queue.name):
        return None
    consumers = f"sum:rabbitmq.queue.consumers{service.queue.scope(f'rabbitmq_queue:{service.queue.name}')}"
    return alert(
        name="[{service.name}] No consumer of {service.queue.name} in {service.env}",
        query=f"max(last_{minutes}m):{consumers} + {_unwanted(service)} < {critical}",
        on_missing_data="show_and_notify_no_data",
        priority=2,
    )


@define
def worker_error_rate(
    service: Service,
    *,
    critical: Number = 10,  # percent of tasks
    warning: Number | None = None,  # percent of tasks
    minutes: int = 15,
) -> Monitor | None:
    """Tasks of {service.name} in {service.env} fail: what they should have done is not done.

    For workers whose queue ddsync does not know; with a queue, the age of its oldest message is what pages.

    First step: open the service's APM page, errors by resource: one task, or all of them?

    Likely causes: the last deploy; a dependency that fails; input that cannot be handled.

    Over when: less than the threshold for {minutes} minutes.
    """
    operation = service.op_of("worker")
    watched = service.queue is not None and service.queue.type in ("sqs", "kafka", "rabbitmq")
    if not service.does("worker") or watched or operation is None:
        return None
    warning = 0.5 * critical if warning is None else warning
    failed, done = (count(service, operation=operation) for count in (_errors, _hits))
    return ratio(
        name="[{service.name}] Task failures above {{threshold}}% in {service.env}",
        query=f"sum(last_{minutes}m):100 * {failed} / {done} > {critical}",
        warning=warning,
        critical_recovery=0.7 * critical,
        warning_recovery=0.6 * warning,
        on_missing_data="default",
        priority=2,
    )


@define(level="standard")
def worker_errors(
    service: Service,
    *,
    critical: Number = 10,  # percent of the task's runs
    warning: Number | None = None,  # percent of the task's runs
    minutes: int = 15,
    priority: Priority = 3,  # a cause: queue-age or worker-error-rate pages
) -> Monitor | None:
    """The task {{resource_name.name}} of {service.name} in {service.env} fails.

    First step: open the service's APM page, this resource: the error of its last traces.

    Likely causes: the last deploy; a dependency only this task uses; input that cannot be handled.

    Over when: less than the threshold for {minutes} minutes; run again what failed, unless the queue does.
    """
    operation = service.op_of("worker")
    if not service.does("worker") or operation is None:
        return None
    warning = 0.5 * critical if warning is None else warning
    failed, done = (count(service, "resource_name", operation=operation) for count in (_errors, _hits))
    return ratio(
        name="[{service.name}] {{resource_name.name}} fails above {{threshold}}% in {service.env}",
        query=f"sum(last_{minutes}m):100 * {failed} / {done} > {critical}",
        warning=warning,
        critical_recovery=0.7 * critical,
        warning_recovery=0.6 * warning,
        on_missing_data="default",
        new_group_delay=SETTLE_S,
        priority=priority,
    )


# Scheduled jobs


@define
def cron_not_succeeded(
    service: Service,
    *,
    critical: Number | None = None,  # seconds; by default 1.04 periods and one run
    run_s: Number = 600,  # seconds: the longest usual run
    minutes: int = 10,
) -> Monitor | None:
    """{service.name} in {service.env} has not run to success for longer than its schedule allows.

    First step: `kubectl -n {{kube_namespace.name}} get jobs`, the log of the last one; then run it by hand:
    `kubectl create job --from=cronjob/{service.cron.name} {service.cron.name}-by-hand`.

    Likely causes: the job fails; it was not started (suspended, or the run before it still runs); nodes are full.

    Over when: a run has succeeded. Of a job that is suspended on purpose, switch this off.
    """
    if not (service.does("cron") and service.cron) or (critical is None and service.cron.period_s is None):
        return None
    late = critical if critical is not None else 1.04 * (service.cron.period_s or 0) + run_s
    scope = service.kubernetes_scope(
        f"kube_cronjob:{service.cron.name}", by=["kube_cluster_name", "kube_namespace", "kube_cronjob"]
    )
    return alert(
        name="[{service.name}] No successful run for {{threshold}}s in {service.env}",
        query=f"max(last_{minutes}m):max:kubernetes_state.cronjob.duration_since_last_successful{scope}"
        f" > {round(late)}",
        on_missing_data="show_no_data",
        priority=2,
    )


@define(level="standard")
def cron_failed(
    service: Service,
    *,
    minutes: int = 10,
    priority: Priority = 3,  # a cause: cron-not-succeeded pages when no later run makes up for it
) -> Monitor | None:
    """A run of {service.name} in {service.env} failed: {{kube_job.name}}.

    A failed Job that Kubernetes keeps (`failedJobsHistoryLimit`) stays in alert until it is deleted.

    First step: `kubectl -n {{kube_namespace.name}} logs job/{{kube_job.name}}`.

    Likely causes: an error of its own; its deadline or number of retries; a dependency that was down.

    Over when: the next run succeeded; then `kubectl delete job {{kube_job.name}}`.
    """
    if not (service.does("cron") and service.cron):
        return None
    scope = service.kubernetes_scope(
        f"kube_cronjob:{service.cron.name}", by=["kube_cluster_name", "kube_namespace", "kube_job"]
    )
    return alert(
        name="[{service.name}] Run {{kube_job.name}} failed in {service.env}",
        query=f"max(last_{minutes}m):default_zero(max:kubernetes_state.job.completion.failed{scope}) >= 1",
        critical_recovery=0,
        on_missing_data="resolve",
        priority=priority,
    )


@define(level="standard")
def cron_too_long(
    service: Service,
    *,
    critical: Number = 3600,  # seconds
    warning: Number | None = None,  # seconds
    minutes: int = 10,
) -> Monitor | None:
    """A run of {service.name} in {service.env} takes longer than {critical} s: {{kube_job.name}}.

    First step: `kubectl -n {{kube_namespace.name}} logs job/{{kube_job.name}} --tail=50`: does it progress or hang?

    Likely causes: more data than before; a slow query; a lock held by something else.

    Over when: the run has ended.

    Unconfirmed: that the duration of a job carries the CronJob's tag.
    """
    if not (service.does("cron") and service.cron):
        return None
    scope = service.kubernetes_scope(
        f"kube_cronjob:{service.cron.name}", by=["kube_cluster_name", "kube_namespace", "kube_job"]
    )
    return alert(
        name="[{service.name}] Run {{kube_job.name}} takes longer than {{threshold}}s in {service.env}",
        query=f"max(last_{minutes}m):max:kubernetes_state.job.duration{scope} > {critical}",
        warning=0.5 * critical if warning is None else warning,
        on_missing_data="resolve",
        priority=3,
    )


# Runtimes. All but Java's need DD_RUNTIME_METRICS_ENABLED=true.


@define(level="full")
def python_gc_pause(
    service: Service,
    *,
    critical: Number = 200_000_000,  # nanoseconds
    warning: Number | None = None,  # nanoseconds
    minutes: int = 10,
) -> Monitor | None:
    """Requests to {service.name} in {service.env} wait while Python collects garbage.

    First step: which code makes the objects: the profiler's allocations; `gc.freeze()` after start helps.

    Likely causes: many objects made in loops; a large cache that each full collection walks through.

    Over when: the longest pause is below the threshold for {minutes} minutes.

    Unconfirmed: older tracers (before ddtrace 4.16) do not send the metric.
    """
    if service.runtime != "python":
        return None
    return alert(
        name="[{service.name}] Python pauses longer than {{threshold}}ns in {service.env}",
        query=f"avg(last_{minutes}m):max:runtime.python.gc.pause.max{service.scope()} > {critical}",
        warning=0.5 * critical if warning is None else warning,
        on_missing_data="resolve",
        priority=4,
    )


@define(level="full")
def python_threads(
    service: Service,
    *,
    critical: Number = 200,  # threads
    warning: Number | None = None,  # threads
    minutes: int = 15,
) -> Monitor | None:
    """A pod of {service.name} in {service.env} has more and more threads; it will run out of memory.

    First step: `py-spy dump --pid 1` in {{pod_name.name}}: where do the threads stand?

    Likely causes: threads that wait for ever on a call without a timeout; a pool made for each request.

    Over when: the number of threads stays below the threshold.
    """
    if service.runtime != "python":
        return None
    warning = 0.5 * critical if warning is None else warning
    return alert(
        name="[{service.name}] Python threads above {{threshold}} in {service.env}",
        query=f"avg(last_{minutes}m):max:runtime.python.thread_count{_pods(service)} > {critical}",
        warning=warning,
        critical_recovery=0.75 * critical,
        warning_recovery=0.8 * warning,
        on_missing_data="resolve",
        new_group_delay=SETTLE_S,
        priority=4,
    )


@define(level="standard")
def node_event_loop(
    service: Service,
    *,
    critical: Number = 200_000_000,  # nanoseconds
    warning: Number | None = None,  # nanoseconds
    minutes: int = 10,
) -> Monitor | None:
    """Everything {service.name} in {service.env} does waits for work that holds the event loop.

    First step: the profiler's wall time, or `node --cpu-prof`: the synchronous function that takes longest.

    Likely causes: parsing or encrypting something large; a regular expression that backtracks; synchronous files.

    Over when: the delay stays below the threshold for {minutes} minutes.

    Unconfirmed: the ending `.95percentile`, which DogStatsD gives to histograms.
    """
    if service.runtime != "node":
        return None
    warning = 0.5 * critical if warning is None else warning
    return alert(
        name="[{service.name}] Event loop delayed by more than {{threshold}}ns in {service.env}",
        query=f"avg(last_{minutes}m):avg:runtime.node.event_loop.delay.95percentile{service.scope()} > {critical}",
        warning=warning,
        critical_recovery=0.75 * critical,
        warning_recovery=0.8 * warning,
        on_missing_data="resolve",
        priority=3,
    )


@define(level="standard")
def node_heap(
    service: Service,
    *,
    critical: Number = 90,  # percent of V8's limit
    warning: Number | None = None,  # percent of V8's limit
    minutes: int = 15,
) -> Monitor | None:
    """A pod of {service.name} in {service.env} is about to end with "heap out of memory".

    First step: a heap snapshot of {{pod_name.name}} (`node --heapsnapshot-signal=SIGUSR2`), then restart it.

    Likely causes: a leak (listeners, caches, closures); one response that is built in memory.

    Over when: the heap stays below the threshold for {minutes} minutes after a collection.
    """
    if service.runtime != "node":
        return None
    scope = _pods(service)
    warning = 80 / 90 * critical if warning is None else warning
    return ratio(
        name="[{service.name}] Node heap above {{threshold}}% of its limit in {service.env}",
        query=f"avg(last_{minutes}m):100 * avg:runtime.node.mem.heap_used{scope}"
        f" / avg:runtime.node.heap.heap_size_limit{scope} > {critical}",
        warning=warning,
        critical_recovery=85 / 90 * critical,
        warning_recovery=75 / 80 * warning,
        on_missing_data="resolve",
        new_group_delay=SETTLE_S,
        priority=3,
    )


@define(level="standard")
def java_heap(
    service: Service,
    *,
    critical: Number = 90,  # percent of the maximum
    warning: Number | None = None,  # percent of the maximum
    minutes: int = 15,
) -> Monitor | None:
    """A pod of {service.name} in {service.env} has nearly no heap left; it collects garbage instead of working.

    First step: `jcmd 1 GC.class_histogram` in {{pod_name.name}}; a heap dump before it is restarted.

    Likely causes: a leak; a cache without a bound; a maximum (`-Xmx`) set too low.

    Over when: the heap stays below the threshold for {minutes} minutes.
    """
    if service.runtime != "java":
        return None
    scope = _pods(service)
    warning = 80 / 90 * critical if warning is None else warning
    return ratio(
        name="[{service.name}] JVM heap above {{threshold}}% in {service.env}",
        query=f"avg(last_{minutes}m):100 * avg:jvm.heap_memory{scope} / avg:jvm.heap_memory_max{scope} > {critical}",
        warning=warning,
        critical_recovery=85 / 90 * critical,
        warning_recovery=75 / 80 * warning,
        on_missing_data="resolve",
        new_group_delay=SETTLE_S,
        priority=3,
    )


@define(level="standard")
def java_gc(
    service: Service,
    *,
    critical: Number = 100,  # milliseconds of each second
    warning: Number | None = None,  # milliseconds of each second
    minutes: int = 10,
) -> Monitor | None:
    """A pod of {service.name} in {service.env} stands still for garbage collection, {critical} ms of each second.

    First step: the heap of {{pod_name.name}} on the service's dashboard: nearly full, or filled fast?

    Likely causes: too small a heap; a new version that allocates more; a leak.

    Over when: less than the threshold for {minutes} minutes.

    Unconfirmed: the name of the metric, which dd-trace-java uses by default from its newer collectors' list.
    """
    if service.runtime != "java":
        return None
    warning = 0.5 * critical if warning is None else warning
    return alert(
        name="[{service.name}] JVM collects garbage for {{threshold}} ms of each second in {service.env}",
        query=f"avg(last_{minutes}m):avg:jvm.gc.major_collection_time{_pods(service)} > {critical}",
        warning=warning,
        critical_recovery=0.8 * critical,
        warning_recovery=0.8 * warning,
        on_missing_data="resolve",
        new_group_delay=SETTLE_S,
        priority=3,
    )


@define(level="full")
def java_threads(
    service: Service,
    *,
    critical: Number = 500,  # threads
    warning: Number | None = None,  # threads
    minutes: int = 15,
) -> Monitor | None:
    """A pod of {service.name} in {service.env} has more and more threads; it will run out of memory.

    First step: `jcmd 1 Thread.print` in {{pod_name.name}}: where do most of them stand?

    Likely causes: calls without a timeout; a pool made for each request; a dependency that got slow.

    Over when: the number of threads stays below the threshold.
    """
    if service.runtime != "java":
        return None
    warning = 0.6 * critical if warning is None else warning
    return alert(
        name="[{service.name}] JVM threads above {{threshold}} in {service.env}",
        query=f"avg(last_{minutes}m):avg:jvm.thread_count{_pods(service)} > {critical}",
        warning=warning,
        critical_recovery=0.8 * critical,
        warning_recovery=250 / 300 * warning,
        on_missing_data="resolve",
        new_group_delay=SETTLE_S,
        priority=4,
    )


@define(level="full")
def go_goroutines(
    service: Service,
    *,
    critical: Number = 10_000,  # goroutines
    warning: Number | None = None,  # goroutines
    minutes: int = 15,
) -> Monitor | None:
    """A pod of {service.name} in {service.env} has more and more goroutines; it will run out of memory.

    First step: `curl localhost:6060/debug/pprof/goroutine?debug=1` in {{pod_name.name}}: the largest group.

    Likely causes: a channel nobody reads; a call without a deadline; a response body that is not closed.

    Over when: the number of goroutines stays below the threshold.
    """
    if service.runtime != "go":
        return None
    warning = 0.5 * critical if warning is None else warning
    return alert(
        name="[{service.name}] Goroutines above {{threshold}} in {service.env}",
        query=f"avg(last_{minutes}m):avg:runtime.go.num_goroutine{_pods(service)} > {critical}",
        warning=warning,
        critical_recovery=0.8 * critical,
        warning_recovery=0.8 * warning,
        on_missing_data="resolve",
        new_group_delay=SETTLE_S,
        priority=4,
    )


@define(level="full")
def go_gc_cpu(
    service: Service,
    *,
    critical: Number = 0.15,  # share of the CPU time since start
    warning: Number | None = None,  # share of the CPU time since start
    minutes: int = 15,
) -> Monitor | None:
    """A pod of {service.name} in {service.env} spends much of its CPU time on garbage collection.

    First step: `go tool pprof` of allocations in {{pod_name.name}}; compare GOMEMLIMIT with its memory limit.

    Likely causes: a memory limit close to what is used; a new version that allocates more.

    Over when: the share stays below the threshold; it is counted since start, so a restart shows sooner.
    """
    if service.runtime != "go":
        return None
    warning = 0.08 / 0.15 * critical if warning is None else warning
    return alert(
        name="[{service.name}] Go spends more than {{threshold}} of its CPU on collection in {service.env}",
        query=f"avg(last_{minutes}m):avg:runtime.go.mem_stats.gc_cpu_fraction{_pods(service)} > {critical}",
        warning=warning,
        critical_recovery=0.8 * critical,
        warning_recovery=0.75 * warning,
        on_missing_data="resolve",
        new_group_delay=SETTLE_S,
        priority=4,
    )


# What it depends on


@define(level="standard")
def mongodb_latency(
    service: Service,
    *,
    critical: Number = 0.5,  # seconds
    warning: Number | None = None,  # seconds
    minutes: int = 10,
) -> Monitor | None:
    """One call in twenty of {service.name} in {service.env} to MongoDB takes longer than {critical} s.

    First step: the MongoDB dashboard of the deployment: slow for everybody, or for this service's queries?

    Likely causes: a query without an index; locks or a full cache there; connections used up here.

    Over when: p95 stays below the threshold for {minutes} minutes.

    Unconfirmed: the time aggregator `percentile(` is in Datadog's docs and in use, and not in its API description.
    """
    if not service.uses_mongodb:
        return None
    warning = 0.4 * critical if warning is None else warning
    return alert(
        name="[{service.name}] MongoDB calls: p95 above {{threshold}}s in {service.env}",
        query=f"percentile(last_{minutes}m):p95:trace.{service.mongodb_op}{service.scope()} > {critical}",
        warning=warning,
        critical_recovery=0.8 * critical,
        warning_recovery=0.75 * warning,
        on_missing_data="resolve",
        priority=3,
    )


# What the queries above have in common


def _hits(service: Service, *by: str, operation: str | None = None) -> str:
    """The requests, or the tasks of `operation`."""
    return f"sum:trace.{operation or service.op}.hits{service.scope(by=by)}.as_count()"


def _errors(service: Service, *by: str, operation: str | None = None) -> str:
    """Those that failed. Datadog has no point where there was none, which must count as 0 and not as unknown."""
    return f"default_zero(sum:trace.{operation or service.op}.errors{service.scope(by=by)}.as_count())"


def _pods(service: Service) -> str:
    return service.scope(by=["pod_name"])


def _workload(service: Service) -> tuple[str, str]:
    """The tag of the workload's name, and the metric of its replicas that are up."""
    if service.stateful:
        return "kube_stateful_set", "kubernetes_state.statefulset.replicas_ready"
    return "kube_deployment", "kubernetes_state.deployment.replicas_available"


def _desired(service: Service) -> str:
    """The metric of the replicas its workload wants."""
    return f"kubernetes_state.{'statefulset' if service.stateful else 'deployment'}.replicas_desired"


def _unwanted(service: Service) -> str:
    """1 where its workload wants no replicas, or where nobody knows; else 0."""
    return f"is_less(default_zero(sum:{_desired(service)}{service.scope()}), 1)"


def _anomaly(name: str, values: str, deviations: int, direction: str, priority: Priority) -> Monitor:
    """Values outside the band of what is usual at this hour of the week, for most of a quarter of an hour."""
    return alert(
        name=name,
        query=f"avg(last_4h):anomalies({values}, 'agile', {deviations}, direction='{direction}', interval=60,"
        " alert_window='last_15m', count_default_zero='true', seasonality='weekly') >= 1",
        critical_recovery=0,
        threshold_windows={"trigger_window": "last_15m", "recovery_window": "last_15m"},
        on_missing_data="resolve",
        priority=priority,
    )
