"""Replication: how far behind members are, how far back the oplog reaches."""

from __future__ import annotations

from dd_sync import MongoDB, Monitor, Number, by, define

from .terms import MEMBER, alert


@define(level="core")
def replication_lag(
    mongodb: MongoDB,
    *,
    critical: Number = 120,  # seconds
    warning: Number | None = None,  # seconds
) -> Monitor | None:
    """{{member.name}} falls behind: stale reads, slow majority writes, writes lost if it takes over.

    First step: `rs.printSecondaryReplicationInfo()` on the primary, then `db.currentOp()` on {{member.name}}.

    Likely causes: its disk or CPU is weaker or busier; a bulk write or index build; an initial sync; the network
    between regions.

    Over when: the lag is under the recovery threshold and falling. Until then do not step the primary down.
    """
    if not mongodb.replicated:
        return None
    warning = 0.5 * critical if warning is None else warning
    group = by("clustername", "replset_name", "member")
    return alert(
        name="[MongoDB] Replication lag of {{member.name}} above {{threshold}}s in {mongodb.name}",
        query=f"avg(last_5m):avg:mongodb.replset.optime_lag{mongodb.scope()} {group} > {critical}",
        warning=warning,
        critical_recovery=0.75 * critical,
        warning_recovery=0.75 * warning,
        on_missing_data="resolve",
        priority=2,
    )


@define(level="standard")
def oplog_window(
    mongodb: MongoDB,
    *,
    critical: Number = 14400,  # seconds: 4 hours; less alerts
    warning: Number | None = None,  # seconds
) -> Monitor | None:
    """The oplog reaches back only a few hours: a member away for longer has to copy everything anew.

    First step: `rs.printReplicationInfo()` on {{database_instance.name}}, then what writes so much: the operations on
    the dashboard, by kind.

    Likely causes: a bulk load, a migration, a loop of updates; an oplog sized for less.

    Over when: the window is above the recovery threshold; `db.adminCommand({replSetResizeOplog: 1, size: MEGABYTES})`
    enlarges it while it runs. Change streams and backups need it as well.
    """
    if not mongodb.replicated:
        return None
    warning = 3 * critical if warning is None else warning
    return alert(
        name="[MongoDB] Oplog window of {{database_instance.name}} below {{threshold}}s in {mongodb.name}",
        query=f"avg(last_60m):avg:mongodb.oplog.timediff{mongodb.scope()} {MEMBER} < {critical}",
        warning=warning,
        critical_recovery=1.25 * critical,
        warning_recovery=warning * 14 / 12,
        on_missing_data="resolve",
        priority=3,
    )
