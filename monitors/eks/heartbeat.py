"""Blindness: nothing is heard from a cluster, or nothing of the state of its objects."""

from __future__ import annotations

from dd_sync import Cluster, Monitor, define

from .terms import CLUSTER, alert


@define(level="core")
def agent_heartbeat(cluster: Cluster, *, minutes: int = 10) -> Monitor:
    """We are blind: no node Agent of {cluster.name} is heard, so every other monitor of it looks healthy.

    It is not an upgrade of the Agents, which goes node by node.

    First step: `kubectl get pods -A -l app.kubernetes.io/component=agent`; then whether the cluster itself answers:
    `kubectl get nodes`.

    Likely causes: the Agents are down or were changed; the API key was revoked; no way out to Datadog; the cluster
    is gone.

    Over when: pods are counted again. Until then watch by hand: `kubectl get pods -A | grep -v Running`.
    """
    return alert(
        name="[EKS] No Kubernetes data from cluster {cluster.name}",
        query=f"max(last_{minutes}m):sum:kubernetes.pods.running{cluster.scope()} {CLUSTER} < 1",
        on_missing_data="show_and_notify_no_data",
        renotify_interval=60,
        priority=2,
    )


@define(level="core")
def state_heartbeat(cluster: Cluster, *, minutes: int = 10) -> Monitor:
    """The state of Kubernetes objects of {cluster.name} is not reported (`kubernetes_state.*`): deployments, nodes,
    jobs and volumes look healthy whatever they are.

    It is not a change of the Cluster Agent's leader, which takes some minutes. Node Agents may be well.

    First step: `kubectl get pods -A -l app.kubernetes.io/component=cluster-agent`, then in its leader
    `agent clusterchecks` and `agent status | grep -A5 kubernetes_state_core`.

    Likely causes: the Cluster Agent is down or has no leader; its role may no longer list the objects;
    kube-state-metrics core is switched off.

    Over when: nodes are counted again.
    """
    return alert(
        name="[EKS] No state of Kubernetes objects from cluster {cluster.name}",
        query=f"max(last_{minutes}m):sum:kubernetes_state.node.count{cluster.scope()} {CLUSTER} < 1",
        on_missing_data="show_and_notify_no_data",
        renotify_interval=60,
        priority=2,
    )
