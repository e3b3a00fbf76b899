"""`absorb --write`: what somebody changed in Datadog stands in the files then, formatted, or is named."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest

from tests.cli.test_absorb import BOARD, applied, edit, option, threshold
from tests.trust.test_conflicts import DISK, KEY, conflict
from tests.workbench import Workbench

__all__ = ["applied", "conflict"]

Change = Callable[[dict[str, Any]], dict[str, Any]]


def text(bench: Workbench, name: str) -> str:
    return (bench.root / name).read_text()


def formatted(bench: Workbench) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "ruff", "format", "--check", "--line-length", "120", "monitors"],
        cwd=bench.root,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda body: {**body, "priority": 1}, "        priority=1,\n"),
        (option(renotify_interval=90), "        renotify_interval=90,\n"),
        (option(evaluation_delay=300), "        evaluation_delay=300,\n"),
        (lambda body: {**body, "priority": None}, "        renotify_interval=60,\n    )\n"),
    ],
)
def test_an_argument_is_written_at_its_place(bench: Workbench, change: Change, said: str) -> None:
    bench.write("monitors/eks.py", DISK)
    bench.apply()
    edit(bench, "Disk", change)
    ran = bench.ddsync("absorb", KEY, "--write")
    assert "written  monitors/eks.py:" in ran.out
    assert said in text(bench, "monitors/eks.py")
    assert bench.plan()["changes"] == []
    formatted(bench)


def test_a_call_on_one_line_gets_its_argument(bench: Workbench) -> None:
    one_line = 'Monitor(name="Disk", query="avg(last_5m):avg:system.disk.in_use{*} > 5")'
    source = DISK.partition("    return ")[0] + f"    return {one_line}\n"
    bench.write("monitors/eks.py", source)
    bench.apply()
    edit(bench, "Disk", lambda body: {**body, "priority": 1})
    bench.ddsync("absorb", KEY, "--write")
    assert text(bench, "monitors/eks.py") == source.replace(' > 5")', ' > 5", priority=1)')
    edit(bench, "Disk", lambda body: {**body, "tags": [*body["tags"], *(f"part:{n}" for n in range(9))]})
    bench.ddsync("absorb", KEY, "--write")
    assert bench.plan()["changes"] == []
    formatted(bench)


def test_a_docstring_is_written(bench: Workbench) -> None:
    bench.write("monitors/eks.py", DISK)
    bench.apply()
    edit(bench, "Disk", lambda body: {**body, "message": "A disk fills up.\n\nCall Sam."})
    bench.ddsync("absorb", KEY, "--write")
    assert '    """A disk fills up.\n\n    Call Sam.\n    """\n' in text(bench, "monitors/eks.py")
    assert bench.plan()["changes"] == []
    formatted(bench)


def test_a_number_is_written_where_the_cluster_stands_and_comments_stay(applied: Workbench) -> None:
    before = text(applied, "ddsync.yaml").replace("clusters:\n", "clusters:  # what there is\n")
    applied.write("ddsync.yaml", before)
    edit(applied, "Busy prod-eu-1", threshold(95))
    applied.ddsync("absorb", "eks/busy/prod-eu-1", "--write")
    after = text(applied, "ddsync.yaml")
    assert after == before.replace("team: platform}", "team: platform, monitors: {busy: {critical: 95}}}", 1)
    assert applied.plan()["changes"] == []


def test_a_number_of_a_service_is_written_to_its_file(applied: Workbench) -> None:
    edit(applied, "Slow cart prod", threshold(7.5))
    applied.ddsync("absorb", "eks/slow/cart/prod", "--write")
    assert "7.5" in text(applied, "services/cart.yaml")
    assert applied.plan()["changes"] == []


def test_what_cannot_be_placed_is_named_and_the_command_ends_with_1(applied: Workbench) -> None:
    def retitle(body: dict[str, Any]) -> dict[str, Any]:
        return {**body, "widgets": body["widgets"][1:]}

    edit(applied, "Hosts", retitle, "dashboard")
    ran = applied.ddsync("absorb", "hosts/hosts", "--write", status=1)
    assert "not placed  dashboards/hosts.py:" in ran.out
    assert text(applied, "dashboards/hosts.py") == BOARD
    (found,) = applied.ddsync("absorb", "hosts/hosts", "--write", "--format", "json", status=1).json
    assert {one["written"] for one in found["edits"]} == {False}


def test_a_raw_payload_is_named(applied: Workbench) -> None:
    edit(applied, "Raw", lambda body: {**body, "message": "call Sam"})
    assert "not placed  monitors/raw.py:" in applied.ddsync("absorb", "raw/imported", "--write", status=1).out


def test_in_a_conflict_only_what_datadog_changed_is_written_and_the_rest_goes_through(conflict: Workbench) -> None:
    conflict.ddsync("absorb", KEY, "--write")
    source = text(conflict, "monitors/eks.py")
    assert source == DISK.replace("> 5", "> 2").replace("priority=3", "priority=1").replace("=60", "=90")
    (change,) = conflict.plan()["changes"]
    assert change["cause"] == "code"
    conflict.apply()
    assert conflict.plan()["changes"] == []


def test_what_both_changed_is_for_a_person_to_merge(conflict: Workbench) -> None:
    conflict.write("monitors/eks.py", text(conflict, "monitors/eks.py").replace("priority=3", "priority=2"))
    ran = conflict.ddsync("absorb", KEY, "--write", status=1)
    assert "the code changed it too, from 3: merge the two" in ran.out
    assert "priority=2" in text(conflict, "monitors/eks.py")
    assert "renotify_interval=90" in text(conflict, "monitors/eks.py")


def test_a_lost_identity_is_written_to_adopt_yaml(bench: Workbench) -> None:
    bench.apply()
    (live,) = bench.live("monitor")
    bench.emulator.edit("monitor", live["id"], lambda body: {**body, "tags": []})
    bench.ddsync("absorb", "eks/cpu-high/prod-eu-1", "--write")
    assert text(bench, "adopt.yaml").splitlines()[1:] == ["prod:", f"  monitor:eks/cpu-high/prod-eu-1: {live['id']}"]
    bench.apply()
    assert (bench.plan()["changes"], len(bench.live("monitor"))) == ([], 1)


def test_what_else_a_definition_makes_is_named(bench: Workbench) -> None:
    settings = text(bench, "ddsync.yaml")
    bench.write(
        "ddsync.yaml", settings.replace("targets:", "  - {name: prod-eu-2, env: prod, team: platform}\ntargets:")
    )
    bench.apply()
    name = "[EKS] CPU above 90% on prod-eu-1"
    edit(bench, name, lambda body: {**body, "priority": 1})
    ran = bench.ddsync("absorb", "eks/cpu-high/prod-eu-1", "--write", status=None)
    assert "changes  monitor eks/cpu-high/prod-eu-2 too" in ran.out
