"""Normal life of the components that run a cluster."""

from __future__ import annotations

from dd_sync.gameday.cluster import Cluster
from dd_sync.gameday.situation import normal
from dd_sync.gameday.track import line


def with_karpenter(cluster: Cluster) -> bool:
    """Whether Karpenter makes its nodes."""
    return cluster.karpenter is not None


def with_keda(cluster: Cluster) -> bool:
    """Whether KEDA scales its workers."""
    return cluster.keda is not None


@normal(lasts=20, when=with_karpenter)
def karpenter_restarts(cluster: Cluster) -> None:
    """Karpenter is upgraded: its figures are missing for two minutes."""
    assert cluster.karpenter is not None
    cluster.karpenter.alive.set(False, 0, 2)


@normal(lasts=30, when=with_karpenter)
def karpenter_catches_up(cluster: Cluster) -> None:
    """A deploy makes Karpenter work for some minutes: pods wait, nodes come, its view is not the newest."""
    assert cluster.karpenter is not None
    cluster.karpenter.queue.set(25, 0, 3)
    cluster.karpenter.synced.set(0, 0, 2)
    cluster.karpenter.created.set(3, 1, 3)
    cluster.karpenter.unregistered.set(3, 1, 4)
    cluster.karpenter.unready_pools.set(1, 0, 2)
    cluster.karpenter.used.plus(24, 1, 20)


@normal(lasts=30, when=with_karpenter)
def spot_instances_taken_back(cluster: Cluster) -> None:
    """A few spot instances are taken back within an hour."""
    assert cluster.karpenter is not None
    for minute in (0, 11, 19):
        cluster.karpenter.interruptions.set(1, minute, minute + 1)


@normal(lasts=20, when=with_keda)
def keda_restarts(cluster: Cluster) -> None:
    """KEDA is upgraded: its figures are missing for two minutes."""
    assert cluster.keda is not None
    cluster.keda.alive.set(False, 0, 2)


@normal(lasts=20, when=with_keda)
def queue_not_read_once(cluster: Cluster) -> None:
    """A queue cannot be read once or twice."""
    assert cluster.keda is not None
    for errors in cluster.keda.errors.values():
        errors.set(1, 0, 2)
    cluster.keda.job_errors.set(1, 0, 2)


@normal(lasts=30)
def store_compacted(cluster: Cluster) -> None:
    """What the API server keeps grows with a deploy, and is compacted."""
    cluster.control_plane.stored.set(line(0, 1.2 * 2**30, 15, 2.5 * 2**30), 0, 16)


@normal(lasts=20)
def control_plane_upgraded(cluster: Cluster) -> None:
    """The API server is replaced: its figures are missing for two minutes, and begin anew."""
    cluster.control_plane.alive.set(False, 0, 2)


@normal(lasts=40)
def webhook_slow_once(cluster: Cluster) -> None:
    """The API server is slower for two minutes, and a request or two fails."""
    cluster.control_plane.latency.set(0.06, 0, 2)
    cluster.control_plane.errors.set(0.004, 0, 2)


@normal(lasts=30)
def names_asked_a_lot(cluster: Cluster) -> None:
    """A deploy asks for three times as many names; answers take a little longer."""
    cluster.dns.rate.times(3.0, 0, 10)
    cluster.dns.latency.set(0.006, 0, 10)


@normal(lasts=30, when=lambda cluster: cluster.certificates is not None)
def certificate_issued(cluster: Cluster) -> None:
    """A new certificate is not ready for two minutes, as it is being issued."""
    assert cluster.certificates is not None
    cluster.certificates.ready.set("false", 0, 2)


@normal(lasts=30, when=lambda cluster: cluster.certificates is not None)
def certificate_half_way(cluster: Cluster) -> None:
    """A certificate has half of its time left, and its renewal fails once."""
    assert cluster.certificates is not None
    cluster.certificates.days.set(44.0, -2000)
    cluster.certificates.ready.set("false", 3, 4)


@normal(lasts=30)
def node_works_hard(cluster: Cluster) -> None:
    """A node is busy for ten minutes, and its disk fills a little with images."""
    node = cluster.nodes[9]
    for pod in node.pods:
        pod.cpu.times(2.5, 0, 10)
        pod.working_set.times(1.2, 0, 10)
    node.filesystem.set(0.70, 0, 20)
    node.images.set(0.72, 0, 20)


@normal(lasts=30)
def images_cleared_away(cluster: Cluster) -> None:
    """A node's disk reaches the share at which the kubelet clears images away, and falls again."""
    node = cluster.nodes[10]
    node.filesystem.set(line(0, 0.70, 8, 0.845), 0, 9)
    node.images.set(line(0, 0.70, 8, 0.845), 0, 9)
