"""Normal life of self-hosted MongoDB."""

from __future__ import annotations

from dd_sync.gameday.mongodb import MongoDB
from dd_sync.gameday.situation import normal
from dd_sync.gameday.track import line


def replicated(database: MongoDB) -> bool:
    """Whether it has members that follow."""
    return len(database.members) > 1


@normal(lasts=20, when=replicated)
def secondary_restart(database: MongoDB) -> None:
    """A secondary is restarted: its check fails for a minute or two, then it catches up."""
    member = database.members[2 % len(database.members)]
    member.stops(0, 2)
    database.reports(0, member, "DOWN")
    database.reports(2, member, "SECONDARY")


@normal(lasts=30, when=replicated)
def planned_step_down(database: MongoDB) -> None:
    """The primary steps down and another member is elected within seconds; its cache is cold for a while."""
    old, new = database.members[0], database.members[1]
    database.elects(0, old=old, new=new)
    new.created.set(300.0, 0, 1)
    new.read_time.set(line(0, 10_000, 10, 1000), 0, 10)


@normal(lasts=40, when=replicated)
def rolling_restart(database: MongoDB) -> None:
    """Every member is restarted in turn for an upgrade, the primary last, after it stepped down."""
    for n, member in enumerate(database.members[1:]):
        member.stops(4 * n, 4 * n + 2)
        database.reports(4 * n, member, "DOWN")
        database.reports(4 * n + 2, member, "SECONDARY")
    end = 4 * len(database.members)
    database.elects(end, old=database.members[0], new=database.members[1])
    database.members[0].stops(end + 1, end + 3)
    database.reports(end + 1, database.members[0], "DOWN")
    database.reports(end + 3, database.members[0], "SECONDARY")


@normal(lasts=75, when=replicated)
def backup_by_lock(database: MongoDB) -> None:
    """A backup locks one secondary for 40 minutes: it falls behind second by second, then catches up."""
    member = database.members[-1]
    member.locked.set(1, 0, 40)
    member.lag.set(lambda now: 60 * now, 0, 40)
    member.lag.set(line(40, 2400, 48, 0), 40, 48)


@normal(lasts=180, when=replicated)
def initial_sync(database: MongoDB) -> None:
    """A replaced member copies all data for hours: it is in STARTUP2, and its oplog begins from nothing."""
    member = database.members[-1]
    member.starts.set(True, 0, 1)
    member.state.set(5, 0)
    member.window.set(lambda now: 60.0 * now, 0)
    member.reads.set(0.0, 0)
    member.cache.set(0.3, 0)


@normal(lasts=60)
def hardly_used(database: MongoDB) -> None:
    """Nobody writes: only the heartbeat every ten seconds, so that lag goes up and down to ten seconds."""
    for member in database.members:
        member.writes.set(0.1, 0)
        member.reads.set(2.0, 0)
        member.returned.set(0.5, 0)
        member.scanned.set(5.0, 0)
        member.lag.set(lambda now: now * 7 % 11, 0)


@normal(lasts=30)
def clients_deployed(database: MongoDB) -> None:
    """A client is deployed: its pods connect anew for a few minutes."""
    leader = database.primary
    leader.created.set(60.0, 0, 3)
    leader.connections.set(900, 0, 4)


@normal(lasts=60)
def busy_hour(database: MongoDB) -> None:
    """The busiest hour of the day: everything is used a little more."""
    leader = database.primary
    leader.cpu.set(420.0, 0)
    leader.reads.times(2.0, 0)
    leader.writes.times(2.0, 0)
    leader.read_time.set(1800.0, 0)
    leader.write_time.set(4000.0, 0)
    leader.dirty.set(0.08, 0)
    leader.cache.set(0.83, 0)
    leader.connections.times(1.3, 0)
    leader.conflicts.set(12.0, 0)
    leader.sorted.set(6.0, 0)
    leader.cursors.set(120, 0)
    leader.tickets.set(90.0, 0)
    leader.queued_readers.set(2, 0)
    leader.queued_writers.set(2, 0)
    leader.scanned.set(20_000.0, 0)
    leader.returned.set(6000.0, 0)
    database.orphans.set(20_000, 0, 30)
    database.jumbo.set(1, 0, 5)


@normal(lasts=40)
def report_reads_everything(database: MongoDB) -> None:
    """A report reads a whole collection for five minutes."""
    member = database.members[-1]
    member.scanned.set(2_000_000.0, 0, 5)
    member.returned.set(200_000.0, 0, 5)
    member.scans.set(1.0, 0, 5)
    member.cpu.set(300.0, 0, 5)
    member.read_time.set(6000.0, 0, 5)
    member.evicted.set(40.0, 0, 5)
    member.cache.set(0.86, 0, 10)
    member.tickets.set(60.0, 0, 5)
    member.queued_readers.set(20, 0, 3)
    member.timed_out.set(0.3, 0, 5)
    member.faults.set(20.0, 0, 5)
    member.cursors.set(400, 0, 5)
    member.conflicts.set(20.0, 0, 2)
    member.sorted.set(20.0, 0, 5)
    member.asserts.set(0.02, 0, 1)
    member.disk.set(0.63, 0, 20)
    database.orphans.set(60_000, 0, 10)
    database.jumbo.set(1, 0, 2)


@normal(lasts=60, when=replicated)
def bulk_load(database: MongoDB) -> None:
    """A bulk load writes for ten minutes: followers are seconds behind, the oplog turns over faster."""
    database.primary.writes.times(4.0, 0, 10)
    database.primary.write_time.set(9000.0, 0, 10)
    database.primary.dirty.set(0.12, 0, 10)
    database.primary.queued_writers.set(8, 0, 10)
    for member in database.members[1:]:
        member.lag.set(12, 0, 10)
    for member in database.members:
        member.window.set(line(0, 172_800, 10, 120_000), 0)
