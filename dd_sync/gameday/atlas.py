"""A MongoDB deployment at Atlas: what its integration pulls, with Atlas's own tags and units, and no environment."""

from __future__ import annotations

from dd_sync.definitions import inventory
from dd_sync.gameday.source import Source
from dd_sync.gameday.track import Constant, Following, Reading, Track, ripple
from dd_sync.gameday.world import World

GIB = 2**30


class AtlasNode:
    """One node."""

    def __init__(self, atlas: Atlas, n: int) -> None:
        world = atlas.world
        self.atlas = atlas
        self.state: Track = world.track(1 if n == 0 else 2)
        self.health: Track = world.track(1)
        self.lag: Track = world.track(1)
        self.connections: Track = world.track(ripple(700.0))
        self.read_time: Track = world.track(1.2)
        """Milliseconds."""
        self.write_time: Track = world.track(2.5)
        self.queue: Track = world.track(0)
        self.user: Track = world.track(30.0)
        self.kernel: Track = world.track(6.0)
        self.steal: Track = world.track(0.1)
        self.iowait: Track = world.track(2.0)
        self.disk: Track = world.track(55.0)
        self.busy: Track = world.track(35.0)
        self.disk_read: Track = world.track(1.0)
        self.memory: Track = world.track(4_000_000.0)
        """Kilobytes available, of 16 million."""
        self.cache: Track = world.track(0.8)
        self.dirty: Track = world.track(0.05)
        self.tickets: Track = world.track(120)
        self.examined: Track = world.track(3.0)
        self.oplog: Track = world.track(2.0)
        self.writes: Track = world.track(ripple(300.0 if n == 0 else 0.1))
        name = f"{atlas.name}-shard-00-{n:02d}.abcde.mongodb.net:27017"
        tags = {
            "clustername": atlas.name,
            "projectname": atlas.facts.group or atlas.name,
            "replicasetname": f"atlas-{atlas.name}-shard-0",
            "hostnameport": name,
            "host": name.partition(":")[0],
            "processstate": "primary" if n == 0 else "secondary",
        }
        for metric, value in self._figures().items():
            world.add(Source(f"mongodb.atlas.{metric}", tags, value, (atlas.pulled,)))

    def _figures(self) -> dict[str, Reading]:
        return {
            "replstatus.state": self.state,
            "replstatus.health": self.health,
            "replset.replicationlag": self.lag,
            "replset.oplograte": self.oplog,
            "connections.current": self.connections,
            "oplatencies.reads.avg": self.read_time,
            "oplatencies.writes.avg": self.write_time,
            "oplatencies.commands.avg": Constant(1.0),
            "opcounters.insert": self.writes,
            "opcounters.update": self.writes,
            "opcounters.delete": Following(lambda n: n / 10, self.writes),
            "opcounters.query": Constant(500),
            "system.memory.used": Following(lambda free: 16_000_000 - free, self.memory),
            "global.lock.current.queue.total": self.queue,
            "system.cpu.norm.user": self.user,
            "system.cpu.norm.kernel": self.kernel,
            "system.cpu.norm.steal": self.steal,
            "system.cpu.norm.iowait": self.iowait,
            "system.disk.space.percentused": self.disk,
            "system.disk.space.percentfree": Following(lambda used: 100 - used, self.disk),
            "system.disk.iops.percentutilization": self.busy,
            "system.disk.latency.reads": self.disk_read,
            "system.disk.latency.writes": self.disk_read,
            "system.memory.available": self.memory,
            "wiredtiger.cache.bytes_currently_in_cache": Following(lambda share: share * 8 * GIB, self.cache),
            "wiredtiger.cache.maximum_bytes_configured": Constant(8 * GIB),
            "wiredtiger.cache.tracked_dirty_bytes_in_cache": Following(lambda share: share * 8 * GIB, self.dirty),
            "wiredtiger.concurrenttransactions.read.available": self.tickets,
            "wiredtiger.concurrenttransactions.write.available": self.tickets,
            "metrics.queryexecutor.scannedobjectsperreturned": self.examined,
        }


class Atlas:
    """One deployment of the inventory that Atlas runs."""

    def __init__(self, world: World, facts: inventory.MongoDB) -> None:
        self.world = world
        self.facts = facts
        self.name = facts.name
        self.pulled: Track = world.track(True)
        """Whether the integration's key works and the cluster is not paused."""
        self.nodes = [AtlasNode(self, n) for n in range(3)]

    @property
    def about(self) -> str:
        return f"mongodb {self.name}"

    @property
    def team(self) -> str:
        return self.facts.team

    @property
    def env(self) -> str:
        return self.facts.env

    @property
    def paged_for(self) -> int:
        return self.facts.paged_for
