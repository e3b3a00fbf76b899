"""Members: reachable, in their set, with a primary among them."""

from __future__ import annotations

from dd_sync import MongoDB, Monitor, Number, by_check, define

from .terms import MEMBER, SET, alert, events


@define(level="core")
def can_connect(mongodb: MongoDB, *, checks: int = 3) -> Monitor | None:  # failed checks of the last that many and one
    """The Agent cannot reach a server of {mongodb.name}: it is down, refuses or is cut off; so may its clients be.

    First step: `mongosh "mongodb://{{host.name}}:{{port.name}}" --eval 'db.hello()'`; if that answers, the Agent's
    own trouble: `agent check mongo` on the host it runs on.

    Likely causes: mongod is down (its log, the host's memory and disk); a certificate or password expired; a
    security group or network policy changed.

    Over when: `db.hello()` answers from where the Agent runs, and `rs.status()` counts the member in.
    """
    if not mongodb.self_hosted:
        return None
    return Monitor(
        type="service check",
        name="[MongoDB] Agent cannot connect to {{host.name}}:{{port.name}} of {mongodb.name}",
        query=f'"mongodb.can_connect"{mongodb.over()}{by_check("host", "port", "server")}'
        f".last({checks + 1}).count_by_status()",
        critical=checks,
        ok=1,
        notify_no_data=True,
        no_data_timeframe=10,
        new_group_delay=300,
        renotify_interval=60,
        tags=("pack:mongodb",),
        priority=1,
    )


@define(level="core")
def no_primary(mongodb: MongoDB, *, minutes: int = 5) -> Monitor | None:
    """{mongodb.name} takes no writes: {{replset_name.name}} has no primary.

    First step: `rs.status()` on any member of {{replset_name.name}}: how many vote, who sees whom.

    Likely causes: a majority of members is down or cut off; a network partition; an election that fails again and
    again.

    Over when: one member is PRIMARY and the services' writes succeed. Bring members back before any
    `rs.reconfig(…, {force: true})`: forcing one can lose acknowledged writes.
    """
    if not mongodb.replicated:
        return None
    return alert(
        name="[MongoDB] Replica set {{replset_name.name}} of {mongodb.name} has no primary",
        # state 1 is PRIMARY, so a minimum of 2 says that nobody is
        query=f"min(last_{minutes}m):min:mongodb.replset.state{mongodb.scope()} {SET} >= 2",
        critical_recovery=1,
        on_missing_data="show_and_notify_no_data",
        renotify_interval=60,
        priority=1,
    )


@define(level="standard")
def member_unhealthy(mongodb: MongoDB, *, minutes: int = 5) -> Monitor | None:
    """{{database_instance.name}} is out of its replica set: less redundancy, fewer failures that can be borne.

    First step: `rs.status()` on the primary: stateStr, lastHeartbeatMessage and optimeDate of
    {{database_instance.name}}.

    Likely causes: mongod stopped; an initial sync or rollback under way; too stale to catch up (oplog window); the
    network between members.

    Over when: the member is SECONDARY or PRIMARY, and its lag falls to nothing. If the Agent cannot reach it either,
    `can-connect` has paged.
    """
    if not mongodb.replicated:
        return None
    return alert(
        name="[MongoDB] Replica set member {{database_instance.name}} unhealthy in {{replset_name.name}}"
        " of {mongodb.name}",
        query=f"max(last_{minutes}m):min:mongodb.replset.health{mongodb.scope()} {MEMBER} < 1",
        on_missing_data="show_and_notify_no_data",
        priority=3,
    )


@define(level="standard")
def members_missing(
    mongodb: MongoDB,
    *,
    critical: Number | None = None,  # members; fewer alert; unless given, as many as the inventory says
    minutes: int = 10,
) -> Monitor | None:
    """{{replset_name.name}} reports fewer members than it has: one is lost, or nobody measures it.

    First step: `rs.conf().members` beside the members on the dashboard; then the Agent of the one that is missing.

    Likely causes: a host or its Agent is gone; a member was removed from the set and not from the inventory.

    Over when: every member reports. If there are to be fewer, set `members` of {mongodb.name} in the inventory.
    """
    if not mongodb.replicated:
        return None
    members = mongodb.members if critical is None else critical
    return alert(
        name="[MongoDB] Fewer members than expected in {{replset_name.name}} of {mongodb.name}",
        query=f"max(last_{minutes}m):sum:mongodb.replset.health{mongodb.scope()} {SET} < {members}",
        on_missing_data="show_and_notify_no_data",
        priority=3,
    )


@define(level="standard")
def election(
    mongodb: MongoDB,
    *,
    critical: Number = 2,  # changes of state in 15 minutes
) -> Monitor | None:
    """Members of {mongodb.name} changed state: every election drops all connections for some seconds.

    First step: the events themselves (`source:mongodb`): member_status says who became what, in which order.

    Likely causes: a restart or upgrade, if there is one; else a host that stalls, a network that flaps, a primary too
    busy to answer heartbeats.

    Over when: no more changes for 15 minutes and one PRIMARY stays.
    """
    if not mongodb.replicated:
        return None
    return Monitor(
        type="event-v2 alert",
        name="[MongoDB] Members of {mongodb.name} change state",
        query=f'events("source:mongodb action:mongo_replset_member_status_change {events(mongodb)}")'
        f'.rollup("count").last("15m") > {critical}',
        warning=0 if critical > 0 else None,
        tags=("pack:mongodb",),
        priority=3,
    )
