"""Replication: how far behind members are, how far back the oplog reaches."""

from __future__ import annotations

from dd_sync import MongoDB, Monitor, Number, by, define

from .terms import ME, SET, alert


@define(level="core")
def replication_lag(
    mongodb: MongoDB,
    *,
    critical: Number = 120,  # seconds, all the time
    minutes: int = 15,
) -> Monitor | None:
    """{{member.name}} falls behind: stale reads, slow majority writes, writes lost if it takes over.

    It is neither a restart nor a backup that locks a member (fsyncLock), until a quarter of an hour after it; members
    that are behind on purpose are left out (`delayed_members`).

    First step: `rs.printSecondaryReplicationInfo()` on the primary, then `db.currentOp()` on {{member.name}}.

    Likely causes: its disk or CPU is weaker or busier; a bulk write or index build; the network between regions.

    Over when: the lag is under the recovery threshold and falling. Until then do not step the primary down.
    """
    if not mongodb.replicated:
        return None
    here = mongodb.scope(*(f"!member:{one}" for one in mongodb.delayed_members))
    lag = f"max:mongodb.replset.optime_lag{here} {by('clustername', 'replset_name', 'member')}"
    locked = f"default_zero(max:mongodb.fsynclocked{mongodb.scope()})"
    return alert(
        name="[MongoDB] Replication lag of {{member.name}} above {{threshold}}s in {mongodb.name}",
        query=f"min(last_{minutes}m):{lag} - 1000000 * {locked} > {critical}",
        critical_recovery=0.75 * critical,
        on_missing_data="default",
        priority=2,
    )


@define(level="standard")
def fsync_locked(mongodb: MongoDB, *, minutes: int = 60) -> Monitor | None:
    """{{replset_me.name}} has been locked against writes for {minutes} minutes (fsyncLock): a backup forgot to unlock
    it, and it falls behind second by second.

    It is not a usual backup, which unlocks within its window.

    First step: whether the backup still runs; if not, `db.fsyncUnlock()` on {{replset_me.name}} itself.

    Likely causes: a backup job that died between lock and unlock.

    Over when: it is unlocked and has caught up.
    """
    if not mongodb.replicated:
        return None
    return alert(
        name="[MongoDB] {{replset_me.name}} of {mongodb.name} locked for {minutes} minutes",
        query=f"min(last_{minutes}m):max:mongodb.fsynclocked{mongodb.scope()} {ME} >= 1",
        on_missing_data="resolve",
        require_full_window=True,
        priority=3,
    )


@define(level="standard")
def oplog_window(
    mongodb: MongoDB,
    *,
    critical: Number = 43200,  # seconds: 12 hours; less alerts
    minutes: int = 15,
) -> Monitor | None:
    """The oplog of {{replset_name.name}} reaches back less than half a day: a member away for longer has to copy
    everything anew.

    It is not a new member, whose oplog begins short: the longest of the set counts.

    First step: `rs.printReplicationInfo()`, then what writes so much: the operations on the dashboard, by kind.

    Likely causes: a bulk load or delete, a migration, a loop of updates; an oplog sized for less.

    Over when: the window is above the recovery threshold; `db.adminCommand({replSetResizeOplog: 1, size: MEGABYTES})`
    enlarges it while it runs. Change streams and backups need it as well.
    """
    if not mongodb.replicated:
        return None
    return alert(
        name="[MongoDB] Oplog window of {{replset_name.name}} below {{threshold}}s in {mongodb.name}",
        query=f"max(last_{minutes}m):max:mongodb.oplog.timediff{mongodb.scope()} {SET} < {critical}",
        critical_recovery=1.25 * critical,
        on_missing_data="resolve",
        priority=3,
    )


@define(level="core")
def oplog_short(
    mongodb: MongoDB,
    *,
    critical: Number = 7200,  # seconds: 2 hours; less alerts
    minutes: int = 5,
) -> Monitor | None:
    """The oplog of {{replset_name.name}} reaches back less than two hours: a member that restarts slowly is lost to the
    set.

    First step: what writes so much: the operations on the dashboard, by kind; stop it if it can wait.

    Likely causes: a bulk load or delete; a migration; a loop of updates.

    Over when: the window grows; `db.adminCommand({replSetResizeOplog: 1, size: MEGABYTES})` enlarges it while it runs.
    Until then restart no member."""
    if not mongodb.replicated:
        return None
    return alert(
        name="[MongoDB] Oplog window of {{replset_name.name}} nearly gone in {mongodb.name}",
        query=f"max(last_{minutes}m):max:mongodb.oplog.timediff{mongodb.scope()} {SET} < {critical}",
        critical_recovery=1.5 * critical,
        on_missing_data="resolve",
        priority=2,
    )
