"""What goes wrong with MongoDB at Atlas, as its integration shows it."""

from __future__ import annotations

from dd_sync.gameday.atlas import Atlas
from dd_sync.gameday.situation import incident
from dd_sync.gameday.track import line


@incident(1, within=8, lasts=40)
def no_primary(atlas: Atlas) -> None:
    """No node leads: nothing is written."""
    for node in atlas.nodes:
        node.state.set(2, 0)
        node.writes.set(0.0, 0)


@incident(2, within=20, lasts=60)
def node_down(atlas: Atlas) -> None:
    """A node is down and does not come back."""
    atlas.nodes[2].health.set(0, 0)
    atlas.nodes[2].state.set(8, 0)


@incident(2, within=15, lasts=60)
def connections_near_the_limit(atlas: Atlas) -> None:
    """A node has nearly as many connections as its tier allows."""
    limit = getattr(atlas.facts, "connection_limit", None) or 3000
    for node in atlas.nodes:
        node.connections.set(line(0, 0.7 * limit, 5, 0.97 * limit), 0)


@incident(3, within=30, lasts=60)
def node_falls_behind(atlas: Atlas) -> None:
    """A secondary is minutes behind, for good."""
    atlas.nodes[1].lag.set(line(0, 1, 10, 300), 0)


@incident(3, within=30, lasts=60)
def cache_under_pressure(atlas: Atlas) -> None:
    """The cache is full of what was changed, and no ticket is free."""
    node = atlas.nodes[0]
    node.cache.set(0.97, 0)
    node.dirty.set(0.24, 0)
    node.tickets.set(0, 0)
    node.queue.set(140, 2)
    node.read_time.set(80.0, 2)


@incident(2, within=25, lasts=60)
def slow_disk(atlas: Atlas) -> None:
    """The disk is busy all the time: reads take 90 milliseconds."""
    node = atlas.nodes[0]
    node.busy.set(99.0, 0)
    node.disk_read.set(40.0, 0)
    node.read_time.set(90.0, 0)
    node.write_time.set(120.0, 0)
    node.iowait.set(40.0, 0)


@incident(3, within=30, lasts=60)
def processors_busy(atlas: Atlas) -> None:
    """The processors are busy, with 30 percent taken away by the host."""
    node = atlas.nodes[0]
    node.user.set(65.0, 0)
    node.kernel.set(28.0, 0)
    node.steal.set(25.0, 0)


@incident(3, within=30, lasts=60)
def memory_short(atlas: Atlas) -> None:
    """Hardly any memory is left on a node."""
    atlas.nodes[0].memory.set(line(0, 3_000_000, 10, 300_000), 0)


@incident(2, within=60, lasts=120)
def disk_fills(atlas: Atlas) -> None:
    """The disk of every node goes from 80 to 95 percent."""
    for node in atlas.nodes:
        node.disk.set(line(-60, 80, 20, 95), -60)


@incident(3, within=30, lasts=60)
def queries_without_index(atlas: Atlas) -> None:
    """Queries look at thousands of documents for each they return."""
    atlas.nodes[0].examined.set(4000.0, 0)


@incident(3, within=60, lasts=90)
def integration_silent(atlas: Atlas) -> None:
    """The integration's key was revoked: nothing is heard of the cluster any more."""
    atlas.pulled.set(False, 0)


@incident(3, within=150, lasts=200)
def oplog_turns_over(atlas: Atlas) -> None:
    """A bulk load writes forty gigabytes of oplog an hour."""
    atlas.nodes[0].oplog.set(40.0, 0)


@incident(3, within=40, lasts=60)
def disk_answers_slowly(atlas: Atlas) -> None:
    """The disk takes 120 milliseconds for each write."""
    atlas.nodes[0].disk_read.set(120.0, 0)
