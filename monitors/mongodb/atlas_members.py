"""Atlas: members, their lag, backups, and whether anything is heard of them."""

from __future__ import annotations

from dd_sync import MongoDB, Monitor, Number, by, define

from .terms import LINKS, NODE, alert


@define(level="standard")
def atlas_member_unhealthy(mongodb: MongoDB, *, minutes: int = 10) -> Monitor | None:
    """A member of {mongodb.name} is down: {{hostnameport.name}}.

    It is not an outage: without a primary `atlas-no-primary` pages. Maintenance by Atlas goes member by member.

    First step: the project's activity feed and the cluster's page in Atlas, then
    `atlas processes list --projectId PROJECT`.

    Likely causes: maintenance or a scaling step by Atlas; a failed node it replaces.

    Over when: all members are healthy in Atlas.
    """
    if mongodb.self_hosted:
        return None
    return alert(
        name="[Atlas] Member {{hostnameport.name}} unhealthy in {mongodb.name}",
        query=f"max(last_{minutes}m):min:mongodb.atlas.replstatus.health{mongodb.scope()} {NODE} < 1",
        on_missing_data="resolve",
        priority=3,
    )


@define(level="core")
def atlas_no_primary(mongodb: MongoDB, *, minutes: int = 3) -> Monitor | None:
    """{mongodb.name} takes no writes: {{replicasetname.name}} has had no primary for {minutes} minutes.

    It is not an election, which takes half a minute; Atlas holds one with each maintenance.

    First step: the cluster's page and the activity feed in Atlas; https://status.mongodb.com for an outage of theirs.

    Likely causes: two nodes lost at once; an election loop of an overloaded cluster; a region's outage.

    Over when: one node is PRIMARY and writes succeed; open a case with MongoDB while it lasts.
    """
    if mongodb.self_hosted:
        return None
    state = f"min:mongodb.atlas.replstatus.state{mongodb.scope()} {by('clustername', 'replicasetname')}.fill(null)"
    return alert(
        name="[Atlas] {{replicasetname.name}} of {mongodb.name} has no primary",
        query=f"min(last_{minutes}m):{state} >= 2",  # 1 is PRIMARY
        critical_recovery=1,
        on_missing_data="resolve",
        priority=1,
    )


@define(level="standard")
def atlas_silent(mongodb: MongoDB, *, minutes: int = 30) -> Monitor | None:
    """Nothing is heard of {mongodb.name}: every other alert of it looks well.

    First step: in Atlas, Project → Integrations → Datadog: is the key accepted? Then whether the cluster is paused.

    Likely causes: a revoked API key; the integration removed; the cluster paused, renamed or below M10.

    Over when: connections are counted again.
    """
    if mongodb.self_hosted:
        return None
    heard = f"max:mongodb.atlas.connections.current{mongodb.scope()} {by('clustername')}"
    return alert(
        name="[Atlas] No metrics of {mongodb.name}",
        query=f"max(last_{minutes}m):{heard} < 0",  # never: it is their absence that tells
        on_missing_data="show_and_notify_no_data",
        priority=3,
    )


@define(level="standard")
def atlas_replication_lag(
    mongodb: MongoDB,
    *,
    critical: Number = 120,  # seconds, all the time
    minutes: int = 15,
) -> Monitor | None:
    """{{hostnameport.name}} falls behind: stale reads, slow majority writes, writes lost if it takes over.

    First step: the member's metrics in Atlas: disk IOPS and CPU beside those of the primary.

    Likely causes: IOPS used up; a bulk write or index build; an initial sync after a replacement.

    Over when: the lag is under the recovery threshold and falling.
    """
    if mongodb.self_hosted:
        return None
    return alert(
        name="[Atlas] Replication lag of {{hostnameport.name}} above {{threshold}}s in {mongodb.name}",
        query=f"min(last_{minutes}m):max:mongodb.atlas.replset.replicationlag{mongodb.scope()} {NODE} > {critical}",
        critical_recovery=0.75 * critical,
        on_missing_data="resolve",
        priority=3,
    )


@define(level="standard")
def atlas_oplog_rate(
    mongodb: MongoDB,
    *,
    critical: Number = 20,  # GiB of oplog an hour
) -> Monitor | None:
    """{mongodb.name} writes so much that its oplog reaches back less and less: a member away for longer has to copy
    everything anew. Atlas does not send the window itself.

    First step: Metrics → Oplog GB/Hour and Replication Oplog Window in Atlas; then what writes.

    Likely causes: a bulk load or delete; a migration; a loop of updates.

    Over when: the rate is under the threshold; a minimum oplog window can be set in Atlas.
    """
    if mongodb.self_hosted:
        return None
    return alert(
        name="[Atlas] Oplog of {mongodb.name} grows by more than {{threshold}} GiB an hour",
        query=f"max(last_2h):max:mongodb.atlas.replset.oplograte{mongodb.scope()} {by('clustername')} > {critical}",
        on_missing_data="resolve",
        priority=3,
    )


@define(level="full")
def atlas_backup(mongodb: MongoDB, *, critical: Number = 0) -> Monitor | None:  # failures in a day
    """A backup or restore of {mongodb.name} failed: what is lost now cannot be brought back.

    First step: `atlas backups snapshots list {mongodb.name}`, then the Backup tab in Atlas; take one by hand:
    `atlas backups snapshots create {mongodb.name}`.

    Likely causes: a disk near its limit; maintenance at the same hour; a restore into a cluster that is too small.

    Over when: a snapshot of today is complete. Atlas sends no metric of backups, only its own alerts as events, once
    they are set to notify Datadog (`atlas_alerts: true` in the inventory says that they are)."""
    if mongodb.self_hosted or not mongodb.atlas_alerts:
        return None
    search = f'source:mongodb_atlas (\\"snapshot\\" OR \\"backup\\") \\"{mongodb.name}\\"'
    return Monitor(
        type="event-v2 alert",
        name="[Atlas] Backup or restore of {mongodb.name} failed (event)",
        query=f'events("{search}").rollup("count").last("1d") > {critical}',
        tags=("pack:mongodb",),
        links=LINKS,
        priority=4,
    )
