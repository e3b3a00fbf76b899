"""The plugin in a pytest of its own: imports, fixtures, snapshots."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from dd_sync import testing
from tests.workbench import Workbench

ROOT = Path(__file__).parent.parent.parent


def run_pytest(folder: Path, *arguments: str, status: int = 0) -> str:
    """Runs the tests of a project; what ddsync prints about colours and CI is none of theirs."""
    env = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    env["PYTHONDONTWRITEBYTECODE"] = "1"  # an edit within a second and of one size would not be seen
    plugin = ["-p", "dd_sync.testing.plugin", "-p", "no:cacheprovider", "-q"]
    words = [sys.executable, "-m", "pytest", *plugin, *arguments]
    done = subprocess.run(words, cwd=folder, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == status, done.stdout + done.stderr
    return done.stdout


TESTS = """\
from dd_sync import Cluster
from dd_sync.testing import render
from monitors.eks import cpu_high
from monitors.service import error_rate
from slos import service

CLUSTER = Cluster(name="prod-eu-1", env="prod", team="platform")


def test_own_definitions_go_before_those_of_packs():
    assert render(cpu_high, CLUSTER, critical=50)["options"]["thresholds"]["critical"] == 50
    assert error_rate.name == "error-rate" and service.availability


def test_the_project(ddsync_project):
    assert list(ddsync_project.payloads("monitor")) == ["eks/cpu-high/prod-eu-1"]


def test_it_runs(ddsync):
    ddsync.apply()
    assert ddsync.plan()["changes"] == []
    assert len(ddsync.live("monitor")) == 1


def test_each_test_has_a_datadog_of_its_own(ddsync):
    assert ddsync.live("monitor") == []


def test_payload(ddsync_snapshot):
    ddsync_snapshot(render(cpu_high, CLUSTER))
"""


@pytest.fixture
def project(bench: Workbench) -> Workbench:
    bench.write("tests/test_definitions.py", TESTS)
    bench.write("tests/conftest.py", "from monitors.eks import cpu_high\n")
    return bench


SNAPSHOT = "tests/snapshots/test_definitions/test_payload.json"


def test_a_projects_tests_run(project: Workbench) -> None:
    assert "5 passed" in run_pytest(project.root, "--ddsync-update")
    assert '"type": "query alert"' in (project.root / SNAPSHOT).read_text()
    assert "5 passed" in run_pytest(project.root)


def test_a_missing_snapshot_fails_and_says_how_to_write_it(project: Workbench) -> None:
    out = run_pytest(project.root, "-k", "payload", status=1)
    assert "not there yet; pytest --ddsync-update writes it" in out
    assert not (project.root / SNAPSHOT).exists()


def test_a_changed_payload_shows_the_lines_that_differ(project: Workbench) -> None:
    run_pytest(project.root, "--ddsync-update", "-k", "payload")
    path = project.root / "monitors/eks.py"
    path.write_text(path.read_text().replace("= 90", "= 95"))
    out = run_pytest(project.root, "-k", "payload", status=1)
    assert '-      "critical": 90,' in out
    assert '+      "critical": 95,' in out


def test_a_target_can_be_chosen(project: Workbench) -> None:
    run_pytest(project.root, "--ddsync-target", "prod", "-k", "test_the_project")
    assert "no target" in run_pytest(project.root, "--ddsync-target", "nope", "-k", "test_the_project", status=1)


def test_without_a_project_other_peoples_tests_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / "test_x.py").write_text(
        "import sys\n\ndef test_x():\n    assert 'pydantic' not in sys.modules\n"
        "    assert 'monitors' not in sys.modules\n\ndef test_y(ddsync):\n    pass\n"
    )
    out = run_pytest(tmp_path, status=1)
    assert "1 passed, 1 error" in out
    assert "no ddsync.yaml in" in out


def test_the_front_door_of_testing_names_what_it_opens() -> None:
    for name in testing.__all__:
        assert getattr(testing, name).__module__.startswith(("dd_sync.testing.", "dd_sync.evaluate."))
    with pytest.raises(AttributeError, match="no attribute 'nope'"):
        _ = testing.nope
