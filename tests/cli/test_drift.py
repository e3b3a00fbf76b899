"""Drift alone: what was edited or deleted in Datadog, and nothing of what the code changed."""

from __future__ import annotations

from tests.workbench import Workbench


def test_nothing_edited_is_one_line_and_exit_zero(bench: Workbench) -> None:
    bench.apply()
    assert "nothing was edited in Datadog" in bench.ddsync("drift").out


def test_an_edit_is_shown_and_a_change_of_the_code_is_not(bench: Workbench) -> None:
    bench.apply()
    (monitor,) = bench.live("monitor")
    bench.emulator.edit("monitor", monitor["id"], lambda body: {**body, "name": "edited"})
    other = (bench.root / "monitors/eks.py").read_text().replace("cpu_high", "processor_high").replace("CPU", "Other")
    bench.write("monitors/other.py", other)
    made = bench.ddsync("drift", "--format", "json", status=2).json
    assert [(change["key"], change["cause"]) for change in made["changes"]] == [("eks/cpu-high/prod-eu-1", "drift")]
    assert "Edited in Datadog" in bench.ddsync("drift", status=2).out


def test_a_deleted_object_is_drift(bench: Workbench) -> None:
    bench.apply()
    other = (bench.root / "monitors/eks.py").read_text().replace("cpu_high", "processor_high").replace("CPU", "Other")
    bench.write("monitors/other.py", other)
    bench.apply()
    bench.emulator.remove("monitor", bench.live("monitor")[0]["id"])
    made = bench.ddsync("drift", "--format", "json", status=2).json
    assert [change["reason"] for change in made["changes"]] == ["deleted in Datadog"]
