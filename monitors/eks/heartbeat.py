"""Blindness: nothing is heard from a cluster."""

from __future__ import annotations

from dd_sync import Cluster, Monitor, define

from .terms import CLUSTER, alert


@define(level="core")
def agent_heartbeat(cluster: Cluster) -> Monitor:
    """We are blind: nothing is heard from {cluster.name}, so every other monitor of it looks healthy.

    First step: `kubectl get pods -A -l app.kubernetes.io/name=datadog-agent-deployment` and `-l
    app.kubernetes.io/component=agent`; then whether the cluster itself answers: `kubectl get nodes`.

    Likely causes: the Agents are down or were changed; the API key was revoked; no way out to Datadog; the cluster
    is gone.

    Over when: pods are counted again. Until then watch by hand: `kubectl get pods -A | grep -v Running`.
    """
    return alert(
        name="[EKS] No Kubernetes data from cluster {cluster.name}",
        query=f"sum(last_10m):sum:kubernetes.pods.running{cluster.scope()} {CLUSTER} < 1",
        on_missing_data="show_and_notify_no_data",
        renotify_interval=60,
        priority=1,
    )
