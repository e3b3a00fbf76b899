"""The network of a cluster: name lookups."""

from __future__ import annotations

from dd_sync import Cluster, Monitor, Number, define

from .terms import CLUSTER, alert, ratio


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
