"""The control plane and DNS of a cluster."""

from __future__ import annotations

from dd_sync import (
    Cluster,
    Widget,
    by,
    scope,
)

from .widgets import CLUSTER, PODS, graph


def control_plane_widgets(cluster: Cluster) -> list[Widget]:
    answers = f"sum:coredns.response_code_count{cluster.coredns_counter_suffix}{CLUSTER} {by('rcode')}.as_rate()"
    spent, lookups = f"sum:coredns.request_duration.seconds.sum{CLUSTER}", "sum:coredns.request_duration.seconds.count"
    mean = "spent / lookups"
    if cluster.coredns_counter_suffix:
        spent, lookups = f"{spent}.as_count()", f"{lookups}{CLUSTER}.as_count()"
    else:  # totals since CoreDNS started, and the count beside its buckets
        lookups += scope("$kube_cluster_name", "upper_bound:none")
        mean = "monotonic_diff(spent) / monotonic_diff(lookups)"
    dns_widgets: list[Widget] = [
        graph("DNS responses by code", "response/second", responses=answers),
        graph(
            "DNS mean latency",
            "second",
            {"mean": mean},
            limit=0.15,
            spent=spent,
            lookups=lookups,
        ),
    ]
    if not cluster.control_plane_metrics:
        return dns_widgets
    return [
        graph(
            "API requests by code",
            "request/second",
            requests=f"sum:kube_apiserver.apiserver_request_total.count{CLUSTER} {by('code')}.as_rate()",
        ),
        graph("API requests in flight", "request", in_flight=f"sum:kube_apiserver.current_inflight_requests{CLUSTER}"),
        graph("Pods waiting in the scheduler", PODS, waiting=f"sum:kube_scheduler.pending_pods{CLUSTER} {by('queue')}"),
        *dns_widgets,
    ]
