"""Trouble of others in the same organisation, which is no business of this project."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain

from dd_sync.gameday.atlas import Atlas
from dd_sync.gameday.cluster import Cluster
from dd_sync.gameday.mongodb import MongoDB
from dd_sync.gameday.situation import Situation, normal
from dd_sync.gameday.situations.atlas import nodes as at_atlas
from dd_sync.gameday.situations.cron import jobs as cron
from dd_sync.gameday.situations.eks import components, jobs, nodes, pods
from dd_sync.gameday.situations.mongodb import load, replica_sets
from dd_sync.gameday.situations.queue import workers
from dd_sync.gameday.situations.service import pods as service_pods
from dd_sync.gameday.situations.service import requests
from dd_sync.gameday.world import World

_LEFT_OUT = frozenset({"eks/no-room-for-pods", "queue/broker-blocks"})
"""What would make the world large, and what is everybody's: a broker that others use too."""

_SILENT = frozenset(
    {"service/no-requests-arrive", "service/name-lost", "service/every-pod-gone", "queue/tasks-never-run"}
    | {"queue/consumers-gone", "queue/consumers-stuck", "queue/consumers-lost-their-connection"}
    | {"eks/nothing-heard-of-the-cluster", "eks/cluster-agent-dead", "eks/karpenter-dead", "atlas/integration-silent"}
    | {"mongodb/no-primary", "mongodb/all-members-gone", "mongodb/primary-lost", "mongodb/member-down"}
)
"""What would hide all the rest."""


def _all(module: object, *, silent: bool = False) -> Iterator[Situation]:
    """The incidents of a module; only those that make their subject silent, or only the others."""
    found = [value for value in vars(module).values() if isinstance(value, Situation) and value.priority]
    return (one for one in found if one.name not in _LEFT_OUT and (one.name in _SILENT) == silent)


def _strike(world: World, situations: Iterable[Situation]) -> None:
    for one in situations:
        for neighbour in world.neighbours:
            if one.concerns(neighbour):
                one.function(neighbour)


@normal(lasts=45)
def trouble_in_another_cluster(cluster: Cluster) -> None:
    """Everything that can go wrong goes wrong in a cluster of somebody else."""
    _strike(cluster.world, chain(_all(nodes), _all(pods), _all(components), _all(jobs)))


@normal(lasts=45)
def trouble_in_another_database(database: MongoDB) -> None:
    """Everything that can go wrong goes wrong in a replica set of somebody else."""
    _strike(database.world, chain(_all(load), _all(replica_sets)))


@normal(lasts=45)
def trouble_at_another_atlas(atlas: Atlas) -> None:
    """Everything that can go wrong goes wrong in somebody else's deployment at Atlas."""
    _strike(atlas.world, _all(at_atlas))


@normal(lasts=45)
def trouble_of_another_service(cluster: Cluster) -> None:
    """Everything that can go wrong goes wrong with services of somebody else."""
    _strike(cluster.world, chain(_all(service_pods), _all(requests), _all(workers), _all(cron)))


@normal(lasts=45)
def silence_of_another_cluster(cluster: Cluster) -> None:
    """Nothing is heard any more of a cluster of somebody else."""
    _strike(cluster.world, chain(_all(nodes, silent=True), _all(components, silent=True)))


@normal(lasts=45)
def silence_of_another_database(database: MongoDB) -> None:
    """Nothing is heard any more of somebody else's replica set."""
    _strike(database.world, _all(replica_sets, silent=True))


@normal(lasts=45)
def silence_of_another_atlas(atlas: Atlas) -> None:
    """Nothing is heard any more of somebody else's deployment at Atlas."""
    _strike(atlas.world, _all(at_atlas, silent=True))
