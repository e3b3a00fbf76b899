"""What goes wrong with the components that run a cluster."""

from __future__ import annotations

from dd_sync.gameday.cluster import Cluster
from dd_sync.gameday.situation import incident
from dd_sync.gameday.track import every, line


def _karpenter(cluster: Cluster) -> bool:
    return cluster.karpenter is not None


def _keda(cluster: Cluster) -> bool:
    return cluster.keda is not None


@incident(1, within=10, lasts=40)
def names_not_answered(cluster: Cluster) -> None:
    """CoreDNS answers every tenth name with SERVFAIL, and slowly."""
    cluster.dns.failing.set(0.12, 0)
    cluster.dns.latency.set(0.4, 0)
    cluster.dns.rejects.set(200, 0)


@incident(2, within=20, lasts=40)
def names_answered_slowly(cluster: Cluster) -> None:
    """CoreDNS is held at its limit: an answer takes 0.4 seconds instead of 2 milliseconds."""
    cluster.dns.latency.set(0.4, 0)
    for pod in cluster.dns.workload.pods:
        pod.cpu.set(pod.workload.cpu_limit, 0)
        pod.throttled.set(9.0, 0)


@incident(3, within=15, lasts=30)
def dns_server_panics(cluster: Cluster) -> None:
    """CoreDNS panics now and then."""
    cluster.dns.panics.set(every(5, 1, 0), 0)


@incident(2, within=20, lasts=40)
def api_server_failing(cluster: Cluster) -> None:
    """The API server answers every twelfth request with an error, and takes two seconds for the others."""
    cluster.control_plane.errors.set(0.08, 0)
    cluster.control_plane.latency.set(2.0, 0)
    cluster.control_plane.inflight.set(380, 0)


@incident(3, within=20, lasts=40)
def api_server_throttles(cluster: Cluster) -> None:
    """The API server refuses every tenth request as one too many."""
    cluster.control_plane.throttled.set(0.10, 0)


@incident(3, within=25, lasts=40)
def api_server_slow(cluster: Cluster) -> None:
    """Requests to the API server take two seconds."""
    cluster.control_plane.latency.set(2.0, 0)


@incident(2, within=20, lasts=60)
def admission_webhook_down(cluster: Cluster) -> None:
    """A webhook that must agree is down: no pod can be made, and nothing is pending."""
    importer = cluster.workload("importer")
    importer.failing.set("true", 1)
    importer.desired.set(8, 0)
    for pod in importer.pods[:2]:
        pod.goes(2)


@incident(3, within=20, lasts=40)
def webhook_fails_open(cluster: Cluster) -> None:
    """A webhook that need not agree is down: everything is let in unchecked."""
    cluster.control_plane.failed_open.set(12, 0)


@incident(2, within=20, lasts=60, when=_karpenter)
def karpenter_dead(cluster: Cluster) -> None:
    """Karpenter is gone, and with it all it says."""
    assert cluster.karpenter is not None
    cluster.karpenter.alive.set(False, 0)
    for pod in cluster.karpenter.workload.pods:
        pod.crashes(0)


@incident(2, within=25, lasts=60, when=_karpenter)
def nodes_never_join(cluster: Cluster) -> None:
    """Machines start and never become nodes; every quarter of an hour the next attempt."""
    assert cluster.karpenter is not None
    cluster.karpenter.unregistered.set(3, 0)
    cluster.karpenter.claims_created.set(every(15, 3, None), 0)
    cluster.karpenter.queue.set(12, 0)
    importer = cluster.workload("importer")
    importer.desired.set(12, 0)
    for n in range(6):
        pod = importer.add_pod(30 + n, version="s1", added=True)
        pod.exists.set(True, 0)
        pod.ready.set(False, 0)
        pod.phase.set("pending", 0)
        pod.started.set(False, 0)
        pod.unschedulable.set(True, 0)


@incident(3, within=30, lasts=60, when=_karpenter)
def cloud_refuses_machines(cluster: Cluster) -> None:
    """The cloud answers Karpenter with errors that are not of its daily life."""
    assert cluster.karpenter is not None
    cluster.karpenter.errors[""].set(6, 0)


@incident(3, within=40, lasts=60, when=_karpenter)
def node_pool_full(cluster: Cluster) -> None:
    """A node pool comes to the limit it was given."""
    assert cluster.karpenter is not None
    cluster.karpenter.used.set(line(0, 150, 10, 196), 0)


@incident(3, within=30, lasts=60, when=_karpenter)
def node_pool_not_ready(cluster: Cluster) -> None:
    """A node pool is not ready, as what it is made of does not exist: no machine will come of it."""
    assert cluster.karpenter is not None
    cluster.karpenter.unready_pools.set(1, 0)


@incident(3, within=60, lasts=90)
def state_store_nearly_full(cluster: Cluster) -> None:
    """What the API server keeps is close to the eight GiB it may be."""
    cluster.control_plane.stored.set(line(0, 6.8 * 2**30, 30, 7.8 * 2**30), 0)


@incident(3, within=25, lasts=60, when=_keda)
def scaled_jobs_fail(cluster: Cluster) -> None:
    """KEDA cannot start the Jobs it is there to start."""
    assert cluster.keda is not None
    cluster.keda.job_errors.set(4, 0)


@incident(3, within=25, lasts=60, when=_keda)
def scaler_blind(cluster: Cluster) -> None:
    """KEDA cannot read the queue it scales by: an error at every poll."""
    assert cluster.keda is not None
    for errors in cluster.keda.errors.values():
        errors.set(4, 0)


@incident(2, within=25, lasts=60)
def autoscalers_blind(cluster: Cluster) -> None:
    """The metrics API is gone: no autoscaler knows what to do."""
    cluster.control_plane.apiservices.set("false", 0)
    for scaler in cluster.autoscalers.values():
        scaler.active.set("false", 0)


@incident(3, within=25, lasts=60)
def autoscaler_at_its_most(cluster: Cluster) -> None:
    """An autoscaler asks for as many pods as it may, under pressure."""
    scaler = cluster.autoscalers["tools/importer"]
    scaler.scales(12, 0)
    scaler.limited.set("true", 0)
    cluster.workload("importer").scales(12, 0)
    for pod in cluster.workload("importer").pods:
        pod.cpu.set(0.97 * pod.workload.cpu_limit, 0)


@incident(3, within=25, lasts=60)
def agents_not_ready(cluster: Cluster) -> None:
    """The Agent's pods do not get ready on a third of the nodes."""
    for node in cluster.nodes[::3]:
        node.agent.set(False, 0)
        for pod in cluster.workload("datadog-agent").on(node):
            pod.crashes(0)


@incident(3, within=60, lasts=120)
def disruptions_blocked(cluster: Cluster) -> None:
    """A disruption budget is not met: pods it counts are unhealthy, and no node can be drained."""
    for pod in cluster.workload("importer").pods[:2]:
        pod.ready.set(False, -2000)
    cluster.nodes[3].cordoned.set(True, -300)


@incident(3, within=60, lasts=90)
def many_nodes_cordoned(cluster: Cluster) -> None:
    """Somebody cordons a third of all nodes and forgets them."""
    for node in cluster.nodes[::3]:
        node.cordoned.set(True, 0)


@incident(3, within=180, lasts=200, when=lambda cluster: cluster.certificates is not None)
def certificate_ends(cluster: Cluster) -> None:
    """A certificate was not renewed, and ends in five days."""
    assert cluster.certificates is not None
    cluster.certificates.days.set(5.0, 0)
    cluster.certificates.ready.set("false", 0)


@incident(2, within=90, lasts=120, when=lambda cluster: cluster.certificates is not None)
def certificate_about_to_end(cluster: Cluster) -> None:
    """A certificate ends tomorrow, and nobody has seen to it."""
    assert cluster.certificates is not None
    cluster.certificates.days.set(1.5, 0)
    cluster.certificates.ready.set("false", 0)


@incident(3, within=60, lasts=90, when=_karpenter)
def spot_instances_taken_away(cluster: Cluster) -> None:
    """Spot instances are taken back by the dozen."""
    assert cluster.karpenter is not None
    cluster.karpenter.interruptions.set(every(3, 2, None), 0)


@incident(2, within=25, lasts=60, when=lambda cluster: cluster.node_groups is not None)
def autoscaler_unsafe(cluster: Cluster) -> None:
    """The Cluster Autoscaler finds the cluster too sick to scale."""
    assert cluster.node_groups is not None
    cluster.node_groups.safe.set(0, 0)
    cluster.node_groups.unready.set(9, 0)
    cluster.node_groups.failed.set(2, 0)
