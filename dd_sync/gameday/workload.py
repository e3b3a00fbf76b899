"""Workloads of a cluster: their pods, what kube-state-metrics counts of them, and the ways in which they change."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from dd_sync.gameday.pod import GIB, Place, Pod
from dd_sync.gameday.source import Source
from dd_sync.gameday.track import Constant, Following, Reading, Track, read
from dd_sync.gameday.world import World

Kind = Literal["Deployment", "StatefulSet", "DaemonSet", "Job"]

_OWNER = {
    "Deployment": "kube_deployment",
    "StatefulSet": "kube_stateful_set",
    "DaemonSet": "kube_daemon_set",
    "Job": "kube_job",
}


@dataclass
class Volume:
    """A persistent volume claim that a pod mounts. Its figures end with the pod that mounts it."""

    claim: str
    used: Track
    inodes: Track
    capacity: float = 100 * GIB

    def sources(self, tags: Mapping[str, str], there: Sequence[Reading]) -> Iterator[Source]:
        mounted = {**tags, "persistentvolumeclaim": self.claim}
        figures: Mapping[str, Reading] = {
            "used_bytes": Following(lambda share: share * self.capacity, self.used),
            "available_bytes": Following(lambda share: (1 - share) * self.capacity, self.used),
            "capacity_bytes": Constant(self.capacity),
            "inodes_used": Following(lambda share: share * 6_500_000, self.inodes),
            "inodes": Constant(6_500_000),
        }
        for name, value in figures.items():
            yield Source(f"kubernetes.kubelet.volume.stats.{name}", mounted, value, there)


@dataclass(eq=False)
class Workload:
    """A Deployment, StatefulSet, DaemonSet or Job and its pods.

    `labels` are its unified service tags (`tags.datadoghq.com/…`), on the object and on its pods; none for what no
    service file is about.
    """

    cluster: Place
    kind: str
    namespace: str
    name: str
    replicas: int
    labels: Mapping[str, str] = field(default_factory=dict)
    cpu_limit: float = 1.0
    memory_limit: float = 0.5 * GIB
    claims: Sequence[str] = ()
    """Volume claims, one for each pod: `data-search-*`."""
    job_tags: Mapping[str, str] = field(default_factory=dict)
    pods: list[Pod] = field(default_factory=list)
    volumes: dict[str, Volume] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.desired: Track = self.world.track(self.replicas)
        self.exists: Track = self.world.track(True)
        self.version: Track = self.world.track("v1")
        """The newest one."""
        self.progressing: Track = self.world.track("true")
        """The condition Progressing: true, or false when its deadline has passed."""
        self.failing: Track = self.world.track("false")
        """The condition ReplicaFailure: true where pods cannot even be made."""
        for n in range(self.replicas):
            self.add_pod(n)
        self._state()

    @property
    def world(self) -> World:
        return self.cluster.world

    @property
    def container(self) -> str:
        return self.name

    @property
    def owner_tags(self) -> dict[str, str]:
        if self.kind == "Deployment":
            return {"kube_deployment": self.name, "kube_replica_set": f"{self.name}-7d9f"}
        return {_OWNER[self.kind]: self.name, **self.job_tags}

    def volumes_of(self, pod: Pod) -> Iterator[Volume]:
        for pattern in self.claims:
            claim = pattern.replace("*", pod.name.rpartition("-")[2])
            if claim not in self.volumes:
                self.volumes[claim] = Volume(claim, self.world.track(0.55), self.world.track(0.1))
            yield self.volumes[claim]

    def add_pod(self, n: int, *, version: str = "v1", added: bool = False) -> Pod:
        """One more pod: `n` gives its name and its node. `added` ones are not there until they come."""
        nodes = self.cluster.machines
        node = nodes[n % len(nodes)] if self.kind == "DaemonSet" else nodes[(n * 3 + len(self.name)) % len(nodes)]
        suffix = str(n) if self.kind == "StatefulSet" else f"{version}{n:02d}"
        pod = Pod(self, f"{self.name}-{suffix}", node, version, added=added)
        if added:
            self.world.append(self.pods, pod)
        else:
            self.pods.append(pod)
        return pod

    def place(self, n: int) -> None:
        """One of many pods of which only matters that it runs: what the kubelet counts of it."""
        node = self.cluster.machines[n % len(self.cluster.machines)]
        tags = {**node.host_tags, "kube_namespace": self.namespace, **self.owner_tags}
        self.world.add(Source("kubernetes.pods.running", tags, _From(0), (node.agent,)))

    def count(self, reading: Callable[[Pod], Reading]) -> Reading:
        """How many of its pods are so, those a situation adds included."""
        return _Count(self.pods, reading)

    def on(self, *nodes: object) -> list[Pod]:
        """Its pods on these nodes."""
        return [pod for pod in self.pods if pod.node in nodes]

    # What happens to workloads.

    def scales(self, to: int, minute: int, *, pending: int = 0, pulls: int = 0, ready: int = 1) -> None:
        """More or fewer replicas from a minute on; new pods are unschedulable, then pull, then become ready."""
        before = int(self.desired.at(minute - 1) or 0)
        self.desired.set(to, minute)
        for n in range(before, to):
            pod = self.add_pod(n, version="v1" if n < self.replicas else "s1", added=True)
            placed = minute + pending
            pod.comes(placed, placed + pulls + ready, pulls=pulls)
            if pending:
                pod.exists.set(True, minute)
                pod.phase.set("pending", minute, placed + 1)
                pod.unschedulable.set(True, minute, placed)
                pod.ready.set(False, minute, placed)
                pod.started.set(False, minute, placed)
        for pod in self.pods[to:before] if to < before else ():
            pod.goes(minute)

    def rolls(
        self, minute: int = 0, version: str = "v2", *, surge: int = 2, each: int = 2, broken: bool = False
    ) -> None:
        """A new version comes: `surge` pods at a time, `each` minutes apart. A broken one gets no further."""
        self.version.set(version, minute)
        old = [pod for pod in self.pods if pod.exists.at(minute)]
        for n, pod in enumerate(old):
            begins = minute + (n // surge) * each
            if broken and n >= surge:
                return
            new = self.add_pod(n, version=version, added=True)
            new.comes(begins, begins + 1)
            if not broken:
                pod.goes(begins + 1)

    def restarts_in_turn(self, minute: int = 0, *, each: int = 3, down: int = 2) -> None:
        """Its pods are replaced one after the other under their names, as a StatefulSet does."""
        for n, pod in enumerate(self.pods):
            begins = minute + n * each
            pod.phase.set("pending", begins, begins + 1)
            pod.waiting.set("containercreating", begins, begins + 1)
            pod.started.set(False, begins, begins + 1)
            pod.ready.set(False, begins, begins + down)

    # What is counted of them.

    def _state(self) -> None:
        tags = {**self.cluster.tags, "kube_namespace": self.namespace, **self.labels}
        if self.kind == "Deployment":
            self._deployment({**tags, "kube_deployment": self.name})
        elif self.kind == "StatefulSet":
            self._stateful_set({**tags, "kube_stateful_set": self.name})
        elif self.kind == "DaemonSet":
            self._daemon_set({**tags, "kube_daemon_set": self.name})

    def _deployment(self, tags: Mapping[str, str]) -> None:
        there = self.count(lambda pod: pod.exists)
        available = self.count(lambda pod: pod.available)
        updated = _Updated(self)
        moving = {"version": self.version} if self.labels else {}
        for name, value in {
            "replicas_desired": self.desired,
            "replicas_available": available,
            "replicas_ready": available,
            "replicas": there,
            "replicas_updated": updated,
            "replicas_unavailable": Following(lambda all_, up: max(0, all_ - up), there, available),
        }.items():
            self.world.add(Source(f"kubernetes_state.deployment.{name}", tags, value, self._there, moving))
        for condition, reading, reason in (
            ("progressing", self.progressing, "progressdeadlineexceeded"),
            ("replicafailure", self.failing, "failedcreate"),
        ):
            for status in ("true", "false", "unknown"):
                why = _Reason(reading, reason, bad="false" if condition == "progressing" else "true")
                value = Following(lambda now, s=status: int(now == s), reading)
                condition_tags = {**tags, "condition": condition, "status": status}
                name = "kubernetes_state.deployment.condition"
                self.world.add(Source(name, condition_tags, value, self._there, {**moving, "reason": why}))

    def _stateful_set(self, tags: Mapping[str, str]) -> None:
        ready = self.count(lambda pod: pod.available)
        for name, value in {
            "replicas_desired": self.desired,
            "replicas_ready": ready,
            "replicas": self.count(lambda pod: pod.exists),
            "replicas_current": self.desired,
            "replicas_updated": self.desired,
        }.items():
            self.world.add(Source(f"kubernetes_state.statefulset.{name}", tags, value, self._there))

    def _daemon_set(self, tags: Mapping[str, str]) -> None:
        desired = _Count(self.pods, lambda pod: pod.exists)
        ready = self.count(lambda pod: pod.available)
        missing = Following(lambda all_, up: max(0, all_ - up), desired, ready)
        for name, value in {
            "desired": desired,
            "scheduled": desired,
            "ready": ready,
            "daemons_available": ready,
            "daemons_unavailable": missing,
            "updated": desired,
            "misscheduled": Constant(0),
        }.items():
            self.world.add(Source(f"kubernetes_state.daemonset.{name}", tags, value, self._there))

    @property
    def _there(self) -> Sequence[Reading]:
        return (self.cluster.ksm, self.exists)


class _From:
    """1 from a minute on, nothing before it."""

    touched = False

    def __init__(self, start: int) -> None:
        self._start = start

    def at(self, minute: int) -> int | None:
        return 1 if minute >= self._start else None


class _Count:
    """How many pods of a list, as it is then, are so."""

    def __init__(self, pods: Sequence[Pod], reading: Callable[[Pod], Reading]) -> None:
        self._pods = pods
        self._reading = reading

    @property
    def touched(self) -> bool:
        return any(self._reading(pod).touched for pod in self._pods)

    def at(self, minute: int) -> int:
        return sum(bool(self._reading(pod).at(minute)) for pod in self._pods)

    def values(self, start: int, end: int) -> list[int]:
        """The number at each minute of a time."""
        steady, moving = 0, []
        for pod in self._pods:
            one = self._reading(pod)
            if getattr(one, "steady", False):
                steady += bool(one.at(start))
            else:
                moving.append(read(one, start, end))
        return [steady + sum(map(bool, row)) for row in zip(*moving, strict=True)] or [steady] * (end - start)


class _Updated:
    """How many pods are of the newest version."""

    def __init__(self, workload: Workload) -> None:
        self._workload = workload

    @property
    def touched(self) -> bool:
        return self._workload.version.touched or any(pod.exists.touched for pod in self._workload.pods)

    def at(self, minute: int) -> int:
        newest = self._workload.version.at(minute)
        return sum(pod.version == newest or pod.version == "s1" for pod in self._workload.pods if pod.exists.at(minute))


class _Reason:
    """The reason tag of a condition: what it is bad for, else what the newest replica set says."""

    def __init__(self, status: Reading, reason: str, bad: str) -> None:
        self._status = status
        self._reason = reason
        self._bad = bad

    @property
    def touched(self) -> bool:
        return self._status.touched

    def at(self, minute: int) -> str:
        return self._reason if self._status.at(minute) == self._bad else "newreplicasetavailable"
