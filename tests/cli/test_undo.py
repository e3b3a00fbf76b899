"""What an apply did, undone: created objects go, deleted ones come back, the rest is as it was."""

from __future__ import annotations

import json
from typing import Any

import pytest

from dd_sync.emulator import Fault
from dd_sync.kinds import KINDS
from tests.workbench import Workbench

WATCHED = '''
from dd_sync import Monitor, define


@define
def disk() -> Monitor:
    """A disk fills up."""
    return Monitor(name="Disk", query="avg(last_5m):avg:system.disk.in_use{*} > 0.9")


@define
def memory() -> Monitor:
    """Memory runs out."""
    return Monitor(name="Memory", query="avg(last_5m):avg:system.mem.used{*} > 9")


@define
def both() -> Monitor:
    """Disk and memory."""
    return Monitor(name="Both", type="composite", query=f"{disk.ref()} && {memory.ref()}")
'''

PROMISED = '''
from dd_sync import SLO, define
from monitors.host import disk


@define
def roomy() -> SLO:
    """Disks have room."""
    return SLO(name="Roomy", target=99, monitors=[disk.ref()])
'''

SHOWN = '''
from dd_sync import AlertGraph, Dashboard, Note, SLOWidget, define
from monitors.host import disk
from slos.host import roomy


@define
def overview() -> Dashboard:
    """Everything."""
    widgets = [Note(content="hello"), AlertGraph(alert_id=disk.ref()), SLOWidget(slo_id=roomy.ref())]
    return Dashboard(title="Overview", widgets=widgets)
'''


@pytest.fixture
def host(bench: Workbench) -> Workbench:
    """Two monitors, a composite and an SLO of them, a dashboard of both, applied."""
    bench.write("monitors/eks.py", "")
    bench.write("monitors/host.py", WATCHED)
    bench.write("slos/host.py", PROMISED)
    bench.write("dashboards/host.py", SHOWN)
    bench.apply()
    return bench


def state(bench: Workbench) -> dict[str, Any]:
    """What a definition can say of everything live, by kind and title, less ids."""
    found = {}
    for name, kind in KINDS.items():
        for live in bench.live(name):
            found[f"{name} {kind.title(live)}"] = kind.normalise(live)
    return found


def empty(bench: Workbench) -> None:
    for name in ("monitors/host.py", "slos/host.py", "dashboards/host.py"):
        (bench.root / name).unlink()


def test_undo_of_a_first_apply_leaves_nothing(host: Workbench) -> None:
    ran = host.ddsync("undo", "last", "--yes")
    assert "5 deleted" in ran.out
    assert state(host) == {}
    assert host.plan()["summary"]["create"] == 5


def test_undo_of_an_update_brings_back_what_was_there_and_the_code_is_a_change_again(host: Workbench) -> None:
    before = state(host)
    host.write("monitors/host.py", WATCHED.replace("0.9", "0.8"))
    host.apply()
    assert state(host) != before
    ran = host.ddsync("undo", "last", "--yes")
    assert "1 updated" in ran.out
    assert state(host) == before
    (change,) = host.plan()["changes"]
    assert (change["action"], change["cause"]) == ("update", "code")


def test_deleted_objects_come_back_and_point_to_each_other_under_their_new_ids(host: Workbench) -> None:
    before = state(host)
    old = {monitor["name"]: monitor["id"] for monitor in host.live("monitor")}
    empty(host)
    host.apply("--allow-delete", "5")
    assert state(host) == {}
    ran = host.ddsync("undo", "last", "--yes")
    assert "5 come back under new ids" in ran.err
    new = {monitor["name"]: monitor["id"] for monitor in host.live("monitor")}
    assert not set(old.values()) & set(new.values())
    both = next(monitor for monitor in host.live("monitor") if monitor["name"] == "Both")
    assert both["query"] == f"{new['Disk']} && {new['Memory']}"
    (slo,), (dashboard,) = host.live("slo"), host.live("dashboard")
    assert slo["monitor_ids"] == [new["Disk"]]
    shown = [widget["definition"] for widget in dashboard["widgets"]]
    assert (shown[1]["alert_id"], shown[2]["slo_id"]) == (str(new["Disk"]), slo["id"])
    assert {name: live for name, live in state(host).items() if name.endswith(("Disk", "Memory"))} == {
        name: live for name, live in before.items() if name.endswith(("Disk", "Memory"))
    }


def test_what_came_back_is_what_the_definitions_mean(host: Workbench) -> None:
    files = {path: path.read_text() for path in host.root.glob("*/host.py")}
    empty(host)
    host.apply("--allow-delete", "5")
    host.ddsync("undo", "last", "--yes")
    for path, text in files.items():
        path.write_text(text)
    assert host.plan()["changes"] == []


def test_an_updated_object_points_to_the_new_id_of_what_came_back(host: Workbench) -> None:
    both = next(monitor for monitor in host.live("monitor") if monitor["name"] == "Both")
    host.write("monitors/host.py", WATCHED.replace("{disk.ref()}", "{other.ref()}").replace("disk()", "other()"))
    host.write("slos/host.py", PROMISED.replace("disk", "memory"))
    host.write("dashboards/host.py", SHOWN.replace("disk", "memory"))
    host.apply("--allow-delete", "1")
    host.ddsync("undo", "last", "--yes")
    disk = next(monitor for monitor in host.live("monitor") if monitor["name"] == "Disk")
    after = next(monitor for monitor in host.live("monitor") if monitor["name"] == "Both")
    assert after["id"] == both["id"]
    assert after["query"].startswith(f"{disk['id']} && ")
    assert host.live("slo")[0]["monitor_ids"] == [disk["id"]]


def test_what_changed_since_is_left_and_named(host: Workbench) -> None:
    host.write("monitors/host.py", WATCHED.replace("0.9", "0.8").replace("> 9", "> 8"))
    host.apply()
    disk = next(monitor for monitor in host.live("monitor") if monitor["name"] == "Disk")
    host.emulator.edit("monitor", disk["id"], lambda body: {**body, "message": "call Sam"})
    ran = host.ddsync("undo", "last", "--yes", status=1)
    assert "left: monitor host/disk: changed since" in ran.err
    queries = {monitor["name"]: monitor["query"] for monitor in host.live("monitor")}
    assert queries["Disk"].endswith("> 0.8")
    assert queries["Memory"].endswith("> 9")


def test_what_changed_since_is_undone_when_that_is_asked_for(host: Workbench) -> None:
    before = state(host)
    host.write("monitors/host.py", WATCHED.replace("0.9", "0.8"))
    host.apply()
    disk = next(monitor for monitor in host.live("monitor") if monitor["name"] == "Disk")
    host.emulator.edit("monitor", disk["id"], lambda body: {**body, "message": "call Sam"})
    host.ddsync("undo", "last", "--yes", "--drift", "revert")
    assert state(host) == before


def test_an_edit_that_an_apply_reverted_comes_back_as_it_was(host: Workbench) -> None:
    disk = next(monitor for monitor in host.live("monitor") if monitor["name"] == "Disk")
    host.emulator.edit("monitor", disk["id"], lambda body: {**body, "message": "call Sam"})
    host.apply("--drift", "revert")
    host.ddsync("undo", "last", "--yes")
    (change,) = host.plan()["changes"]
    assert (change["cause"], change["fields"][0]["before"]) == ("drift", "call Sam")


def test_a_mute_is_never_written_by_an_undo(host: Workbench) -> None:
    disk = next(monitor for monitor in host.live("monitor") if monitor["name"] == "Disk")
    host.write("monitors/host.py", WATCHED.replace("0.9", "0.8"))
    host.apply()
    host.emulator.edit(
        "monitor", disk["id"], lambda body: {**body, "options": {**body["options"], "silenced": {"*": None}}}
    )
    host.ddsync("undo", "last", "--yes")
    after = next(monitor for monitor in host.live("monitor") if monitor["name"] == "Disk")
    assert after["query"].endswith("> 0.9")
    assert after["options"]["silenced"] == {"*": None}


def test_a_rename_is_undone_with_its_identity(host: Workbench) -> None:
    renamed = WATCHED.replace("@define\ndef disk", '@define(renamed_from="host/disk")\ndef volume')
    host.write("monitors/host.py", renamed.replace("disk.ref", "volume.ref"))
    host.write("slos/host.py", PROMISED.replace("disk", "volume"))
    host.write("dashboards/host.py", SHOWN.replace("disk", "volume"))
    host.apply()
    host.ddsync("undo", "last", "--yes")
    disk = next(monitor for monitor in host.live("monitor") if monitor["name"] == "Disk")
    assert "ddsync_id:acme/prod/host/disk" in disk["tags"]


def test_an_adoption_is_undone_to_an_object_without_identity(bench: Workbench) -> None:
    body = {"name": "Old", "type": "query alert", "query": "avg(last_5m):avg:a.b{*} > 1", "tags": ["team:x"]}
    object_id = bench.emulator.put("monitor", {**body, "message": "", "options": {"thresholds": {"critical": 1.0}}})
    text = '''
from dd_sync import Monitor, define

@define
def old() -> Monitor:
    """Old."""
    return Monitor(name="Old", message="", tags=["team:x"], query="avg(last_5m):avg:a.b{*} > 1")
'''
    bench.write("monitors/eks.py", text)
    bench.write("adopt.yaml", f"monitor:eks/old: {object_id}\n")
    bench.apply()
    assert len(bench.live("monitor")[0]["tags"]) == 4
    bench.ddsync("undo", "last", "--yes")
    assert bench.live("monitor")[0]["tags"] == ["team:x"]


def test_a_replace_is_undone_with_what_pointed_to_it(host: Workbench) -> None:
    composed = WATCHED.replace('name="Memory", query="avg(last_5m):avg:system.mem.used{*} > 9"', LOGS)
    host.write("monitors/host.py", composed)
    host.apply("--allow-replace", "1")
    host.ddsync("undo", "last", "--yes")
    monitors = {monitor["name"]: monitor for monitor in host.live("monitor")}
    assert len(host.live("monitor")) == 3
    assert monitors["Memory"]["type"] == "query alert"
    assert monitors["Both"]["query"] == f"{monitors['Disk']['id']} && {monitors['Memory']['id']}"
    host.write("monitors/host.py", WATCHED)
    assert host.plan()["changes"] == []


LOGS = """name="Memory", type="log alert", query='logs("x").index("*").rollup("count").last("5m") > 1\'"""


def test_undoing_twice_finds_nothing_more_to_do(host: Workbench) -> None:
    host.write("monitors/host.py", WATCHED.replace("0.9", "0.8"))
    host.apply()
    (name,) = [one["receipt"] for one in history(host) if one["done"] == {"update": 1}]
    host.ddsync("undo", name, "--yes")
    before = state(host)
    ran = host.ddsync("undo", name, "--yes")
    assert "nothing to change" in ran.out
    assert state(host) == before


def test_an_undo_is_undone_like_any_apply(host: Workbench) -> None:
    host.write("monitors/host.py", WATCHED.replace("0.9", "0.8"))
    host.apply()
    after = state(host)
    host.ddsync("undo", "last", "--yes")
    host.ddsync("undo", "last", "--yes")
    assert state(host) == after
    assert host.plan()["changes"] == []


@pytest.mark.parametrize("calls", range(1, 12))
def test_an_undo_that_broke_off_is_finished_by_undoing_again(host: Workbench, calls: int) -> None:
    before = state(host)
    name = history(host)[0]["receipt"]
    empty(host)
    host.apply("--allow-delete", "5")
    name = history(host)[0]["receipt"]
    left = [calls]

    def refused(method: str, path: str) -> bool:
        left[0] -= method in ("POST", "PUT", "DELETE")
        return left[0] < 0 and method in ("POST", "PUT", "DELETE")

    host.emulator.faults.append(Fault(refused, "status", status=403, times=1000))
    host.ddsync("undo", name, "--yes", "--parallel", "1", status=1 if calls < 5 else 0)
    host.emulator.faults.clear()
    host.ddsync("undo", name, "--yes")
    assert sorted(state(host)) == sorted(before)
    assert [len(host.live(kind)) for kind in ("monitor", "slo", "dashboard")] == [3, 1, 1]


def test_objects_of_others_are_not_touched(host: Workbench) -> None:
    other = host.emulator.put("monitor", {"name": "Theirs", "tags": ["ddsync_id:acme/staging/host/disk"]})
    before = [monitor for monitor in host.live("monitor") if monitor["id"] == other]
    host.ddsync("undo", "last", "--yes")
    assert host.live("monitor") == before


def test_a_receipt_of_another_target_or_account_is_refused(host: Workbench) -> None:
    host.write("ddsync.yaml", (host.root / "ddsync.yaml").read_text() + "  staging: {site: datadoghq.eu}\n")
    ran = host.ddsync("undo", "last", "--yes", "--target", "staging", status=3)
    assert "is of the target prod" in ran.err
    path = next((host.root / ".ddsync/receipts").iterdir())
    path.write_text(path.read_text().replace("http://127.0.0.1", "http://localhost"))
    assert "is of the account" in host.ddsync("undo", "last", "--yes", status=3).err


def test_undo_needs_no_definitions_that_load(host: Workbench) -> None:
    host.write("monitors/host.py", "this is not Python")
    host.ddsync("undo", "last", "--yes")
    assert state(host) == {}


def test_nobody_to_ask_is_a_refusal(host: Workbench) -> None:
    assert "nobody is here" in host.ddsync("undo", "last", status=3).err
    assert len(state(host)) == 5


def test_an_unknown_receipt_says_where_to_look(host: Workbench) -> None:
    assert "ddsync history" in host.ddsync("undo", "20200101T000000Z-00000000", "--yes", status=1).err


def history(bench: Workbench) -> Any:
    return json.loads(bench.ddsync("history", "--format", "json").out)


def test_history_lists_what_was_applied_and_undone_the_latest_first(host: Workbench) -> None:
    host.ddsync("undo", "last", "--yes")
    undone, applied = history(host)
    assert (undone["command"], undone["undoes"], undone["done"]) == ("undo", applied["receipt"], {"delete": 5})
    assert (applied["command"], applied["target"], applied["done"]) == ("apply", "prod", {"create": 5})
    text = host.ddsync("history").out.splitlines()
    assert text[0].endswith("5 deleted")
    assert text[1].endswith("5 created")


def test_history_of_one_receipt_shows_every_outcome(host: Workbench) -> None:
    ran = host.ddsync("history", "last")
    assert "done     create   slo host/roomy" in ran.out
    shown = json.loads(host.ddsync("history", "last", "--format", "json").out)
    assert len(shown["outcomes"]) == 5


def test_history_needs_no_keys_and_says_when_there_is_nothing(bench: Workbench) -> None:
    bench.environment.clear()
    assert "no receipts in .ddsync/receipts" in bench.ddsync("history").out
