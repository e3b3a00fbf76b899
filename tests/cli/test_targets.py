"""Two targets in one organisation: neither ever touches the other's objects."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.workbench import Workbench, workbench

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workbench]:
    """This repository's own project, staging and prod applied to one Datadog."""
    root = tmp_path_factory.mktemp("repository")
    for name in ("monitors", "slos", "dashboards", "services"):
        shutil.copytree(ROOT / name, root / name)
    shutil.copy(ROOT / "ddsync.yaml", root / "ddsync.yaml")
    with workbench(root) as bench:
        (bench.root / "ddsync.yaml").write_text((ROOT / "ddsync.yaml").read_text())
        (bench.root / "monitors/eks.py").unlink()  # the workbench's own, which would stand in for the pack
        bench.apply("--target", "staging")
        bench.apply("--target", "prod", "--allow-twin")
        yield bench


def counts(bench: Workbench) -> dict[str, int]:
    return {kind: len(bench.live(kind)) for kind in ("monitor", "slo", "dashboard")}


def test_both_targets_plan_to_nothing_after_both_were_applied(shared: Workbench) -> None:
    for target in ("staging", "prod"):
        assert shared.plan("--target", target)["changes"] == []


def test_emptying_one_target_leaves_the_other_whole(shared: Workbench) -> None:
    before = counts(shared)
    staging = shared.plan("--target", "staging")["summary"]["unchanged"]
    text = (shared.root / "ddsync.yaml").read_text()
    shared.write("ddsync.yaml", text.replace("envs: [staging]", "envs: [nowhere]"))
    made = shared.plan("--target", "staging")
    assert made["summary"]["delete"] == staging
    shared.apply("--target", "staging", "--allow-delete", str(staging))
    after = counts(shared)
    assert sum(before.values()) - sum(after.values()) == staging
    assert shared.plan("--target", "prod")["changes"] == []
    shared.write("ddsync.yaml", text)


def test_objects_of_others_are_never_planned(shared: Workbench) -> None:
    shared.emulator.put("monitor", {"name": "by hand", "type": "metric alert", "query": "avg(last_5m):avg:x{*} > 1"})
    shared.emulator.put(
        "monitor",
        {
            "name": "of another project",
            "type": "metric alert",
            "query": "avg(last_5m):avg:x{*} > 1",
            "tags": ["managed_by:ddsync", "ddsync_id:other/prod/eks/x"],
        },
    )
    shared.emulator.put(
        "monitor",
        {
            "name": "of a target whose name begins alike",
            "type": "metric alert",
            "query": "avg(last_5m):avg:x{*} > 1",
            "tags": ["managed_by:ddsync", "ddsync_id:demo/prod-2/eks/x"],
        },
    )
    assert shared.plan("--target", "prod")["changes"] == []
