"""The control plane; needs `control_plane_metrics: true`."""

from __future__ import annotations

from dd_sync import Cluster, Monitor, Number, by, define

from .terms import CLUSTER, alert, ratio


@define(level="core")
def apiserver_errors(
    cluster: Cluster,
    *,
    critical: Number = 5,  # percent of requests
    requests: Number = 1000,  # in the window; of fewer nothing is said
    minutes: int = 10,
) -> Monitor | None:
    """The API server answers with errors: deploys, autoscaling and failover stop, running pods go on.

    First step: `kubectl get --raw='/readyz?verbose'`, then the AWS Health Dashboard for EKS, then the audit log in
    CloudWatch by user agent.

    Likely causes: a fault at AWS; an admission webhook that is down; a controller that floods the API; an upgrade of
    the control plane under way.

    Over when: errors are under the recovery threshold for {minutes} minutes.
    """
    if not cluster.control_plane_metrics:
        return None
    failed, every = (
        f"sum:kube_apiserver.apiserver_request_total.count{here} {CLUSTER}.as_count()"
        for here in (cluster.scope("code:5*"), cluster.scope())
    )
    return ratio(
        name="[EKS] API server 5xx above {{threshold}}% on {cluster.name}",
        query=f"sum(last_{minutes}m):100 * {failed} / {every} * is_greater({every}, {requests}) > {critical}",
        critical_recovery=critical * 2 / 3,
        on_missing_data="resolve",
        priority=2,
    )


@define(level="standard")
def apiserver_latency(
    cluster: Cluster,
    *,
    critical: Number = 1,  # seconds, mean
    minutes: int = 10,
) -> Monitor | None:
    """The API server of {cluster.name} is slow: controllers, deploys and `kubectl` wait.

    It is not watches, which are long by design and left out.

    First step: `kubectl get --raw /metrics | grep apiserver_current_inflight_requests`, then who asks most: the audit
    log in CloudWatch Logs Insights, `stats count(*) by userAgent`.

    Likely causes: a controller that lists everything in a loop; a slow admission webhook; many large objects.

    Over when: the mean is under the recovery threshold for {minutes} minutes.
    """
    if not cluster.control_plane_metrics:
        return None
    metric, usual = "sum:kube_apiserver.request_duration_seconds", ("!verb:watch", "!verb:connect")
    spent = f"monotonic_diff({metric}.sum{cluster.scope(*usual)} {CLUSTER})"
    requests = f"monotonic_diff({metric}.count{cluster.scope('upper_bound:none', *usual)} {CLUSTER})"
    return ratio(
        name="[EKS] API server mean latency above {{threshold}}s on {cluster.name}",
        query=f"min(last_{minutes}m):{spent} / {requests} > {critical}",
        critical_recovery=0.6 * critical,
        on_missing_data="resolve",
        priority=3,
    )


@define(level="standard")
def apiserver_throttled(
    cluster: Cluster,
    *,
    critical: Number = 50,  # requests in ten minutes
) -> Monitor | None:
    """The API server turns requests away to protect itself: controllers fall behind.

    First step: who asks most: the audit log in CloudWatch Logs Insights, `stats count(*) by userAgent`; then
    `kubectl get --raw /debug/api_priority_and_fairness/dump_priority_levels`.

    Likely causes: a controller or a script that lists everything in a loop; many nodes joining at once.

    Over when: nothing is rejected for ten minutes.
    """
    if not cluster.control_plane_metrics:
        return None
    return alert(
        name="[EKS] API server rejects requests (APF) on {cluster.name}",
        query=f"sum(last_10m):sum:kube_apiserver.flowcontrol_rejected_requests_total{cluster.scope()}"
        f" {CLUSTER}.as_count() > {critical}",
        critical_recovery=0.4 * critical,
        on_missing_data="resolve",
        priority=3,
    )


@define(level="standard")
def apiserver_storage(
    cluster: Cluster,
    *,
    critical: Number = 6500000000,  # bytes; at 8 GiB EKS takes no more writes
) -> Monitor | None:
    """The database behind the API server of {cluster.name} fills up: at 8 GiB it turns read-only, and nothing can be
    changed any more.

    First step: what there is so much of: `kubectl get --raw /metrics | grep apiserver_storage_objects | sort -k2 -g |
    tail`.

    Likely causes: events or finished Jobs that are not cleared away; an operator that leaves its objects; large
    ConfigMaps and Secrets (Helm's releases).

    Over when: objects are deleted and the size is under the recovery threshold; EKS compacts by itself.
    """
    if not cluster.control_plane_metrics:
        return None
    return alert(
        name="[EKS] API server storage above {{threshold}} bytes on {cluster.name}",
        query=f"min(last_30m):max:kube_apiserver.etcd.db.total_size{cluster.scope()} {CLUSTER} > {critical}",
        critical_recovery=0.9 * critical,
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
