"""A HorizontalPodAutoscaler."""

from __future__ import annotations

from dd_sync.gameday.pod import Place
from dd_sync.gameday.source import Source
from dd_sync.gameday.track import Following, Track
from dd_sync.gameday.workload import Workload


class Autoscaler:
    """A HorizontalPodAutoscaler. Its series name it and its namespace, nothing of what it scales."""

    def __init__(self, cluster: Place, namespace: str, name: str, workload: Workload, most: int) -> None:
        world = cluster.world
        self.workload = workload
        self.desired: Track = world.track(workload.replicas)
        self.most: Track = world.track(most)
        self.least: Track = world.track(max(1, workload.replicas - 2))
        self.active: Track = world.track("true")
        self.limited: Track = world.track("false")
        tags = {**cluster.tags, "kube_namespace": namespace, "horizontalpodautoscaler": name}
        figures = {
            "desired_replicas": self.desired,
            "current_replicas": self.desired,
            "max_replicas": self.most,
            "min_replicas": self.least,
        }
        for metric, value in figures.items():
            world.add(Source(f"kubernetes_state.hpa.{metric}", tags, value, (cluster.ksm,)))
        for condition, now in {"scalingactive": self.active, "scalinglimited": self.limited}.items():
            for status in ("true", "false", "unknown"):
                named = {**tags, "condition": condition, "status": status}
                is_so = Following(lambda one, s=status: int(one == s), now)
                world.add(Source("kubernetes_state.hpa.condition", named, is_so, (cluster.ksm,)))

    def scales(self, to: int, minute: int) -> None:
        self.desired.set(to, minute)
