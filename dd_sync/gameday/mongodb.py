"""A self-hosted MongoDB deployment as the Agent's check sees it: one instance of the check for each member.

Everything a member says ends while it is down. Lag is the primary's word, so without a primary there is none. A
member's state is part of its tags, so its series end and others begin when it changes. Totals and `.avg` figures count
since the member began.
"""

from __future__ import annotations

from collections.abc import Mapping

from dd_sync.definitions import inventory
from dd_sync.gameday.source import Check, Event, Source
from dd_sync.gameday.track import Constant, Following, Reading, Total, Track, ripple
from dd_sync.gameday.world import World

STATES = {1: "primary", 2: "secondary", 3: "recovering", 5: "startup2", 9: "rollback"}
GIB = 2**30
_WEEK = 7 * 24 * 60


class Member:
    """One mongod."""

    def __init__(self, database: MongoDB, set_name: str, n: int, state: int) -> None:
        world = database.world
        self.database = database
        self.set_name = set_name
        self.n = n
        self.me = f"{database.name}-{set_name}-{n}.db.internal:27017"
        self.up: Track = world.track(True)
        self.agent: Track = world.track(True)
        """Whether the Agent beside it sends anything."""
        self.state: Track = world.track(state)
        self.lag: Track = world.track(lambda minute: 1 if minute % 3 else 0)
        """Seconds behind the primary."""
        self.starts: Track = world.track(False)
        """True in the minute in which mongod starts."""
        self.connections: Track = world.track(ripple(600.0 if state == 1 else 150.0))
        self.most_connections = 52_000
        self.created: Track = world.track(5.0)
        """New connections a second."""
        self.reads: Track = world.track(ripple(900.0 if state == 1 else 200.0))
        """Finds a second."""
        self.writes: Track = world.track(ripple(400.0 if state == 1 else 0.001))
        self.read_time: Track = world.track(1000.0)
        """Microseconds a read takes."""
        self.write_time: Track = world.track(2000.0)
        self.window: Track = world.track(48 * 3600.0)
        """Seconds of oplog."""
        self.cache: Track = world.track(0.80)
        self.dirty: Track = world.track(0.05)
        self.evicted: Track = world.track(0.0)
        """Pages a second that application threads evict."""
        self.tickets: Track = world.track(120.0)
        self.queued_readers: Track = world.track(0)
        self.queued_writers: Track = world.track(0)
        self.scanned: Track = world.track(5000.0)
        self.returned: Track = world.track(3000.0)
        self.sorted: Track = world.track(1.0)
        self.scans: Track = world.track(0.0)
        """Collection scans a second."""
        self.cpu: Track = world.track(160.0)
        """Percent of one core, of eight."""
        self.disk: Track = world.track(0.6)
        self.locked: Track = world.track(0)
        self.conflicts: Track = world.track(1.0)
        self.cursors: Track = world.track(40)
        self.timed_out: Track = world.track(0.02)
        self.asserts: Track = world.track(0.0)
        self.faults: Track = world.track(3.0)
        self.resident: Track = world.track(12_000)
        self.lock_wait: Track = world.track(1000.0)
        self._send()

    @property
    def sees(self) -> tuple[Reading, Reading]:
        return (self.agent, self.up)

    def stops(self, minute: int, end: int | None = None, *, agent: bool = False) -> None:
        """mongod is down, and its machine's Agent too where the machine is what is gone."""
        self.up.set(False, minute, end)
        if agent:
            self.agent.set(False, minute, end)
        if end is not None:
            self.starts.set(True, end, end + 1)
            self.lag.set(lambda now: max(0, 30 - 10 * (now - end)), end, end + 4)

    def _send(self) -> None:
        world, name = self.database.world, STATES
        tags = {
            **self.database.tags,
            "server": f"mongodb://{self.me}",
            "host": self.me.partition(":")[0],
            "hosting_type": "self-hosted",
            "replset_name": self.set_name,
            "replset_me": self.me,
            "database_instance": self.me,
        }
        moving: Mapping[str, Reading] = {"replset_state": Following(name.__getitem__, self.state)}
        for metric, value in {**self._states(), **self._rates(), **self._totals()}.items():
            world.add(Source(f"mongodb.{metric}", tags, value, self.sees, moving))
        for metric, value in self._files().items():
            world.add(Source(f"mongodb.{metric}", {**tags, "db": "app", "cluster": "db:app"}, value, self.sees, moving))
        scans = {**tags, "db": "app", "collection": "orders"}
        leads = Following(lambda state: state == 1, self.state)
        name_of = "mongodb.collection.collectionscans.nontailableps"
        world.add(Source(name_of, scans, self.scans, (*self.sees, leads), moving))
        where = {**self.database.tags, "host": tags["host"], "port": "27017", "db": "admin"}
        status = Following(lambda up: "ok" if up else "critical", self.up)
        world.add(Check("mongodb.can_connect", where, status, (self.agent,), runs=4, slow=2))

    def _files(self) -> dict[str, Reading]:
        size = 500 * GIB
        return {
            "stats.fstotalsize": Constant(size),
            "stats.fsusedsize": Following(lambda share: share * size, self.disk),
            "stats.datasize": Constant(200 * GIB),
        }

    def _states(self) -> dict[str, Reading]:
        """What it is and has now."""
        size = 16 * GIB
        set_ = self.database.set_of(self)
        return {
            "replset.health": Constant(1),
            "replset.state": self.state,
            "replset.replicationlag": _OwnLag(self, set_),
            "replset.votes": Constant(1),
            "replset.votefraction": Constant(1 / 3),
            "oplog.timediff": self.window,
            "oplog.logsizemb": Constant(51_200),
            "connections.current": self.connections,
            "connections.available": Following(lambda n: self.most_connections - n, self.connections),
            "globallock.currentqueue.readers": self.queued_readers,
            "globallock.currentqueue.writers": self.queued_writers,
            "globallock.currentqueue.total": Following(lambda a, b: a + b, self.queued_readers, self.queued_writers),
            "mem.resident": self.resident,
            "fsynclocked": self.locked,
            "locks.collection.timeacquiringmicros.exclusiveps": self.lock_wait,
            "wiredtiger.cache.bytes_currently_in_cache": Following(lambda share: share * size, self.cache),
            "wiredtiger.cache.maximum_bytes_configured": Constant(size),
            "wiredtiger.cache.tracked_dirty_bytes_in_cache": Following(lambda share: share * size, self.dirty),
            "wiredtiger.cache.pages_evicted_by_application_threadsps": self.evicted,
            "wiredtiger.concurrenttransactions.read.available": self.tickets,
            "wiredtiger.concurrenttransactions.read.totaltickets": Constant(128),
            "wiredtiger.concurrenttransactions.write.available": self.tickets,
            "wiredtiger.concurrenttransactions.write.totaltickets": Constant(128),
            "system.cpu.percent": self.cpu if self.database.facts.agent_on_host else Constant(None),
            "system.cpu.cores": Constant(8),
        }

    def _rates(self) -> dict[str, Reading]:
        """What it does a second, as the check works it out."""
        return {
            "metrics.cursor.open.total": self.cursors,
            "metrics.cursor.timedoutps": self.timed_out,
            "metrics.document.returnedps": self.returned,
            "metrics.queryexecutor.scannedobjectsps": self.scanned,
            "metrics.operation.scanandorderps": self.sorted,
            "metrics.operation.writeconflictsps": self.conflicts,
            "asserts.regularps": self.asserts,
            "extra_info.page_faultsps": self.faults,
            "network.bytesinps": Following(lambda n: 2000 * n, self.reads),
            "network.bytesoutps": Following(lambda n: 9000 * n, self.reads),
        }

    def _totals(self) -> dict[str, Reading]:
        """What it has counted since it began, and what the check makes of that."""
        undo = self.database.world.undo

        def total(rate: Reading) -> Total:
            return Total(rate, _WEEK, undo, self.starts)

        reads, writes = total(self.reads), total(self.writes)
        spent_reading = total(Following(lambda n, took: n * took, self.reads, self.read_time))
        spent_writing = total(Following(lambda n, took: n * took, self.writes, self.write_time))

        def mean(spent: Reading, count: Reading) -> Reading:
            return Following(lambda one, other: round(one / other, 1) if other else None, spent, count)

        def ps(spent: Reading, each: Reading) -> Reading:
            return Following(lambda n, took: n * took, spent, each)

        return {
            "opcounters.queryps": self.reads,
            "opcounters.getmoreps": Constant(20),
            "opcounters.insertps": Following(lambda n: n * 0.5, self.writes),
            "opcounters.updateps": Following(lambda n: n * 0.4, self.writes),
            "opcounters.deleteps": Following(lambda n: n * 0.1, self.writes),
            "opcounters.commandps": Constant(80),
            "oplatencies.reads.latency": spent_reading,
            "oplatencies.reads.latencyps": ps(self.reads, self.read_time),
            "oplatencies.reads.latency.avg": mean(spent_reading, reads),
            "oplatencies.writes.latency": spent_writing,
            "oplatencies.writes.latencyps": ps(self.writes, self.write_time),
            "oplatencies.writes.latency.avg": mean(spent_writing, writes),
            "oplatencies.commands.latency.avg": Constant(700),
            "connections.totalcreated": total(self.created),
            "uptime": total(Constant(1)),
        }


class _OwnLag:
    """How far a member believes to be behind: while it sees a primary, in whatever state it is."""

    def __init__(self, member: Member, members: list[Member]) -> None:
        self._member = member
        self._members = members

    @property
    def touched(self) -> bool:
        return self._member.lag.touched or any(one.state.touched or one.up.touched for one in self._members)

    def at(self, minute: int) -> float | None:
        leads = any(one.up.at(minute) and one.state.at(minute) == 1 for one in self._members)
        if not leads:
            return None
        return 0 if self._member.state.at(minute) == 1 else float(self._member.lag.at(minute))


class _SeenLag:
    """How far a member is behind, as one that leads sees it: of members that are up and follow, or lead."""

    def __init__(self, witness: Member, member: Member) -> None:
        self._witness = witness
        self._member = member

    @property
    def touched(self) -> bool:
        return any(
            one.touched
            for one in (self._witness.state, self._witness.up, self._member.state, self._member.up, self._member.lag)
        )

    def at(self, minute: int) -> float | None:
        if self._witness.state.at(minute) != 1 or not self._member.up.at(minute):
            return None
        state = self._member.state.at(minute)
        return 0.0 if state == 1 else float(self._member.lag.at(minute)) if state == 2 else None


class MongoDB:
    """One deployment of the inventory, run by the team itself: one replica set, or two shards."""

    def __init__(self, world: World, facts: inventory.MongoDB) -> None:
        self.world = world
        self.facts = facts
        self.name = facts.name
        given = getattr(facts, "scoped_by", (f"env:{facts.env}",))
        self.tags = {"clustername": facts.name, **dict(tag.split(":", 1) for tag in given if ":" in tag)}
        """The instance's `cluster_name`, without which no monitor could tell deployments apart, and its `tags:`."""
        self.sets: dict[str, list[Member]] = {}
        for name in ("shard0", "shard1") if facts.sharded else (getattr(facts, "replset", None) or "rs0",):
            self.sets[name] = []
            for n in range(max(1, facts.members)):
                self.sets[name].append(Member(self, name, n, 1 if n == 0 else 2))
            self._lags(name)
        self.orphans: Track = world.track(0)
        self.router: Track = world.track(True)
        self.jumbo: Track = world.track(0)
        """Chunks too large to be moved."""
        if facts.sharded:
            self._routers()

    @property
    def about(self) -> str:
        return f"mongodb {self.name}"

    @property
    def team(self) -> str:
        return self.facts.team

    @property
    def env(self) -> str:
        return self.facts.env

    @property
    def paged_for(self) -> int:
        return self.facts.paged_for

    @property
    def members(self) -> list[Member]:
        """The members of its first replica set; the first of them leads."""
        return next(iter(self.sets.values()))

    @property
    def primary(self) -> Member:
        return self.members[0]

    def set_of(self, member: Member) -> list[Member]:
        return self.sets[member.set_name]

    def elects(self, minute: int, *, old: Member, new: Member) -> None:
        """Another member leads from a minute on, and the one that led follows."""
        old.state.set(2, minute)
        new.state.set(1, minute)
        for was, now in ((new, old), (old, new)):
            was.connections.set(lambda at, n=now: 600.0 if n is new else 150.0, minute)
        new.reads.set(900.0, minute)
        new.writes.set(400.0, minute)
        old.reads.set(200.0, minute)
        old.writes.set(0.001, minute)
        for member, status in ((old, "SECONDARY"), (new, "PRIMARY")):
            self.reports(minute, member, status)

    def reports(self, minute: int, member: Member, status: str) -> None:
        """An event of a member's new state, as the check of the one that leads reports it."""
        tags = {
            "action": "mongo_replset_member_status_change",
            "member_status": status,
            "replset": member.set_name,
            "mongo_node": member.me,
            "host": member.me.partition(":")[0],
        }
        self.world.happen(Event(minute, "mongodb", f"{member.me} is {status} for {member.set_name}", tags))

    def _lags(self, name: str) -> None:
        for witness in self.sets[name]:
            for member in self.sets[name]:
                tags = {
                    **self.tags,
                    "server": f"mongodb://{witness.me}",
                    "host": witness.me.partition(":")[0],
                    "replset_name": name,
                    "replset_me": witness.me,
                    "database_instance": witness.me,
                    "member": member.me,
                }
                state = Following(STATES.__getitem__, member.state)
                self.world.add(
                    Source(
                        "mongodb.replset.optime_lag",
                        tags,
                        _SeenLag(witness, member),
                        witness.sees,
                        {"replset_state": state},
                    )
                )

    def _routers(self) -> None:
        for n in range(3):
            host = f"{self.name}-mongos-{n}.db.internal"
            tags = {**self.tags, "host": host, "sharding_cluster_role": "mongos"}
            there = (self.router,) if n == 0 else ()
            for shard in self.sets:
                of = {**tags, "db": "app", "collection": "events", "shard": shard}
                metric = "mongodb.sharded_data_distribution.num_orphaned_docs"
                self.world.add(Source(metric, of, self.orphans, there))
            self.world.add(Source("mongodb.chunks.jumbo", tags, self.jumbo, there))
            status = Following(lambda up: "ok" if up else "critical", self.router) if n == 0 else Constant("ok")
            where = {**self.tags, "host": host, "port": "27017", "db": "admin"}
            self.world.add(Check("mongodb.can_connect", where, status, slow=2))
