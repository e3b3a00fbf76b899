"""The control plane and DNS of a cluster."""

from __future__ import annotations

from dd_sync import (
    Cluster,
    Widget,
    by,
    scope,
)

from .widgets import CLUSTER, PODS, graph

QUICK = scope("$kube_cluster_name", "!verb:watch", "!verb:connect")

QUICK_ALL = scope("$kube_cluster_name", "!verb:watch", "!verb:connect", "upper_bound:none")
"""Requests that end by themselves; their count stands beside its buckets."""


def control_plane_widgets(cluster: Cluster) -> list[Widget]:
    return [*(_api_server() if cluster.control_plane_metrics else ()), *_dns(cluster)]


def _dns(cluster: Cluster) -> list[Widget]:
    answers = f"sum:coredns.response_code_count{cluster.coredns_counter_suffix}{CLUSTER} {by('rcode')}.as_rate()"
    spent, lookups = f"sum:coredns.request_duration.seconds.sum{CLUSTER}", "sum:coredns.request_duration.seconds.count"
    mean = "spent / lookups"
    if cluster.coredns_counter_suffix:
        spent, lookups = f"{spent}.as_count()", f"{lookups}{CLUSTER}.as_count()"
    else:  # totals since CoreDNS started, and the count beside its buckets
        lookups += scope("$kube_cluster_name", "upper_bound:none")
        mean = "monotonic_diff(spent) / monotonic_diff(lookups)"
    return [
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


def _api_server() -> list[Widget]:
    requests = "sum:kube_apiserver.apiserver_request_total.count"
    return [
        graph(
            "API requests by code",
            "request/second",
            requests=f"{requests}{CLUSTER} {by('code')}.as_rate()",
        ),
        graph("API requests in flight", "request", in_flight=f"sum:kube_apiserver.current_inflight_requests{CLUSTER}"),
        graph(
            "API requests that failed",
            "percent",
            {"failed": "100 * default_zero(failed) / every"},
            limit=5,
            failed=f"{requests}{scope('$kube_cluster_name', 'code:5*')}.as_count()",
            every=f"{requests}{CLUSTER}.as_count()",
        ),
        graph(
            "API mean latency by verb",
            "second",
            {"mean": "monotonic_diff(spent) / monotonic_diff(answers)"},  # totals since the server started
            limit=1,
            spent=f"sum:kube_apiserver.request_duration_seconds.sum{QUICK} {by('verb')}",
            answers=f"sum:kube_apiserver.request_duration_seconds.count{QUICK_ALL} {by('verb')}",
        ),
        graph(
            "API requests turned away, and webhooks that failed open",
            "request",
            bars=True,
            rejected=f"sum:kube_apiserver.flowcontrol_rejected_requests_total{CLUSTER}.as_count()",
            failed_open=f"sum:kube_apiserver.apiserver_admission_webhook_fail_open_count.count{CLUSTER}.as_count()",
        ),
        graph(
            "State store (etcd), of 8 GiB",
            "byte",
            limit=6500000000,
            used=f"max:kube_apiserver.etcd.db.total_size{CLUSTER}",
        ),
        graph("Pods waiting in the scheduler", PODS, waiting=f"sum:kube_scheduler.pending_pods{CLUSTER} {by('queue')}"),
    ]
