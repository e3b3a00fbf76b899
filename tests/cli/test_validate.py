"""`ddsync validate` over the command line."""

from __future__ import annotations

import json
from xml.etree import ElementTree

from dd_sync.emulator import Fault
from tests.workbench import MONITOR, Workbench

UNREADABLE = MONITOR.replace("avg:system.cpu.user", "avg:")
ODD = MONITOR.replace("processor time left.", "processor time left: @slack-nobody.")


def test_a_good_project_is_ok_in_one_line(bench: Workbench) -> None:
    assert bench.ddsync("validate").out == "ok: prod 1 object\n"


def test_an_error_is_shown_with_its_place_and_fails(bench: Workbench) -> None:
    bench.write("monitors/eks.py", UNREADABLE)
    lines = bench.ddsync("validate", status=1).out.splitlines()
    assert lines[0].startswith('monitors/eks.py:4: error: expected a metric name after "avg:"')
    assert lines[1][lines[2].index("^")] == "{"
    assert lines[-1] == "1 error · prod 1 object"


def test_a_warning_fails_nothing(bench: Workbench) -> None:
    bench.write("monitors/eks.py", ODD)
    ran = bench.ddsync("validate")
    assert "warning: no team has the handle @slack-nobody" in ran.out
    assert bench.plan()["summary"]["create"] == 1


def test_json_holds_every_finding_and_nothing_else(bench: Workbench) -> None:
    assert bench.ddsync("validate", "--format", "json").json == {"ok": True, "findings": [], "objects": {"prod": 1}}
    bench.write("monitors/eks.py", UNREADABLE)
    found = bench.ddsync("validate", "--format", "json", status=1).json
    assert found["ok"] is False
    assert [(one["rule"], one["file"], one["line"]) for one in found["findings"]] == [
        ("query-syntax", "monitors/eks.py", 4)
    ]


def test_sarif_and_junit_are_whole_documents(bench: Workbench) -> None:
    bench.write("monitors/eks.py", UNREADABLE)
    log = json.loads(bench.ddsync("validate", "--format", "sarif", status=1).out)
    assert log["runs"][0]["results"][0]["ruleId"] == "query-syntax"
    suites = ElementTree.fromstring(bench.ddsync("validate", "--format", "junit", status=1).out)
    assert suites.get("failures") == "1"


def test_files_that_cannot_be_read_are_all_named(bench: Workbench) -> None:
    bench.write("services/a.yaml", "metadata: {name: a\n")
    bench.write("services/b.yaml", "metadata: {}\n")
    bench.write("monitors/other.py", "def f(\n")
    out = bench.ddsync("validate", status=1).out
    assert [line.partition(":")[0] for line in out.splitlines() if ": error: " in line] == [
        "monitors/other.py",
        "services/a.yaml",
        "services/b.yaml",
    ]


def test_an_unknown_format_or_target_is_a_wrong_command_line(bench: Workbench) -> None:
    assert "Did you mean sarif?" in bench.ddsync("validate", "--format", "sarrif", status=64).err
    assert "Did you mean prod?" in bench.ddsync("validate", "--target", "prd", status=64).err


def test_a_secret_is_found_and_not_repeated(bench: Workbench) -> None:
    bench.write("monitors/eks.py", MONITOR.replace("time left.", "time left. password=hunter2hunter2"))
    for format in ("text", "json", "sarif", "junit"):
        ran = bench.ddsync("validate", "--format", format, status=1)
        assert "this looks like a secret" in ran.out
        assert "hunter2" not in ran.out


def test_a_plan_tells_what_is_wrong_with_what_it_changes_and_goes_on(bench: Workbench) -> None:
    bench.write("monitors/eks.py", ODD)
    ran = bench.ddsync("plan")
    assert "1 to create" in ran.out
    assert "notice: monitors/eks.py:4: warning: no team has the handle @slack-nobody. [mention-unknown]" in ran.err
    bench.apply()
    assert "slack-nobody" not in bench.ddsync("plan").err


def test_online_it_asks_about_what_would_change(bench: Workbench) -> None:
    bench.emulator.put_series("system.cpu.user", ["host:a", "env:prod"])
    bench.emulator.put_handle("@slack-platform")
    ran = bench.ddsync("validate", "--online")
    assert "warning: system.cpu.user reported nothing for {kube_cluster_name:prod-eu-1} in the last day" in ran.out
    assert "warning: Datadog knows no handle @pagerduty-platform" in ran.out
    assert "note: asked about 1 of 1 objects of prod" in ran.err
    bench.apply()
    assert bench.ddsync("validate", "--online").out == "ok: prod 1 object\n"
    assert "scope-silent" in bench.ddsync("validate", "--online", "--all").out


def test_online_answers_are_json_too(bench: Workbench) -> None:
    bench.emulator.put_series("system.cpu.user", ["host:a", "kube_cluster_name:prod-eu-1", "env:prod"])
    found = bench.ddsync("validate", "--online", "--format", "json").json
    assert found["groups"] == {"monitor:eks/cpu-high/prod-eu-1": 1}
    assert "handles were not looked at: nobody at all can be notified here" in found["notes"]


def test_online_what_datadog_refuses_fails(bench: Workbench) -> None:
    bench.emulator.faults.append(Fault(("POST", "/api/v1/monitor/validate"), "status", status=400))
    ran = bench.ddsync("validate", "--online", status=1)
    assert "monitors/eks.py:4: error: Datadog: Fault injected: 400 [rejected]" in ran.out


def test_online_without_leave_to_read_everything_is_asked_about(bench: Workbench) -> None:
    bench.emulator.faults.append(Fault(("GET", "/api/v1/monitor"), "status", status=403))
    assert (
        "asked about everything: what changed cannot be seen with these keys"
        in bench.ddsync("validate", "--online").err
    )


def test_datadog_is_not_asked_about_a_project_with_errors(bench: Workbench) -> None:
    bench.write("monitors/eks.py", UNREADABLE)
    assert "Datadog was not asked" in bench.ddsync("validate", "--online", status=1).err
    assert bench.emulator.calls == []


def test_a_rule_that_only_datadog_can_judge_can_be_ignored(bench: Workbench) -> None:
    bench.emulator.put_series("system.cpu.user", ["host:a", "env:prod"])
    ignoring = MONITOR.replace("@define", '@define(ignore=("scope-silent",))')
    bench.write("monitors/eks.py", ignoring)
    assert bench.ddsync("validate").out == "ok: prod 1 object\n"
    assert "scope-silent" not in bench.ddsync("validate", "--online").out
