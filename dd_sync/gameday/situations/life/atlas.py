"""Normal life of MongoDB at Atlas."""

from __future__ import annotations

from dd_sync.gameday.atlas import Atlas
from dd_sync.gameday.situation import normal
from dd_sync.gameday.track import line


@normal(lasts=40)
def maintenance_at_atlas(atlas: Atlas) -> None:
    """Atlas restarts its nodes one after the other; another one leads."""
    for n, node in enumerate(reversed(atlas.nodes)):
        node.health.set(0, 5 * n, 5 * n + 2)
        node.state.set(8, 5 * n, 5 * n + 2)
        node.lag.set(line(5 * n, 40, 5 * n + 5, 1), 5 * n + 2, 5 * n + 6)
    atlas.nodes[0].state.set(2, 10)
    atlas.nodes[1].state.set(1, 10)


@normal(lasts=60)
def nightly_snapshot(atlas: Atlas) -> None:
    """A snapshot reads the disk for half an hour."""
    for node in atlas.nodes:
        node.busy.set(70.0, 0, 30)
        node.disk_read.set(3.0, 0, 30)


@normal(lasts=60)
def busy_hour_at_atlas(atlas: Atlas) -> None:
    """The busiest hour of the day: everything is used a little more."""
    for node in atlas.nodes:
        node.user.set(55.0, 0)
        node.steal.set(1.0, 0)
        node.queue.set(6, 0)
        node.read_time.set(4.0, 0)
        node.write_time.set(6.0, 0)
        node.examined.set(60.0, 0)
        node.busy.set(60.0, 0)
        node.disk.set(57.0, 0)
        node.lag.set(4, 0)
        node.connections.times(1.4, 0)
        node.cache.set(0.85, 0)
        node.memory.set(3_000_000.0, 0)


@normal(lasts=40)
def report_at_atlas(atlas: Atlas) -> None:
    """A report reads a whole collection for five minutes."""
    node = atlas.nodes[1]
    node.examined.set(2500.0, 0, 5)
    node.user.set(80.0, 0, 5)
    node.read_time.set(20.0, 0, 5)
    node.queue.set(20, 0, 5)
    node.steal.set(4.0, 0, 5)
    node.disk.set(line(0, 55, 5, 58), 0, 6)
    node.lag.set(20, 0, 5)
    node.memory.set(2_000_000.0, 0, 5)


@normal(lasts=20)
def integration_pauses(atlas: Atlas) -> None:
    """The integration pulls nothing for five minutes."""
    atlas.pulled.set(False, 0, 5)
