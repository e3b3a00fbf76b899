"""`ddsync eject`: a pack's file becomes the project's, and nothing else changes by it."""

from __future__ import annotations

from pathlib import Path

import pytest

from dd_sync import packs
from tests.workbench import Workbench

SETTINGS = """\
project: acme
packs: {eks: core}
teams:
  platform: {page: "@pagerduty-platform", tell: "@slack-platform"}
clusters:
  - {name: prod-eu-1, env: prod, team: platform}
targets:
  prod: {site: datadoghq.eu}
"""


@pytest.fixture
def project(bench: Workbench) -> Workbench:
    """A project that uses a pack and has no file of its own."""
    (bench.root / "monitors/eks.py").unlink()
    bench.write("ddsync.yaml", SETTINGS)
    return bench


def test_an_ejected_file_is_the_packs_word_for_word(project: Workbench) -> None:
    ran = project.ddsync("eject", "monitors/eks/nodes")
    assert ran.out == "written monitors/eks/nodes.py\n"
    assert (project.root / "monitors/eks/nodes.py").read_text() == (packs.FOLDER / "monitors/eks/nodes.py").read_text()


def test_an_ejected_folder_is_all_of_its_files(project: Workbench) -> None:
    ran = project.ddsync("eject", "monitors/eks")
    files = sorted(path.name for path in (packs.FOLDER / "monitors/eks").glob("*.py"))
    assert ran.out.splitlines() == [f"written monitors/eks/{name}" for name in files]
    assert sorted(path.name for path in (project.root / "monitors/eks").glob("*.py")) == files


@pytest.mark.parametrize("what", ["monitors/eks", "monitors/eks/nodes", "slos/eks", "dashboards/eks"])
def test_ejecting_changes_nothing_in_datadog(project: Workbench, what: str) -> None:
    project.apply()
    project.ddsync("eject", what)
    assert project.plan()["changes"] == []


@pytest.mark.parametrize("what", ["monitors/eks", "monitors/eks/nodes"])
def test_an_ejected_file_is_used_in_place_of_the_packs(project: Workbench, what: str) -> None:
    project.apply()
    project.ddsync("eject", what)
    path = project.root / "monitors/eks/nodes.py"
    path.write_text(path.read_text().replace("[EKS] ", "[K8s] "))
    changed = project.plan()["changes"]
    assert changed
    assert {change["source"].split(":")[0] for change in changed} == {"monitors/eks/nodes.py"}
    assert {field["path"] for change in changed for field in change["fields"]} == {"name"}


def test_a_file_of_ones_own_stands_in_for_the_whole_folder(project: Workbench) -> None:
    mine = "from dd_sync.packs.monitors.eks import agent_heartbeat\n"
    project.write("monitors/eks.py", mine)
    keys = {change["key"] for change in project.plan()["changes"] if change["kind"] == "monitor"}
    assert {key for key in keys if "-burn/" not in key} == {"eks/agent-heartbeat/prod-eu-1"}


def test_a_file_of_ones_own_joins_the_folder_of_a_pack(project: Workbench) -> None:
    mine = (packs.FOLDER / "monitors/eks/heartbeat.py").read_text()
    mine = mine.replace("agent_heartbeat", "second_heartbeat").replace("state_heartbeat", "third_heartbeat")
    project.write("monitors/eks/mine.py", mine)
    made = {change["key"]: change["source"] for change in project.plan()["changes"]}
    assert made["eks/second-heartbeat/prod-eu-1"].startswith("monitors/eks/mine.py:")
    assert made["eks/agent-heartbeat/prod-eu-1"].startswith("dd_sync/packs/monitors/eks/heartbeat.py:")


def test_a_folder_is_left_as_it_is_where_one_of_its_files_is_there(project: Workbench) -> None:
    project.ddsync("eject", "monitors/eks/nodes")
    ran = project.ddsync("eject", "monitors/eks", status=1)
    assert "monitors/eks/nodes.py: is there already" in ran.err
    assert sorted(path.name for path in (project.root / "monitors/eks").glob("*.py")) == ["nodes.py"]


def test_it_says_what_an_upgrade_does_from_then_on(project: Workbench) -> None:
    said = project.ddsync("eject", "slos/eks.py").err
    assert "upgrades of ddsync change the pack's file and leave this one" in said
    assert "dd_sync.packs.slos.eks" in said


def test_a_file_that_is_there_is_never_written_over(project: Workbench) -> None:
    project.write("monitors/eks.py", "# mine\n")
    ran = project.ddsync("eject", "monitors/eks", status=1)
    assert "monitors/eks.py: is there already; it was left as it is" in ran.err
    assert (project.root / "monitors/eks.py").read_text() == "# mine\n"


def test_a_misspelt_name_says_the_near_one_and_all(project: Workbench) -> None:
    ran = project.ddsync("eject", "monitors/ekss", status=64)
    assert 'no pack has a file "monitors/ekss". Did you mean monitors/eks?' in ran.err
    assert "dashboards/mongodb" in ran.err


@pytest.mark.parametrize("name", ["../ddsync", "/etc/passwd", "monitors/../monitors/eks", ""])
def test_only_files_of_packs_can_be_named(project: Workbench, name: str) -> None:
    before = sorted(path for path in project.root.rglob("*") if ".ddsync" not in path.parts)
    project.ddsync("eject", name, status=64)
    assert sorted(path for path in project.root.rglob("*") if ".ddsync" not in path.parts) == before


def test_ddsyncs_own_repository_has_its_packs_already(project: Workbench) -> None:
    project.root = Path(packs.FOLDER)
    assert "this repository's own" in project.ddsync("eject", "monitors/eks", status=64).err
