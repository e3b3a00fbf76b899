"""The loop everything else rests on: plan, apply, plan again."""

from __future__ import annotations

from tests.workbench import Workbench


def test_an_applied_plan_leaves_nothing_to_plan(bench: Workbench) -> None:
    assert bench.plan()["summary"]["create"] == 1
    bench.apply()
    assert bench.plan()["changes"] == []
    assert "nothing to change" in bench.ddsync("plan").out


def test_a_created_monitor_carries_identity_runbook_and_recipients(bench: Workbench) -> None:
    bench.apply()
    (monitor,) = bench.live("monitor")
    assert monitor["name"] == "[EKS] CPU above 90% on prod-eu-1"
    assert "ddsync_id:acme/prod/eks/cpu-high/prod-eu-1" in monitor["tags"]
    assert "managed_by:ddsync" in monitor["tags"]
    assert monitor["message"].startswith("Nodes of prod-eu-1 have no processor time left.")
    assert "{{#is_alert}}@pagerduty-platform{{/is_alert}}" in monitor["message"]
    assert monitor["options"]["thresholds"] == {"critical": 90.0, "warning": 72.0}


def test_a_changed_number_is_an_update_of_what_it_changes(bench: Workbench) -> None:
    bench.apply()
    bench.write("ddsync.yaml", (bench.root / "ddsync.yaml").read_text() + "monitors: {cpu-high: {critical: 80}}\n")
    (change,) = bench.plan()["changes"]
    assert (change["action"], change["cause"]) == ("update", "code")
    paths = {field["path"]: (field["before"], field["after"]) for field in change["fields"]}
    assert paths["options.thresholds.critical"] == (90, 80)
    assert paths["options.thresholds.warning"] == (72, 64)
    assert set(paths) == {"name", "query", "options.thresholds.critical", "options.thresholds.warning"}
    bench.apply()
    assert bench.plan()["changes"] == []
    assert len(bench.live("monitor")) == 1


def test_a_removed_definition_is_a_delete(bench: Workbench) -> None:
    bench.apply()
    bench.write("monitors/eks.py", "")
    bench.write("monitors/other.py", ONE_OTHER)
    refused = bench.ddsync("plan", "--format", "json").json
    assert refused["summary"]["delete"] == 1
    bench.apply(status=3)  # every monitor there is
    bench.apply("--allow-delete", "1")
    assert [monitor["name"] for monitor in bench.live("monitor")] == ["Disk"]


ONE_OTHER = '''
from dd_sync import Monitor, define

@define
def disk() -> Monitor:
    """A disk fills up."""
    return Monitor(name="Disk", query="avg(last_5m):avg:system.disk.in_use{*} > 0.9")
'''


def test_an_edit_in_datadog_is_held_and_reverted_when_told(bench: Workbench) -> None:
    bench.apply()
    (monitor,) = bench.live("monitor")
    bench.emulator.edit("monitor", monitor["id"], lambda body: {**body, "name": "edited at 3 a.m."})
    made = bench.plan()
    assert made["summary"]["held"] == 1
    assert made["changes"][0]["cause"] == "drift"
    ran = bench.apply()
    assert "1 held" in ran.out
    assert bench.live("monitor")[0]["name"] == "edited at 3 a.m."
    bench.apply("--drift", "revert")
    assert bench.live("monitor")[0]["name"] == "[EKS] CPU above 90% on prod-eu-1"


def test_an_edit_and_a_code_change_are_a_conflict_that_fails_the_apply(bench: Workbench) -> None:
    bench.apply()
    (monitor,) = bench.live("monitor")
    bench.emulator.edit("monitor", monitor["id"], lambda body: {**body, "message": "call Sam"})
    bench.write("ddsync.yaml", (bench.root / "ddsync.yaml").read_text() + "monitors: {cpu-high: {critical: 80}}\n")
    (change,) = bench.plan()["changes"]
    assert change["cause"] == "both"
    ran = bench.apply(status=1)
    assert "the code changed too" in ran.out
    assert bench.live("monitor")[0]["message"] == "call Sam"
    bench.apply("--revert-drift", "eks/cpu-high/*")
    assert bench.plan()["changes"] == []


def test_a_deleted_object_is_drift_because_a_receipt_names_it(bench: Workbench) -> None:
    bench.apply()
    bench.write("monitors/other.py", ONE_OTHER)
    bench.apply()
    gone = next(monitor for monitor in bench.live("monitor") if monitor["name"] == "Disk")
    bench.emulator.remove("monitor", gone["id"])
    (change,) = bench.plan()["changes"]
    assert (change["action"], change["cause"], change["reason"]) == ("create", "drift", "deleted in Datadog")
    bench.apply()
    assert len(bench.live("monitor")) == 1
    bench.apply("--drift", "revert")
    assert len(bench.live("monitor")) == 2


def test_json_of_apply_is_a_line_for_each_outcome_and_a_summary(bench: Workbench) -> None:
    lines = bench.apply("--format", "json").lines
    assert lines[0]["action"] == "create"
    assert lines[0]["status"] == "done"
    assert lines[-1]["summary"]["done"] == 1
    assert (bench.root / lines[-1]["receipt"]).stat().st_mode & 0o777 == 0o600


def test_detailed_exitcode_says_whether_there_are_changes(bench: Workbench) -> None:
    bench.ddsync("plan", "--detailed-exitcode", status=2)
    bench.apply()
    bench.ddsync("plan", "--detailed-exitcode", status=0)


def test_a_renamed_definition_keeps_its_object(bench: Workbench) -> None:
    bench.apply()
    (before,) = bench.live("monitor")
    text = (bench.root / "monitors/eks.py").read_text()
    text = text.replace("@define\ndef cpu_high", '@define(renamed_from="eks/cpu-high")\ndef processor_high')
    bench.write("monitors/eks.py", text)
    (change,) = bench.plan()["changes"]
    assert (change["action"], change["id"], change["fields"]) == ("update", before["id"], [])
    bench.apply()
    (after,) = bench.live("monitor")
    assert after["id"] == before["id"]
    assert "ddsync_id:acme/prod/eks/processor-high/prod-eu-1" in after["tags"]
    assert bench.plan()["changes"] == []


def test_only_leaves_everything_outside_the_filter_alone(bench: Workbench) -> None:
    bench.apply()
    bench.write("monitors/eks.py", "")
    bench.write("monitors/other.py", ONE_OTHER)
    made = bench.plan("--only", "other/*")
    assert made["summary"]["create"] == 1
    assert made["summary"]["delete"] == 0


def test_only_covers_what_is_below_a_pattern_and_takes_a_kind(bench: Workbench) -> None:
    assert bench.plan("--only", "eks/cpu-high")["summary"]["create"] == 1
    assert bench.plan("--only", "monitor:eks/*")["summary"]["create"] == 1
    assert "nothing matches" in bench.ddsync("plan", "--only", "slo:*", status=1).err


def test_a_plan_says_who_starts_being_paged(bench: Workbench) -> None:
    assert "1 monitor starts paging @pagerduty-platform" in bench.ddsync("plan").out
    notify = bench.plan()["changes"][0]["notify"]
    assert notify["before"]["alert"] == []
    assert notify["after"] == {
        "alert": ["@pagerduty-platform", "@slack-platform"],
        "warning": ["@slack-platform"],
        "no_data": [],
        "recovery": ["@pagerduty-platform", "@slack-platform"],
    }
