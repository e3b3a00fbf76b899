"""Kubernetes of a cluster: its nodes, what runs on them, and what the Cluster Agent and the Agents say of both."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dd_sync.definitions import inventory
from dd_sync.gameday.autoscaler import Autoscaler
from dd_sync.gameday.pod import GIB, Machine, Pod
from dd_sync.gameday.source import Check, Source
from dd_sync.gameday.track import Constant, Following, Reading, Track
from dd_sync.gameday.workload import Kind, Workload
from dd_sync.gameday.world import World

NODES = 20
CONDITIONS = ("memorypressure", "diskpressure", "pidpressure")


class Node:
    """A machine: how the API server sees it, and its Agent."""

    def __init__(self, cluster: Kubernetes, n: int) -> None:
        world = cluster.world
        region = cluster.facts.region or "eu-west-1"
        self.cluster = cluster
        self.zone = f"{region}{'abc'[n % 3]}"
        self.name = f"ip-10-0-{n}-17.{region}.compute.internal"
        self.host = f"i-0{n:02d}a5c{sum(map(ord, cluster.name)) % 997:03d}"
        self.exists: Track = world.track(True)
        self.agent: Track = world.track(True)
        """Whether its Agent sends anything."""
        self.ready: Track = world.track("true")
        """The condition Ready: true, false, or unknown when the kubelet is not heard of."""
        self.conditions: dict[str, Track] = {name: world.track("false") for name in CONDITIONS}
        self.cordoned: Track = world.track(False)
        self.filesystem: Track = world.track(0.55)
        self.images: Track = world.track(0.6)
        self.evictions: Track = world.track(None)
        self.conntrack: Track = world.track(0.2)
        self.allowances: dict[str, Track] = {}
        """Packets dropped since boot as an allowance of the instance was exceeded, by its name."""
        self.oom_kills: Track = world.track(None)
        self._state()
        self._agent()

    @property
    def host_tags(self) -> dict[str, str]:
        """Tags of its Agent's host, which everything the Agent sends carries."""
        return {
            "host": self.host,
            "kube_cluster_name": self.cluster.name,
            "kube_node": self.name,
            "availability-zone": self.zone,
            "instance-type": "m6i.2xlarge",
            **self.cluster.agent_tags,
        }

    @property
    def pods(self) -> list[Pod]:
        """The pods on it."""
        return [pod for workload in self.cluster.workloads.values() for pod in workload.pods if pod.node is self]

    def has_condition(self, name: str, healthy: str = "true") -> Track:
        """One more condition, as the node monitoring agent adds them."""
        track = self.cluster.world.track(healthy)
        self._condition(name, track)
        return track

    def fails(self, minute: int = 0, *, moved: int | None = 6) -> None:
        """The machine is gone at once, its kubelet missed after 40 s; `moved` minutes later its pods are replaced."""
        self.agent.set(False, minute)
        self.ready.set("unknown", minute + 1)
        for pod in self.pods:
            pod.ready.set(False, minute + 1)
            if moved is not None and pod.workload.kind == "Deployment":
                new = pod.workload.add_pod(50 + self.cluster.nodes.index(self), version="s1", added=True)
                new.comes(minute + moved, minute + moved + 1)
                pod.terminating.set(lambda now: 60 * (now - minute - moved), minute + moved)

    def drains(self, minute: int = 0, *, gone: int = 3) -> None:
        """It is cordoned, its pods move within a minute or two, then it is gone."""
        self.cordoned.set(True, minute)
        for n, pod in enumerate(self.pods):
            leaves = minute + n % max(1, gone - 1)
            if pod.workload.kind == "DaemonSet":
                pod.goes(minute + gone)
            elif pod.workload.kind == "Deployment":
                pod.goes(leaves)
                new = pod.workload.add_pod(70 + n, version="s1", added=True)
                new.comes(leaves, leaves + 1)
            else:
                pod.ready.set(False, leaves, leaves + 2)
        self.exists.set(False, minute + gone)
        self.agent.set(False, minute + gone)

    def _state(self) -> None:
        cluster, world = self.cluster, self.cluster.world
        self._condition("ready", self.ready)
        for name, track in self.conditions.items():
            self._condition(name, track)
        schedulable = Following(lambda yes: "unschedulable" if yes else "schedulable", self.cordoned)
        there = (cluster.ksm, self.exists)
        world.add(Source("kubernetes_state.node.status", self._tags, Constant(1), there, {"status": schedulable}))
        for metric, value, resource in (
            ("cpu_allocatable", 7.9, "cpu"),
            ("cpu_capacity", 8.0, "cpu"),
            ("memory_allocatable", 30 * GIB, "memory"),
            ("memory_capacity", 32 * GIB, "memory"),
            ("pods_allocatable", 58, "pods"),
            ("ephemeral_storage_allocatable", 90 * GIB, "ephemeral_storage"),
        ):
            tags = {**self._tags, "resource": resource}
            world.add(Source(f"kubernetes_state.node.{metric}", tags, Constant(value), there))
        status = Following({"true": "ok", "false": "critical", "unknown": "warning"}.get, self.ready)
        world.add(Check("kubernetes_state.node.ready", {**self._tags, "condition": "Ready"}, status, there))

    def _condition(self, name: str, track: Track) -> None:
        there = (self.cluster.ksm, self.exists)
        tags = {**self._tags, "condition": name}
        self.cluster.world.add(
            Source("kubernetes_state.node.by_condition", tags, Constant(1), there, {"status": track})
        )

    @property
    def _tags(self) -> dict[str, str]:
        return {
            **self.cluster.tags,
            "node": self.name,
            "host": f"{self.name}-{self.cluster.name}",
            "kube_zone": self.zone,
            "kubelet_version": "v1.33.4",
        }

    def _agent(self) -> None:
        world, there, tags = self.cluster.world, (self.agent,), self.host_tags
        figures: Mapping[str, Reading] = {
            "kubernetes.node.filesystem.usage_pct": self.filesystem,
            "kubernetes.node.image.filesystem.usage_pct": self.images,
            "kubernetes.cpu.capacity": Constant(8),
            "kubernetes.memory.capacity": Constant(32 * GIB),
            "datadog.agent.running": Constant(1),
            "kubernetes.kubelet.evictions": self.evictions,
            "system.net.conntrack.max": Constant(262144),
            "system.net.conntrack.count": Following(lambda share: share * 262144, self.conntrack),
            "oom_kill.oom_process.count": self.oom_kills,
        }
        for metric, value in figures.items():
            world.add(Source(metric, tags, value, there))
        device = {**tags, "device": "eth0", "driver_name": "ena"}
        for name in ("conntrack", "linklocal", "pps", "bw_in", "bw_out"):
            exceeded = self.allowances.setdefault(name, world.track(0))
            world.add(Source(f"system.net.aws.ec2.{name}_allowance_exceeded", device, exceeded, there))
        world.add(Check("datadog.agent.up", tags, Constant("ok"), there))


class Kubernetes:
    """The nodes and workloads of one cluster of the inventory."""

    def __init__(self, world: World, facts: inventory.Cluster) -> None:
        self.world = world
        self.facts = facts
        self.name = facts.name
        self.ksm: Track = world.track(True)
        """Whether the Cluster Agent's check of the cluster's state reports."""
        self.cluster_agent: Track = world.track(True)
        self.agent_tags: Mapping[str, str] = _own_tags(facts)
        self.tags: Mapping[str, str] = {"kube_cluster_name": facts.name, **self.agent_tags}
        """What every series of the Cluster Agent carries. `env` only where its own DD_TAGS name it."""
        self.workloads: dict[str, Workload] = {}
        self.autoscalers: dict[str, Autoscaler] = {}
        self.nodes = [Node(self, n) for n in range(NODES)]
        self._counts()

    @property
    def machines(self) -> Sequence[Machine]:
        return self.nodes

    def run(
        self,
        kind: Kind,
        namespace: str,
        name: str,
        replicas: int,
        labels: Mapping[str, str] | None = None,
        *,
        memory: float = 0.5,
        claims: Sequence[str] = (),
    ) -> Workload:
        """Runs a workload; `memory` is its limit in GiB."""
        made = Workload(
            self, kind, namespace, name, replicas, dict(labels or {}), memory_limit=memory * GIB, claims=claims
        )
        self.workloads[f"{namespace}/{name}"] = made
        if kind in ("Deployment", "StatefulSet") and replicas > 1:
            self._budget(made)
        for claim in made.volumes:
            self._claim(namespace, claim, "bound")
        return made

    def autoscale(self, workload: Workload, name: str, most: int) -> Autoscaler:
        found = Autoscaler(self, workload.namespace, name, workload, most)
        self.autoscalers[f"{workload.namespace}/{name}"] = found
        return found

    def workload(self, name: str) -> Workload:
        """A workload by its name, in whatever namespace."""
        return next(one for one in self.workloads.values() if one.name == name)

    def in_zone(self, letter: str) -> list[Node]:
        return [node for node in self.nodes if node.zone.endswith(letter)]

    def dies(self, minute: int, end: int | None = None) -> None:
        """Its Cluster Agent's check is gone, and everything kube-state-metrics says with it."""
        self.ksm.set(False, minute, end)

    def _claim(self, namespace: str, claim: str, phase: str) -> Track:
        now = self.world.track(phase)
        for one in ("bound", "pending", "lost"):
            tags = {**self.tags, "kube_namespace": namespace, "persistentvolumeclaim": claim, "phase": one}
            value = Following(lambda is_, p=one: int(is_ == p), now)
            self.world.add(Source("kubernetes_state.persistentvolumeclaim.status", tags, value, (self.ksm,)))
        return now

    def claims(self, namespace: str, claim: str) -> Track:
        """A new claim, pending; gives its phase."""
        return self._claim(namespace, claim, "pending")

    def _budget(self, workload: Workload) -> None:
        """The PodDisruptionBudget of a workload: all pods but one."""
        tags = {**self.tags, "kube_namespace": workload.namespace, "poddisruptionbudget": workload.name}
        healthy = workload.count(lambda pod: pod.available)
        wanted = Following(lambda n: max(0, n - 1), workload.desired)
        allowed = Following(lambda up, least: max(0, up - least), healthy, wanted)
        figures: Mapping[str, Reading] = {
            "pods_healthy": healthy,
            "pods_desired": wanted,
            "disruptions_allowed": allowed,
            "pods_total": workload.count(lambda pod: pod.exists),
        }
        for metric, value in figures.items():
            self.world.add(Source(f"kubernetes_state.pdb.{metric}", tags, value, (self.ksm, workload.exists)))

    def _counts(self) -> None:
        present: Reading = _Present(self.nodes)
        versions = {**self.tags, "kubelet_version": "v1.33.4", "container_runtime_version": "containerd://1.7"}
        self.world.add(Source("kubernetes_state.node.count", versions, present, (self.ksm,)))
        running = {**self.tags, "host": f"{self.name}-cluster-agent"}
        self.world.add(Source("datadog.cluster_agent.running", running, Constant(1), (self.cluster_agent,)))


class _Present:
    """How many nodes there are."""

    def __init__(self, nodes: Sequence[Node]) -> None:
        self._nodes = nodes

    @property
    def touched(self) -> bool:
        return any(node.exists.touched for node in self._nodes)

    def at(self, minute: int) -> int:
        return sum(bool(node.exists.at(minute)) for node in self._nodes)


def _own_tags(facts: inventory.Cluster) -> dict[str, str]:
    """The tags that the inventory says the cluster's Agents add to everything."""
    given: Sequence[str] = getattr(facts, "scoped_by", ())
    return dict(tag.split(":", 1) for tag in given if ":" in tag)
