"""The world of an inventory: every cluster, database and service of it, and what runs beside them anywhere."""

from __future__ import annotations

from dd_sync.definitions import inventory
from dd_sync.gameday.atlas import Atlas
from dd_sync.gameday.cluster import Cluster
from dd_sync.gameday.mongodb import MongoDB
from dd_sync.gameday.service import Service
from dd_sync.gameday.world import World


def world_of(listed: inventory.Inventory) -> World:
    """Builds the world, quiet and settled."""
    world = World()
    clusters = {facts.name: Cluster(world, facts) for facts in listed.clusters}
    world.subjects += clusters.values()
    for database in listed.mongodb:
        world.subjects.append(MongoDB(world, database) if database.self_hosted else Atlas(world, database))
    for service in listed.services:
        world.subjects.append(Service(world, service, _cluster_of(world, clusters, service)))
    _neighbours(world, listed)
    world.settle()
    return world


def _neighbours(world: World, listed: inventory.Inventory) -> None:
    """A cluster and databases that the inventory does not have, with everything such things may send; and of each
    service one of another name beside it and one of its name in another environment."""
    everything = ("karpenter", "keda", "vpc-cni", "cert-manager", "tls", "cluster-autoscaler")
    cluster = inventory.Cluster(name="elsewhere", env="elsewhere", team="others", components=everything)
    database = inventory.MongoDB(name="elsewhere", env="elsewhere", team="others")
    atlas = inventory.MongoDB(name="elsewhere-atlas", env="elsewhere", team="others", hosting="atlas")
    around = Cluster(world, cluster)
    world.neighbours += [around, MongoDB(world, database), Atlas(world, atlas)]
    kinds: dict[object, inventory.Service] = {}
    for service in listed.services:
        kinds.setdefault((service.runtime, tuple(service.kinds), service.operation, service.env), service)
    for service in kinds.values():
        for name, env in ((f"other-{service.name}", service.env), (service.name, "elsewhere")):
            if not any(one.name == name and one.env == env for one in listed.services):
                world.neighbours.append(Service(world, _another(service, name, env), around))


def _another(service: inventory.Service, name: str, env: str) -> inventory.Service:
    """A service like one of the inventory, small, with a queue and a job of its own."""
    queue, cron = service.queue, service.cron
    if queue is not None:
        dlq = f"other-{queue.dlq}" if queue.dlq else None
        queue = queue.model_copy(update={"name": f"other-{queue.name}", "group": "others", "dlq": dlq})
    other = {
        "name": name,
        "env": env,
        "tier": 4,
        "team": "others",
        "queue": queue,
        "cron": cron.model_copy(update={"name": f"other-{cron.name}"}) if cron else None,
    }
    return service.model_copy(update=other)


def _cluster_of(world: World, clusters: dict[str, Cluster], service: inventory.Service) -> Cluster:
    """Where a service runs: the cluster it names, else one of its environment, else one that the inventory lacks."""
    named = service.kubernetes.cluster
    if named in clusters:
        return clusters[named]
    fitting = [one for one in clusters.values() if one.env == service.env]
    if not fitting:
        facts = inventory.Cluster(name=named or service.env, env=service.env, team=service.team)
        fitting = [clusters.setdefault(facts.name, Cluster(world, facts))]
    return fitting[0]
