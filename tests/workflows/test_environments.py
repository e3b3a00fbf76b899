"""A folder for each environment, as with Terragrunt: planned and applied by itself, in one organisation."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.workbench import Workbench
from tests.workflows.pipelines import ROOT, read

LAYOUT = ROOT / "docs/examples/environments"
ENVIRONMENTS = ("staging", "prod")


@pytest.fixture
def layout(tmp_path: Path) -> Path:
    ignored = shutil.ignore_patterns(".ddsync", "__pycache__")
    return Path(shutil.copytree(LAYOUT, tmp_path / "live", symlinks=True, ignore=ignored))


def test_each_environment_is_applied_by_itself_and_leaves_the_other_alone(bench: Workbench, layout: Path) -> None:
    made = {}
    for name in ENVIRONMENTS:
        bench.root = layout / name
        first = bench.plan("--target", name)
        assert {one["action"] for one in first["changes"]} == {"create"}
        made[name] = {one["key"] for one in first["changes"]}
        bench.apply("--target", name)
    for name in ENVIRONMENTS:
        bench.root = layout / name
        assert bench.plan("--target", name)["changes"] == []
    for name in ENVIRONMENTS:
        assert f"payments/refunds-piled-up/payments/{name}" in made[name], "definitions are shared"
        assert f"service/error-rate/payments/{name}" in made[name], "services are shared"


def test_a_number_of_one_environment_is_its_own(bench: Workbench, layout: Path) -> None:
    shown = {}
    for name in ENVIRONMENTS:
        bench.root = layout / name
        shown[name] = bench.ddsync("explain", f"service/error-rate/payments/{name}").out
    assert "critical 20" in shown["staging"]
    assert "critical 20" not in shown["prod"]


def test_atlantis_plans_the_folders_a_change_concerns() -> None:
    for one in read(ROOT / "docs/examples/atlantis/atlantis-environments.yaml")["projects"]:
        assert one["dir"] == one["workspace"]
        settings = read(LAYOUT / one["dir"] / "ddsync.yaml")
        assert one["workspace"] in settings["targets"]
        watched = {place.split("/**")[0] for place in one["autoplan"]["when_modified"]}
        for place in watched:
            assert (LAYOUT / one["dir"] / place).exists(), place
