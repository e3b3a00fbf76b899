"""Definitions for what is in Datadog already: exactly what is there, as people would have written it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from dd_sync.emulator import Fault
from dd_sync.kinds import KINDS
from tests.workbench import Workbench

CPU = "avg(last_5m):avg:system.cpu.user{env:prod} by {host} > 90"
BURN = 'burn_rate("SLO").over("30d").long_window("1h").short_window("5m") > 14.4'


def monitor(bench: Workbench, **changes: Any) -> int:
    """Makes a monitor as somebody would in Datadog's pages."""
    options = {"thresholds": {"critical": 90.0, "warning": 80.0}, "include_tags": True, "notify_audit": False}
    body = {"name": "CPU is high", "type": "query alert", "query": CPU, "message": "Look. @ops", "tags": ["team:core"]}
    return int(bench.emulator.put("monitor", {**body, "options": {**options, "new_host_delay": 300}, **changes}))


@pytest.fixture
def lived_in(bench: Workbench) -> Workbench:
    """An organisation with two monitors, a composite, an SLO, an alert on it, and a dashboard of them all."""
    bench.write("monitors/eks.py", "")
    cpu = monitor(bench)
    disk = monitor(
        bench,
        name="[prod] Disk on {{host.name}} is full",
        query="max(last_1h):avg:system.disk.in_use{*} by {host} >= 0.9",
        message="A disk is nearly full, and the service on it stops when it is.\n\nDelete old logs first.",
        options={"thresholds": {"critical": 0.9}, "renotify_interval": 60},
        priority=2,
    )
    monitor(bench, name="Both", type="composite", query=f"{cpu} && {disk}", options={"thresholds": {}})
    slo = bench.emulator.put(
        "slo",
        {
            "name": "Up",
            "type": "monitor",
            "monitor_ids": [cpu],
            "tags": ["team:core"],
            "description": "Hosts have processors to spare.",
            "thresholds": [{"timeframe": "30d", "target": 99.0, "target_display": "99."}],
            "timeframe": "30d",
        },
    )
    alert = {"critical": 14.4}
    monitor(
        bench, name="Up burns", type="slo alert", query=BURN.replace("SLO", str(slo)), options={"thresholds": alert}
    )
    shown = [
        {"id": 1, "definition": {"type": "note", "content": "read me"}, "layout": layout(0)},
        {"id": 2, "definition": {"type": "alert_graph", "alert_id": str(cpu), "viz_type": "timeseries"}},
        {"id": 3, "definition": {"type": "slo", "slo_id": slo, "view_type": "detail"}},
    ]
    bench.emulator.put(
        "dashboard",
        {
            "id": "abc-def-ghi",
            "title": "Hosts",
            "description": "How hosts are.",
            "layout_type": "ordered",
            "widgets": shown,
            "template_variables": [{"name": "env", "prefix": "env", "defaults": ["prod"]}],
            "tags": ["team:core"],
            "modified_at": "2026-01-01T00:00:00+00:00",
        },
    )
    return bench


def layout(y: int) -> dict[str, int]:
    return {"x": 0, "y": y, "width": 4, "height": 2}


def without_identity(bench: Workbench) -> dict[str, Any]:
    """Everything live as it is, less identity and the time of the last change."""
    marks = ("ddsync_id:", "ddsync_rev:", "managed_by:ddsync")
    found = {}
    for kind in ("monitor", "slo", "dashboard"):
        for live in bench.live(kind):
            kept = KINDS[kind].normalise(live)
            kept["tags"] = sorted(tag for tag in kept.get("tags", ()) if not tag.startswith(marks))
            lines = str(kept.get("description", "")).split("\n")
            kept["description"] = "\n".join(line for line in lines if not line.startswith(marks))
            found[f"{kind}:{live['id']}"] = kept | {"widget ids": [one.get("id") for one in live.get("widgets", ())]}
    return found


def test_adopted_objects_are_planned_without_a_single_field_and_applied_without_a_change(lived_in: Workbench) -> None:
    before = without_identity(lived_in)
    ran = lived_in.ddsync("import", "--all", "--adopt")
    assert "imported 4 monitors · 1 slo · 1 dashboard" in ran.out
    assert "proved" in ran.out
    plan = lived_in.plan()
    assert [(change["action"], change["fields"]) for change in plan["changes"]] == [("adopt", [])] * 6
    lived_in.apply()
    assert without_identity(lived_in) == before
    assert lived_in.plan()["changes"] == []
    assert all("managed_by:ddsync" in live["tags"] for live in lived_in.live("monitor"))


def test_the_code_is_what_a_person_would_have_written(lived_in: Workbench) -> None:
    lived_in.ddsync("import", "--all")
    assert (lived_in.root / "monitors/core.py").read_text() == MONITORS
    assert (lived_in.root / "slos/core.py").read_text() == SLOS
    assert (lived_in.root / "dashboards/core.py").read_text() == DASHBOARDS


MONITORS = '''\
"""Monitors of core, imported from Datadog."""

from dd_sync import Monitor, define


@define
def disk_on_is_full() -> Monitor:
    """A disk is nearly full, and the service on it stops when it is.

    Delete old logs first.
    """
    return Monitor(
        name="[prod] Disk on {{host.name}} is full",
        query="max(last_1h):avg:system.disk.in_use{*} by {host} >= 0.9",
        renotify_interval=60,
        priority=2,
        tags=["team:core"],
    )


@define
def cpu_is_high() -> Monitor:
    """Look. @ops"""
    return Monitor(
        name="CPU is high",
        query="avg(last_5m):avg:system.cpu.user{env:prod} by {host} > 90",
        warning=80,
        tags=["team:core"],
    )


@define
def both() -> Monitor:
    """Look. @ops"""
    return Monitor(
        name="Both",
        type="composite",
        query=f"{cpu_is_high.ref()} && {disk_on_is_full.ref()}",
        tags=["team:core"],
    )
'''

SLOS = '''\
"""SLOs of core, imported from Datadog."""

from dd_sync import SLO, Monitor, define

from monitors.core import cpu_is_high


@define
def up() -> SLO:
    """Hosts have processors to spare."""
    return SLO(name="Up", target=99, tags=["team:core"], monitors=[cpu_is_high.ref()])


@define
def up_burns() -> Monitor:
    """Look. @ops"""
    return Monitor(
        name="Up burns",
        type="slo alert",
        query=f'burn_rate("{up.ref()}").over("30d").long_window("1h").short_window("5m") > 14.4',
        tags=["team:core"],
    )
'''

DASHBOARDS = '''\
"""Dashboards of core, imported from Datadog."""

from dd_sync import AlertGraph, Dashboard, Layout, Note, SLOWidget, TemplateVariable, define

from monitors.core import cpu_is_high
from slos.core import up


@define
def hosts() -> Dashboard:
    """How hosts are."""
    return Dashboard(
        title="Hosts",
        template_variables=[TemplateVariable(name="env", prefix="env", defaults=["prod"])],
        tags=["team:core"],
        widgets=[
            Note(content="read me", layout=Layout(x=0, y=0, width=4, height=2)),
            AlertGraph(alert_id=cpu_is_high.ref()),
            SLOWidget(slo_id=up.ref()),
        ],
    )
'''


def test_the_code_passes_a_linter_a_formatter_and_a_type_checker(lived_in: Workbench) -> None:
    lived_in.ddsync("import", "--all", "--out", "found")
    folder = lived_in.root / "found"
    for tool in (
        ["ruff", "check", "--isolated", "--line-length=120", "--select=E,F,W,I,B,UP,SIM,C4,N,S"],
        ["ruff", "format", "--isolated", "--line-length=120", "--check"],
        ["mypy", "--strict", "--config-file=", "--explicit-package-bases"],
    ):
        done = subprocess.run(
            [sys.executable, "-m", *tool, "."], cwd=folder, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout


def test_what_is_chosen_by_id_by_tag_and_by_not_having_one(lived_in: Workbench) -> None:
    monitor(lived_in, name="Theirs", tags=["team:other", "env:staging"])

    def found(*arguments: str) -> list[str]:
        shown = lived_in.ddsync("import", *arguments, "--out", "x", "--format", "json").json["objects"]
        return sorted(f"{one['kind']}:{one['key']}" for one in shown)

    assert found("--query", "team:other") == ["monitor:other/theirs"]
    assert found("--query", "tag:team:oth*") == ["monitor:other-2/theirs"]
    assert found("--query", "team:other -env:staging") == []
    assert len(found("--query", "team:other OR team:core")) == 7
    ids = [f"monitor:{live['id']}" for live in lived_in.live("monitor")]
    assert len(found("--id", ids[0], ids[1], "dashboard:abc-def-ghi")) == 3
    assert len(found("--id", f"{ids[0]},{ids[1]}")) == 2
    assert len(found("--all")) == 7


def test_wishes_that_are_none_are_usage_errors(bench: Workbench) -> None:
    assert "import what?" in bench.ddsync("import", status=64).err
    assert "import what?" in bench.ddsync("import", "--all", "--query", "a:b", status=64).err
    assert "no KIND:ID" in bench.ddsync("import", "--id", "123", status=64).err
    assert "no KIND:ID" in bench.ddsync("import", "--id", "widget:123", status=64).err
    assert "there is no monitor 123" in bench.ddsync("import", "--id", "monitor:123", status=1).err
    assert "one of the two" in bench.ddsync("import", "--all", "--adopt", "--out", "x", status=64).err


def test_an_object_that_is_not_imported_keeps_its_id_in_what_refers_to_it(lived_in: Workbench) -> None:
    both = next(live for live in lived_in.live("monitor") if live["name"] == "Both")
    lived_in.ddsync("import", "--id", f"monitor:{both['id']}")
    assert f'query="{both["query"]}"' in (lived_in.root / "monitors/core.py").read_text()


def test_an_object_that_is_managed_already_is_passed_over_and_named_by_its_key(lived_in: Workbench) -> None:
    cpu = next(live for live in lived_in.live("monitor") if live["name"] == "CPU is high")
    lived_in.ddsync("import", "--id", f"monitor:{cpu['id']}", "--adopt")
    lived_in.apply()
    ran = lived_in.ddsync("import", "--all", "--adopt")
    assert "passed   1 managed by this target already" in ran.out
    text = (lived_in.root / "slos/core.py").read_text()
    assert 'monitors=[Ref("monitor", "core/cpu-is-high")]' in text
    assert "${monitor:core/cpu-is-high} && " in (lived_in.root / "monitors/core_2.py").read_text()
    assert {change["action"] for change in lived_in.plan()["changes"]} == {"adopt"}


def test_batches_go_on_where_the_last_one_ended(lived_in: Workbench) -> None:
    seen = []
    for left in (4, 2, 0):
        ran = lived_in.ddsync("import", "--all", "--adopt", "--limit", "2", "--format", "json").json
        assert (len(ran["objects"]), ran["more"]) == (2, left)
        seen += [one["id"] for one in ran["objects"]]
        assert {change["action"] for change in lived_in.plan()["changes"]} == {"adopt"}
    assert len(set(seen)) == 6
    assert "nothing to import" in lived_in.ddsync("import", "--all", "--adopt", "--limit", "2").out
    lived_in.apply()
    assert lived_in.plan()["changes"] == []


def test_an_import_without_adopting_can_be_adopted_afterwards_without_a_second_definition(lived_in: Workbench) -> None:
    lived_in.ddsync("import", "--all")
    files = sorted(path.name for path in lived_in.root.rglob("*.py"))
    ran = lived_in.ddsync("import", "--all", "--adopt").out
    assert "defined  monitor core/cpu-is-high" in ran
    lived_in.ddsync("import", "--all", "--adopt")
    assert sorted(path.name for path in lived_in.root.rglob("*.py")) == files
    assert {(change["action"], len(change["fields"])) for change in lived_in.plan()["changes"]} == {("adopt", 0)}


def test_a_definition_of_the_same_title_takes_over_an_object_named_by_id(bench: Workbench) -> None:
    object_id = monitor(bench, name="[EKS] CPU above 90% on prod-eu-1")
    assert "an object without ddsync's identity has this title" in bench.ddsync("plan").out
    ran = bench.ddsync("import", "--id", f"monitor:{object_id}", "--adopt")
    assert f"defined  monitor eks/cpu-high/prod-eu-1 is {object_id}" in ran.out
    (change,) = bench.plan()["changes"]
    assert (change["action"], change["id"]) == ("adopt", object_id)
    assert change["fields"]


def test_files_that_exist_are_never_touched(lived_in: Workbench) -> None:
    lived_in.write("monitors/core.py", "# mine\n")
    lived_in.ddsync("import", "--all")
    assert (lived_in.root / "monitors/core.py").read_text() == "# mine\n"
    assert "def cpu_is_high" in (lived_in.root / "monitors/core_2.py").read_text()


def test_the_name_of_a_pack_is_not_taken_over_by_an_import(bench: Workbench) -> None:
    monitor(bench, tags=["team:service"])
    bench.ddsync("import", "--all")
    assert not (bench.root / "monitors/service.py").exists()
    assert (bench.root / "monitors/service_2.py").exists()


TEXTS = (
    'quotes " and \' and """ and \\ and \\n',
    "newlines\nand\ttabs\nand trailing spaces  \nend",
    "braces {service.name} and {{host.name}} and {} and ${env}",
    "ünïcode 日本語 \U0001f4a5 and \u200b nothing",
    "{{#is_alert}}@pagerduty-x{{/is_alert}}",
    "a paragraph\n\nanother one that is so long that no line of any file could ever hold it in one piece, not by far,"
    " and which therefore has to be broken somewhere in its middle",
    "- a list\n- of things\n\n```\ncode {here}\n```",
    "%%%\nmarkdown\n%%%",
    "f\"{x}\" {'a': 1}",
    "",
    "'",
    '"',
    "\\",
    "{a}" * 100,
    "x" * 1000,
)


@pytest.mark.parametrize("text", TEXTS)
def test_any_text_comes_back_as_it_is(bench: Workbench, text: str) -> None:
    bench.write("monitors/eks.py", "")
    name = text.strip().split("\n")[0][:80] or "empty"
    monitor(bench, name=name, message=text.strip())
    widgets = [{"id": 7, "definition": {"type": "note", "content": text}}]
    board = {"title": name, "description": text.strip(), "layout_type": "ordered", "widgets": widgets}
    bench.emulator.put("dashboard", {**board, "modified_at": "2026-01-01T00:00:00+00:00"})
    before = without_identity(bench)
    bench.ddsync("import", "--all", "--adopt")
    bench.apply()
    assert without_identity(bench) == before
    assert bench.plan()["changes"] == []


def test_objects_of_one_title_get_names_of_their_own(bench: Workbench) -> None:
    bench.write("monitors/eks.py", "")
    for title in ("[prod] Errors", "[staging] Errors", "[prod] Errors", "警報", "5xx rate", "class", "define", "print"):
        monitor(bench, name=title)
    keys = [one["key"] for one in bench.ddsync("import", "--all", "--adopt", "--format", "json").json["objects"]]
    assert len(set(keys)) == 8
    assert {"core/prod-errors", "core/prod-errors-2", "core/staging-errors", "core/monitor-5xx-rate"} <= set(keys)
    assert {change["action"] for change in bench.plan()["changes"]} == {"adopt"}


def test_texts_that_read_like_references_are_left_and_named(bench: Workbench) -> None:
    bench.write("monitors/eks.py", "")
    object_id = monitor(bench, message="see ${monitor:of/somebody}")
    ran = bench.ddsync("import", "--all", "--adopt")
    assert f"left     monitor:{object_id}: it holds a text that reads like a reference" in ran.out


def test_monitors_of_synthetic_tests_are_left_to_them(bench: Workbench) -> None:
    monitor(bench, type="synthetics alert")
    assert "1 kept by the Synthetic test" in bench.ddsync("import", "--all").out


def test_what_adopting_would_set_off_is_counted_first(lived_in: Workbench, tmp_path: Path) -> None:
    loud = monitor(lived_in, name="Loud", options={"thresholds": {"critical": 90.0}, "notify_audit": True})
    closed = monitor(lived_in, name="Closed", restricted_roles=["role-1"])
    policy = {"tag_key": "env", "tag_key_required": True, "valid_tag_values": ["prod"]}
    attributes = {"policy_type": "tag", "policy": policy}
    lived_in.emulator.put("monitor_policy", {"type": "monitor-config-policy", "attributes": attributes}, id="p")
    state = lived_in.write("terraform.tfstate", json.dumps({"version": 4, "resources": [terraformed(loud)]}))
    ran = lived_in.ddsync("import", "--all", "--adopt", "--terraform-state", str(state))
    assert f"1 object tell their handles of every edit (notify_audit), so of this one too: monitor:{loud}" in ran.err
    assert f"1 object may be edited by some roles only, which the application key needs: monitor:{closed}" in ran.err
    assert "6 objects break the tag policy of env (no tag env)" in ran.err
    assert f"1 object are in the Terraform state, whose next apply takes the identity off: monitor:{loud}" in ran.err
    assert "terraform state rm 'datadog_monitor.loud[\"a\"]'" in ran.err
    assert len(lived_in.plan()["changes"]) == 8


def terraformed(object_id: int) -> dict[str, Any]:
    """One resource of a state file, as Terraform writes it."""
    instance = {"index_key": "a", "attributes": {"id": str(object_id), "name": "Loud"}}
    return {"mode": "managed", "type": "datadog_monitor", "name": "loud", "instances": [instance]}


def test_a_policy_that_our_own_tags_would_break_is_named(bench: Workbench) -> None:
    monitor(bench)
    policy = {"tag_key": "managed_by", "tag_key_required": False, "valid_tag_values": ["terraform"]}
    bench.emulator.put("monitor_policy", {"attributes": {"policy": policy}}, id="p")
    ran = bench.ddsync("import", "--all", "--adopt")
    assert "managed_by:ddsync is none of terraform" in ran.err


def test_policies_that_may_not_be_read_are_said_so(bench: Workbench) -> None:
    monitor(bench)
    bench.emulator.faults.append(Fault(("GET", "/api/v2/monitor/policy"), "status", status=403))
    assert "tag policies of monitors could not be read (403)" in bench.ddsync("import", "--all", "--adopt").err


def test_a_file_that_is_no_terraform_state_is_an_error(bench: Workbench) -> None:
    monitor(bench)
    bench.write("x.json", "{}")
    for name in ("x.json", "missing.json"):
        ran = bench.ddsync("import", "--all", "--adopt", "--terraform-state", name, status=1)
        assert name in ran.err


def test_nothing_is_written_to_datadog_by_an_import(lived_in: Workbench) -> None:
    lived_in.emulator.calls.clear()
    lived_in.ddsync("import", "--all", "--adopt")
    assert {call.method for call in lived_in.emulator.calls} == {"GET"}


def test_what_no_type_expresses_passes_through(bench: Workbench) -> None:
    bench.write("monitors/eks.py", "")
    widgets = [{"definition": {"type": "wildcard", "specification": {"type": "vega", "contents": {}}}}]
    board = {"title": "Odd", "layout_type": "ordered", "widgets": widgets, "modified_at": "2026-01-01T00:00:00+00:00"}
    bench.emulator.put("dashboard", board)
    monitor(bench, options={"thresholds": {}, "renotify_interval": "0"})
    ran = bench.ddsync("import", "--all", "--adopt", "--format", "json").json
    assert [one["verbatim"] for one in ran["objects"]] == [True, False]
    assert "Widget.from_api(" in (bench.root / "dashboards/imported.py").read_text()
    assert "return Monitor.from_api(" in (bench.root / "monitors/core.py").read_text()
    assert {(change["action"], len(change["fields"])) for change in bench.plan()["changes"]} == {("adopt", 0)}


def test_composites_in_files_that_need_each_other_do_not_import_in_a_ring(bench: Workbench) -> None:
    bench.write("monitors/eks.py", "")
    one, two = monitor(bench, tags=["team:a"]), monitor(bench, tags=["team:b"])
    for team, others in (("a", (two, one)), ("b", (one, two))):
        query = f"{others[0]} && {others[1]}"
        monitor(bench, name=f"Both of {team}", type="composite", query=query, tags=[f"team:{team}"], options={})
    bench.ddsync("import", "--all", "--adopt")
    texts = [(bench.root / f"monitors/{team}.py").read_text() for team in "ab"]
    assert sum("from monitors." in text for text in texts) == 1
    assert sum("${monitor:" in text for text in texts) == 1
    assert {(change["action"], len(change["fields"])) for change in bench.plan()["changes"]} == {("adopt", 0)}


def test_even_the_spelling_of_what_is_not_set_stays(bench: Workbench) -> None:
    bench.write("monitors/eks.py", "")
    options = {
        "thresholds": {"critical": 90.0},
        "renotify_interval": None,
        "locked": False,
        "on_missing_data": "default",
    }
    monitor(bench, type="metric alert", options={**options, "silenced": {"*": None}})
    board: dict[str, Any] = {
        "title": "T",
        "layout_type": "ordered",
        "widgets": [],
        "notify_list": [],
        "template_variables": None,
    }
    dashboard = {
        **board,
        "experience_type": "default",
        "modified_at": "2026-01-01T00:00:00+00:00",
    }
    bench.emulator.put("dashboard", dashboard)
    bench.ddsync("import", "--all", "--adopt")
    bench.apply()
    (after,) = bench.live("monitor")
    assert after["type"] == "metric alert"
    assert {name: after["options"][name] for name in options} == options
    assert after["options"]["silenced"] == {"*": None}
    (shown,) = bench.live("dashboard")
    assert {name: value for name, value in dashboard.items() if shown[name] != value} == {
        "modified_at": "2026-01-01T00:00:00+00:00"
    }
