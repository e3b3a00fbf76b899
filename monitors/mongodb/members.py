"""Members: reachable, in their set, with a primary among them."""

from __future__ import annotations

from dd_sync import MongoDB, Monitor, Number, among, by_check, define

from .terms import LINKS, ME, SET, alert, zeroed


@define(level="core")
def can_connect(mongodb: MongoDB, *, checks: int = 10) -> Monitor | None:  # failed checks of the last that many and one
    """The Agent has not reached {{host.name}}:{{port.name}} of {mongodb.name} for minutes: a member or a mongos is
    down, or the Agent's own way to it.

    It is neither a restart, which takes a minute, nor an outage: without a primary `no-primary` pages.

    First step: `mongosh "mongodb://{{host.name}}:{{port.name}}" --eval 'db.hello()'`; if that answers, the Agent's
    own trouble: `agent check mongo` on the host it runs on.

    Likely causes: mongod is down (its log, the host's memory and disk); a certificate or password expired; a
    security group or network policy changed; the Agent's user lost a role.

    Over when: `db.hello()` answers from where the Agent runs, and `rs.status()` counts the member in.
    """
    if not mongodb.self_hosted:
        return None
    return Monitor(
        type="service check",
        name="[MongoDB] Agent cannot connect to {{host.name}}:{{port.name}} of {mongodb.name}",
        query=f'"mongodb.can_connect"{mongodb.over()}{by_check("host", "port")}.last({checks + 1}).count_by_status()',
        critical=checks,  # every 30 s while it is down
        ok=1,
        notify_no_data=False,  # with Autodiscovery a pod that moved leaves a group that reports no more
        new_group_delay=300,
        tags=("pack:mongodb",),
        links=LINKS,
        priority=3,
    )


@define(level="core")
def no_primary(mongodb: MongoDB, *, minutes: int = 3) -> Monitor | None:
    """{mongodb.name} takes no writes: {{replset_name.name}} has had no primary for {minutes} minutes.

    It is not an election, which takes half a minute. If writes succeed all the same, the Agent of the primary is away.

    First step: `rs.status()` on any member of {{replset_name.name}}: how many vote, who sees whom.

    Likely causes: a majority of members is down or cut off; a network partition; an election that fails again and
    again.

    Over when: one member is PRIMARY and the services' writes succeed. Bring members back before any
    `rs.reconfig(…, {force: true})`: forcing one can lose acknowledged writes.
    """
    if not mongodb.replicated:
        return None
    # A member that died sends nothing, and its last state must not be carried on; 1 is PRIMARY
    state = f"min:mongodb.replset.state{mongodb.scope()} {SET}.fill(null)"
    return alert(
        name="[MongoDB] Replica set {{replset_name.name}} of {mongodb.name} has no primary",
        query=f"min(last_{minutes}m):{state} >= 2",
        critical_recovery=1,
        on_missing_data="show_and_notify_no_data",
        renotify_interval=60,
        priority=1,
    )


@define(level="standard")
def member_unhealthy(mongodb: MongoDB, *, minutes: int = 10) -> Monitor | None:
    """{{replset_me.name}} is up and takes no part: RECOVERING, ROLLBACK, DOWN, UNKNOWN or REMOVED.

    It is not a member that copies its data for the first time (STARTUP2), which takes hours.

    First step: `rs.status()` on the primary: stateStr, lastHeartbeatMessage and optimeDate of {{replset_me.name}}.

    Likely causes: too stale to catch up (the oplog window is shorter than it was away): it needs a new initial sync; a
    rollback under way; an index build that holds it up; the network between members.

    Over when: the member is SECONDARY or PRIMARY, and its lag falls to nothing.
    """
    if not mongodb.replicated:
        return None
    out = mongodb.scope(among("replset_state", ("recovering", "rollback", "down", "unknown", "removed")))
    return alert(
        name="[MongoDB] Member {{replset_me.name}} of {{replset_name.name}} takes no part in {mongodb.name}",
        query=f"min(last_{minutes}m):{zeroed(f'max:mongodb.replset.state{out} {ME}')} >= 3",
        on_missing_data="default",
        priority=3,
    )


@define(level="core")
def member_rollback(mongodb: MongoDB) -> Monitor | None:
    """{{replset_me.name}} undoes writes that the others do not know: they were acknowledged by it alone, and are lost
    unless somebody brings them back.

    First step: on {{replset_me.name}}, the folder `rollback/` in its dbPath: files by collection with what was undone.

    Likely causes: a failover while writes with w:1 were under way; a partition.

    Over when: the member is SECONDARY again. Its files stay: whoever owns the data decides about them.
    """
    if not mongodb.replicated:
        return None
    state = f"max:mongodb.replset.state{mongodb.scope('replset_state:rollback')} {ME}"
    return alert(
        name="[MongoDB] Rollback on {{replset_me.name}} of {mongodb.name}",
        query=f"max(last_5m):{state} >= 9",
        on_missing_data="resolve",
        new_group_delay=0,
        priority=2,
    )


@define(level="standard")
def member_syncing(mongodb: MongoDB) -> Monitor | None:
    """{{replset_me.name}} has copied its data for a day and is not done: a member that cannot take over.

    First step: `db.adminCommand({replSetGetStatus: 1, initialSync: 1})` on {{replset_me.name}}: progress and failures.

    Likely causes: the oplog window is shorter than the copy takes, so that it begins anew; a slow disk or network.

    Over when: it is SECONDARY; a snapshot of another member's disk is faster than a copy.
    """
    if not mongodb.replicated:
        return None
    state = f"max:mongodb.replset.state{mongodb.scope('replset_state:startup2')} {ME}.rollup(max, 600).fill(null)"
    return alert(
        name="[MongoDB] Initial sync of {{replset_me.name}} of {mongodb.name} takes more than a day",
        query=f"min(last_1d):default_zero({state}) >= 5",
        on_missing_data="default",
        priority=3,
    )


@define(level="core")
def members_missing(
    mongodb: MongoDB,
    *,
    critical: Number | None = None,  # members; fewer alert; unless given, as many as the inventory says
    minutes: int = 10,
) -> Monitor | None:
    """A member of {{replset_name.name}} has not answered for {minutes} minutes: one more, and a set of three takes no
    writes.

    It is not a restart, nor a member that copies its data: that one answers. If the member is well, its Agent is not.

    First step: `rs.status()` beside `rs.conf().members`; then the host or pod of the one that is missing.

    Likely causes: a host or its Agent is gone; mongod is out of memory or disk; a member was removed from the set and
    not from the inventory.

    Over when: every member answers. If there are to be fewer, or one is an arbiter the Agent may not ask, set `members`
    of {mongodb.name} in the inventory.
    """
    if not mongodb.replicated:
        return None
    members = mongodb.members if critical is None else critical
    return alert(
        name="[MongoDB] Fewer members than expected in {{replset_name.name}} of {mongodb.name}",
        # 1 of each that answers; one that does not must not be carried on
        query=f"max(last_{minutes}m):sum:mongodb.replset.health{mongodb.scope()} {SET}.fill(null) < {members}",
        on_missing_data="resolve",
        priority=2,
    )


@define(level="standard")
def election(
    mongodb: MongoDB,
    *,
    critical: Number = 10,  # changes of state in half an hour
) -> Monitor | None:
    """Members of {mongodb.name} change state again and again: every election drops all connections for some seconds.

    It is not a planned step-down (two changes) or a rolling restart (up to nine).

    First step: the events themselves (`source:mongodb`): member_status and mongo_node say who became what.

    Likely causes: a host that stalls, a network that flaps, a primary too busy to answer heartbeats.

    Over when: no more changes for half an hour and one PRIMARY stays. Needs the set's name (`replset` in the
    inventory), which is all that these events carry."""
    if not mongodb.replicated or mongodb.replset is None:
        return None
    search = f"source:mongodb action:mongo_replset_member_status_change replset:{mongodb.replset}"
    return Monitor(
        type="event-v2 alert",
        name="[MongoDB] Members of {mongodb.name} change state",
        query=f'events("{search}").rollup("count").last("30m") > {critical}',
        tags=("pack:mongodb",),
        links=LINKS,
        priority=3,
    )
