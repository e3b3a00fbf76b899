"""`ddsync policy`."""

from __future__ import annotations

from dd_sync.core.saved import Saved, to_text
from tests.reports.plans import many
from tests.workbench import Workbench

JOB = '''
from dd_sync import Monitor, define

@define
def job_failed() -> Monitor:
    """A job failed; see why it fails."""
    return Monitor(name="Job failed", query="avg(last_5m):sum:jobs.failed{*} > 0", message="failed @slack-failures")
'''


def test_a_monitor_called_job_failed_passes_without_the_word(bench: Workbench) -> None:
    bench.write("monitors/failing.py", JOB)
    assert "job-failed" in bench.ddsync("plan", "--save", "plan.json").out
    ran = bench.ddsync("policy", "plan.json")
    assert "fail" not in (ran.out + ran.err).lower()
    assert ran.out.startswith("policy: pass\n2 to create")


def test_a_plan_beyond_the_limits_is_refused_with_status_three(bench: Workbench) -> None:
    (bench.root / "plan.json").write_text(to_text(Saved(many(60, ["delete", "update"]), "x", "y")))
    assert bench.ddsync("policy", "plan.json", status=3).out.startswith("policy: fail\n")
    bench.ddsync("policy", "--allow-delete", "30", "plan.json")


def test_a_file_that_is_no_plan_is_an_error(bench: Workbench) -> None:
    assert "ddsync plan --save" in bench.ddsync("policy", "nowhere.json", status=1).err
