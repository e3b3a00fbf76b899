"""MongoDB: normal life sets nothing off, incidents are noticed in time, by the alert that is meant for them."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import Any

import pytest

from tests.packs.building import built, payloads
from tests.packs.situations import LEAD, Situation, fired

Line = tuple[str, str, str]

DEPLOYMENTS = (
    "mongodb: [{name: orders, env: prod, team: platform, members: 3, replset: rs0, major_version: 6}, "
    "{name: catalog, env: prod, team: platform, hosting: atlas, connection_limit: 3000}]"
)


@functools.cache
def monitors() -> Mapping[str, Mapping[str, Any]]:
    return payloads(built("packs: {mongodb: full}", DEPLOYMENTS), "monitor")


def member(n: int, state: str = "secondary") -> str:
    """What the check of a member sends: its state is one of its tags, so that an election ends its series."""
    return (
        f"clustername:orders,replset_name:rs0,replset_me:m{n}:27017,replset_state:{state},host:i-{n},"
        f"database_instance:m{n},server:mongodb://m{n}"
    )


def states(*lines: tuple[int, str, str]) -> list[Line]:
    """The state of members, by number, name of the state and steps; each answers as long as it has one."""
    found = [("mongodb.replset.state", member(n, name), text) for n, name, text in lines]
    answers = [
        (
            "mongodb.replset.health",
            member(n, name),
            " ".join(
                "-" + s[s.find("*") :] * ("*" in s) if s[0] == "-" else "1" + s[s.find("*") :] * ("*" in s)
                for s in text.split()
            ),
        )
        for n, name, text in lines
    ]
    return [*found, *answers]


def well(*but: int) -> list[Line]:
    usual = [(0, "primary", "1"), (1, "secondary", "2"), (2, "secondary", "2")]
    return states(*(one for one in usual if one[0] not in but))


def lag(n: int, text: str) -> Line:
    return ("mongodb.replset.optime_lag", f"{member(0, 'primary')},member:m{n}:27017", text)


def load(reads: str, latency: str, state: str = "primary") -> list[Line]:
    """Finds a second, and microseconds spent in reads a second."""
    here = member(0, state)
    return [
        ("mongodb.opcounters.queryps", here, reads),
        ("mongodb.opcounters.getmoreps", here, "0"),
        ("mongodb.oplatencies.reads.latencyps", here, latency),
    ]


ATLAS = "clustername:catalog,replicasetname:atlas-x,hostnameport:n{}:27017"

NORMAL = [
    Situation(
        "N13 a secondary restarts",
        [*well(2), *states((2, "secondary", f"2*{LEAD} -*2 2")), lag(1, "0"), lag(2, f"0*{LEAD} -*2 40 5 0")],
    ),
    Situation(
        "N14 a planned step-down",
        [
            *states((0, "primary", f"1*{LEAD} -"), (0, "secondary", f"-*{LEAD} 2"), (2, "secondary", "2")),
            *states((1, "secondary", f"2*{LEAD} -"), (1, "primary", f"-*{LEAD + 1} 1")),
            ("mongodb.connections.totalcreated", member(1), f"5000..5100*{LEAD} 8100..8300*60"),
            *load("200", f"400000*{LEAD} 2000000*8 400000"),
        ],
    ),
    Situation(
        "N15 a rolling restart",
        [
            *states((2, "secondary", f"2*{LEAD} -*2 2"), (1, "secondary", f"2*{LEAD + 4} -*2 2*3 -")),
            *states(
                (0, "primary", f"1*{LEAD + 9} -"),
                (0, "secondary", f"-*{LEAD + 11} 2"),
                (1, "primary", f"-*{LEAD + 9} 1"),
            ),
        ],
    ),
    Situation(
        "N17 a backup locks a secondary",
        [
            *well(),
            ("mongodb.fsynclocked", member(2), f"0*{LEAD} 1*40 0"),
            ("mongodb.fsynclocked", member(1), "0"),
            lag(2, f"0*{LEAD} 0..2400*40 2400..0*10 0"),
        ],
        minutes=120,
    ),
    Situation(
        "N18 a new member copies its data",
        [
            *well(2),
            *states((2, "startup2", "5")),
            ("mongodb.oplog.timediff", member(2, "startup2"), "0..7200*300"),
            ("mongodb.oplog.timediff", member(0, "primary"), "172800"),
        ],
        minutes=240,
    ),
    Situation(
        "N19 an idle set",
        [
            *well(),
            lag(1, "0 10 " * 40),
            *load("2", "900000"),
            ("mongodb.metrics.queryexecutor.scannedobjectsps", member(0), "3000"),
            ("mongodb.metrics.document.returnedps", member(0), "0"),
        ],
    ),
    Situation(
        "N41 a deploy of clients",
        [("mongodb.connections.totalcreated", member(0), f"0..300*{LEAD} 4000 7600 11200 11260..14000*50")],
    ),
    Situation(
        "a busy mongod on sixteen cores, a lifetime mean that stays high",
        [
            ("mongodb.system.cpu.percent", member(0), "120"),
            ("mongodb.system.cpu.cores", member(0), "16"),
            ("mongodb.oplatencies.reads.latency.avg", member(0), "90000"),
            *load("500", "600000"),
        ],
    ),
    Situation(
        "Atlas maintains a node",
        [
            ("mongodb.atlas.replstatus.state", ATLAS.format(0), f"1*{LEAD} - 2"),
            ("mongodb.atlas.replstatus.state", ATLAS.format(1), f"2*{LEAD + 1} 1"),
            ("mongodb.atlas.replstatus.health", ATLAS.format(0), f"1*{LEAD} 0*4 1"),
            ("mongodb.atlas.connections.current", ATLAS.format(1), f"400*{LEAD} 1200"),
        ],
    ),
]

INCIDENTS = [
    Situation(
        "I32 the primary is lost, and its host with it",
        [
            *states(
                (0, "primary", f"1*{LEAD} -"),
                (1, "secondary", f"2*{LEAD} -"),
                (1, "primary", f"-*{LEAD + 1} 1"),
                (2, "secondary", "2"),
            )
        ],
        {"mongodb/members-missing": 11},
    ),
    Situation(
        "I33 the majority is lost: one is left and votes for nobody",
        [*states((0, "primary", f"1*{LEAD} -"), (1, "secondary", f"2*{LEAD} -"), (2, "secondary", "2"))],
        {"mongodb/no-primary": 4, "mongodb/members-missing": 11},
    ),
    Situation(
        "I33 nobody answers",
        [*states((0, "primary", f"1*{LEAD} -"), (1, "secondary", f"2*{LEAD} -"))],
        {"mongodb/no-primary": 4, "mongodb/members-missing": 0},
    ),
    Situation(
        "I35 the oplog shrinks",
        [("mongodb.oplog.timediff", member(0, "primary"), f"172800*{LEAD} 172800..28800*60 28800..5000*60")],
        {"mongodb/oplog-window": 75, "mongodb/oplog-short": 126},
        minutes=130,
    ),
    Situation(
        "I36 reads are slow for want of cache", load("500", f"500000*{LEAD} 30000000"), {"mongodb/read-latency": 10}
    ),
    Situation(
        "I23 the disk is throttled",
        [(f"mongodb.opcounters.{one}ps", member(0, "primary"), "50") for one in ("insert", "update", "delete")]
        + [("mongodb.oplatencies.writes.latencyps", member(0, "primary"), f"300000*{LEAD} 12000000")],
        {"mongodb/write-latency": 10},
    ),
    Situation(
        "I37 a connection storm",
        [("mongodb.connections.totalcreated", member(0, "primary"), f"0..6000*{LEAD} 54000..2880000*60")],
        {"mongodb/connection-storm": 7},
    ),
    Situation(
        "I39 a scan after a deploy",
        [
            ("mongodb.metrics.queryexecutor.scannedobjectsps", member(0), f"5000*{LEAD} 2e6"),
            ("mongodb.metrics.document.returnedps", member(0), "3000"),
            ("mongodb.system.cpu.percent", member(0), f"200*{LEAD} 780"),
            ("mongodb.system.cpu.cores", member(0), "8"),
        ],
        {"mongodb/query-targeting": 17, "mongodb/cpu": 15},
    ),
    Situation(
        "I40 a long lock",
        [("mongodb.globallock.currentqueue.writers", member(0), f"0*{LEAD} 50")],
        {"mongodb/queue-writers": 6},
    ),
    Situation(
        "I41 a member does not come back",
        [*well(2), *states((2, "recovering", f"-*{LEAD} 3"), (2, "secondary", f"2*{LEAD} -"))],
        {"mongodb/member-unhealthy": 11},
    ),
    Situation(
        "I41 writes are rolled back",
        [*well(2), *states((2, "rollback", f"-*{LEAD} 9*2 -"), (2, "secondary", f"2*{LEAD} -*2 2"))],
        {"mongodb/member-rollback": 2},
    ),
    Situation(
        "I43 a lock is forgotten",
        [("mongodb.fsynclocked", member(2), f"0*{LEAD} 1")],
        {"mongodb/fsync-locked": 62},
        minutes=90,
    ),
    Situation("a secondary falls behind", [*well(), lag(2, f"0*{LEAD} 300")], {"mongodb/replication-lag": 16}),
    Situation(
        "I47 connections near the tier's limit",
        [("mongodb.atlas.connections.current", ATLAS.format(0), f"2000*{LEAD} 2900")],
        {"mongodb/atlas-connections": 6},
    ),
    Situation(
        "I48 no primary in Atlas",
        [("mongodb.atlas.replstatus.state", ATLAS.format(n), f"{1 if n == 0 else 2}*{LEAD} 2") for n in range(3)],
        {"mongodb/atlas-no-primary": 4},
    ),
    Situation(
        "I49 lag and oplog in Atlas",
        [
            ("mongodb.atlas.replset.replicationlag", ATLAS.format(1), f"0*{LEAD} 400"),
            ("mongodb.atlas.replset.oplograte", ATLAS.format(0), f"2*{LEAD} 40"),
        ],
        {"mongodb/atlas-replication-lag": 16, "mongodb/atlas-oplog-rate": 2},
    ),
    Situation(
        "I52 nothing is heard of Atlas",
        [("mongodb.atlas.connections.current", ATLAS.format(0), f"400*{LEAD} -")],
        {"mongodb/atlas-silent": 32},
    ),
]


@pytest.mark.parametrize("situation", NORMAL, ids=lambda one: one.name)
def test_normal_life_sets_nothing_off(situation: Situation) -> None:
    assert fired(monitors(), situation) == {}


@pytest.mark.parametrize("situation", INCIDENTS, ids=lambda one: one.name)
def test_an_incident_is_noticed_by_what_is_meant_for_it(situation: Situation) -> None:
    found = fired(monitors(), situation)
    assert found.keys() == situation.told.keys()
    assert {name: minute for name, minute in found.items() if minute > situation.told[name]} == {}
