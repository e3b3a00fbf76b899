"""Plans that were reviewed: what is carried out is what was read, or it is refused and named."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dd_sync.core.errors import DdsyncError
from dd_sync.core.identity import digest
from dd_sync.core.saved import from_text
from tests.workbench import API_KEY, APP_KEY, SETTINGS, Workbench

TWO = '''
from dd_sync import Monitor, Number, define

@define
def disk(*, critical: Number = 5) -> Monitor:
    """A disk fills up."""
    return Monitor(name="Disk", query=f"avg(last_5m):avg:system.disk.in_use{{*}} > {critical}")

@define
def memory(*, critical: Number = 7) -> Monitor:
    """Memory runs out."""
    return Monitor(name="Memory", query=f"avg(last_5m):avg:system.mem.used{{*}} > {critical}")
'''

BOARD = '''
from dd_sync import Dashboard, define

@define
def board() -> Dashboard:
    """What there is to see."""
    return Dashboard(title="Board")
'''


@pytest.fixture
def saved(bench: Workbench) -> Workbench:
    """Two monitors and a dashboard, planned and saved as `plan.json`; nothing is applied."""
    bench.write("monitors/eks.py", TWO)
    bench.write("dashboards/eks.py", BOARD)
    bench.ddsync("plan", "--save", "plan.json")
    return bench


def change_numbers(bench: Workbench, numbers: str) -> None:
    bench.write("ddsync.yaml", SETTINGS + f"monitors: {{{numbers}}}\n")


def edit_disk(bench: Workbench) -> None:
    (disk,) = [one for one in bench.live("monitor") if one["name"] == "Disk"]
    bench.emulator.edit("monitor", disk["id"], lambda body: {**body, "message": "call Sam"})


# apply PLANFILE


def test_a_saved_plan_is_carried_out(saved: Workbench) -> None:
    saved.ddsync("apply", "plan.json", "--yes")
    assert sorted(one["name"] for one in saved.live("monitor")) == ["Disk", "Memory"]
    assert saved.plan()["changes"] == []


def test_a_saved_plan_is_not_carried_out_twice(saved: Workbench) -> None:
    saved.ddsync("apply", "plan.json", "--yes")
    ran = saved.ddsync("apply", "plan.json", "--yes", status=3)
    assert "3 of 3 changes in plan.json no longer fit" in ran.err
    assert "create dashboard eks/board: is there already" in ran.err
    assert len(saved.live("dashboard")) == 1


def test_definitions_that_changed_make_a_plan_stale(saved: Workbench) -> None:
    change_numbers(saved, "disk: {critical: 9}")
    ran = saved.ddsync("apply", "plan.json", "--yes", status=3)
    assert "the definitions changed since the plan" in ran.err
    assert saved.live("monitor") == []


def test_a_touched_object_that_was_edited_makes_a_plan_stale_and_is_named(saved: Workbench) -> None:
    saved.apply()
    change_numbers(saved, "disk: {critical: 9}, memory: {critical: 9}")
    saved.ddsync("plan", "--save", "plan.json")
    edit_disk(saved)
    ran = saved.ddsync("apply", "plan.json", "--yes", status=3)
    assert "1 of 2 changes in plan.json no longer fit" in ran.err
    assert "update monitor eks/disk: changed in Datadog since the plan" in ran.err
    assert "eks/memory" not in ran.err
    assert {one["options"]["thresholds"]["critical"] for one in saved.live("monitor")} == {5.0, 7.0}


def test_an_edit_of_what_a_plan_does_not_touch_is_nothing_to_it(saved: Workbench) -> None:
    saved.apply()
    change_numbers(saved, "memory: {critical: 9}")
    saved.ddsync("plan", "--save", "plan.json")
    edit_disk(saved)
    saved.ddsync("apply", "plan.json", "--yes")
    live = {one["name"]: one for one in saved.live("monitor")}
    assert live["Disk"]["message"] == "call Sam"
    assert live["Memory"]["options"]["thresholds"]["critical"] == 9.0


@pytest.mark.parametrize("planfile", [("plan.json",), ("--expect", "plan.json")])
def test_a_plan_for_another_target_is_refused(saved: Workbench, planfile: tuple[str, ...]) -> None:
    saved.write("ddsync.yaml", SETTINGS + "  staging: {site: datadoghq.eu}\n")
    ran = saved.ddsync("apply", *planfile, "--target", "staging", "--yes", status=3)
    assert "the plan is for acme/prod, this run is for acme/staging" in ran.err
    assert saved.live("monitor") == []


@pytest.mark.parametrize("planfile", [("plan.json",), ("--expect", "plan.json")])
def test_a_plan_for_another_account_is_refused(saved: Workbench, planfile: tuple[str, ...]) -> None:
    elsewhere = saved.environment["DD_HOST"].replace("127.0.0.1", "localhost")
    ran = saved.ddsync("apply", *planfile, "--yes", status=3, DD_HOST=elsewhere)
    assert "the plan was made for http://127.0.0.1" in ran.err


def test_a_plan_for_another_project_is_refused(saved: Workbench) -> None:
    saved.write("ddsync.yaml", SETTINGS.replace("project: acme", "project: other"))
    ran = saved.ddsync("apply", "plan.json", "--yes", status=3)
    assert "the plan is for acme/prod, this run is for other/prod" in ran.err


def test_the_target_of_a_plan_is_taken_from_it(saved: Workbench) -> None:
    saved.write("ddsync.yaml", SETTINGS + "  staging: {site: datadoghq.eu}\n")
    assert saved.ddsync("plan", status=64).status == 64
    saved.ddsync("apply", "plan.json", "--yes")
    assert len(saved.live("monitor")) == 2


def test_a_filtered_plan_stays_filtered(bench: Workbench) -> None:
    bench.write("monitors/eks.py", TWO)
    bench.ddsync("plan", "--only", "eks/disk", "--save", "plan.json")
    bench.ddsync("apply", "plan.json", "--yes")
    assert [one["name"] for one in bench.live("monitor")] == ["Disk"]


def test_a_filter_does_not_go_with_a_saved_plan(saved: Workbench) -> None:
    ran = saved.ddsync("apply", "plan.json", "--only", "eks/disk", "--yes", status=64)
    assert "do not go with a saved plan" in ran.err
    saved.ddsync("apply", "plan.json", "--expect", "plan.json", "--yes", status=64)


def test_limits_hold_for_saved_plans(saved: Workbench) -> None:
    saved.apply()
    saved.write("monitors/eks.py", "")
    saved.write("dashboards/eks.py", "")
    saved.ddsync("plan", "--save", "plan.json")
    ran = saved.ddsync("apply", "plan.json", "--yes", status=3)
    assert "no definitions were found" in ran.err
    saved.ddsync("apply", "plan.json", "--yes", "--allow-delete", "3")
    assert saved.live("monitor") == []


# apply --expect PLANFILE


def test_what_was_expected_is_done(saved: Workbench) -> None:
    saved.ddsync("apply", "--expect", "plan.json", "--yes")
    assert len(saved.live("monitor")) == 2


def test_what_is_left_of_an_expected_plan_is_done(saved: Workbench) -> None:
    saved.apply("--only", "eks/disk")
    saved.ddsync("apply", "--expect", "plan.json", "--yes")
    assert sorted(one["name"] for one in saved.live("monitor")) == ["Disk", "Memory"]
    assert "nothing to change" in saved.ddsync("apply", "--expect", "plan.json", "--yes").out


def test_a_change_that_nobody_reviewed_is_refused_and_named(saved: Workbench) -> None:
    saved.write("monitors/more.py", TWO)
    ran = saved.ddsync("apply", "--expect", "plan.json", "--yes", status=3)
    assert (
        "2 changes are not in the reviewed plan:\n  create monitor more/disk\n  create monitor more/memory" in ran.err
    )
    assert saved.live("monitor") == []


def test_a_reviewed_change_with_another_number_is_not_the_reviewed_one(saved: Workbench) -> None:
    change_numbers(saved, "disk: {critical: 9}")
    ran = saved.ddsync("apply", "--expect", "plan.json", "--yes", status=3)
    assert "1 change is not in the reviewed plan:\n  create monitor eks/disk" in ran.err


def test_a_reviewed_change_of_an_object_that_was_edited_is_not_the_reviewed_one(saved: Workbench) -> None:
    saved.apply()
    change_numbers(saved, "disk: {critical: 9}")
    saved.ddsync("plan", "--save", "plan.json")
    edit_disk(saved)
    ran = saved.ddsync("apply", "--expect", "plan.json", "--yes", status=3)
    assert "update monitor eks/disk" in ran.err


def test_an_edit_that_is_held_needs_no_review_and_its_revert_does(saved: Workbench) -> None:
    saved.apply()
    change_numbers(saved, "memory: {critical: 9}")
    saved.ddsync("plan", "--save", "plan.json")
    edit_disk(saved)
    ran = saved.ddsync("apply", "--expect", "plan.json", "--drift", "revert", "--yes", status=3)
    assert "update monitor eks/disk" in ran.err
    saved.ddsync("apply", "--expect", "plan.json", "--yes")
    live = {one["name"]: one for one in saved.live("monitor")}
    assert live["Disk"]["message"] == "call Sam"
    assert live["Memory"]["options"]["thresholds"]["critical"] == 9.0


# Tampering


def test_a_file_that_is_none_is_said_to_be_none(bench: Workbench) -> None:
    for text in ("", "{}", "[]", "null", "not json", '{"seal": 1, "format": 1}'):
        bench.write("plan.json", text)
        ran = bench.ddsync("apply", "plan.json", "--yes", status=None)
        assert ran.status in (1, 3)
        assert "plan.json" in ran.err
    assert "No such file" in bench.ddsync("apply", "missing.json", "--yes", status=1).err


def forged(bench: Workbench, change: Callable[[dict[str, Any]], None], *, sealed: bool) -> None:
    """Changes the saved plan by hand; `sealed` does it as one who knows how the seal is made."""
    path = bench.root / "plan.json"
    body = json.loads(path.read_text())
    change(body)
    if sealed:
        del body["seal"]
        body["seal"] = digest(body)
    path.write_text(json.dumps(body))


def another_query(body: dict[str, Any]) -> None:
    for change in body["changes"]:
        change["desired"]["query"] = "avg(last_5m):avg:evil{*} > 1"


def another_target(body: dict[str, Any]) -> None:
    body["target"] = "staging"


def a_delete(body: dict[str, Any]) -> None:
    body["changes"] = [{**body["changes"][0], "action": "delete", "id": 10000001, "desired": None}]


def more_ids(body: dict[str, Any]) -> None:
    body["ids"]["monitor:eks/disk"] = 666


def an_unknown_field(body: dict[str, Any]) -> None:
    body["changes"][0]["surprise"] = True


FORGERIES = [another_query, another_target, a_delete, more_ids, an_unknown_field]


@pytest.mark.parametrize("change", FORGERIES, ids=lambda change: change.__name__)
def test_a_file_that_was_changed_is_refused(saved: Workbench, change: Callable[[dict[str, Any]], None]) -> None:
    forged(saved, change, sealed=False)
    for arguments in (("plan.json",), ("--expect", "plan.json")):
        ran = saved.ddsync("apply", *arguments, "--yes", status=3)
        assert "plan.json: the file was changed after it was written" in ran.err
    assert saved.live("monitor") == []


@pytest.mark.parametrize("change", FORGERIES, ids=lambda change: change.__name__)
def test_a_forged_seal_brings_nothing_into_datadog_that_is_not_defined(
    saved: Workbench, change: Callable[[dict[str, Any]], None]
) -> None:
    saved.emulator.put("monitor", {"name": "a stranger's", "type": "query alert", "query": "q", "tags": []})
    forged(saved, change, sealed=True)
    saved.ddsync("apply", "plan.json", "--yes", "--allow-delete", "9", status=None)
    queries = {one["query"] for one in saved.live("monitor")}
    assert "avg(last_5m):avg:evil{*} > 1" not in queries
    assert "q" in queries


def test_a_forged_fingerprint_is_found_out(saved: Workbench) -> None:
    forged(saved, lambda body: body.update(fingerprint="sha256:" + "0" * 64), sealed=True)
    ran = saved.ddsync("apply", "plan.json", "--yes", status=3)
    assert "the file does not hold the plan it names" in ran.err


def test_no_byte_of_a_plan_file_can_be_changed_unseen(saved: Workbench) -> None:
    text = (saved.root / "plan.json").read_bytes()
    whole = from_text(text.decode(), "plan.json")
    seen = 0
    for place in range(len(text)):
        for byte in {text[place] ^ 1, text[place] ^ 128, *b'0a" {}[]:,\\'} - {text[place]}:
            changed = text[:place] + bytes([byte]) + text[place + 1 :]
            try:
                assert from_text(changed.decode(), "plan.json") == whole, (place, byte)
            except (DdsyncError, UnicodeDecodeError):
                seen += 1
    assert seen > 8 * len(text)  # what is left is white space, which says nothing


@pytest.mark.parametrize("length", range(0, 4000, 97))
def test_a_plan_file_that_was_cut_is_none(saved: Workbench, length: int) -> None:
    text = (saved.root / "plan.json").read_text()
    with pytest.raises(DdsyncError):
        from_text(text[: min(length, len(text) - 2)], "plan.json")


@pytest.mark.parametrize(
    "text",
    ["[" * 100_000, '{"seal": "\\ud800", "format": 1}', '{"seal": 1, "format": 1, "project": "\\ud800"}', "\x00"],
)
def test_what_no_plan_was_ever_written_as_is_refused_without_a_trace(bench: Workbench, text: str) -> None:
    bench.write("plan.json", text)
    ran = bench.ddsync("apply", "plan.json", "--yes", status=None)
    assert ran.status in (1, 3)
    assert "plan.json" in ran.err
    assert "bug" not in ran.err


# Keys


def test_a_plan_file_holds_no_key_and_is_its_owners_alone(saved: Workbench) -> None:
    path = saved.root / "plan.json"
    assert path.stat().st_mode & 0o777 == 0o600
    assert not any(key in path.read_text() for key in (API_KEY, APP_KEY))
    path.chmod(0o644)
    saved.ddsync("plan", "--save", "plan.json")
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_plan_that_would_hold_a_key_is_not_saved(bench: Workbench) -> None:
    bench.write("monitors/eks.py", TWO.replace("A disk fills up.", f"curl -H DD-API-KEY:{API_KEY}"))
    ran = bench.ddsync("plan", "--save", "plan.json", status=None)
    assert ran.status != 0
    assert API_KEY not in ran.out + ran.err
    assert not (bench.root / "plan.json").exists()


def test_a_folder_that_is_not_there_is_said(bench: Workbench) -> None:
    assert "the plan was not saved" in bench.ddsync("plan", "--save", "no/where/plan.json", status=1).err


# Rendered payloads


BOMB = """
from pathlib import Path
Path("ran").write_text("a definition file was run")
"""


def test_with_rendered_payloads_no_project_code_is_run(saved: Workbench, tmp_path: Path) -> None:
    saved.ddsync("render", "--out", "rendered")
    for name in ("monitors/eks.py", "monitors/bomb.py", "slos/bomb.py", "dashboards/eks.py"):
        saved.write(name, BOMB)
    saved.ddsync("plan", "--rendered", "rendered", "--save", "plan.json")
    saved.ddsync("apply", "plan.json", "--rendered", "rendered", "--yes")
    assert len(saved.live("monitor")) == 2
    saved.ddsync("apply", "--expect", "plan.json", "--rendered", "rendered", "--yes")
    assert not (saved.root / "ran").exists()


def test_a_plan_of_the_code_and_one_of_what_it_rendered_are_the_same(saved: Workbench) -> None:
    saved.ddsync("render", "--out", "rendered")
    saved.ddsync("apply", "plan.json", "--rendered", "rendered", "--yes")
    assert saved.plan()["changes"] == []


def test_a_rendered_payload_that_changed_makes_a_plan_stale(saved: Workbench) -> None:
    saved.ddsync("render", "--out", "rendered")
    saved.ddsync("plan", "--rendered", "rendered", "--save", "plan.json")
    path = saved.root / "rendered/monitor/eks/disk.json"
    path.write_text(path.read_text().replace("> 5", "> 6").replace('"critical": 5', '"critical": 6'))
    ran = saved.ddsync("apply", "plan.json", "--rendered", "rendered", "--yes", status=3)
    assert "the definitions changed since the plan" in ran.err
