"""A project in a fixture: what it makes, and plan, apply, plan against a Datadog of its own."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from dd_sync.core.errors import DefinitionError, Refused
from dd_sync.emulator import Fault
from dd_sync.testing import Project, Running, run_project
from tests.workbench import Workbench

KEY = "eks/cpu-high/prod-eu-1"


@pytest.fixture
def running(bench: Workbench) -> Iterator[Running]:
    with run_project(bench.root) as made:
        yield made


def test_a_project_tells_its_payloads(bench: Workbench) -> None:
    project = Project(bench.root)
    assert list(project.payloads("monitor")) == [KEY]
    assert project.payload(KEY) is project.payload(f"monitor:{KEY}")
    assert project.payloads("dashboard") == {}
    assert list(project.paging()) == [KEY]
    with pytest.raises(KeyError, match=f"Did you mean {KEY}"):
        project.payload("eks/cpu-hihg/prod-eu-1")


def test_whom_a_team_names_under_page_is_woken(bench: Workbench) -> None:
    path = bench.root / "ddsync.yaml"
    path.write_text(path.read_text().replace("@pagerduty-platform", "@webhook-siren"))
    assert list(Project(bench.root).paging()) == [KEY]


def test_a_project_is_seen_for_one_target(bench: Workbench) -> None:
    path = bench.root / "ddsync.yaml"
    path.write_text(path.read_text() + "  dev: {site: datadoghq.eu, envs: [dev]}\n")
    assert Project(bench.root, "dev").payloads("monitor") == {}
    assert list(Project(bench.root, "prod").payloads("monitor")) == [KEY]


def test_an_applied_plan_leaves_nothing_to_plan(running: Running) -> None:
    assert [change["action"] for change in running.plan()["changes"]] == ["create"]
    assert [(one["key"], one["status"]) for one in running.apply()] == [(KEY, "done")]
    assert running.plan()["changes"] == []
    assert running.live("monitor")[0]["name"] == "[EKS] CPU above 90% on prod-eu-1"


def test_the_project_is_read_anew_each_time(running: Running, bench: Workbench) -> None:
    running.apply()
    path = bench.root / "monitors/eks.py"
    path.write_text(path.read_text().replace("= 90", "= 95"))
    (change,) = running.plan()["changes"]
    assert {"path": "options.thresholds.critical", "before": 90, "after": 95} in change["fields"]


def test_edits_in_datadog_are_drift_until_they_are_reverted(running: Running) -> None:
    running.apply()
    (live,) = running.live("monitor")
    running.emulator.edit("monitor", live["id"], lambda body: {**body, "message": "mine"})
    (change,) = running.plan()["changes"]
    assert change["cause"] == "drift"
    running.apply(revert=True)
    assert running.plan()["changes"] == []


def test_limits_hold_in_tests_too(running: Running, bench: Workbench) -> None:
    running.apply()
    (bench.root / "monitors/eks.py").write_text("")
    with pytest.raises(Refused):
        running.apply()
    running.apply(allow_delete=1)
    assert running.live("monitor") == []


def test_what_was_not_done_fails_the_test(running: Running) -> None:
    running.emulator.faults.append(Fault(("POST", "/api/v1/monitor"), "status", status=400))
    with pytest.raises(AssertionError, match=f"not done: monitor {KEY}"):
        running.apply()


def test_nothing_is_written_into_the_project_but_its_list_of_keys(running: Running, bench: Workbench) -> None:
    running.apply()
    left = {path.relative_to(bench.root).as_posix() for path in bench.root.rglob("*") if path.is_file()}
    assert {name for name in left if name.startswith(".ddsync")} == {".ddsync/.gitignore", ".ddsync/cache/keys.json"}


def test_the_environment_is_left_as_it_was(running: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DD_SITE", "datadoghq.com")
    monkeypatch.setenv("DD_API_KEY", "mine")
    before = dict(os.environ)
    running.plan()
    assert dict(os.environ) == before


def test_a_mistake_in_the_project_is_told_with_its_line(bench: Workbench, tmp_path: Path) -> None:
    bench.write("monitors/broken.py", "def x(:\n")
    with pytest.raises(DefinitionError, match=r"monitors/broken\.py:1"):
        _ = Project(bench.root).built
