"""`ddsync probe` on a served Datadog: what it says, whom it refuses, and that it leaves nothing behind."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dd_sync.probe.of_kind import EXPERIMENTS, USED
from tests.workbench import SETTINGS, Workbench, workbench

SANDBOX = SETTINGS.replace("{site: datadoghq.eu}", "{site: datadoghq.eu, sandbox: true}")


@pytest.fixture
def sandbox(tmp_path: Path) -> Iterator[Workbench]:
    with workbench(tmp_path) as bench:
        bench.write("ddsync.yaml", SANDBOX)
        yield bench


@pytest.fixture
def slow(tmp_path: Path) -> Iterator[Workbench]:
    with workbench(tmp_path, latency_ms=40) as bench:
        bench.write("ddsync.yaml", SANDBOX)
        yield bench


def there(bench: Workbench) -> list[Any]:
    return [one for kind in USED for one in bench.live(kind) if one.get("status") != "canceled"]


def test_it_says_which_assumptions_hold_and_leaves_nothing(sandbox: Workbench) -> None:
    own = sandbox.emulator.put("monitor", {"name": "Checkout is slow", "type": "query alert", "query": "q"})
    found = sandbox.ddsync("probe", "--format", "json").json
    assert found["summary"] == {"holds": len(EXPERIMENTS), "differs": 0, "unclear": 0}
    assert [one["id"] for one in found["assumptions"]] == [one.id for one in EXPERIMENTS]
    assert found["left"] == []
    assert found["calls"] <= 130
    assert [one["id"] for one in there(sandbox)] == [own]
    assert "nothing is left behind" in sandbox.ddsync("probe", "--only", "slo-put").out


def test_a_report_that_can_be_sent_in_holds_no_ids_and_no_addresses(sandbox: Workbench) -> None:
    said = sandbox.ddsync("probe", "--only", "duplicate-fields", "--only", "restriction-policy", "--format", "json").out
    assert "00000000-0000" not in said
    assert "1000000" not in said


def test_only_a_sandbox_is_probed(bench: Workbench) -> None:
    ran = bench.ddsync("probe", status=3)
    assert "prod is no sandbox" in ran.err
    assert "sandbox: true" in ran.err
    assert there(bench) == []


def test_a_name_that_is_none_is_an_error_that_names_a_near_one(sandbox: Workbench) -> None:
    assert "slo-put" in sandbox.ddsync("probe", "--only", "slo-puts", status=64).err
    assert "slo-put" in sandbox.ddsync("probe", "--list").out


def begun(bench: Workbench) -> subprocess.Popen[str]:
    """A run that has made something already."""
    environment = {**{n: v for n, v in os.environ.items() if not n.startswith("DD_")}, **bench.environment}
    run = subprocess.Popen(
        [sys.executable, "-c", "from dd_sync.cli import main; main()", "probe", "--format", "json"],
        cwd=bench.root,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    for _ in range(300):
        if there(bench):
            return run
        time.sleep(0.05)
    raise AssertionError(run.communicate())


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_run_that_is_told_to_stop_deletes_what_it_made(slow: Workbench, number: signal.Signals) -> None:
    run = begun(slow)
    run.send_signal(number)
    out, err = run.communicate(timeout=60)
    assert run.returncode == 1, err
    assert json.loads(out)["stopped"] is True
    assert "Traceback" not in err
    assert there(slow) == []


def left_by_a_killed_run(bench: Workbench) -> Any:
    """The object that a killed run leaves. A kill may come while its delete is under way, which Datadog then ends."""
    for _ in range(20):
        run = begun(bench)
        run.kill()
        run.communicate(timeout=60)
        time.sleep(0.3)
        if left := there(bench):
            return left[0]
    raise AssertionError("twenty runs left nothing")


def test_what_a_killed_run_left_the_next_one_deletes(slow: Workbench) -> None:
    left = left_by_a_killed_run(slow)
    found = slow.ddsync("probe", "--clean", "--format", "json").json
    assert found["swept"] == 1
    assert there(slow) == []
    receipts = sorted((slow.root / ".ddsync/probe").glob("*.jsonl"))
    assert any(str(left["id"]) in receipt.read_text() for receipt in receipts)
    assert receipts[0].stat().st_mode & 0o077 == 0
