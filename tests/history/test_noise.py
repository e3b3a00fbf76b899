"""`ddsync noise`: every alert counted, however many pages they come on, and an edit that loses no incident."""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.history.series import at
from tests.workbench import Workbench, workbench

TAGS = ["kube_cluster_name:prod-eu-1", "env:prod", "host:a"]
UNTIL = ("--until", "2026-06-15", "--days", "14")
INCIDENT = (at(8, 10), at(8, 12))


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Workbench]:
    with workbench(tmp_path, seed=1) as made:
        made.apply()
        yield made


def flapping(seed: int) -> list[tuple[float, float]]:
    """Fourteen days, calm but for short peaks every hour or two, and one incident of two hours."""
    chance, points = random.Random(seed), []
    peaks = {int(at(1, 0)) + 60 * minute for minute in range(30, 14 * 1440, chance.choice([90, 120, 150]))}
    high = {peak + 60 * n for peak in peaks for n in range(4)}
    for minute in range(14 * 1440):
        when = int(at(1, 0)) + 60 * minute
        value = 99.0 if INCIDENT[0] <= when < INCIDENT[1] else 97.0 if when in high else 85.0
        points.append((float(when), value))
    return points


def noise(bench: Workbench, *words: str) -> Any:
    return bench.ddsync("noise", *UNTIL, "--format", "json", *words).json


def test_every_alert_is_counted_over_any_number_of_pages(bench: Workbench) -> None:
    chance = random.Random(3)
    [live] = bench.live("monitor")
    other = bench.emulator.put("monitor", {**live, "id": None, "name": "Other", "tags": ["team:shop"]}, 77)
    alerts: Counter[int] = Counter()
    night: Counter[int] = Counter()
    short: Counter[int] = Counter()
    when = at(1, 0)
    for _ in range(1300):
        when += chance.randrange(60, 800)
        monitor = chance.choice([int(live["id"]), int(other)])
        minutes = chance.choice([2, 5, 20])
        group = [f"host:{chance.randrange(10**6)}"]
        bench.emulator.put_alert_event(monitor, group, "OK", "Alert", when)
        bench.emulator.put_alert_event(monitor, group, "Alert", "OK", when + 60 * minutes)
        alerts[monitor] += 1
        hour = int(when % 86400 // 3600)
        night[monitor] += hour >= 22 or hour < 7
        short[monitor] += minutes <= 5
    assert when < at(15, 0)
    found = noise(bench)
    assert (found["events"], found["unreadable"], found["pages"]) == (2600, 0, 4)
    assert found["alerts"] == 1300
    for one in found["monitors"]:
        assert (one["alerts"], one["night"], one["short"]) == (alerts[one["id"]], night[one["id"]], short[one["id"]])
        assert sum(one["hours"]) == one["alerts"]
    assert found["teams"]["shop"] == alerts[77]


def test_renotifications_and_warnings_are_no_alerts_and_what_cannot_be_read_is_counted(bench: Workbench) -> None:
    [live] = bench.live("monitor")
    id = live["id"]
    for before, after, minute in [("OK", "Alert", 0), ("Alert", "Alert", 30), ("Alert", "OK", 60), ("OK", "Warn", 70)]:
        bench.emulator.put_alert_event(id, ["host:a"], before, after, at(2, 10) + 60 * minute)
    broken = bench.live("alert_event")[-1]
    broken["attributes"]["attributes"]["monitor"].pop("transition")
    broken["attributes"]["attributes"]["title"] = ""
    bench.emulator.put("alert_event", broken, "broken")
    found = noise(bench)
    assert (found["alerts"], found["unreadable"]) == (1, 1)


def test_a_flapping_monitor_gets_an_edit_that_keeps_the_incident(bench: Workbench) -> None:
    bench.emulator.replay([{"metric": "system.cpu.user", "tags": TAGS, "points": flapping(1)}])
    file = bench.write("incidents.json", json.dumps([{"from": "2026-06-08T10:00Z", "until": "2026-06-08T12:00Z"}]))
    [one] = noise(bench, "--incidents", str(file))["monitors"]
    assert one["alerts"] > 50
    assert one["edit"]["what"] == "window 5m → 10m"
    assert one["edit"]["after"] <= 0.2 * one["edit"]["before"]
    assert one["edit"]["incidents"] == 1
    assert "monitors/eks.py" in one["edit"]["where"]
    assert bench.plan()["changes"] == [], "nothing is written unless somebody asks"
    text = bench.ddsync("noise", *UNTIL, "--incidents", str(file)).out
    assert "none of 1 incidents lost" in text


def test_what_is_written_is_the_only_change_of_the_next_plan(bench: Workbench) -> None:
    bench.emulator.replay([{"metric": "system.cpu.user", "tags": TAGS, "points": flapping(2)}])
    noise(bench, "--write")
    assert "minutes: int = 10" in (bench.root / "monitors/eks.py").read_text()
    [change] = bench.plan()["changes"]
    assert [field["path"] for field in change["fields"]] == ["query"]


IMPORTED = '''\
import json
import pathlib
from collections.abc import Iterator

from dd_sync import Monitor, define


@define
def imported() -> Iterator[Monitor]:
    """As they were in Datadog; runbook: see each message."""
    for key, payload in json.loads(pathlib.Path("payloads.json").read_text()).items():
        yield Monitor.from_api(payload, key=key)
'''


def test_monitors_that_were_imported_are_edited_in_the_file_that_holds_them(bench: Workbench) -> None:
    payloads = {
        f"m{number}": {
            "name": f"Monitor {number}",
            "type": "query alert",
            "query": f"avg(last_5m):avg:load.{number}{{*}} > 90",
            "message": "@slack-x",
            "tags": [],
            "options": {"thresholds": {"critical": 90}},
        }
        for number in range(5)
    }
    bench.write("payloads.json", json.dumps(payloads, indent=1))
    bench.write("monitors/eks.py", IMPORTED)
    bench.apply("--allow-delete", "1")  # of the workbench's own alert
    series = [{"metric": f"load.{number}", "tags": ["host:a"], "points": flapping(number)} for number in range(5)]
    bench.emulator.replay(series)
    found = noise(bench, "--write")
    assert all(one["edit"]["after"] <= 0.2 * one["edit"]["before"] for one in found["monitors"])
    plan = bench.plan()
    assert len(plan["changes"]) == 5
    assert {field["path"] for change in plan["changes"] for field in change["fields"]} == {"query"}


def test_a_threshold_is_moved_in_the_file_that_holds_it_with_all_that_goes_along(bench: Workbench) -> None:
    payload = {
        "name": "Minimum",
        "type": "query alert",
        "query": "max(last_4h):avg:load{*} > 96",
        "message": "@slack-x",
        "tags": [],
        "options": {"thresholds": {"critical": 96, "critical_recovery": 90}},
    }
    bench.write("payloads.json", json.dumps({"m": payload}, indent=2) + "\n")
    bench.write("monitors/eks.py", IMPORTED)
    bench.apply("--allow-delete", "1")  # of the workbench's own alert
    peaks = [(when, 97.0 if when % 43200 < 240 else value) for when, value in flapping(4)]
    calm = [(when, min(value, 97.0) if not INCIDENT[0] <= when < INCIDENT[1] else 120.0) for when, value in peaks]
    calm = [(when, 50.0 if value < 96 or (value == 97.0 and when % 43200 >= 240) else value) for when, value in calm]
    bench.emulator.replay([{"metric": "load", "tags": ["host:a"], "points": calm}])
    file = bench.write("incidents.json", json.dumps([{"from": "2026-06-08T10:00Z", "until": "2026-06-08T12:00Z"}]))
    [one] = noise(bench, "--write", "--incidents", str(file))["monitors"]
    assert one["edit"]["what"].startswith("threshold 96 →")
    [change] = bench.plan()["changes"]
    paths = {field["path"] for field in change["fields"]}
    assert paths == {"query", "options.thresholds.critical", "options.thresholds.critical_recovery"}


def test_keys_that_may_not_read_events_get_one_clear_line(tmp_path: Path) -> None:
    allowed = ("monitors_read", "monitors_write", "dashboards_read", "slos_read", "timeseries_query")
    with workbench(tmp_path, user_permissions=allowed) as bench:
        ran = bench.ddsync("noise", status=1)
    assert "may not read events" in ran.err
    assert "events_read" in ran.err


def test_a_file_that_holds_no_incidents_is_an_error(bench: Workbench) -> None:
    bench.write("incidents.json", '{"from": "yesterday"}')
    ran = bench.ddsync("noise", "--incidents", "incidents.json", status=1)
    assert "incidents.json: no list of incidents" in ran.err
