"""What goes wrong with nodes."""

from __future__ import annotations

from dd_sync.gameday.cluster import Cluster
from dd_sync.gameday.situation import incident
from dd_sync.gameday.track import line


@incident(3, within=15, lasts=40)
def node_lost(cluster: Cluster) -> None:
    """A machine fails: its Agent is silent at once, its kubelet is missed after 40 seconds."""
    cluster.nodes[6].fails(0)


@incident(2, within=15, lasts=40)
def many_nodes_lost(cluster: Cluster) -> None:
    """Three machines of twenty fail at once."""
    for node in cluster.nodes[3:12:3]:
        node.fails(0)


@incident(2, within=10, lasts=40)
def zone_cut_off(cluster: Cluster) -> None:
    """A whole zone is cut off: a third of the nodes is not heard of, and their pods are not moved."""
    for node in cluster.in_zone("b"):
        node.fails(0, moved=None)


@incident(3, within=20, lasts=60)
def node_disk_fills(cluster: Cluster) -> None:
    """A node's disk fills up until the kubelet evicts pods."""
    node = cluster.nodes[5]
    node.filesystem.set(line(0, 0.80, 10, 0.92), 0)
    node.images.set(line(0, 0.82, 10, 0.92), 0)
    node.conditions["diskpressure"].set("true", 5)
    node.evictions.set(2, 6, 20)


@incident(2, within=20, lasts=60)
def nodes_under_memory_pressure(cluster: Cluster) -> None:
    """Three nodes run out of memory and evict pods."""
    for node in cluster.nodes[9:12]:
        node.conditions["memorypressure"].set("true", 0)
        node.evictions.set(3, 1, 15)
        for pod in [one for one in node.pods if one.workload.name == "importer"]:
            pod.phase.set("failed", 2)
            pod.reason.set("evicted", 2)
            pod.ready.set(False, 2)


@incident(3, within=20, lasts=60)
def node_network_faulty(cluster: Cluster) -> None:
    """The node monitoring agent finds a node's network broken: a condition that is true while all is well."""
    for node in cluster.nodes:
        condition = node.has_condition("networkingready")
        if node is cluster.nodes[13]:
            condition.set("false", 0)


@incident(2, within=15, lasts=60)
def cluster_agent_dead(cluster: Cluster) -> None:
    """The Cluster Agent is dead: nothing is said of the cluster's state any more, and nothing looks wrong."""
    cluster.dies(0)
    cluster.cluster_agent.set(False, 0)


@incident(2, within=20, lasts=60)
def nothing_heard_of_the_cluster(cluster: Cluster) -> None:
    """No Agent of the cluster can send anything: a key was revoked, or a network policy is in the way."""
    cluster.dies(0)
    cluster.cluster_agent.set(False, 0)
    cluster.control_plane.alive.set(False, 0)
    for node in cluster.nodes:
        node.agent.set(False, 0)
    if cluster.karpenter is not None:
        cluster.karpenter.alive.set(False, 0)


@incident(3, within=20, lasts=60)
def connections_dropped(cluster: Cluster) -> None:
    """An instance tracks more connections than it may: packets are dropped, a total that only grows."""
    node = cluster.nodes[2]
    node.allowances["conntrack"].set(lambda now: 500 * now, 0)
    node.conntrack.set(0.99, 0)


@incident(3, within=20, lasts=60)
def questions_dropped(cluster: Cluster) -> None:
    """An instance asks for more names than its interface may: questions are dropped on their way to the resolver."""
    cluster.nodes[11].allowances["linklocal"].set(lambda now: 2000 * now, 0)


@incident(3, within=20, lasts=60)
def traffic_dropped(cluster: Cluster) -> None:
    """An instance sends and receives more than its size allows."""
    for name in ("pps", "bw_in", "bw_out"):
        cluster.nodes[12].allowances[name].set(lambda now: 3000 * now, 0)
