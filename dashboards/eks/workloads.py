"""Workloads of a cluster."""

from __future__ import annotations

from dd_sync import (
    Widget,
    by,
)

from .widgets import DEPLOYMENT, HPA, JOBS, NAMESPACED, REPLICAS, RESTARTS, graph, top


def workload_widgets() -> list[Widget]:
    return [
        top(
            "Unavailable replicas",
            REPLICAS,
            unavailable=f"sum:kubernetes_state.deployment.replicas_unavailable{NAMESPACED} {DEPLOYMENT}",
        ),
        graph(
            "Waiting containers by reason",
            "container",
            waiting=f"sum:kubernetes_state.container.status_report.count.waiting{NAMESPACED} {by('reason')}",
        ),
        top(
            "Restarts",
            RESTARTS,
            {"restarts": "monotonic_diff(restarts)"},
            how="sum",
            restarts=f"sum:kubernetes.containers.restarts{NAMESPACED} {DEPLOYMENT}",
        ),
        graph(
            "Containers out of memory",
            "event",
            {"killed": "monotonic_diff(killed)"},  # since each container's start
            bars=True,
            killed=f"sum:container.memory.oom_events{NAMESPACED} {DEPLOYMENT}",
        ),
        graph(
            "Autoscalers: replicas wanted, and the most they may have",
            REPLICAS,
            wanted=f"avg:kubernetes_state.hpa.desired_replicas{NAMESPACED} {HPA}",
            most=f"avg:kubernetes_state.hpa.max_replicas{NAMESPACED} {HPA}",
        ),
        graph(
            "Failed jobs",
            JOBS,
            bars=True,
            failed=f"sum:kubernetes_state.job.completion.failed{NAMESPACED} {by('kube_namespace', 'kube_cronjob')}",
        ),
    ]
