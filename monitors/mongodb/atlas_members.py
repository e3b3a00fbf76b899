"""Atlas: members, their lag, backups."""

from __future__ import annotations

from dd_sync import MongoDB, Monitor, Number, define

from .terms import NODE, alert, events


@define(level="core")
def atlas_member_unhealthy(mongodb: MongoDB, *, minutes: int = 10) -> Monitor | None:
    """A member of {mongodb.name} is down or silent: {{hostnameport.name}}. If it was the primary, writes stopped.

    First step: the project's activity feed and the cluster's page in Atlas, then
    `atlas processes list --projectId PROJECT`.

    Likely causes: maintenance or a scaling step by Atlas; a failed node it replaces; the integration's key expired,
    if all members fall silent at once.

    Over when: all members are healthy in Atlas.

    Unconfirmed: that healthy is 1 and unhealthy 0; read from the metric's name.
    """
    if mongodb.self_hosted:
        return None
    return alert(
        name="[Atlas] Member {{hostnameport.name}} unhealthy in {mongodb.name}",
        query=f"max(last_{minutes}m):min:mongodb.atlas.replstatus.health{mongodb.scope()} {NODE} < 1",
        on_missing_data="show_and_notify_no_data",
        renotify_interval=60,
        priority=1,
    )


@define(level="core")
def atlas_replication_lag(
    mongodb: MongoDB,
    *,
    critical: Number = 120,  # seconds
    warning: Number | None = None,  # seconds
) -> Monitor | None:
    """{{hostnameport.name}} falls behind: stale reads, slow majority writes, writes lost if it takes over.

    First step: the member's metrics in Atlas: disk IOPS and CPU beside those of the primary.

    Likely causes: IOPS used up; a bulk write or index build; an initial sync after a replacement.

    Over when: the lag is under the recovery threshold and falling.
    """
    if mongodb.self_hosted:
        return None
    warning = 0.5 * critical if warning is None else warning
    return alert(
        name="[Atlas] Replication lag of {{hostnameport.name}} above {{threshold}}s in {mongodb.name}",
        query=f"avg(last_10m):max:mongodb.atlas.replset.replicationlag{mongodb.scope()} {NODE} > {critical}",
        warning=warning,
        critical_recovery=0.75 * critical,
        warning_recovery=0.75 * warning,
        on_missing_data="resolve",
        priority=2,
    )


@define(level="core")
def atlas_backup(mongodb: MongoDB, *, critical: Number = 0) -> Monitor | None:  # failures in a day
    """A backup or restore of {mongodb.name} failed: what is lost now cannot be brought back.

    First step: `atlas backups snapshots list {mongodb.name}`, then the Backup tab in Atlas; take one by hand:
    `atlas backups snapshots create {mongodb.name}`.

    Likely causes: a disk near its limit; maintenance at the same hour; a restore into a cluster that is too small.

    Over when: a snapshot of today is complete.

    Unconfirmed: source and text of Atlas's events in Datadog; the integration has no metric of backups.
    """
    if mongodb.self_hosted:
        return None
    search = f'source:mongodb_atlas (\\"snapshot\\" OR \\"backup\\") status:error {events(mongodb)}'
    return Monitor(
        type="event-v2 alert",
        name="[Atlas] Backup or restore of {mongodb.name} failed (event)",
        query=f'events("{search}").rollup("count").last("1d") > {critical}',
        tags=("pack:mongodb",),
        priority=2,
    )
