"""A pod as the two who watch it see it: kube-state-metrics in the Cluster Agent, and the Agent of its node.

Tags, gaps and what sticks are the senders' (`kubernetes_state_core`, `kubelet` and `container` checks). A container
that never got an id is unknown to the kubelet's check; a node that is gone takes its Agent's series along.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol

from dd_sync.gameday.source import Source
from dd_sync.gameday.track import Constant, Following, Reading, Total, Track, Value
from dd_sync.gameday.world import World

GIB = 2**30

KSM_REASONS = frozenset(
    {"errimagepull", "imagepullbackoff", "crashloopbackoff", "containercreating", "createcontainererror"}
    | {"invalidimagename"}
)
"""Reasons of waiting that kubernetes_state_core sends; CreateContainerConfigError is not among them."""


class Machine(Protocol):
    """The node of a pod."""

    name: str
    zone: str
    host: str
    agent: Track

    @property
    def host_tags(self) -> dict[str, str]: ...


class Place(Protocol):
    """The cluster around it."""

    world: World
    name: str
    tags: Mapping[str, str]
    ksm: Track

    @property
    def machines(self) -> Sequence[Machine]: ...


class Mounted(Protocol):
    """A volume it mounts."""

    def sources(self, tags: Mapping[str, str], there: Sequence[Reading]) -> Iterator[Source]: ...


class Owner(Protocol):
    """What made it."""

    cluster: Place
    namespace: str
    labels: Mapping[str, str]
    cpu_limit: float
    memory_limit: float
    kind: str

    @property
    def name(self) -> str: ...

    @property
    def world(self) -> World: ...

    @property
    def container(self) -> str: ...

    @property
    def owner_tags(self) -> dict[str, str]: ...

    def volumes_of(self, pod: Pod) -> Iterator[Mounted]: ...

    def add_pod(self, n: int, *, version: str = "v1", added: bool = False) -> Pod: ...


class Pod:
    """One pod with one container. Its tracks are what a situation changes."""

    def __init__(self, workload: Owner, name: str, node: Machine, version: str, *, added: bool = False) -> None:
        world = workload.world
        self.workload = workload
        self.name = name
        self.node = node
        self.version = version
        self.age: Track = world.track(lambda minute: 60 * (5000 + minute))
        """Seconds since it was made."""
        self.exists: Track = world.track(not added)
        """Whether the object is there."""
        self.phase: Track = world.track("running")
        """pending, running, succeeded or failed."""
        self.reason: Track = world.track(None)
        """The pod's own reason: evicted."""
        self.ready: Track = world.track(True)
        self.waiting: Track = world.track(None)
        """The reason its container waits for, lower case; None while it runs."""
        self.started: Track = world.track(True)
        """Whether its container ever got an id: without one the kubelet's check knows nothing of it."""
        self.unschedulable: Track = world.track(False)
        self.restarts: Track = world.track(0)
        self.terminated: Track = world.track(None)
        """Why the container stands terminated now: seldom seen, it starts anew within seconds."""
        self.last_terminated: Track = world.track(None)
        """Why its run before this one ended; stays until the pod goes."""
        self.terminating: Track = world.track(None)
        """Seconds since its deletion was due, while it hangs."""
        self.cpu: Track = world.track(0.3 * workload.cpu_limit)
        """Cores in use."""
        self.throttled: Track = world.track(0.1)
        """Throttled periods a second, of ten."""
        self.working_set: Track = world.track(0.55 * workload.memory_limit)
        self.cache: Track = world.track(0.1 * workload.memory_limit)
        """Page cache on top of the working set."""
        self.runs: Reading = Following(
            lambda there, phase, waiting: bool(there and phase == "running" and waiting is None),
            self.exists,
            self.phase,
            self.waiting,
        )
        self.available: Reading = Following(
            lambda there, phase, ready: bool(there and phase == "running" and ready),
            self.exists,
            self.phase,
            self.ready,
        )
        for one in _sources(self):
            world.add(one)

    def comes(self, minute: int, ready: int, *, pulls: int = 0) -> None:
        """It is made in a minute, pulls its image for `pulls` minutes, and is ready at minute `ready`."""
        self.exists.set(True, minute)
        self.age.set(lambda now: 60 * (now - minute), minute)
        self.phase.set("pending", minute, minute + 1 + pulls)
        self.waiting.set("containercreating", minute, minute + 1 + pulls)
        self.started.set(False, minute, minute + 1 + pulls)
        self.ready.set(False, minute, ready)

    def goes(self, minute: int) -> None:
        """It is deleted and gone within the minute."""
        self.exists.set(False, minute)

    def crashes(self, start: int, end: int | None = None, *, reason: str = "error", restarts: Value = None) -> None:
        """Its container ends over and over: it waits for its next start for most of the time, never ready."""
        self.ready.set(False, start, end)
        self.waiting.set("crashloopbackoff", start + 1, end)
        self.last_terminated.set(reason, start)
        self.restarts.set(restarts or (lambda minute: _back_off(min(minute, end or minute) - start)), start)


def _back_off(minutes: int) -> int:
    """Restarts after so many minutes of crashing at once: waits of 10, 20, 40, 80, 160, then 300 seconds."""
    seconds, count, wait = 0.0, 1, 10.0
    while seconds + wait + 2 <= minutes * 60:
        seconds += wait + 2
        count += 1
        wait = min(300.0, wait * 2)
    return count


def _sources(pod: Pod) -> Iterator[Source]:
    cluster = pod.workload.cluster
    yield from _of_state(pod, cluster)
    yield from _of_kubelet(pod)
    yield from _of_container(pod)


def _labels(pod: Pod) -> dict[str, str]:
    return {**pod.workload.labels, **({"version": pod.version} if pod.workload.labels else {})}


def _of_state(pod: Pod, cluster: Place) -> Iterator[Source]:
    """What kube-state-metrics says: while the object exists and the Cluster Agent lives."""
    there = (cluster.ksm, pod.exists)
    workload = pod.workload
    tags = {
        **cluster.tags,
        "kube_namespace": workload.namespace,
        "pod_name": pod.name,
        "node": pod.node.name,
        "host": f"{pod.node.name}-{cluster.name}",
        **workload.owner_tags,
        **_labels(pod),
    }
    placeless = {name: value for name, value in tags.items() if name not in ("node", "host")}
    phased: Mapping[str, Reading] = {"pod_phase": pod.phase}
    one = Constant(1)
    container = {**tags, "kube_container_name": workload.container}

    def state(metric: str, value: Reading, more: Mapping[str, str] | None = None, **moving: Reading) -> Source:
        return Source(f"kubernetes_state.{metric}", {**container, **(more or {})}, value, there, {**phased, **moving})

    evicted = Following(lambda reason: 1 if reason else None, pod.reason)
    usual = Following(lambda reason: None if reason else 1, pod.reason)
    yield Source("kubernetes_state.pod.status_phase", tags, usual, there, phased)
    yield Source("kubernetes_state.pod.status_phase", tags, evicted, there, {**phased, "reason": pod.reason})
    for condition in ("true", "false", "unknown"):
        value = Following(lambda ready, c=condition: int(c == ("true" if ready else "false")), pod.ready)
        yield Source("kubernetes_state.pod.ready", {**tags, "condition": condition}, value, there, phased)
    lost = Following(lambda yes: 1 if yes else None, pod.unschedulable)
    yield Source("kubernetes_state.pod.unschedulable", placeless, lost, there, phased)
    known = Following(lambda reason: 1 if reason in KSM_REASONS else None, pod.waiting)
    yield state("container.status_report.count.waiting", known, reason=pod.waiting)
    ended = Following(lambda reason: 1 if reason else None, pod.terminated)
    yield state("container.status_report.count.terminated", ended, reason=pod.terminated)
    yield state("container.waiting", Following(lambda reason: int(reason is not None), pod.waiting))
    yield state("container.running", Following(int, pod.runs))
    yield state("container.ready", Following(int, pod.ready))
    yield state("container.restarts", pod.restarts)
    yield state("container.cpu_requested", Constant(workload.cpu_limit / 2), {"resource": "cpu", "unit": "core"})
    yield state("container.cpu_limit", Constant(workload.cpu_limit), {"resource": "cpu", "unit": "core"})
    yield state("container.memory_requested", Constant(workload.memory_limit * 0.7), {"resource": "memory"})
    yield state("container.memory_limit", Constant(workload.memory_limit), {"resource": "memory"})
    age = pod.age
    yield Source("kubernetes_state.pod.age", tags, age, there, phased)
    yield Source("kubernetes_state.pod.uptime", tags, age, there, phased)
    yield Source(
        "kubernetes_state.pod.count",
        {**cluster.tags, "node": pod.node.name, **workload.owner_tags, "kube_namespace": workload.namespace},
        one,
        there,
    )


def _kubelet_tags(pod: Pod) -> dict[str, str]:
    workload = pod.workload
    return {
        **pod.node.host_tags,
        "kube_namespace": workload.namespace,
        "kube_container_name": workload.container,
        **workload.owner_tags,
        **_labels(pod),
    }


def _of_kubelet(pod: Pod) -> Iterator[Source]:
    """What the kubelet's check says: while the node's Agent lives."""
    low = _kubelet_tags(pod)
    tags = {**low, "pod_name": pod.name}
    there = (pod.node.agent, pod.exists)
    known = (*there, pod.started)
    yield Source("kubernetes.pods.running", low, Following(lambda runs: 1 if runs else None, pod.runs), there)
    yield Source("kubernetes.containers.running", low, Following(lambda runs: 1 if runs else None, pod.runs), there)
    yield Source("kubernetes.containers.restarts", tags, pod.restarts, known)
    for metric, reason in (
        ("state.waiting", pod.waiting),
        ("state.terminated", pod.terminated),
        ("last_state.terminated", pod.last_terminated),
    ):
        value = Following(lambda one: 1 if one else None, reason)
        yield Source(f"kubernetes.containers.{metric}", tags, value, known, {"reason": reason})
    yield Source("kubernetes.pod.terminating.duration", low, pod.terminating, there)
    for volume in pod.workload.volumes_of(pod):
        yield from volume.sources(tags, known)


def _of_container(pod: Pod) -> Iterator[Source]:
    """What the node's Agent measures of the container: while it runs."""
    workload = pod.workload
    tags = {**_kubelet_tags(pod), "pod_name": pod.name, "container_id": f"{pod.name}-0"}
    there = (pod.node.agent, pod.runs)
    nano = Following(lambda cores: cores * 1e9, pod.cpu)
    usage = Following(lambda used, cache: used + cache, pod.working_set, pod.cache)
    cores, limit = Constant(workload.cpu_limit), Constant(workload.memory_limit)
    kubelet: Mapping[str, Reading] = {
        "cpu.usage.total": nano,
        "cpu.limits": cores,
        "cpu.requests": Constant(workload.cpu_limit / 2),
        "cpu.cfs.periods": Constant(10),
        "cpu.cfs.throttled.periods": pod.throttled,
        "memory.working_set": pod.working_set,
        "memory.usage": usage,
        "memory.rss": Following(lambda used: used * 0.9, pod.working_set),
        "memory.limits": limit,
        "memory.requests": Constant(workload.memory_limit * 0.7),
        "memory.usage_pct": Following(lambda used: used / workload.memory_limit, usage),
    }
    for name, value in kubelet.items():
        yield Source(f"kubernetes.{name}", tags, value, there)
    oom = Total(Constant(0), 0, workload.world.undo)
    container: Mapping[str, Reading] = {
        "cpu.usage": nano,
        "cpu.limit": Constant(workload.cpu_limit * 1e9),
        "cpu.throttled.periods": pod.throttled,
        "memory.usage": usage,
        "memory.working_set": pod.working_set,
        "memory.limit": limit,
        "memory.oom_events": oom,
    }
    for name, value in container.items():
        yield Source(f"container.{name}", {**tags, "runtime": "containerd"}, value, there)
