"""`ddsync backtest` over real HTTP: what alerts would have done, what it asks for, how far it is to be trusted."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.history.series import at, level
from tests.workbench import MONITOR, Workbench, workbench

TAGS = ["kube_cluster_name:prod-eu-1", "env:prod", "host:a"]
INCIDENTS = {
    (at(3, 10), at(3, 10, 20)): 99.0,
    (at(5, 23), at(5, 23, 30)): 93.0,
    (at(9, 14), at(9, 14, 10)): 97.0,
}
KEY = "eks/cpu-high/prod-eu-1"
UNTIL = ("--until", "2026-06-15")


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Workbench]:
    """Two weeks with three incidents, and the monitor as it was then."""
    with workbench(tmp_path, seed=1) as made:
        made.apply()
        made.emulator.put_series("system.cpu.user", TAGS, level(at(1, 0), at(15, 0), 50, INCIDENTS))
        made.emulator.edit("monitor", monitor_id(made), lambda body: body)
        old(made)
        yield made


def monitor_id(bench: Workbench) -> int:
    return int(bench.live("monitor")[0]["id"])


def old(bench: Workbench) -> None:
    """Dates the live monitor back to before the span."""
    [live] = bench.live("monitor")
    bench.emulator.put("monitor", {**live, "modified": "2026-05-01T00:00:00.000000+00:00"}, live["id"])


def backtest(bench: Workbench, *words: str, status: int = 0) -> Any:
    return bench.ddsync("backtest", *UNTIL, "--format", "json", *words, status=status).json


def asked(bench: Workbench) -> int:
    return sum(path == "/api/v1/query" for _, path, _ in bench.emulator.calls)


def change(bench: Workbench, critical: int) -> None:
    bench.write("monitors/eks.py", MONITOR.replace("critical: Number = 90", f"critical: Number = {critical}"))


def test_a_change_is_shown_with_the_alerts_before_and_after(bench: Workbench) -> None:
    change(bench, 95)
    found = backtest(bench)
    assert (found["from"], found["until"], found["target"]) == ("2026-06-01T00:00:00Z", "2026-06-15T00:00:00Z", "prod")
    [one] = found["monitors"]
    assert (one["key"], one["status"], one["reason"]) == (KEY, "evaluated", "")
    assert (one["before"]["alerts"], one["after"]["alerts"]) == (3, 2)
    assert one["before"]["night"] == 1
    first = (
        one["before"]["firings"][1] if one["before"]["firings"][0]["state"] != "alert" else one["before"]["firings"][0]
    )
    assert first["group"] == "host:a"
    alerts = [firing for firing in one["before"]["firings"] if firing["state"] == "alert"]
    assert alerts[0] == {
        "group": "host:a",
        "state": "alert",
        "from": "2026-06-03T10:05:00Z",
        "until": "2026-06-03T10:21:00Z",
    }


def test_what_the_plan_leaves_alone_is_looked_at_by_key(bench: Workbench) -> None:
    assert backtest(bench)["monitors"] == []
    [one] = backtest(bench, KEY)["monitors"]
    assert one["before"] == one["after"]
    assert one["before"]["alerts"] == 3
    assert "no monitor has the key eks/cpu-hihg" in bench.ddsync("backtest", "eks/cpu-hihg/prod-eu-1", status=64).err


def test_a_new_monitor_has_no_before(bench: Workbench) -> None:
    bench.write(
        "monitors/eks.py",
        MONITOR + MONITOR.partition("@define")[2].join(["\n\n@define", ""]).replace("cpu_high", "cpu_low"),
    )
    found = backtest(bench, "eks/cpu-low/prod-eu-1")["monitors"][0]
    assert found["before"] is None
    assert found["after"]["alerts"] == 3
    assert found["fidelity"] is None


def test_a_day_is_asked_for_once_and_past_days_never_again(bench: Workbench) -> None:
    change(bench, 95)
    assert backtest(bench)["calls"] == 14
    assert asked(bench) == 14
    assert backtest(bench)["calls"] == 0
    assert asked(bench) == 14
    longer = bench.ddsync("backtest", "--until", "2026-06-16", "--days", "15", "--format", "json").json
    assert longer["calls"] <= 2


def test_a_rate_limit_is_waited_for(tmp_path: Path) -> None:
    with workbench(tmp_path, seed=1, rate_limit=6) as bench:
        bench.emulator.put_series("system.cpu.user", TAGS, level(at(1, 0), at(15, 0), 50, INCIDENTS))
        assert backtest(bench)["monitors"][0]["after"]["alerts"] == 3


def test_events_that_are_left_out_cost_fidelity(bench: Workbench) -> None:
    bench.emulator.replay()
    assert backtest(bench, KEY)["monitors"][0]["fidelity"] == {
        "events": 3,
        "reproduced": 3,
        "unreadable": 0,
        "replayed": 3,
        "percent": 100,
    }
    events = [one for one in bench.live("alert_event") if one["attributes"]["attributes"]["title"].startswith("[Trig")]
    bench.emulator.remove("alert_event", events[0]["id"])
    assert backtest(bench, KEY)["monitors"][0]["fidelity"]["percent"] == 67
    text = bench.ddsync("backtest", KEY, *UNTIL).out
    assert "67 %: reproduced 2 of 2 real alerts, 1 that never fired" in text


def test_only_what_fired_since_the_monitor_was_changed_counts(bench: Workbench) -> None:
    bench.emulator.replay()
    [live] = bench.live("monitor")
    bench.emulator.put("monitor", {**live, "modified": "2026-06-04T00:00:00+00:00"}, live["id"])
    assert backtest(bench, KEY)["monitors"][0]["fidelity"]["events"] == 2
    bench.emulator.put("monitor", {**live, "modified": "2026-07-01T00:00:00+00:00"}, live["id"])
    assert backtest(bench, KEY)["monitors"][0]["fidelity"] is None


def test_an_event_nobody_can_read_is_counted(bench: Workbench) -> None:
    bench.emulator.replay()
    event = bench.live("alert_event")[0]
    inner = event["attributes"]["attributes"]
    inner["monitor"].pop("transition")
    inner["title"] = ""
    bench.emulator.put("alert_event", event, event["id"])
    assert backtest(bench, KEY)["monitors"][0]["fidelity"]["unreadable"] == 1


def test_a_suggestion_alerts_as_seldom_as_was_asked_for(bench: Workbench) -> None:
    [one] = backtest(bench, KEY, "--suggest", "1/week")["monitors"]
    assert 90 < one["suggested"]["critical"] <= 97
    assert one["suggested"]["alerts_a_week"] <= 1
    assert one["suggested"]["tried"]
    assert "how often is that" in bench.ddsync("backtest", "--suggest", "now/then", status=64).err


def test_too_many_alerts_end_the_run_with_3(bench: Workbench) -> None:
    ran = bench.ddsync("backtest", KEY, *UNTIL, "--max-alerts", "1", status=3)
    assert f"{KEY} would alert 1.5 times a week (--max-alerts 1)" in ran.err
    bench.ddsync("backtest", KEY, *UNTIL, "--max-alerts", "2")


def test_keys_that_may_not_read_series_get_one_clear_line(tmp_path: Path) -> None:
    allowed = ("monitors_read", "monitors_write", "dashboards_read", "slos_read", "events_read")
    with workbench(tmp_path, user_permissions=allowed) as bench:
        ran = bench.ddsync("backtest", KEY, *UNTIL, status=1)
    assert "may not read series" in ran.err
    assert "timeseries_query" in ran.err


def test_what_cannot_be_known_is_refused_with_its_reason_and_shows_no_number(bench: Workbench) -> None:
    query = "avg:system.cpu.user{cluster.scope()} by {{host}}"
    anomaly = (
        MONITOR.replace(query, "anomalies(avg:system.cpu.user{cluster.scope()}, 'agile', 2)")
        .replace("avg(last_{minutes}m)", "avg(last_4h)")
        .replace("> {critical}", ">= 1")
        .replace("critical: Number = 90, ", "")
        .replace("{critical}%", "much")
        .replace("        warning=0.8 * critical,\n", "")
    )
    bench.write("monitors/eks.py", anomaly)
    [one] = backtest(bench)["monitors"]
    assert one["status"] == "refused"
    assert "anomalies()" in one["reason"]
    assert (one["before"], one["after"], one["suggested"]) == (None, None, None)


def test_markdown_has_a_row_for_each(bench: Workbench) -> None:
    change(bench, 95)
    out = bench.ddsync("backtest", *UNTIL, "--format", "markdown").out
    assert f"| {KEY} | threshold 90 → 95 | 3 → **2** alerts" in out


def test_a_plan_says_what_changed_alerts_would_have_done(bench: Workbench) -> None:
    change(bench, 95)
    plan = bench.ddsync("plan", "--backtest", "--format", "json").json
    [one] = plan["backtest"]["monitors"]
    assert one["key"] == plan["changes"][0]["key"] == KEY
    shorter = bench.ddsync("plan", "--backtest", "2", "--format", "json").json["backtest"]
    assert shorter["calls"] <= 2
    assert f"| {KEY} | threshold 90 → 95 |" in bench.ddsync("plan", "--format", "markdown", "--backtest").out
    assert "threshold 90 → 95" in bench.ddsync("plan", "--backtest").out
    assert "backtest" not in bench.plan()
