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
