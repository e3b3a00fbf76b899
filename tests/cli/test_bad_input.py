"""What people get wrong, and what the world does: each a clear error, nothing deleted, nothing lost."""

from __future__ import annotations

import pytest

from dd_sync.emulator import Fault
from dd_sync.emulator.faults import Action
from tests.workbench import API_KEY, APP_KEY, Workbench

DISK = '''
from dd_sync import Monitor, define

@define
def disk() -> Monitor:
    """A disk fills up."""
    return Monitor(name="Disk", query="avg(last_5m):avg:system.disk.in_use{*} > 0.9")
'''

REFUSED = '''
from dd_sync import Monitor, define

@define
def disk() -> Monitor:
    """A disk fills up; its threshold is not the query's, which Datadog refuses."""
    query = "avg(last_5m):avg:system.disk.in_use{*} > 0.9"
    return Monitor.from_api({"name": "Disk", "type": "metric alert", "query": query, "message": "",
                             "options": {"thresholds": {"critical": 5}}})
'''


def test_missing_keys_say_which_and_how_to_go_on_without(bench: Workbench) -> None:
    bench.environment.pop("DD_APP_KEY")
    ran = bench.ddsync("plan", status=1)
    assert "DD_APP_KEY is not set" in ran.err
    assert ran.out == ""


def test_wrong_keys_name_datadogs_refusal_and_show_no_key(bench: Workbench) -> None:
    bench.emulator.faults.append(Fault(("*", "/api"), "status", status=403, times=100))
    ran = bench.ddsync("plan", status=1)
    assert "403 from Datadog" in ran.err
    assert "keys" in ran.err
    assert API_KEY not in ran.err
    assert APP_KEY not in ran.err


def test_an_unreachable_host_is_named_after_a_short_try(bench: Workbench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dd_sync.datadog.client.REACH_SECONDS", 0.1)
    ran = bench.ddsync("plan", status=1, DD_HOST="http://127.0.0.1:9")
    assert "refused" in ran.err
    assert "DD_HOST" in ran.err


def test_plain_http_to_another_machine_is_refused_before_a_key_is_sent(bench: Workbench) -> None:
    ran = bench.ddsync("plan", status=64, DD_HOST="http://datadog.example.com")
    assert "plain http" in ran.err


def test_no_definitions_at_all_deletes_nothing(bench: Workbench) -> None:
    bench.apply()
    bench.write("monitors/eks.py", "")
    ran = bench.apply(status=3)
    assert "no definitions were found" in ran.err
    assert "--allow-delete 1" in ran.err
    assert len(bench.live("monitor")) == 1
    bench.apply("--allow-delete", "1")
    assert bench.live("monitor") == []


def test_a_syntax_error_names_its_line(bench: Workbench) -> None:
    bench.write("monitors/broken.py", "from dd_sync import define\n\ndef broken(:\n")
    assert "monitors/broken.py:3:" in bench.ddsync("plan", status=1).err


def test_an_exception_in_a_definition_names_its_line_not_ours(bench: Workbench) -> None:
    bench.write("monitors/other.py", DISK.replace("    return", "    1 / 0\n    return"))
    ran = bench.ddsync("plan", status=1)
    assert ran.err.startswith("monitors/other.py:7: ZeroDivisionError: division by zero")
    assert "dd_sync/" not in ran.err


def test_an_exception_while_a_file_is_imported_names_its_line(bench: Workbench) -> None:
    bench.write("monitors/other.py", "import nowhere_to_be_found\n")
    assert bench.ddsync("plan", status=1).err.startswith("monitors/other.py:1: ModuleNotFoundError")


def test_a_definition_without_a_docstring_is_refused(bench: Workbench) -> None:
    bench.write("monitors/other.py", DISK.replace('    """A disk fills up."""\n', ""))
    ran = bench.ddsync("plan", status=1)
    assert "monitors/other.py:4: disk: it has no docstring" in ran.err


def test_an_f_docstring_is_told_apart_from_none(bench: Workbench) -> None:
    bench.write("monitors/other.py", DISK.replace('"""A disk', 'f"""A disk'))
    assert "docstring" in bench.ddsync("plan", status=1).err


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("clusters:", "clustrs:"),
        ("packs: []", "pakcs: []"),
    ],
)
def test_an_unknown_name_in_ddsync_yaml_gets_the_nearest_right_one(bench: Workbench, wrong: str, right: str) -> None:
    text = (bench.root / "ddsync.yaml").read_text()
    bench.write("ddsync.yaml", text.replace(wrong, right))
    ran = bench.ddsync("plan", status=1)
    assert ran.err.startswith("ddsync.yaml:")
    assert f"Did you mean {wrong.partition(':')[0]}?" in ran.err


@pytest.mark.parametrize(
    ("wrong", "near"),
    [("kind: htp", "http"), ("kind: [http, wroker]", "worker"), ("{kind: http, queue: {type: kafak}}", "kafka")],
)
def test_a_kind_that_does_not_exist_gets_the_nearest(bench: Workbench, wrong: str, near: str) -> None:
    ours = wrong if wrong.startswith("{") else f"{{{wrong}}}"
    text = "apiVersion: v3\nkind: service\nmetadata: {name: cart, owner: platform}\n"
    bench.write("services/cart.yaml", f"{text}extensions:\n  ddsync: {ours}\n")
    ran = bench.ddsync("plan", status=1)
    assert ran.err.startswith("services/cart.yaml:5: ")
    assert f"Did you mean {near}?" in ran.err


def test_a_number_for_a_monitor_that_does_not_exist_names_the_line(bench: Workbench) -> None:
    text = (bench.root / "ddsync.yaml").read_text()
    bench.write("ddsync.yaml", text + "monitors:\n  cpu-hihg: {critical: 1}\n")
    ran = bench.ddsync("plan", status=1)
    assert 'ddsync.yaml:10: no monitor "cpu-hihg". Did you mean cpu-high?' in ran.err


def test_a_tunable_that_does_not_exist_names_the_line(bench: Workbench) -> None:
    text = (bench.root / "ddsync.yaml").read_text()
    bench.write("ddsync.yaml", text + "monitors:\n  cpu-high:\n    critcal: 1\n")
    assert (
        'ddsync.yaml:11: cpu-high has no tunable "critcal". Did you mean critical?'
        in bench.ddsync("plan", status=1).err
    )


def test_a_tunable_of_the_wrong_type_names_the_line(bench: Workbench) -> None:
    text = (bench.root / "ddsync.yaml").read_text()
    bench.write("ddsync.yaml", text + "monitors:\n  cpu-high: {minutes: soon}\n")
    assert "ddsync.yaml:10: cpu-high: minutes:" in bench.ddsync("plan", status=1).err


def test_thresholds_that_contradict_each_other_name_the_line_that_set_them(bench: Workbench) -> None:
    bench.write("monitors/eks.py", (bench.root / "monitors/eks.py").read_text().replace("0.8 * critical", "70"))
    text = (bench.root / "ddsync.yaml").read_text()
    bench.write("ddsync.yaml", text + "monitors:\n  cpu-high: {critical: 50}\n")
    ran = bench.ddsync("plan", status=1)
    assert "critical 50 must be above warning 70" in ran.err
    assert "critical comes from ddsync.yaml:10" in ran.err


def test_yaml_that_is_none_names_the_line(bench: Workbench) -> None:
    bench.write("ddsync.yaml", "project: acme\n  packs: [\n")
    assert "ddsync.yaml:2: not YAML" in bench.ddsync("plan", status=1).err


def test_a_team_that_does_not_exist_gets_the_nearest(bench: Workbench) -> None:
    text = (bench.root / "ddsync.yaml").read_text()
    bench.write("ddsync.yaml", text.replace("team: platform", "team: platfrom"))
    assert 'no team "platfrom"' in bench.ddsync("plan", status=1).err


def test_a_reference_to_nothing_names_both_sides(bench: Workbench) -> None:
    bench.write(
        "monitors/other.py",
        DISK.replace(
            'query="avg(last_5m):avg:system.disk.in_use{*} > 0.9"', 'type="composite", query="${monitor:eks/gone} && 1"'
        ),
    )
    ran = bench.ddsync("plan", status=1)
    assert "monitors/other.py:4: monitor other/disk refers to monitor eks/gone, which is not there" in ran.err


def test_a_ring_of_references_is_shown(bench: Workbench) -> None:
    one = DISK.replace('query="avg(last_5m):avg:system.disk.in_use{*} > 0.9"', 'type="composite", query="{}"')
    bench.write("monitors/a.py", one.replace("{}", "${monitor:b/disk} && ${monitor:b/disk}"))
    bench.write("monitors/b.py", one.replace("{}", "${monitor:a/disk} && ${monitor:a/disk}"))
    ran = bench.ddsync("plan", status=1)
    assert "a ring of references" in ran.err
    assert "monitors/a.py:4" in ran.err


def test_two_definitions_of_one_key_name_both_places(bench: Workbench) -> None:
    two = DISK.replace("-> Monitor:", "-> list[Monitor]:").replace("return Monitor(", 'return 2 * [Monitor(key="x", ')
    bench.write("monitors/other.py", two.replace('> 0.9")', '> 0.9")]'))
    assert (
        "monitors/other.py:4: monitor other/disk/x is made at monitors/other.py:4 too"
        in bench.ddsync("plan", status=1).err
    )


def test_a_payload_datadog_refuses_fails_alone_with_its_words_and_line(bench: Workbench) -> None:
    bench.write("monitors/other.py", REFUSED)
    ran = bench.apply(status=1)
    assert "1 of 2 done" in ran.out
    assert "400 from Datadog" in ran.out
    assert "monitors/other.py:4" in ran.out
    assert len(bench.live("monitor")) == 1


def test_an_object_deleted_between_plan_and_write_is_refused_by_name(bench: Workbench) -> None:
    bench.apply()
    text = (bench.root / "ddsync.yaml").read_text()
    bench.write("ddsync.yaml", text + "monitors: {cpu-high: {critical: 80}}\n")
    (monitor,) = bench.live("monitor")
    bench.ddsync("plan", "--save", "plan.json")
    bench.emulator.remove("monitor", monitor["id"])
    ran = bench.apply("plan.json", status=3)
    assert "monitor eks/cpu-high/prod-eu-1: deleted in Datadog since the plan" in ran.err


def test_two_objects_of_one_identity_are_an_error_with_both_links(bench: Workbench) -> None:
    bench.apply()
    (monitor,) = bench.live("monitor")
    bench.emulator.put("monitor", {**monitor, "name": "(clone)", "id": monitor["id"] + 1}, monitor["id"] + 1)
    ran = bench.ddsync("plan", status=1)
    assert f"/monitors/{monitor['id']}" in ran.err
    assert f"/monitors/{monitor['id'] + 1}" in ran.err
    assert "ddsync release monitor:" in ran.err
    bench.apply(status=1)
    assert len(bench.live("monitor")) == 2
    bench.ddsync("release", "--yes", f"monitor:{monitor['id'] + 1}")
    assert bench.plan()["changes"] == []


def test_a_lost_identity_makes_no_twin(bench: Workbench) -> None:
    bench.apply()
    (monitor,) = bench.live("monitor")
    bench.emulator.edit("monitor", monitor["id"], lambda body: {**body, "tags": ["env:prod"]})
    assert f"its identity was taken off in Datadog: it is monitor {monitor['id']}" in bench.ddsync("plan").out
    (change,) = bench.plan()["changes"]
    assert (change["action"], change["twin"]) == ("create", monitor["id"])
    ran = bench.apply("--drift", "revert", status=1)
    assert "ddsync absorb eks/cpu-high/prod-eu-1" in ran.out
    assert len(bench.live("monitor")) == 1
    assert "lost its identity" in bench.ddsync("drift", status=2).out
    assert f"eks/cpu-high/prod-eu-1: {monitor['id']}" in bench.ddsync("absorb", "eks/cpu-high/prod-eu-1").out
    bench.ddsync("import", "--adopt", "--yes", "--id", f"monitor:{monitor['id']}")
    bench.apply()
    assert (bench.plan()["changes"], len(bench.live("monitor"))) == ([], 1)


@pytest.mark.parametrize("action", ["truncate", "not-json"])
def test_a_list_that_is_cut_or_no_json_changes_nothing(
    bench: Workbench, action: Action, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.apply()
    monkeypatch.setattr("dd_sync.datadog.client.BUDGET_SECONDS", 0.2)
    bench.emulator.faults.append(Fault(("GET", "/api/v1/monitor"), action, times=100))
    ran = bench.apply(status=1)
    assert "GET /api/v1/monitor" in ran.err
    assert len(bench.live("monitor")) == 1


def test_a_list_of_another_form_changes_nothing(bench: Workbench) -> None:
    bench.apply()
    bench.emulator.faults.append(Fault(("GET", "/api/v1/slo"), "status", status=200, times=100))
    bench.apply(status=1)
    assert len(bench.live("monitor")) == 1


def test_no_project_here_says_how_to_make_one(bench: Workbench) -> None:
    (bench.root / "ddsync.yaml").unlink()
    ran = bench.ddsync("plan", status=64)
    assert "no ddsync.yaml" in ran.err
    assert "ddsync init" in ran.err


def test_a_target_that_does_not_exist_lists_those_that_do(bench: Workbench) -> None:
    ran = bench.ddsync("plan", "--target", "prd", status=64)
    assert 'no target "prd" in ddsync.yaml. Did you mean prod?' in ran.err


def test_on_ci_an_emulator_must_be_asked_for(bench: Workbench) -> None:
    bench.write("ddsync.yaml", "project: acme\ntargets: {local: {emulator: .ddsync/local.sqlite}}\n")
    bench.environment.clear()
    ran = bench.ddsync("plan", status=64, CI="true")
    assert "CI is set" in ran.err
    bench.ddsync("plan", "--target", "local", CI="true")


def test_an_unknown_option_is_a_usage_error(bench: Workbench) -> None:
    assert bench.ddsync("plan", "--onyl", "x", status=64).out == ""


def test_more_deletes_than_the_limit_are_refused_with_the_largest_group(bench: Workbench) -> None:
    many = DISK.replace("-> Monitor:", "-> list[Monitor]:").replace("return Monitor(", 'return [Monitor(key=f"k{n}", ')
    many = many.replace('name="Disk"', 'name=f"Disk {n}"').replace('> 0.9")', '> 0.9") for n in range(37)]')
    bench.write("monitors/other.py", many)
    bench.apply()
    bench.write("monitors/other.py", many.replace("range(37)", "range(5)"))
    ran = bench.apply(status=3)
    assert "this plan deletes 32 monitors (limit 10)" in ran.err
    assert "other/disk/* (32)" in ran.err
    assert "--allow-delete 32" in ran.err
    assert len(bench.live("monitor")) == 38
    bench.apply("--allow-delete", "32")
    assert len(bench.live("monitor")) == 6


def test_a_protected_definition_is_never_replaced(bench: Workbench) -> None:
    protected = DISK.replace("@define\n", "@define(protect=True)\n")
    bench.write("monitors/other.py", protected)
    bench.apply()
    bench.write(
        "monitors/other.py", protected.replace('name="Disk", query="', 'name="Disk", type="log alert", query="')
    )
    assert "protected" in bench.apply("--allow-replace", "1", status=3).err
