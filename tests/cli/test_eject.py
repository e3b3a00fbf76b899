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
    ran = project.ddsync("eject", "monitors/eks")
    assert ran.out == "written monitors/eks.py\n"
    assert (project.root / "monitors/eks.py").read_text() == (packs.FOLDER / "monitors/eks.py").read_text()


def test_ejecting_changes_nothing_in_datadog(project: Workbench) -> None:
    project.apply()
    project.ddsync("eject", "monitors/eks")
    assert project.plan()["changes"] == []


def test_an_ejected_file_is_used_in_place_of_the_packs(project: Workbench) -> None:
    project.apply()
    project.ddsync("eject", "monitors/eks")
    path = project.root / "monitors/eks.py"
    path.write_text(path.read_text().replace("[EKS] Node", "[K8s] Node"))
    changed = project.plan()["changes"]
    assert changed
    assert {change["source"].split(":")[0] for change in changed} == {"monitors/eks.py"}
    assert {field["path"] for change in changed for field in change["fields"]} == {"name"}


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
