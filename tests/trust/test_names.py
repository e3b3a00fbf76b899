"""A project or target that is called otherwise has the objects it had: nothing is made a second time."""

from __future__ import annotations

from typing import Any

import pytest

from tests.workbench import SETTINGS, Workbench

MANY = '''
from collections.abc import Iterator
from dd_sync import Monitor, define


@define
def many() -> Iterator[Monitor]:
    """A disk fills up."""
    for n in range(10):
        yield Monitor(key=f"n{n}", name=f"Disk {n}", query=f"avg(last_5m):avg:system.disk.in_use{{n:{n}}} > 0.9")
'''
SLOS = '''
from collections.abc import Iterator
from dd_sync import SLO, define

@define
def many() -> Iterator[SLO]:
    """Requests are answered."""
    for n in range(10):
        good = f"sum:app.ok{{n:{n}}}.as_count()"
        body = {"name": f"Answers {n}", "type": "metric", "query": {"numerator": good, "denominator": good}}
        yield SLO.from_api({**body, "thresholds": [{"timeframe": "30d", "target": 99}]}, key=f"n{n}")
'''
BOARDS = '''
from collections.abc import Iterator
from dd_sync import Dashboard, define

@define
def many() -> Iterator[Dashboard]:
    """What there is."""
    for n in range(10):
        body = {"title": f"Board {n}", "layout_type": "ordered", "widgets": []}
        yield Dashboard.from_api(body, key=f"n{n}")
'''
RENAMES = {
    "the project": ("project: acme\n", "project: umbrella\n", "umbrella"),
    "the target": ("  prod: {site: datadoghq.eu}", "  live: {site: datadoghq.eu}", "acme"),
    "both": ("", "", "umbrella"),
}


def renamed(which: str) -> str:
    if which == "both":
        return renamed("the project").replace(*RENAMES["the target"][:2])
    return SETTINGS.replace(*RENAMES[which][:2])


def told(which: str) -> str:
    """The settings that say what was called otherwise before."""
    text = renamed(which)
    if which != "the target":
        text = text.replace("project: umbrella\n", "project: umbrella\nrenamed_from: acme\n")
    return text.replace("  live: {site: datadoghq.eu}", "  live: {site: datadoghq.eu, renamed_from: prod}")


def count(bench: Workbench) -> int:
    return sum(len(bench.live(kind)) for kind in ("monitor", "slo", "dashboard"))


@pytest.fixture
def applied(bench: Workbench) -> Workbench:
    """Thirty objects of three kinds."""
    bench.write("monitors/eks.py", MANY)
    bench.write("slos/many.py", SLOS)
    bench.write("dashboards/many.py", BOARDS)
    bench.apply()
    assert count(bench) == 30
    return bench


@pytest.mark.parametrize("which", RENAMES)
def test_a_new_name_makes_no_second_set(applied: Workbench, which: str) -> None:
    applied.write("ddsync.yaml", renamed(which))
    for command in (["plan"], ["apply", "--yes"]):
        ran = applied.ddsync(*command, status=3)
        assert "30 of the objects to create are in this account already, as acme/prod's" in ran.err
        assert "renamed_from:" in ran.err
    assert count(applied) == 30


@pytest.mark.parametrize("which", RENAMES)
def test_a_new_name_takes_the_objects_along(applied: Workbench, which: str) -> None:
    ids = {one["id"] for kind in ("monitor", "slo", "dashboard") for one in applied.live(kind)}
    applied.write("ddsync.yaml", told(which))
    plan = applied.plan()
    assert plan["summary"]["update"] == len(plan["changes"]) == 30
    assert {(change["reason"], len(change["fields"])) for change in plan["changes"]} == {("moves from acme/prod", 0)}
    applied.apply()
    assert applied.plan()["changes"] == []
    assert ids == {one["id"] for kind in ("monitor", "slo", "dashboard") for one in applied.live(kind)}
    applied.write("ddsync.yaml", renamed(which))  # what was moved needs no former name any more
    assert applied.plan()["changes"] == []


def test_an_edit_in_datadog_moves_when_it_is_settled(applied: Workbench) -> None:
    (live, *_) = applied.live("monitor")
    applied.emulator.edit("monitor", live["id"], lambda body: {**body, "message": "call Sam"})
    applied.write("ddsync.yaml", told("the project"))
    applied.apply()
    (change,) = applied.plan()["changes"]
    assert (change["cause"], change["id"]) == ("drift", live["id"])
    assert applied.plan()["summary"]["held"] == 1


def test_a_definition_that_went_with_the_rename_is_deleted_within_the_limits(applied: Workbench) -> None:
    applied.write("ddsync.yaml", told("the project"))
    applied.write("monitors/eks.py", MANY.replace("range(10)", "range(9)"))
    applied.apply()
    assert count(applied) == 29


def test_second_ones_are_made_where_that_is_said_and_go_again_with_consent(applied: Workbench) -> None:
    applied.write("ddsync.yaml", renamed("the project"))
    applied.apply("--allow-twin")
    assert count(applied) == 60
    applied.write("ddsync.yaml", told("the project"))
    assert "30" in applied.apply(status=3).err
    applied.apply("--allow-delete", "30")
    assert count(applied) == 30
    assert applied.plan()["changes"] == []


def test_targets_of_one_project_have_the_same_objects_in_one_organisation(applied: Workbench) -> None:
    applied.write("ddsync.yaml", SETTINGS + "  staging: {site: datadoghq.eu}\n")
    applied.apply("--target", "staging")
    assert count(applied) == 60
    assert applied.plan("--target", "prod")["changes"] == []


@pytest.mark.parametrize("which", RENAMES)
def test_the_doctor_sees_a_new_name(applied: Workbench, which: str) -> None:
    def seen() -> str:
        checks: list[dict[str, Any]] = applied.ddsync("doctor", "--format", "json", status=None).json["checks"]
        return str([one for one in checks if "acme/prod" in str(one)])

    applied.write("ddsync.yaml", renamed(which))
    assert "renamed_from" in seen() or "unknown-target" in seen()
    applied.write("ddsync.yaml", told(which))
    assert "30 objects of acme/prod move to" in seen()


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        (SETTINGS.replace("project: acme", "project: acme\nrenamed_from: acme"), "this is the project's name now"),
        (SETTINGS + "  live: {site: datadoghq.eu, renamed_from: prod}\n", "prod is a target of this project"),
        (
            SETTINGS + "  a: {site: datadoghq.eu, renamed_from: x}\n  b: {site: datadoghq.eu, renamed_from: x}\n",
            "x is a target already moved",
        ),
    ],
)
def test_a_former_name_that_is_still_one_is_an_error(bench: Workbench, settings: str, said: str) -> None:
    bench.write("ddsync.yaml", settings)
    ran = bench.ddsync("plan", "--target", "prod", status=1)
    assert said in ran.err
    assert "ddsync.yaml:" in ran.err
