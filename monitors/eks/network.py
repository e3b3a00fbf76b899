"""The network of a cluster: name lookups, addresses, tables that fill up."""

from __future__ import annotations

from dd_sync import Cluster, Monitor, Number, define

from .terms import CLUSTER, HOST, alert, ratio


@define(level="core")
def dns_servfail(
    cluster: Cluster,
    *,
    critical: Number = 5,  # percent of answers
    requests: Number = 500,  # answers in the window; of fewer nothing is said
    minutes: int = 5,
) -> Monitor:
    """CoreDNS fails to resolve names: to users everything looks broken at once.

    It is not NXDOMAIN, of which search domains make many.

    First step: `kubectl logs -n kube-system -l k8s-app=kube-dns --tail=100`, then `kubectl top pods -n kube-system -l
    k8s-app=kube-dns`.

    Likely causes: the resolver of the VPC refuses (1,024 packets a second per network interface); connection tracking
    is full on the nodes; CoreDNS cannot reach the API server; one zone's upstream is down.

    Over when: errors are under the recovery threshold for {minutes} minutes.
    """
    count = f"sum:coredns.response_code_count{cluster.coredns_counter_suffix}"
    failed, every = (
        f"{count}{here} {CLUSTER}.as_count()" for here in (cluster.scope("rcode:servfail"), cluster.scope())
    )
    return ratio(
        name="[EKS] CoreDNS error rate above {{threshold}}% on {cluster.name}",
        query=f"sum(last_{minutes}m):100 * {failed} / {every} * is_greater({every}, {requests}) > {critical}",
        critical_recovery=0.6 * critical,
        on_missing_data="resolve",
        priority=1,
    )


@define(level="core")
def dns_latency(
    cluster: Cluster,
    *,
    critical: Number = 0.15,  # seconds, mean
    minutes: int = 10,
) -> Monitor:
    """Name lookups are slow, and every call that opens a connection waits for one.

    First step: `kubectl top pods -n kube-system -l k8s-app=kube-dns`, then responses by rcode on the dashboard: many
    NXDOMAIN are search domains tried one after the other (ndots).

    Likely causes: too few CoreDNS pods; ndots:5 multiplies each lookup; a slow upstream; no NodeLocal DNSCache.

    Over when: the mean is under the recovery threshold for {minutes} minutes.
    """
    metric, here = "sum:coredns.request_duration.seconds", cluster.scope()
    if cluster.coredns_counter_suffix:
        spent, lookups = (f"{metric}.{one}{here} {CLUSTER}.as_count()" for one in ("sum", "count"))
        query = f"sum(last_{minutes}m):{spent} / {lookups} > {critical}"
    else:  # totals since CoreDNS started, and the count beside its buckets
        total = cluster.scope("upper_bound:none")
        spent = f"monotonic_diff({metric}.sum{here} {CLUSTER})"
        lookups = f"monotonic_diff({metric}.count{total} {CLUSTER})"
        query = f"min(last_{minutes}m):{spent} / {lookups} > {critical}"
    return ratio(
        name="[EKS] CoreDNS mean latency above {{threshold}}s on {cluster.name}",
        query=query,
        critical_recovery=0.8 * critical,
        on_missing_data="resolve",
        priority=2,
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


@define(level="standard")
def network_no_addresses(
    cluster: Cluster,
    *,
    critical: Number = 20,  # requests of pods in ten minutes
) -> Monitor | None:
    """Nodes of {cluster.name} have no address for new pods: the subnet is empty, or the instance type has no more.

    It is not a request that succeeds at the second try: {critical} in ten minutes. When pods are stuck,
    `pods-creating-many` pages.

    First step: `aws ec2 describe-subnets --query 'Subnets[].[SubnetId,AvailableIpAddressCount,AvailabilityZone]'
    --output table` for the cluster's subnets.

    Likely causes: growth in small subnets; a warm pool per node that is too large (WARM_IP_TARGET).

    Over when: no request fails for ten minutes. Needs the integration Amazon VPC CNI, which is installed by hand.
    """
    if not cluster.has("vpc-cni"):
        return None
    failed = f"sum:amazon_vpc_cni.no_available_ip_addresses.count{cluster.scope()} {CLUSTER}.as_count()"
    return alert(
        name="[EKS] No addresses for pods on {cluster.name}",
        query=f"sum(last_10m):{failed} > {critical}",
        on_missing_data="resolve",
        priority=3,
    )


@define(level="standard")
def node_conntrack(
    cluster: Cluster,
    *,
    critical: Number = 90,  # percent of the table
) -> Monitor:
    """The connection table of {{host.name}} is nearly full: when it is, new connections time out at random.

    First step: the node's name, `kubectl get nodes -o wide | grep {{host.name}}` or by provider id, then what opens so
    many: `kubectl debug node/NODE -it --image=busybox -- chroot /host conntrack -S`.

    Likely causes: a client without connection reuse; a load test; a table too small for a large node.

    Over when: use is under the recovery threshold.
    """
    here = cluster.scope()
    return alert(
        name="[EKS] Connection table of {{host.name}} above {{threshold}}% on {cluster.name}",
        query=f"min(last_5m):100 * max:system.net.conntrack.count{here} {HOST}"
        f" / max:system.net.conntrack.max{here} {HOST} > {critical}",
        critical_recovery=critical * 80 / 90,
        on_missing_data="resolve",
        priority=3,
    )


@define(level="standard")
def node_allowance(
    cluster: Cluster,
    *,
    critical: Number = 100,  # packets in ten minutes
) -> Monitor | None:
    """AWS drops packets of {{host.name}}: its instance type tracks no more connections.

    It is not Linux' own table (`node-conntrack`): security groups track connections too, with a limit by instance size.

    First step: the instance's type: `aws ec2 describe-instances --instance-ids {{host.name}} --query
    'Reservations[].Instances[].InstanceType'`, then which pods on it open most connections.

    Likely causes: clients without connection reuse; a proxy or a crawler on a small instance.

    Over when: nothing is dropped for ten minutes: a larger instance, or reused connections.
    """
    if not cluster.has("ena"):
        return None
    dropped = f"sum:system.net.aws.ec2.conntrack_allowance_exceeded{cluster.scope()} {HOST}"
    return alert(
        name="[EKS] AWS drops packets of {{host.name}} on {cluster.name}: connection tracking",
        query=f"sum(last_10m):monotonic_diff({dropped}) > {critical}",
        on_missing_data="resolve",
        priority=3,
    )


@define(level="standard")
def node_allowance_dns(
    cluster: Cluster,
    *,
    critical: Number = 100,  # packets in ten minutes
) -> Monitor | None:
    """AWS drops lookups of {{host.name}}: more than 1,024 packets a second to its own resolver from one interface.

    First step: whether a CoreDNS pod runs there: `kubectl get pods -n kube-system -l k8s-app=kube-dns -o wide`.

    Likely causes: too few CoreDNS pods for the lookups; a cache time of nearly nothing; ndots:5.

    Over when: nothing is dropped for ten minutes: more CoreDNS pods on other nodes, or NodeLocal DNSCache.
    """
    if not cluster.has("ena"):
        return None
    dropped = f"sum:system.net.aws.ec2.linklocal_allowance_exceeded{cluster.scope()} {HOST}"
    return alert(
        name="[EKS] AWS drops lookups of {{host.name}} on {cluster.name}",
        query=f"sum(last_10m):monotonic_diff({dropped}) > {critical}",
        on_missing_data="resolve",
        priority=3,
    )


@define(level="standard")
def node_allowance_traffic(
    cluster: Cluster,
    *,
    critical: Number = 10000,  # packets in ten minutes
) -> Monitor | None:
    """AWS holds up or drops packets of {{host.name}}: more traffic than its instance type allows, inwards, outwards or
    in packets a second.

    It is not a burst: some hundred packets are nothing.

    First step: which pods on it send and receive most: `kubectl get pods -A --field-selector spec.nodeName=NODE`, then
    their network on the dashboard.

    Likely causes: a copy of much data; an instance type too small ("up to" 10 Gbit/s is a burst); one busy pod a node.

    Over when: nothing is dropped for ten minutes: a larger instance, or the busy pods apart from each other.
    """
    if not cluster.has("ena"):
        return None
    dropped = " + ".join(
        f"monotonic_diff(sum:system.net.aws.ec2.{one}_allowance_exceeded{cluster.scope()} {HOST})"
        for one in ("pps", "bw_in", "bw_out")
    )
    return alert(
        name="[EKS] AWS drops packets of {{host.name}} on {cluster.name}: more traffic than its type allows",
        query=f"sum(last_10m):{dropped} > {critical}",
        on_missing_data="resolve",
        priority=3,
    )
