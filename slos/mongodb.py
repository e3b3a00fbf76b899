"""MongoDB: the promises of a deployment to the services on it, and a word in time when one is in danger.

What pages stands in `monitors/mongodb.py`; the alerts here see the slow burns below its thresholds, and tell. Atlas
has the promises its metrics can show: members, reads, lag.
"""

from __future__ import annotations

from functools import partial

from dd_sync.packs.monitors.mongodb.latency import READS, WRITES
from dd_sync.packs.monitors.mongodb.terms import LINKS

from dd_sync import SLO, MongoDB, Monitor, Number, Ref, define
from monitors.mongodb import can_connect

promise = partial(SLO, tags=("pack:mongodb",))
alert = partial(Monitor, type="slo alert", tags=("pack:mongodb",), links=LINKS)


@define
def primary(mongodb: MongoDB, *, target: Number = 99.9) -> SLO | None:  # percent of minutes; 99.95 where all depends
    """Time in which {mongodb.name} had a primary, so that it took writes."""
    if not mongodb.replicated or mongodb.sharded:  # of several sets the minimum would hide the one without
        return None
    return _time(
        name="MongoDB {mongodb.name}: a primary exists",
        query=f"min:mongodb.replset.state{mongodb.scope()}",
        good=("<", 2),  # 1 is PRIMARY
        target=target,
        seconds=60,
    )


@define(level="standard")
def primary_burn(mongodb: MongoDB, *, rate: Number = 6) -> Monitor | None:  # times the pace that uses it up in 30 d
    """{mongodb.name} is without a primary now and then: elections that last, or come again and again.

    First step: the state changes on its dashboard: always the same member, always the same hour?

    Likely causes: a member that stalls (disk, memory); backups or jobs on the primary; a network that flaps.

    Over when: both windows are under the threshold; what is left of the budget stays used.
    """
    if not mongodb.replicated or mongodb.sharded:
        return None
    return _burn(primary.ref(mongodb), rate, "[MongoDB] Time with a primary of {mongodb.name} burns {rate}x too fast")


@define
def members(mongodb: MongoDB, *, target: Number = 99.9) -> SLO | None:  # percent of five-minute slices
    """Time in which all members of {mongodb.name} answered: how often it could bear to lose one."""
    if not (mongodb.replicated or mongodb.hosting == "atlas"):
        return None
    if mongodb.self_hosted:  # 1 of each that answers; of several sets they are added up
        query, least = f"sum:mongodb.replset.health{mongodb.scope()}.fill(null)", mongodb.members - 1
    else:
        query, least = f"min:mongodb.atlas.replstatus.health{mongodb.scope()}", 0
    return _time(
        name="MongoDB {mongodb.name}: all members healthy",
        query=query,
        good=(">", least),
        target=target,
    )


@define(level="standard")
def members_burn(mongodb: MongoDB, *, rate: Number = 40) -> Monitor | None:  # times the pace that uses it up in 30 d
    """Members of {mongodb.name} are away more than planned: redundancy is promised and not there.

    First step: which member, and since when: members by state on its dashboard.

    Likely causes: maintenance that takes long; a member that cannot catch up; hosts that fail often.

    Over when: both windows are under the threshold; what is left of the budget stays used.
    """
    if not (mongodb.replicated or mongodb.hosting == "atlas"):
        return None
    return _burn(members.ref(mongodb), rate, "[MongoDB] Health of {mongodb.name}'s members burns {rate}x too fast")


@define
def read_latency(
    mongodb: MongoDB,
    *,
    target: Number = 99.5,  # percent of five-minute slices
    milliseconds: Number = 20,  # mean of a good slice
) -> SLO:
    """Time in which reads of {mongodb.name} took less than {milliseconds} ms on average."""
    if not mongodb.self_hosted:  # Atlas reports milliseconds, the Agent microseconds
        query = f"avg:mongodb.atlas.oplatencies.reads.avg{mongodb.scope()}"
        return _time(name="MongoDB {mongodb.name}: fast reads", query=query, good=("<", milliseconds), target=target)
    return _mean("fast reads", "reads", READS, mongodb, milliseconds, target)


@define(level="standard")
def read_latency_burn(mongodb: MongoDB, *, rate: Number = 8) -> Monitor:  # times the pace that uses it up in 30 d
    """Reads of {mongodb.name} are slow for hours, below what `read-latency` pages at.

    First step: scanned per returned and cache used on its dashboard, then what was deployed when it began.

    Likely causes: a query without its index; data in use that outgrew memory.

    Over when: both windows are under the threshold; what is left of the budget stays used.
    """
    return _burn(read_latency.ref(mongodb), rate, "[MongoDB] Read latency of {mongodb.name} burns {rate}x too fast")


@define
def write_latency(
    mongodb: MongoDB,
    *,
    target: Number = 99.5,  # percent of five-minute slices
    milliseconds: Number = 50,  # mean of a good slice
) -> SLO | None:
    """Time in which writes to {mongodb.name} took less than {milliseconds} ms on average."""
    if not mongodb.self_hosted:
        return None
    return _mean("fast writes", "writes", WRITES, mongodb, milliseconds, target)


@define(level="standard")
def write_latency_burn(
    mongodb: MongoDB,
    *,
    rate: Number = 8,  # times the pace that uses it up in 30 d
) -> Monitor | None:
    """Writes to {mongodb.name} are slow for hours, below what `write-latency` pages at.

    First step: dirty cache and replication lag on its dashboard, then the disk's own latency.

    Likely causes: a disk at its limit; a secondary that holds majority writes up; a bulk write.

    Over when: both windows are under the threshold; what is left of the budget stays used.
    """
    if not mongodb.self_hosted:
        return None
    return _burn(write_latency.ref(mongodb), rate, "[MongoDB] Write latency of {mongodb.name} burns {rate}x too fast")


@define
def lag(
    mongodb: MongoDB,
    *,
    target: Number = 99.9,  # percent of five-minute slices
    seconds: Number = 30,  # of the member furthest behind, in a good slice
) -> SLO | None:
    """Time in which every secondary of {mongodb.name} was less than {seconds} s behind."""
    if not (mongodb.replicated or mongodb.hosting == "atlas"):
        return None
    metric = "max:mongodb.replset.optime_lag" if mongodb.self_hosted else "max:mongodb.atlas.replset.replicationlag"
    return _time(
        name="MongoDB {mongodb.name}: replication keeps up",
        query=f"{metric}{mongodb.scope()}",
        good=("<", seconds),
        target=target,
    )


@define(level="standard")
def lag_burn(mongodb: MongoDB, *, rate: Number = 40) -> Monitor | None:  # times the pace that uses it up in 30 d
    """Secondaries of {mongodb.name} fall behind again and again, below what `replication-lag` pages at.

    First step: lag by member on its dashboard: one member, or all at the same hour?

    Likely causes: a member weaker than the others; a nightly job that writes in bulk; backups on a secondary.

    Over when: both windows are under the threshold; what is left of the budget stays used.
    """
    if not (mongodb.replicated or mongodb.hosting == "atlas"):
        return None
    return _burn(lag.ref(mongodb), rate, "[MongoDB] Replication of {mongodb.name} burns its budget {rate}x too fast")


@define
def reachable(mongodb: MongoDB, *, target: Number = 99.95) -> SLO | None:  # percent of time
    """Time in which the Agent could connect to the servers of {mongodb.name}."""
    if not mongodb.self_hosted:
        return None
    return promise(
        name="MongoDB {mongodb.name}: reachable",
        monitors=[can_connect.ref(mongodb)],
        target=target,
    )


def _mean(
    what: str, kind: str, operations: tuple[str, ...], mongodb: MongoDB, milliseconds: Number, target: Number
) -> SLO:
    """Good time by the mean of a slice: time spent by operations done, of the primary where there is one."""
    here = mongodb.scope("replset_state:primary" if mongodb.replicated else "")
    queries = {"spent": f"sum:mongodb.oplatencies.{kind}.latencyps{here}"}
    queries |= {one: f"sum:mongodb.opcounters.{one}ps{here}" for one in operations}
    asked = [{"data_source": "metrics", "name": name, "query": query} for name, query in queries.items()]
    formula = f"spent / ({' + '.join(operations)})"
    return promise(
        name=f"MongoDB {{mongodb.name}}: {what}",
        sli_specification={
            "time_slice": {
                "query": {"formulas": [{"formula": formula}], "queries": asked},
                "comparator": "<",
                "threshold": 1000 * milliseconds,
                "query_interval_seconds": 300,
            }
        },
        target=target,
    )


def _time(name: str, query: str, good: tuple[str, Number], target: Number, seconds: int = 300) -> SLO:
    """Good time: slices in which the query compares as `good` says."""
    comparator, threshold = good
    return promise(
        name=name,
        sli_specification={
            "time_slice": {
                "query": {
                    "formulas": [{"formula": "measured"}],
                    "queries": [{"data_source": "metrics", "name": "measured", "query": query}],
                },
                "comparator": comparator,
                "threshold": threshold,
                "query_interval_seconds": seconds,
            }
        },
        target=target,
    )


def _burn(slo: Ref[SLO], rate: Number, name: str) -> Monitor:
    """Over six hours, and still in the last half: at 6 times, 5 % of a month's budget (Datadog's docs, "Burn rate")."""
    return alert(
        name=name,
        query=f'burn_rate("{slo}").over("30d").long_window("6h").short_window("30m") > {rate}',
        priority=3,
    )
