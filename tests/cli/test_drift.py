"""What somebody changed in Datadog: what, when, who, and what is gone."""

from __future__ import annotations

import json
from typing import Any

import pytest

from dd_sync.emulator import Fault
from tests.workbench import Workbench

DISK = '''
from dd_sync import Monitor, define

@define
def disk() -> Monitor:
    """A disk fills up."""
    return Monitor(name="Disk", query="avg(last_5m):avg:system.disk.in_use{*} > 0.9")
'''


@pytest.fixture
def applied(bench: Workbench) -> Workbench:
    """Two monitors, applied."""
    bench.write("monitors/other.py", DISK)
    bench.apply()
    return bench


def named(bench: Workbench, name: str) -> dict[str, Any]:
    return next(live for live in bench.live("monitor") if name in live["name"])


def edit(bench: Workbench, name: str, **changes: Any) -> int:
    live = named(bench, name)
    bench.emulator.edit("monitor", live["id"], lambda body: {**body, **changes})
    return int(live["id"])


def happened(bench: Workbench, object_id: int, action: str, who: str) -> None:
    """An event as the audit trail has it."""
    inner = {"usr": {"email": who}, "asset": {"type": "monitor", "id": str(object_id)}, "action": action}
    attributes = {"timestamp": "2026-01-01T03:00:00Z", "attributes": inner}
    bench.emulator.put("audit", {"type": "audit", "attributes": attributes}, id=f"{action}-{object_id}")


def test_without_drift_it_says_so_and_ends_with_0(applied: Workbench) -> None:
    ran = applied.ddsync("drift", status=0)
    assert "no drift (2 definitions)" in ran.out
    assert applied.ddsync("drift", "--format", "json").json["changes"] == []


def test_an_edit_is_told_with_what_when_and_who(applied: Workbench) -> None:
    object_id = edit(applied, "Disk", message="call Sam")
    happened(applied, object_id, "modified", "sam@example.com")
    ran = applied.ddsync("drift", status=2)
    assert "! monitor   other/disk  edited just now by sam@example.com  monitors/other.py" in ran.out
    assert "message  A disk fills up.  →  call Sam in Datadog" in ran.out
    assert "1 edited" in ran.out


def test_a_deleted_object_is_drift_and_the_trail_says_who_did_it(applied: Workbench) -> None:
    object_id = int(named(applied, "Disk")["id"])
    applied.emulator.remove("monitor", object_id)
    happened(applied, object_id, "deleted", "kim@example.com")
    ran = applied.ddsync("drift", status=2)
    assert "other/disk  deleted" in ran.out
    assert "by kim@example.com" in ran.out
    assert "1 deleted" in ran.out


def test_json_is_a_plan_of_the_drift_alone(applied: Workbench) -> None:
    object_id = edit(applied, "Disk", priority=1)
    happened(applied, object_id, "modified", "sam@example.com")
    applied.write("monitors/new.py", DISK.replace("disk", "third").replace("Disk", "Third"))
    (change,) = applied.ddsync("drift", "--format", "json", status=2).json["changes"]
    assert (change["kind"], change["key"], change["id"], change["cause"]) == (
        "monitor",
        "other/disk",
        object_id,
        "drift",
    )
    assert change["fields"] == [{"path": "priority", "before": 1, "after": None}]
    assert change["by"] == "sam@example.com"
    assert change["modified"].startswith("20")


def test_a_change_of_the_code_is_no_drift_and_both_are_said_to_be_both(applied: Workbench) -> None:
    applied.write("monitors/other.py", DISK.replace("0.9", "0.8"))
    applied.ddsync("drift", status=0)
    edit(applied, "Disk", message="call Sam")
    assert "the code changed, too" in applied.ddsync("drift", status=2).out


def test_an_edited_object_whose_definition_is_gone_is_drift(applied: Workbench) -> None:
    edit(applied, "Disk", message="call Sam")
    (applied.root / "monitors/other.py").unlink()
    assert "its definition is gone" in applied.ddsync("drift", status=2).out


def test_mutes_and_downtimes_are_no_drift(applied: Workbench) -> None:
    live = named(applied, "Disk")
    options = {**live["options"], "silenced": {"*": None}}
    edit(applied, "Disk", options=options, matching_downtimes=[{"scope": ["*"], "end": None}])
    applied.ddsync("drift", status=0)


def test_where_the_trail_may_not_be_read_the_rest_is_told(applied: Workbench) -> None:
    edit(applied, "Disk", message="call Sam")
    applied.emulator.faults.append(Fault(("GET", "/api/v2/audit"), "status", status=403))
    ran = applied.ddsync("drift", status=2)
    assert "the audit trail could not be read (403 from Datadog" in ran.err
    assert "other/disk  edited just now  monitors/other.py" in ran.out


def test_the_trail_is_not_asked_when_nothing_drifted(applied: Workbench) -> None:
    applied.emulator.calls.clear()
    applied.ddsync("drift")
    assert not [call for call in applied.emulator.calls if "audit" in call.path]


def test_a_filter_leaves_the_rest_out(applied: Workbench) -> None:
    edit(applied, "Disk", message="call Sam")
    applied.ddsync("drift", "--only", "eks/*", status=0)
    applied.ddsync("drift", "--only", "other/*", status=2)


def test_many_edits_are_asked_for_a_page_at_a_time_and_each_has_its_own_person(bench: Workbench) -> None:
    bodies = {f"m{n:03}": f"avg(last_5m):avg:a.b{n}{{*}} > 1" for n in range(120)}
    text = f'''
from collections.abc import Iterator
from dd_sync import Monitor, define

@define
def many() -> Iterator[Monitor]:
    """Many."""
    for key, query in {json.dumps(bodies)}.items():
        yield Monitor(key=key, name=key, query=query)
'''
    bench.write("monitors/many.py", text)
    bench.apply()
    for n, live in enumerate(bench.live("monitor")):
        bench.emulator.edit("monitor", live["id"], lambda body: {**body, "message": "edited"})
        happened(bench, live["id"], "modified", f"person-{n}@example.com")
    changes = bench.ddsync("drift", "--format", "json", status=2).json["changes"]
    assert len({change["by"] for change in changes}) == len(changes) == 121
