"""Rendered payloads: written without keys, planned and applied without project code."""

from __future__ import annotations

import json

from tests.workbench import Workbench


def test_render_writes_payloads_without_identity_and_needs_no_keys(bench: Workbench) -> None:
    bench.environment.clear()
    bench.ddsync("render", "--out", "out")
    payload = json.loads((bench.root / "out/monitor/eks/cpu-high/prod-eu-1.json").read_text())
    assert payload["name"] == "[EKS] CPU above 90% on prod-eu-1"
    assert "ddsync" not in json.dumps(payload)


def test_check_fails_when_the_folder_is_stale_and_writes_nothing(bench: Workbench) -> None:
    bench.ddsync("render", "--out", "out")
    bench.ddsync("render", "--out", "out", "--check")
    file = bench.root / "out/monitor/eks/cpu-high/prod-eu-1.json"
    file.write_text(file.read_text().replace("90", "91"))
    before = file.read_text()
    ran = bench.ddsync("render", "--out", "out", "--check", status=1)
    assert "monitor/eks/cpu-high/prod-eu-1.json" in ran.err
    assert file.read_text() == before


def test_rendering_again_removes_what_is_no_longer_defined_and_keeps_other_files(bench: Workbench) -> None:
    bench.ddsync("render", "--out", "out")
    bench.write("out/README.md", "mine")
    bench.write("monitors/eks.py", (bench.root / "monitors/eks.py").read_text().replace("cpu_high", "processor_high"))
    bench.ddsync("render", "--out", "out")
    assert not (bench.root / "out/monitor/eks/cpu-high/prod-eu-1.json").exists()
    assert (bench.root / "out/monitor/eks/processor-high/prod-eu-1.json").exists()
    assert (bench.root / "out/README.md").read_text() == "mine"


def test_what_was_rendered_is_planned_and_applied_without_running_project_code(bench: Workbench) -> None:
    bench.ddsync("render", "--out", "out")
    bench.write("monitors/eks.py", "raise SystemExit('project code was run beside keys')")
    assert bench.plan("--rendered", "out")["summary"]["create"] == 1
    bench.apply("--rendered", "out")
    assert bench.plan("--rendered", "out")["changes"] == []
    assert len(bench.live("monitor")) == 1


def test_a_folder_that_was_rendered_for_another_target_is_refused(bench: Workbench) -> None:
    bench.ddsync("render", "--out", "out")
    text = (bench.root / "ddsync.yaml").read_text()
    bench.write("ddsync.yaml", text.replace("  prod: {site", "  other: {site"))
    assert "rendered for the target prod, not other" in bench.ddsync("plan", "--rendered", "out", status=1).err


def test_a_rendered_file_that_the_index_does_not_name_is_refused(bench: Workbench) -> None:
    bench.ddsync("render", "--out", "out")
    bench.write("out/monitor/smuggled.json", "{}")
    assert "smuggled.json: not in index.json" in bench.ddsync("plan", "--rendered", "out", status=1).err


def test_an_index_cannot_reach_outside_its_folder(bench: Workbench) -> None:
    bench.ddsync("render", "--out", "out")
    bench.write("secret.json", '{"name": "x"}')
    index = json.loads((bench.root / "out/index.json").read_text())
    index["objects"] = {"monitor:../../secret": {}}
    for file in (bench.root / "out/monitor").rglob("*.json"):
        file.unlink()
    bench.write("out/index.json", json.dumps(index))
    assert "no object of a rendered project" in bench.ddsync("plan", "--rendered", "out", status=1).err


def test_a_folder_that_was_never_rendered_says_how(bench: Workbench) -> None:
    assert "ddsync render" in bench.ddsync("plan", "--rendered", "nowhere", status=1).err


def test_references_are_rendered_as_keys(bench: Workbench) -> None:
    bench.write(
        "slos/eks.py",
        """
from dd_sync import SLO, Cluster, define
from monitors.eks import cpu_high

@define
def calm(cluster: Cluster) -> SLO:
    \"\"\"Time with processor time left.\"\"\"
    return SLO(name="calm", monitors=[cpu_high.ref(cluster)], target=99)
""",
    )
    bench.ddsync("render", "--out", "out")
    payload = json.loads((bench.root / "out/slo/eks/calm/prod-eu-1.json").read_text())
    assert payload["monitor_ids"] == ["${monitor:eks/cpu-high/prod-eu-1}"]
    bench.apply("--rendered", "out")
    (monitor,), (slo,) = bench.live("monitor"), bench.live("slo")
    assert slo["monitor_ids"] == [monitor["id"]]
    assert bench.plan()["changes"] == []
