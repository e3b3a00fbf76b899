"""Normal life of a cluster: nodes come and go, Agents are upgraded, pods are late."""

from __future__ import annotations

from dd_sync.gameday.cluster import Cluster
from dd_sync.gameday.situation import normal
from dd_sync.gameday.track import every, steps


def with_karpenter(cluster: Cluster) -> bool:
    """Whether Karpenter makes its nodes."""
    return cluster.karpenter is not None


@normal(lasts=10)
def cluster_agent_upgraded(cluster: Cluster) -> None:
    """The Cluster Agent is upgraded: everything it says is missing for two minutes."""
    cluster.dies(0, 2)
    cluster.cluster_agent.set(False, 0, 1)


@normal(lasts=15)
def cluster_agent_lists_slowly(cluster: Cluster) -> None:
    """A new leader of a large cluster lists everything first: five minutes without any state of it."""
    cluster.dies(0, 5)


@normal(lasts=35)
def agents_upgraded(cluster: Cluster) -> None:
    """The node Agents are upgraded one after the other: each node is silent for a minute."""
    agents = cluster.workload("datadog-agent")
    for n, node in enumerate(cluster.nodes):
        node.agent.set(False, n, n + 2)
        for pod in agents.on(node):
            pod.ready.set(False, n, n + 2)


@normal(lasts=15)
def node_agent_killed_once(cluster: Cluster) -> None:
    """One node's Agent runs out of memory once: its node is silent for a minute."""
    node = cluster.nodes[4]
    node.agent.set(False, 0, 2)
    for pod in cluster.workload("datadog-agent").on(node):
        pod.ready.set(False, 0, 1)
        pod.restarts.set(1, 1)
        pod.last_terminated.set("oomkilled", 1)


@normal(lasts=20, when=with_karpenter)
def node_consolidated(cluster: Cluster) -> None:
    """Karpenter drains a node that is hardly used; its pods move within minutes."""
    node, karpenter = cluster.nodes[7], cluster.karpenter
    assert karpenter is not None
    node.drains(0)
    karpenter.disrupted.set(1, 0, 1)
    karpenter.terminated.set(1, 3, 4)
    karpenter.errors["nodeclaimnotfounderror"].set(1, 3, 4)


@normal(lasts=20, when=with_karpenter)
def spot_instance_taken_back(cluster: Cluster) -> None:
    """A spot instance is taken back with two minutes' notice; another type takes its place."""
    node, karpenter = cluster.nodes[8], cluster.karpenter
    assert karpenter is not None
    node.drains(0, gone=2)
    karpenter.interruptions.set(1, 0, 1)
    karpenter.created.set(1, 0, 1)
    karpenter.errors["insufficientcapacityerror"].set(3, 0, 1)


@normal(lasts=30)
def workload_scales_up(cluster: Cluster) -> None:
    """A campaign: a workload goes from six to forty pods within minutes, on nodes that are made for it."""
    importer = cluster.workload("importer")
    cluster.autoscalers["tools/importer"].most.set(60, -1000)
    cluster.autoscalers["tools/importer"].scales(40, 0)
    cluster.autoscalers["tools/importer"].limited.set("true", 0, 6)
    importer.scales(40, 0, pending=2, pulls=1, ready=1)
    if cluster.karpenter is not None:
        cluster.karpenter.created.set(4, 2, 3)
        cluster.karpenter.queue.set(34, 0, 2)


@normal(lasts=20)
def registry_hiccup(cluster: Cluster) -> None:
    """A registry answers late: one pod waits for its image for less than a minute."""
    importer = cluster.workload("importer")
    pod = importer.add_pod(20, added=True)
    pod.comes(0, 3, pulls=1)
    pod.waiting.set("errimagepull", 0, 1)
    pod.waiting.set("imagepullbackoff", 1, 2)


@normal(lasts=15)
def workload_deployed(cluster: Cluster) -> None:
    """A workload of nobody's service file is deployed, two pods at a time."""
    cluster.workload("importer").rolls()


@normal(lasts=20)
def rolling_stateful_set(cluster: Cluster) -> None:
    """A StatefulSet is rolled: each pod is away for two minutes, never two at once."""
    cluster.workload("redis").restarts_in_turn()


@normal(lasts=90)
def claim_waits_for_its_first_pod(cluster: Cluster) -> None:
    """A volume claim stays pending, as nothing mounts it yet."""
    cluster.claims("tools", "spare").set("pending", 0)


@normal(lasts=90)
def fixed_size_autoscaler(cluster: Cluster) -> None:
    """An autoscaler whose least is its most is at its most for ever."""
    scaler = cluster.autoscalers["tools/importer"]
    scaler.least.set(6, -1000)
    scaler.most.set(6, -1000)


@normal(lasts=30)
def workload_removed(cluster: Cluster) -> None:
    """A workload is deleted with its namespace: its series end."""
    importer = cluster.workload("importer")
    importer.exists.set(False, 0)
    for pod in importer.pods:
        pod.goes(0)


@normal(lasts=60)
def job_passes_at_the_second_try(cluster: Cluster) -> None:
    """A Job's first pod fails, its second one succeeds; the failed pod stays to be looked at."""
    cluster.jobs.runs(0, 20, retried=True)


@normal(lasts=60)
def page_cache_fills_memory(cluster: Cluster) -> None:
    """Page cache fills a container's memory to its limit; what it needs itself is half of it."""
    for pod in cluster.workload("redis").pods:
        pod.cache.set(0.44 * pod.workload.memory_limit, -5000)


@normal(lasts=60)
def odd_server_error(cluster: Cluster) -> None:
    """The API server has much to do for a minute, and now and then a name is not answered."""
    cluster.dns.failing.set(every(17, 0.01, 0.0005), 0, 60)
    cluster.control_plane.inflight.set(steps((0, 60), (2, 20)), 0, 3)


@normal(lasts=60)
def job_runs_as_planned(cluster: Cluster) -> None:
    """A scheduled Job is due, starts within seconds, and is done after twenty minutes."""
    cluster.jobs.late.set(True, 0, 1)
    cluster.jobs.scheduled.set(-1440, -1440)
    cluster.jobs.succeeded.set(-1420, -1420)
    cluster.jobs.runs(1, 21)


@normal(lasts=30, when=lambda cluster: cluster.certificates is not None)
def certificate_renewed(cluster: Cluster) -> None:
    """A certificate is renewed a month before it ends."""
    assert cluster.certificates is not None
    cluster.certificates.days.set(29.9, -2000, 5)
    cluster.certificates.days.set(90.0, 5)


@normal(lasts=60)
def pod_still_finished(cluster: Cluster) -> None:
    """What was evicted last week still lies about."""
    importer = cluster.workload("importer")
    for n in range(3):
        pod = importer.add_pod(60 + n, version="s1", added=True)
        pod.exists.set(True, -5000)
        pod.ready.set(False, -5000)
        pod.phase.set("failed", -5000)
        pod.reason.set("evicted", -5000)
