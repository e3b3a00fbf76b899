"""Each command with a key that has the permissions the table names, and with each of them missing.

The emulator asks for the permissions that Datadog's API description gives for each endpoint, so the table is proved
against what the commands really call.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from dd_sync.kinds.permissions import command, kinds_used
from tests.workbench import APP_KEY, SETTINGS, Workbench, workbench

DASHBOARD = '''\
from dd_sync import Dashboard, define


@define
def board() -> Dashboard:
    """One note."""
    note = {"definition": {"type": "note", "content": "hello"}}
    return Dashboard.from_api({"title": "Board", "layout_type": "ordered", "widgets": [note]})
'''

SLO = '''\
from dd_sync import SLO, define


@define
def availability() -> SLO:
    """Requests that succeed."""
    good, every = "sum:requests.good{*}.as_count()", "sum:requests.all{*}.as_count()"
    return SLO(name="Availability", target=99.9, numerator=good, denominator=every)
'''

Prepare = Callable[[Workbench], None]


def nothing(bench: Workbench) -> None:
    """The command begins with an empty Datadog."""


def applied(bench: Workbench) -> None:
    bench.apply()


def edited(bench: Workbench) -> None:
    applied(bench)
    bench.emulator.edit("monitor", bench.live("monitor")[0]["id"], lambda body: body | {"message": "edited"})


def undefined(bench: Workbench) -> None:
    applied(bench)
    for name in ("monitors/eks.py", "slos/service.py", "dashboards/service.py"):
        (bench.root / name).unlink()


def flapped(bench: Workbench) -> None:
    """Alerts enough that an edit is looked for."""
    applied(bench)
    for minute in range(0, 60, 10):
        bench.emulator.put_alert_event(bench.live("monitor")[0]["id"], [], "OK", "Alert", 1780272000 + 60 * minute)


def catalogued(bench: Workbench) -> None:
    bench.write("ddsync.yaml", SETTINGS + "services: [{catalog: {owner: platform}}]\n")


def sandboxed(bench: Workbench) -> None:
    bench.write("ddsync.yaml", SETTINGS.replace("{site: datadoghq.eu}", "{site: datadoghq.eu, sandbox: true}"))


RUNS: dict[str, tuple[Prepare, tuple[str, ...]]] = {
    "plan": (applied, ("plan",)),
    "apply": (nothing, ("apply", "--yes")),
    "drift": (edited, ("drift",)),
    "absorb": (edited, ("absorb", "eks/cpu-high/prod-eu-1")),
    "undo": (applied, ("undo", "last", "--yes")),
    "release": (
        undefined,
        ("release", "--yes", "eks/cpu-high/prod-eu-1", "service/availability", "service/board"),
    ),
    "import": (nothing, ("import", "--all", "--out", "imported")),
    "validate --online": (nothing, ("validate", "--online")),
    "backtest": (applied, ("backtest", "eks/cpu-high/prod-eu-1", "--days", "1")),
    "noise": (flapped, ("noise", "--days", "1", "--until", "2026-06-02")),
}


@contextlib.contextmanager
def bench_with(root: Path, scopes: tuple[str, ...], prepare: Prepare) -> Iterator[Workbench]:
    root.mkdir()
    with workbench(root, app_key_scopes={APP_KEY: scopes}) as bench:
        bench.write("slos/service.py", SLO)
        bench.write("dashboards/service.py", DASHBOARD)
        prepare_with_admin(bench, prepare)
        yield bench


def prepare_with_admin(bench: Workbench, prepare: Prepare) -> None:
    kept = bench.environment["DD_APP_KEY"]
    bench.environment["DD_APP_KEY"] = "another-key-of-an-admin"
    prepare(bench)
    bench.environment["DD_APP_KEY"] = kept


def test_every_command_that_needs_permissions_is_tried_here() -> None:
    from dd_sync.kinds.permissions import COMMANDS

    elsewhere = {"preview --live", "inventory lock", "doctor", "probe"}
    assert {one.name for one in COMMANDS if not one.keyless} == {*RUNS} | elsewhere


@pytest.mark.parametrize("name", RUNS)
def test_it_works_with_exactly_these(tmp_path: Path, name: str) -> None:
    facts = command(name)
    assert facts is not None
    prepare, words = RUNS[name]
    with bench_with(tmp_path / "with", facts.requirements(kinds_used()), prepare) as bench:
        ran = bench.ddsync(*words, status=None)
        assert ran.status in (0, 2), ran.err
    everything = (*facts.requirements(kinds_used()), *(also.scope for also in facts.also))
    with bench_with(tmp_path / "more", everything, prepare) as bench:
        ran = bench.ddsync(*words, status=None)
        assert ran.status in (0, 2), ran.err
        assert "Forbidden" not in ran.out + ran.err


@pytest.mark.parametrize("name", RUNS)
def test_it_fails_without_any_one_of_them(tmp_path: Path, name: str) -> None:
    facts = command(name)
    assert facts is not None
    prepare, words = RUNS[name]
    for lacking in facts.requirements(kinds_used()):
        rest = tuple(scope for scope in facts.requirements(kinds_used()) if scope != lacking)
        with bench_with(tmp_path / lacking, rest, prepare) as bench:
            ran = bench.ddsync(*words, status=None)
            said = ran.out + ran.err
            assert ran.status == 1 or "cannot be seen with these keys" in said, f"{name} without {lacking}: {said}"
            assert "Failed permission authorization checks" in said
            assert lacking in said, "the error names what is missing"


def test_the_catalog_is_pinned_with_one_permission(tmp_path: Path) -> None:
    with bench_with(tmp_path / "with", ("apm_service_catalog_read",), catalogued) as bench:
        bench.ddsync("inventory", "lock")
    with bench_with(tmp_path / "without", ("monitors_read",), catalogued) as bench:
        assert "403" in bench.ddsync("inventory", "lock", status=1).err


def test_a_probe_settles_everything_with_exactly_these_and_not_without_any_one_of_them(tmp_path: Path) -> None:
    facts = command("probe")
    assert facts is not None
    required = facts.requirements(kinds_used())
    for lacking in (None, *required):
        scopes = tuple(scope for scope in required if scope != lacking)
        with bench_with(tmp_path / f"without-{lacking}", scopes, sandboxed) as bench:
            found = bench.ddsync("probe", "--format", "json").json
            assert found["summary"]["differs"] == 0, "a key that may not ask says nothing about Datadog"
            unclear = [one["seen"] for one in found["assumptions"] if one["result"] == "unclear"]
            assert bool(unclear) is (lacking is not None), lacking
            assert all("the keys may not" in seen and "403" in seen for seen in unclear), unclear
            assert found["left"] == []


def test_who_edited_is_told_with_one_more(tmp_path: Path) -> None:
    facts = command("drift")
    assert facts is not None
    usual = facts.requirements(kinds_used())
    more = tuple(also.scope for also in facts.also)
    for scopes, expected in ((usual, False), ((*usual, *more), True)):
        with bench_with(tmp_path / f"told-{expected}", scopes, edited) as bench:
            event = {
                "timestamp": "2026-01-01T03:10:00Z",
                "attributes": {
                    "action": "modified",
                    "asset": {"id": str(bench.live("monitor")[0]["id"])},
                    "usr": {"email": "night.owl@example.com"},
                },
            }
            bench.emulator.put("audit", {"attributes": event}, id="1")
            ran = bench.ddsync("drift", "--format", "json", status=2)
            assert ("night.owl" in ran.out) is expected, ran.out


@pytest.mark.parametrize("name", [*RUNS])
def test_doctor_and_the_command_agree(tmp_path: Path, name: str) -> None:
    facts = command(name)
    assert facts is not None
    required = facts.requirements(kinds_used())
    for lacking in (None, required[-1]):
        scopes = (*(scope for scope in required if scope != lacking), "user_app_keys")
        with bench_with(tmp_path / f"x{lacking}", scopes, nothing) as bench:
            said = json.loads(bench.ddsync("doctor", "--format", "json", status=None).out)
            told = next(one for one in said["commands"] if one["command"] == name)
            assert told["able"] is (lacking is None)
            assert [one["scope"] for one in told["missing"]] == ([lacking] if lacking else [])
