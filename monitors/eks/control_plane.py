"""The control plane; needs `control_plane_metrics: true`."""

from __future__ import annotations

from dd_sync import Cluster, Monitor, Number, by, define

from .terms import CLUSTER, alert, ratio


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
