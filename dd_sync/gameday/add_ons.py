"""What a cluster may have besides: address pools of its network plugin, certificates, the Cluster Autoscaler."""

from __future__ import annotations

from collections.abc import Mapping

from dd_sync.gameday.kubernetes import Kubernetes, Node
from dd_sync.gameday.source import Check, Source
from dd_sync.gameday.track import Constant, Following, Reading, Track

EPOCH = 1_800_000_000
"""Seconds since 1970 at minute 0."""

DAY = 86_400


class Addresses:
    """The VPC network plugin of each node: what it never counted has no series."""

    def __init__(self, cluster: Kubernetes) -> None:
        world = cluster.world
        self.refused: Track = world.track(None)
        """Pods a minute and node that got no address."""
        self.errors: Track = world.track(None)
        for node in cluster.nodes:
            self._of(node)

    def _of(self, node: Node) -> None:
        tags = {**node.host_tags, "kube_namespace": "kube-system", "kube_daemon_set": "aws-node"}
        figures: Mapping[str, Reading] = {
            "no_available_ip_addresses.count": self.refused,
            "ec2api_error_count.count": self.errors,
            "total_ip_addresses": Constant(30),
            "assigned_ip_addresses": Constant(14),
            "ip_max": Constant(58),
        }
        for name, value in figures.items():
            node.cluster.world.add(Source(f"amazon_vpc_cni.{name}", tags, value, (node.agent,)))


class Certificates:
    """One certificate of cert-manager and the check of the endpoint that shows it."""

    def __init__(self, cluster: Kubernetes) -> None:
        world = cluster.world
        self.days: Track = world.track(60.0)
        """Days until it ends."""
        self.ready: Track = world.track("true")
        host = cluster.nodes[3].host_tags
        manager = {**host, "kube_namespace": "cert-manager"}
        tags = {**manager, "name": "shop-tls", "namespace": "shop", "issuer_name": "acme"}
        now = world.track(lambda minute: EPOCH + 60 * minute)
        ends = Following(lambda clock, days: clock + days * DAY, now, self.days)
        if cluster.facts.has("cert-manager"):
            world.add(
                Source("cert_manager.clock_time", manager, now),
                Source("cert_manager.certificate.expiration_timestamp", tags, ends),
                Source("cert_manager.certificate.renewal_timestamp", tags, Following(lambda at: at - 30 * DAY, ends)),
            )
            for status in ("true", "false", "unknown"):
                value = Following(lambda is_, s=status: int(is_ == s), self.ready)
                world.add(Source("cert_manager.certificate.ready_status", {**tags, "condition": status}, value))
        if cluster.facts.has("tls"):
            shown = {
                **host,
                "server": "shop.example.com",
                "server_hostname": "shop.example.com",
                "port": "443",
                "name": "shop",
            }
            world.add(Source("tls.days_left", shown, self.days))
            world.add(Source("tls.seconds_left", shown, Following(lambda days: days * DAY, self.days)))
            level = Following(lambda days: "critical" if days < 7 else "warning" if days < 14 else "ok", self.days)
            world.add(Check("tls.cert_expiration", shown, level))


class ClusterAutoscaler:
    """The autoscaler of node groups, where it is not Karpenter."""

    def __init__(self, cluster: Kubernetes) -> None:
        world = cluster.world
        self.safe: Track = world.track(1)
        self.unready: Track = world.track(0)
        self.failed: Track = world.track(None)
        self.unschedulable: Track = world.track(0)
        self.alive: Track = world.track(True)
        tags = {**cluster.nodes[4].host_tags, "kube_namespace": "kube-system", "kube_deployment": "cluster-autoscaler"}
        figures: Mapping[str, Reading] = {
            "cluster.safe.to.autoscale": self.safe,
            "unschedulable.pods.count": self.unschedulable,
            "failed.scale.ups.count": self.failed,
            "max.nodes.count": Constant(40),
        }
        name = "kubernetes_cluster_autoscaler"
        for metric, value in figures.items():
            world.add(Source(f"{name}.{metric}", tags, value, (self.alive,)))
        ready = Following(lambda bad: 20 - bad, self.unready)
        counts: Mapping[str, Reading] = {"ready": ready, "unready": self.unready}
        for state, value in counts.items():
            world.add(Source(f"{name}.nodes.count", {**tags, "state": state}, value, (self.alive,)))
