"""What stands before the cluster: load balancers and certificates."""

from __future__ import annotations

from dd_sync import Cluster, Monitor, Number, by, define, scope

from .terms import polled, zeroed


def balancers(cluster: Cluster, *groups: str) -> str:
    """The load balancers that the AWS Load Balancer Controller made for the cluster: it tags them."""
    return scope(f"elbv2.k8s.aws/cluster:{cluster.name}", by=groups)


@define(level="core")
def alb_errors(
    cluster: Cluster,
    *,
    critical: Number = 5,  # percent of requests
    requests: Number = 50,  # failed requests in the window; of fewer nothing is said
    minutes: int = 5,
) -> Monitor | None:
    """Load balancer {{loadbalancer.name}} answers requests itself with 5xx: they do not reach a pod, so that services
    behind it look well.

    It is not the service's own 5xx, which are its targets'.

    First step: its target groups: `aws elbv2 describe-target-health --target-group-arn ARN`: 503 is no healthy target,
    504 a target that does not answer in time, 502 one that hangs up.

    Likely causes: readiness that fails; a security group; a rule without targets; the last change of the Ingress.

    Over when: less than the threshold for {minutes} minutes.
    """
    if not cluster.has("alb"):
        return None
    failed, every = (
        f"sum:aws.applicationelb.{one}{balancers(cluster, 'loadbalancer')}.as_count()"
        for one in ("httpcode_elb_5xx", "request_count")
    )
    return polled(
        name="[EKS] {{loadbalancer.name}} answers {{threshold}}% itself with 5xx on {cluster.name}",
        query=f"sum(last_{minutes}m):100 * {failed} / {every} * is_greater({failed}, {requests}) > {critical}",
        on_missing_data="resolve",
        evaluation_delay=cluster.cloudwatch_delay_s,
        priority=1,
    )


@define(level="core")
def alb_no_target(cluster: Cluster, *, minutes: int = 5) -> Monitor | None:
    """Target group {{targetgroup.name}} has no healthy target in any zone: what is routed to it fails.

    First step: `aws elbv2 describe-target-health --target-group-arn ARN`: the reason of each target.

    Likely causes: a health check that does not fit the new version; no pod is ready; a security group.

    Over when: a target is healthy.
    """
    if not cluster.has("alb"):
        return None
    healthy = f"max:aws.applicationelb.healthy_host_count.minimum{balancers(cluster, 'targetgroup')}"
    return polled(
        name="[EKS] {{targetgroup.name}} has no healthy target on {cluster.name}",
        query=f"max(last_{minutes}m):{healthy} < 1",
        on_missing_data="resolve",
        evaluation_delay=cluster.cloudwatch_delay_s,
        priority=2,
    )


@define(level="standard")
def alb_unhealthy(cluster: Cluster, *, minutes: int = 15) -> Monitor | None:
    """Some targets of {{targetgroup.name}} fail their health check: the others carry their load.

    It is not a rollout, which is over in minutes.

    First step: `aws elbv2 describe-target-health --target-group-arn ARN`, then the pods at those addresses:
    `kubectl get pods -A -o wide | grep ADDRESS`.

    Likely causes: pods that hang; a health check's path or port that changed; a zone's network.

    Over when: every target is healthy.
    """
    if not cluster.has("alb"):
        return None
    unhealthy = f"max:aws.applicationelb.un_healthy_host_count.maximum{balancers(cluster, 'targetgroup')}"
    return polled(
        name="[EKS] Unhealthy targets of {{targetgroup.name}} on {cluster.name}",
        query=f"min(last_{minutes}m):{unhealthy} >= 1",
        on_missing_data="resolve",
        evaluation_delay=cluster.cloudwatch_delay_s,
        priority=3,
    )


@define(level="core")
def certificate_expiry(
    cluster: Cluster,
    *,
    critical: Number = 3,  # days
    warning: Number = 14,  # days
) -> Monitor | None:
    """Certificate {{name.name}} of {{namespace.name}} ends within days, and cert-manager has not renewed it.

    It is not due: renewal comes a month before the end, and has failed since. One that was never issued is
    `certificate-not-ready`.

    First step: `kubectl describe certificate {{name.name}} -n {{namespace.name}}`, then its newest request and order:
    `kubectl get certificaterequests,orders,challenges -n {{namespace.name}}`.

    Likely causes: a DNS or HTTP challenge that cannot be answered any more; an issuer's account or limit; a changed
    IAM role.

    Over when: it is renewed; `kubectl cert-manager renew {{name.name}} -n {{namespace.name}}` tries at once.
    """
    if not cluster.has("cert-manager"):
        return None
    group = by("kube_cluster_name", "name", "namespace")
    ends = f"cutoff_min(max:cert_manager.certificate.expiration_timestamp{cluster.scope()} {group}, 1)"
    return polled(
        name="[EKS] Certificate {{name.name}} of {{namespace.name}} ends in less than {{threshold}} days"
        " on {cluster.name}",
        query=f"max(last_1h):({ends} - max:cert_manager.clock_time{cluster.scope()}) / 86400 < {critical}",
        warning=warning,
        on_missing_data="resolve",
        priority=2,
    )


@define(level="standard")
def certificate_not_ready(cluster: Cluster) -> Monitor | None:
    """Certificate {{name.name}} of {{namespace.name}} has not been Ready for an hour: it was never issued, or its
    renewal fails.

    First step: `kubectl describe certificate {{name.name}} -n {{namespace.name}}`, then
    `kubectl get certificaterequests,orders,challenges -n {{namespace.name}}`.

    Likely causes: a challenge that cannot be answered; an issuer that does not exist; a limit of the authority.

    Over when: it is Ready.
    """
    if not cluster.has("cert-manager"):
        return None
    group = by("kube_cluster_name", "name", "namespace")
    unready = f"max:cert_manager.certificate.ready_status{cluster.scope('condition:false')} {group}"
    return polled(
        name="[EKS] Certificate {{name.name}} of {{namespace.name}} not Ready on {cluster.name}",
        query=f"min(last_1h):{zeroed(unready)} >= 1",
        on_missing_data="default",
        priority=3,
    )


@define(level="core")
def certificate_served(
    cluster: Cluster,
    *,
    critical: Number = 3,  # days
    warning: Number = 14,  # days
) -> Monitor | None:
    """The certificate that {{server.name}} shows its clients ends within days.

    It is what clients see, whoever renews it: a new one may lie unused.

    First step: `openssl s_client -connect {{server.name}}:{{port.name}} -servername {{server.name}} </dev/null |
    openssl x509 -noout -dates -issuer`.

    Likely causes: a renewal that failed; a renewed certificate that was not loaded; an old listener.

    Over when: the new certificate is served.
    """
    if not cluster.has("tls"):
        return None
    left = f"min:tls.days_left{cluster.scope()} {by('kube_cluster_name', 'server', 'port')}"
    return polled(
        name="[EKS] Certificate of {{server.name}} ends in less than {{threshold}} days",
        query=f"max(last_1h):{left} < {critical}",
        warning=warning,
        on_missing_data="resolve",
        priority=2,
    )
