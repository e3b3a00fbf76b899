"""What goes wrong with pods that belong to no service file."""

from __future__ import annotations

from dd_sync.gameday.cluster import Cluster
from dd_sync.gameday.pod import Pod
from dd_sync.gameday.situation import incident
from dd_sync.gameday.track import every, line


def _added(cluster: Cluster, count: int, minute: int = 0) -> list[Pod]:
    """Pods of a new version of a workload, of which the old ones serve on."""
    importer = cluster.workload("importer")
    pods = [importer.add_pod(30 + n, version="v2", added=True) for n in range(count)]
    for pod in pods:
        pod.exists.set(True, minute)
        pod.ready.set(False, minute)
        pod.phase.set("pending", minute)
        pod.started.set(False, minute)
    return pods


@incident(3, within=20, lasts=60)
def image_missing(cluster: Cluster) -> None:
    """A new version's image does not exist: its pods wait for it in turns of two reasons, the old ones serve."""
    for pod in _added(cluster, 2):
        pod.waiting.set("imagepullbackoff", 0)
        pod.waiting.set(every(5, "errimagepull", "imagepullbackoff"), 0)


@incident(3, within=25, lasts=60)
def configuration_missing(cluster: Cluster) -> None:
    """A pod names a ConfigMap that is not there: it waits for a reason that kube-state-metrics does not send."""
    for pod in _added(cluster, 2):
        pod.waiting.set("createcontainerconfigerror", 0)


@incident(3, within=20, lasts=60)
def crash_loop(cluster: Cluster) -> None:
    """A pod crashes at each start; the kubelet waits longer each time."""
    cluster.workload("importer").pods[1].crashes(0)


@incident(2, within=20, lasts=60)
def every_pod_crashes(cluster: Cluster) -> None:
    """All pods of a workload crash at each start: nothing of it is available."""
    for pod in cluster.workload("importer").pods:
        pod.crashes(0)


@incident(3, within=60, lasts=90)
def memory_runs_out_again_and_again(cluster: Cluster) -> None:
    """Each pod is killed every ten minutes as it runs out of memory, and is back at once."""
    for n, pod in enumerate(cluster.workload("importer").pods[:3]):
        limit = pod.workload.memory_limit
        pod.working_set.set(lambda now, at=n, most=limit: most * (0.55 + 0.045 * ((now + at) % 10)), 0)
        pod.restarts.set(lambda now, at=n: (now + at) // 10, 0)
        pod.last_terminated.set("oomkilled", 10 - n)
        pod.ready.set(every(10, False, True, offset=-n), 0)


@incident(2, within=20, lasts=60)
def no_addresses_left(cluster: Cluster) -> None:
    """A subnet has no free addresses: pods have a node, and never get a container."""
    if cluster.addresses is not None:
        cluster.addresses.refused.set(3, 0)
        cluster.addresses.errors.set(1, 0)
    importer = cluster.workload("importer")
    importer.desired.set(26, 0)
    for n in range(20):
        pod = importer.add_pod(30 + n, version="s1", added=True)
        pod.exists.set(True, n // 5)
        pod.ready.set(False, 0)
        pod.phase.set("pending", 0)
        pod.started.set(False, 0)
        pod.waiting.set("containercreating", 0)


@incident(2, within=20, lasts=60)
def nowhere_to_run(cluster: Cluster) -> None:
    """Pods find no node, and none is made for them."""
    importer = cluster.workload("importer")
    importer.desired.set(12, 0)
    cluster.control_plane.pending["unschedulable"].set(6, 0)
    for n in range(6):
        pod = importer.add_pod(30 + n, version="s1", added=True)
        pod.exists.set(True, 0)
        pod.ready.set(False, 0)
        pod.phase.set("pending", 0)
        pod.started.set(False, 0)
        pod.unschedulable.set(True, 0)
    if cluster.karpenter is not None:
        cluster.karpenter.used.set(200, 0)
        cluster.karpenter.queue.set(26, 0)


@incident(3, within=25, lasts=60)
def rollout_stuck(cluster: Cluster) -> None:
    """Pods of a new version never get ready; after ten minutes the rollout has failed, and the old ones serve on."""
    importer = cluster.workload("importer")
    importer.rolls(broken=True)
    importer.progressing.set("false", 10)
    for pod in importer.pods:
        if pod.version == "v2":
            pod.ready.set(False, 0)


@incident(3, within=50, lasts=90)
def node_processors_busy(cluster: Cluster) -> None:
    """Pods without limits use all processors of a node."""
    pods = cluster.nodes[9].pods
    for pod in pods:
        pod.cpu.set(8 * 0.97 / len(pods), 0)


@incident(3, within=30, lasts=60)
def node_memory_short(cluster: Cluster) -> None:
    """Pods without limits use nearly all memory of a node."""
    pods = cluster.nodes[9].pods
    for pod in pods:
        pod.working_set.set(32 * 2**30 * 0.95 / len(pods), 0)


@incident(3, within=50, lasts=60)
def no_room_for_pods(cluster: Cluster) -> None:
    """Every node runs as many pods as it may, though it has processors and memory left."""
    workload = cluster.run("Deployment", "tools", "crowd", 0)
    workload.desired.set(1080, 0)
    for n in range(1080):
        workload.place(n)


@incident(4, within=60, lasts=60)
def far_more_asked_than_used(cluster: Cluster) -> None:
    """For days workloads have used a hundredth of what they asked for."""
    for pod in cluster.workload("importer").pods + cluster.workload("redis").pods:
        pod.cpu.set(0.005, -5000)
        pod.working_set.set(0.05 * pod.workload.memory_limit, -5000)


@incident(2, within=25, lasts=60)
def volume_stuck(cluster: Cluster) -> None:
    """A volume hangs on a node that is gone: the pod that needs it waits, and its volume's figures end."""
    redis = cluster.workload("redis")
    pod = redis.pods[1]
    pod.phase.set("pending", 0)
    pod.started.set(False, 0)
    pod.waiting.set("containercreating", 0)
    pod.ready.set(False, 0)


@incident(2, within=30, lasts=400)
def volume_fills_up(cluster: Cluster) -> None:
    """A volume grows from 80 to 97 percent within hours."""
    cluster.workload("redis").volumes["data-redis-0"].used.set(line(-300, 0.80, 30, 0.97), -300)


@incident(3, within=30, lasts=60)
def inodes_run_out(cluster: Cluster) -> None:
    """A volume has room, and no inodes."""
    cluster.workload("redis").volumes["data-redis-1"].inodes.set(line(0, 0.9, 10, 0.99), 0)


@incident(3, within=40, lasts=90)
def claim_never_bound(cluster: Cluster) -> None:
    """A pod waits for a claim that no provisioner fills."""
    cluster.claims("tools", "data-new-0").set("pending", 0)
    pod = _added(cluster, 1)[0]
    pod.unschedulable.set(True, 0)


@incident(3, within=30, lasts=60)
def processor_throttled(cluster: Cluster) -> None:
    """A workload is held at its CPU limit most of the time."""
    for pod in cluster.workload("importer").pods:
        pod.cpu.set(0.99 * pod.workload.cpu_limit, 0)
        pod.throttled.set(8.0, 0)


@incident(3, within=60, lasts=120)
def pods_cannot_end(cluster: Cluster) -> None:
    """Pods hang while they end, as a finalizer or a lost node holds them."""
    for pod in cluster.workload("importer").pods[:2]:
        pod.terminating.set(lambda now: 60.0 * now, 0)
        pod.ready.set(False, 0)


@incident(3, within=15, lasts=60)
def pods_evicted(cluster: Cluster) -> None:
    """Twenty pods are evicted at once; what is left of them stays until somebody clears it away."""
    importer = cluster.workload("importer")
    for n in range(20):
        pod = importer.add_pod(60 + n, version="s1", added=True)
        pod.exists.set(True, 0)
        pod.ready.set(False, 0)
        pod.phase.set("failed", 0)
        pod.reason.set("evicted", 0)
