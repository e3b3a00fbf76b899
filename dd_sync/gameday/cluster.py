"""A cluster on EKS with the components that run it and watch it, as a subject of situations."""

from __future__ import annotations

from dd_sync.definitions import inventory
from dd_sync.gameday.add_ons import Addresses, Certificates, ClusterAutoscaler
from dd_sync.gameday.components import CoreDNS, Karpenter, Keda
from dd_sync.gameday.control_plane import ControlPlane
from dd_sync.gameday.jobs import CronJob
from dd_sync.gameday.kubernetes import Kubernetes
from dd_sync.gameday.world import World


class Cluster(Kubernetes):
    """One cluster of the inventory, with what every cluster runs and some workloads of nobody's service file."""

    def __init__(self, world: World, facts: inventory.Cluster) -> None:
        super().__init__(world, facts)
        self.control_plane = ControlPlane(self)
        self.dns = CoreDNS(self)
        self.karpenter = Karpenter(self) if facts.has("karpenter") else None
        self.keda = Keda(self) if facts.has("keda") else None
        self.addresses = Addresses(self) if facts.has("vpc-cni") else None
        self.certificates = Certificates(self) if facts.has("cert-manager") or facts.has("tls") else None
        self.node_groups = ClusterAutoscaler(self) if facts.has("cluster-autoscaler") else None
        self.run("DaemonSet", "datadog", "datadog-agent", len(self.nodes))
        importer = self.run("Deployment", "tools", "importer", 6)
        self.autoscale(importer, "importer", 12)
        self.run("StatefulSet", "tools", "redis", 3, claims=["data-redis-*"])
        self.jobs = CronJob(self, "tools", "cleanup", {}, period=1440, ago=480)

    @property
    def about(self) -> str:
        return f"cluster {self.name}"

    @property
    def team(self) -> str:
        return self.facts.team

    @property
    def env(self) -> str:
        return self.facts.env

    @property
    def paged_for(self) -> int:
        return self.facts.paged_for
