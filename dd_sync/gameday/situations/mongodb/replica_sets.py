"""What goes wrong with the members of a replica set."""

from __future__ import annotations

from dd_sync.gameday.mongodb import MongoDB
from dd_sync.gameday.situation import incident
from dd_sync.gameday.situations.life.databases import replicated


@incident(1, within=5, lasts=30, when=replicated)
def no_primary(database: MongoDB) -> None:
    """The majority is lost: the survivor steps down, nobody can write, and nobody is left to report it."""
    for member in database.members[1:]:
        member.stops(0)
    survivor = database.members[0]
    survivor.state.set(2, 1)
    survivor.writes.set(0.0, 0)


@incident(1, within=5, lasts=30, when=replicated)
def all_members_gone(database: MongoDB) -> None:
    """All machines of the replica set are gone with their Agents: nothing is said at all."""
    for member in database.members:
        member.stops(0, agent=True)


@incident(2, within=15, lasts=40, when=replicated)
def primary_lost(database: MongoDB) -> None:
    """The primary's machine is gone. Another member leads within seconds; one more failure and nobody does."""
    database.members[0].stops(0, agent=True)
    database.members[1].state.set(1, 1)
    database.members[1].reads.set(900.0, 1)
    database.members[1].writes.set(400.0, 1)
    database.reports(1, database.members[1], "PRIMARY")


@incident(3, within=20, lasts=40, when=replicated)
def member_recovering(database: MongoDB) -> None:
    """A member is in RECOVERING: it answers and calls itself healthy, but serves nothing and has no lag."""
    member = database.members[-1]
    member.state.set(3, 0)
    database.reports(0, member, "RECOVERING")


@incident(2, within=15, lasts=40, when=replicated)
def member_rolls_back(database: MongoDB) -> None:
    """An old primary comes back and throws away writes that nobody else has."""
    member = database.members[-1]
    member.state.set(9, 0, 4)
    database.reports(0, member, "ROLLBACK")


@incident(2, within=20, lasts=60, when=replicated)
def member_falls_behind(database: MongoDB) -> None:
    """A secondary falls behind, ten seconds a minute at first, then for good."""
    database.members[-1].lag.set(lambda now: 40.0 * now, 0)


@incident(2, within=15, lasts=60, when=replicated)
def member_down(database: MongoDB) -> None:
    """A secondary is down and does not come back: one failure more and there is no majority."""
    database.members[-1].stops(0)
    database.reports(0, database.members[-1], "DOWN")


@incident(3, within=60, lasts=90, when=replicated)
def members_change_all_the_time(database: MongoDB) -> None:
    """A member on a bad line is lost and found again every two minutes."""
    member = database.members[1]
    for minute in range(0, 60, 4):
        member.stops(minute, minute + 2)
        database.reports(minute, member, "DOWN")
        database.reports(minute + 2, member, "SECONDARY")


@incident(3, within=120, lasts=150, when=replicated)
def copy_never_done(database: MongoDB) -> None:
    """A new member has been copying for more than a day, and will not be done."""
    member = database.members[-1]
    member.state.set(5, -2000)
    member.window.set(0.0, -2000)
