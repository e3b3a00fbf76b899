"""What goes wrong with the work that a self-hosted MongoDB does."""

from __future__ import annotations

from dd_sync.gameday.mongodb import MongoDB
from dd_sync.gameday.situation import incident
from dd_sync.gameday.situations.life.databases import replicated
from dd_sync.gameday.track import line


@incident(2, within=60, lasts=240, when=replicated)
def oplog_window_shrinks(database: MongoDB) -> None:
    """A bulk delete fills the oplog: two days of it become two hours."""
    for member in database.members:
        member.window.set(line(-60, 172_800, 20, 3_600), -60)


@incident(2, within=25, lasts=60)
def cache_under_pressure(database: MongoDB) -> None:
    """The cache is full of what was changed: clients evict pages themselves, reads take 60 times as long."""
    leader = database.primary
    leader.cache.set(0.97, 0)
    leader.dirty.set(0.22, 0)
    leader.evicted.set(2000.0, 0)
    leader.read_time.set(60_000.0, 0)
    leader.tickets.set(0, 3)
    leader.queued_readers.set(150, 3)


@incident(2, within=20, lasts=60)
def connection_storm(database: MongoDB) -> None:
    """Clients without a limit connect without end: far more than it has memory for, far fewer than it would allow."""
    leader = database.primary
    leader.created.set(800.0, 0)
    leader.connections.set(line(0, 600, 15, 12_000), 0)
    leader.resident.set(line(0, 12_000, 15, 23_000), 0)


@incident(2, within=20, lasts=60)
def connections_exhausted(database: MongoDB) -> None:
    """Nearly every connection it allows is open."""
    database.primary.connections.set(line(0, 30_000, 10, 51_000), 0)


@incident(3, within=30, lasts=60)
def collection_scans(database: MongoDB) -> None:
    """After a deploy a query uses no index: it looks at two million documents a second to return a few."""
    leader = database.primary
    leader.scanned.set(8_000_000.0, 0)
    leader.scans.set(40.0, 0)
    leader.sorted.set(80.0, 0)
    leader.cpu.set(780.0, 0)
    leader.read_time.set(20_000.0, 0)


@incident(2, within=15, lasts=60)
def long_lock(database: MongoDB) -> None:
    """A collection is locked for minutes: writers queue."""
    leader = database.primary
    leader.queued_writers.set(140, 0)
    leader.lock_wait.set(900_000.0, 0)
    leader.writes.times(0.1, 0)
    leader.write_time.set(400_000.0, 0)


@incident(2, within=25, lasts=60)
def slow_disk(database: MongoDB) -> None:
    """The volume is at its limit of operations: writes take 80 milliseconds and more."""
    leader = database.primary
    leader.write_time.set(250_000.0, 0)
    leader.read_time.set(80_000.0, 0)
    leader.dirty.set(line(0, 0.05, 20, 0.21), 0)


@incident(3, within=60, lasts=180, when=replicated)
def lock_forgotten(database: MongoDB) -> None:
    """A backup failed half-way and left its member locked: it falls behind for good."""
    member = database.members[-1]
    member.locked.set(1, -60)
    member.lag.set(lambda now: 60.0 * (now + 60), -60)


@incident(2, within=60, lasts=120)
def disk_fills(database: MongoDB) -> None:
    """The data volume of each member goes from 80 to 95 percent."""
    for member in database.members:
        member.disk.set(line(-60, 0.80, 20, 0.95), -60)


@incident(3, within=30, lasts=60)
def processors_busy(database: MongoDB) -> None:
    """All eight cores of the primary are busy."""
    database.primary.cpu.set(790.0, 0)


@incident(3, within=30, lasts=60)
def write_conflicts(database: MongoDB) -> None:
    """Writers of the same documents get into each other's way."""
    database.primary.conflicts.set(600.0, 0)


@incident(3, within=30, lasts=60)
def cursors_leak(database: MongoDB) -> None:
    """A client opens cursors and closes none."""
    database.primary.cursors.set(line(0, 40, 10, 14_000), 0)
    database.primary.timed_out.set(8.0, 0)


@incident(3, within=30, lasts=60)
def asserts_raised(database: MongoDB) -> None:
    """mongod itself asserts that something is broken."""
    database.primary.asserts.set(3.0, 0)


@incident(3, within=120, lasts=180, when=lambda database: database.facts.sharded)
def orphans_pile_up(database: MongoDB) -> None:
    """Documents that were moved to another shard are never cleared away."""
    database.orphans.set(line(-120, 0, 0, 3_000_000), -120)


@incident(3, within=15, lasts=40, when=lambda database: database.facts.sharded)
def router_down(database: MongoDB) -> None:
    """One mongos of three is down."""
    database.router.set(False, 0)


@incident(3, within=120, lasts=180, when=lambda database: database.facts.sharded)
def chunks_too_large(database: MongoDB) -> None:
    """Chunks have grown too large to be moved: one shard keeps what the others should have."""
    database.jumbo.set(4, 0)
