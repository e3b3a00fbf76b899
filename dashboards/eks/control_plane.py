"""The control plane and DNS of a cluster."""

from __future__ import annotations

from dd_sync import (
    Cluster,
    Widget,
    by,
)

from .widgets import CLUSTER, PODS, graph


def control_plane_widgets(cluster: Cluster) -> list[Widget]:
    answers = f"sum:coredns.response_code_count{cluster.coredns_counter_suffix}{CLUSTER} {by('rcode')}.as_rate()"
    dns_widgets: list[Widget] = [
        graph("DNS responses by code", "response/second", responses=answers),
        graph(
            "DNS mean latency",
            "second",
            {"mean": "spent / lookups"},
            limit=0.1,
            spent=f"sum:coredns.request_duration.seconds.sum{CLUSTER}.as_count()",
            lookups=f"sum:coredns.request_duration.seconds.count{CLUSTER}.as_count()",
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
