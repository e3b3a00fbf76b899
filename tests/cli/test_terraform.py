"""`ddsync import-terraform`: from a state to a plan that adopts, and out of the state."""

from __future__ import annotations

from typing import Any

import pytest

from tests.terraform.states import of_payload, resource, state
from tests.workbench import Workbench

CPU: dict[str, Any] = {
    "name": "CPU high in prod",
    "type": "query alert",
    "query": "avg(last_5m):avg:system.cpu.user{env:prod} > 90",
    "message": "Look at the nodes. @slack-ops",
    "tags": ["env:prod", "team:ops"],
    "options": {"thresholds": {"critical": 90.0, "warning": 80.0}, "include_tags": True, "notify_no_data": False},
}
SLO: dict[str, Any] = {
    "name": "Requests that succeed",
    "type": "metric",
    "description": "Counted at the gateway.",
    "tags": ["team:ops"],
    "query": {"numerator": "sum:good{*}.as_count()", "denominator": "sum:all{*}.as_count()"},
    "thresholds": [{"timeframe": "30d", "target": 99.9}],
    "timeframe": "30d",
}
BOARD: dict[str, Any] = {
    "title": "Overview",
    "layout_type": "ordered",
    "description": "",
    "widgets": [{"definition": {"type": "note", "content": "hello"}}],
}


@pytest.fixture
def project(bench: Workbench) -> Workbench:
    """A project without definitions, and a Datadog where Terraform made three objects."""
    (bench.root / "monitors/eks.py").unlink()
    for kind, payload, object_id in (("monitor", CPU, 11), ("slo", SLO, "a" * 32), ("dashboard", BOARD, "abc-def-ghi")):
        bench.emulator.put(kind, payload, object_id)
    bench.write(
        "state.json",
        state(
            of_payload("monitor", CPU, 11, 'datadog_monitor.cpu["prod"]'),
            of_payload("slo", SLO, "a" * 32),
            of_payload("dashboard", BOARD, "abc-def-ghi"),
            resource("datadog_downtime.x", {"id": "5"}),
        ),
    )
    return bench


def test_what_terraform_made_is_taken_over_under_its_id(project: Workbench) -> None:
    ran = project.ddsync("import-terraform", "state.json")
    assert ran.out.startswith("converted 1 monitor · 1 slo · 1 dashboard, of 4 resources")
    assert "left     datadog_downtime.x: is no kind that is converted" in ran.out
    changes = project.plan()["changes"]
    assert {(change["action"], change["id"]) for change in changes} == {
        ("adopt", 11),
        ("adopt", "a" * 32),
        ("adopt", "abc-def-ghi"),
    }
    assert [change["fields"] for change in changes] == [[], [], []]
    project.apply()
    assert project.plan()["changes"] == []
    assert {live["id"] for live in project.live("monitor")} == {11}


def test_every_instance_of_for_each_and_count_is_an_object_of_its_own(project: Workbench) -> None:
    payloads = {f'datadog_monitor.each["{env}"]': {**CPU, "name": f"CPU high in {env}"} for env in ("dev", "qa")}
    counted = {f"module.m.datadog_monitor.n[{n}]": {**CPU, "name": f"CPU high, number {n}"} for n in range(2)}
    every = {**payloads, **counted}
    resources = [of_payload("monitor", payload, n, address) for n, (address, payload) in enumerate(every.items(), 100)]
    project.write("state.json", state(*resources))
    assert "converted 4 monitors" in project.ddsync("import-terraform", "state.json").out
    blocks = (project.root / "handover/removed.tf").read_text()
    assert blocks.count("removed {") == 2
    assert "from = datadog_monitor.each\n" in blocks
    script = (project.root / "handover/state-rm.sh").read_text()
    assert all(address in script for address in every)


def test_references_between_objects_become_references(project: Workbench) -> None:
    both = {"name": "Both", "type": "composite", "query": "11 && 12", "message": "", "options": {}}
    other = {**CPU, "name": "CPU high in staging"}
    of_three = [of_payload("monitor", one, n) for n, one in ((11, CPU), (12, other), (13, both))]
    project.write("state.json", state(*of_three))
    project.ddsync("import-terraform", "state.json")
    assert (
        ".ref()" in (project.root / "monitors/imported.py").read_text() + (project.root / "monitors/ops.py").read_text()
    )


def test_a_second_run_converts_only_what_is_new(project: Workbench) -> None:
    project.ddsync("import-terraform", "state.json")
    before = (project.root / "monitors/ops.py").read_text()
    again = project.ddsync("import-terraform", "state.json")
    assert "nothing new to convert" in again.out
    assert "known    3" in again.out
    memory = {**CPU, "name": "Memory high in prod", "query": "avg(last_5m):avg:system.mem.used{env:prod} > 90"}
    project.write("state.json", state(of_payload("monitor", CPU, 11), of_payload("monitor", memory, 12)))
    assert "converted 1 monitor, of 2" in project.ddsync("import-terraform", "state.json").out
    assert (project.root / "monitors/ops.py").read_text() == before
    assert len(project.plan()["changes"]) == 4


def test_out_writes_elsewhere_and_leaves_the_project(project: Workbench) -> None:
    project.ddsync("import-terraform", "state.json", "--out", "elsewhere")
    assert (project.root / "elsewhere/monitors/ops.py").is_file()
    assert (project.root / "elsewhere/adopt.yaml").is_file()
    assert not (project.root / "adopt.yaml").exists()
    assert project.plan()["changes"] == []


def test_no_key_and_no_datadog_is_needed(project: Workbench) -> None:
    project.environment = {"CI": "1"}
    before = len(project.emulator.calls)
    project.ddsync("import-terraform", "state.json")
    assert len(project.emulator.calls) == before


def test_an_edit_in_datadog_since_is_seen_in_the_plan(project: Workbench) -> None:
    project.ddsync("import-terraform", "state.json")
    project.emulator.edit("monitor", 11, lambda body: {**body, "name": "CPU very high in prod"})
    (change,) = [one for one in project.plan()["changes"] if one["kind"] == "monitor"]
    assert [field["path"] for field in change["fields"]] == ["name"]


@pytest.mark.parametrize(("name", "text"), [("nope.json", None), ("state.json", "{}"), ("state.json", "")])
def test_no_state_no_conversion(project: Workbench, name: str, text: str | None) -> None:
    if text is not None:
        project.write(name, text)
    ran = project.ddsync("import-terraform", name, status=1)
    assert name in ran.err
    assert "terraform show -json" in ran.err
    assert not (project.root / "handover").exists()
