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
