"""`ddsync validate` over the command line."""

from __future__ import annotations

import json
from xml.etree import ElementTree

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
