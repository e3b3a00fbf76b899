"""Trouble of others in the same organisation, which is no business of this project."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain

from dd_sync.gameday.atlas import Atlas
from dd_sync.gameday.cluster import Cluster
from dd_sync.gameday.mongodb import MongoDB
from dd_sync.gameday.situation import Situation, normal
from dd_sync.gameday.situations.atlas import nodes as at_atlas
from dd_sync.gameday.situations.eks import components, jobs, nodes, pods
from dd_sync.gameday.situations.mongodb import load, replica_sets
from dd_sync.gameday.world import World

_LEFT_OUT = frozenset({"eks/no-room-for-pods", "eks/nothing-heard-of-the-cluster", "eks/cluster-agent-dead"})
"""What would hide all the rest, or make the world large."""


def _all(module: object) -> Iterator[Situation]:
    found = [value for value in vars(module).values() if isinstance(value, Situation) and value.priority]
    return (one for one in found if one.name not in _LEFT_OUT)


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
