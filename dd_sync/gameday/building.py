"""The world of an inventory: every cluster, database and service of it, and what runs beside them anywhere."""

from __future__ import annotations

from dd_sync.definitions import inventory
from dd_sync.gameday.atlas import Atlas
from dd_sync.gameday.cluster import Cluster
from dd_sync.gameday.components import CoreDNS, Karpenter, Keda
from dd_sync.gameday.control_plane import ControlPlane
from dd_sync.gameday.jobs import CronJob
from dd_sync.gameday.mongodb import MongoDB
from dd_sync.gameday.service import Service
from dd_sync.gameday.world import World


def world_of(listed: inventory.Inventory) -> World:
    """Builds the world, quiet and settled."""
    world = World()
    for facts in listed.clusters:
        world.subjects.append(_cluster(world, facts))
    for database in listed.mongodb:
        made = MongoDB(world, database) if database.self_hosted else Atlas(world, database)
        world.subjects.append(made)
    for service in listed.services:
        world.subjects.append(Service(world, service, _cluster_of(world, service)))
    world.settle()
    return world


def _cluster(world: World, facts: inventory.Cluster) -> Cluster:
    """A cluster with what every cluster runs, and with workloads of nobody's service file."""
    cluster = Cluster(world, facts)
    world.clusters[facts.name] = cluster
    cluster.control_plane = ControlPlane(cluster)
    cluster.dns = CoreDNS(cluster)
    if facts.has("karpenter"):
        cluster.karpenter = Karpenter(cluster)
    if facts.has("keda"):
        cluster.keda = Keda(cluster)
    cluster.run("DaemonSet", "datadog", "datadog-agent", len(cluster.nodes))
    importer = cluster.run("Deployment", "tools", "importer", 6)
    cluster.autoscale(importer, "importer", 12)
    cluster.run("StatefulSet", "tools", "redis", 3, claims=["data-redis-*"])
    cluster.jobs = CronJob(cluster, "tools", "cleanup", {}, period=1440, ago=480)
    return cluster


def _cluster_of(world: World, service: inventory.Service) -> Cluster:
    """Where a service runs: the cluster it names, else one of its environment, else one of its own."""
    named = service.kubernetes.cluster
    if named in world.clusters:
        return world.clusters[named]
    fitting = [one for one in world.clusters.values() if one.env == service.env]
    if fitting:
        return fitting[0]
    facts = inventory.Cluster(name=named or service.env, env=service.env, team=service.team)
    return _cluster(world, facts)
