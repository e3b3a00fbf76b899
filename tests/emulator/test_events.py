"""Events and points of metrics, sent and read back."""

from __future__ import annotations

from typing import Any

import pytest

from dd_sync.emulator import Emulator
from tests.emulator.asking import ask


def points(metric: str, tags: list[str], *values: float) -> dict[str, Any]:
    return {
        "metric": metric,
        "type": 3,
        "tags": tags,
        "points": [{"timestamp": 1000 + 60 * n, "value": value} for n, value in enumerate(values)],
    }


def query(emulator: Emulator, text: str, start: int = 0, end: int = 10_000) -> Any:
    return ask(emulator, "GET", "/api/v1/query", query={"from": start, "to": end, "query": text})


def pointlists(emulator: Emulator, text: str, **span: int) -> dict[str, list[list[float]]]:
    return {one["scope"]: one["pointlist"] for one in query(emulator, text, **span).body["series"]}


def test_an_event_is_stored_with_an_id_and_a_time(emulator: Emulator) -> None:
    answered = ask(emulator, "POST", "/api/v1/events", {"title": "t", "text": "x", "tags": ["a:b"]})
    assert (answered.status, answered.body["status"]) == (202, "ok")
    (event,) = emulator.objects("event")
    assert event["id"] == answered.body["event"]["id"]
    assert event["date_happened"] > 0


@pytest.mark.parametrize("body", [{"title": "t"}, {"text": "x"}, {"title": "t", "text": "x", "tags": "a"}, []])
def test_an_event_without_its_parts_is_refused(body: Any, emulator: Emulator) -> None:
    assert ask(emulator, "POST", "/api/v1/events", body).status == 400
    assert emulator.objects("event") == []


def test_events_are_listed_latest_first_within_a_time_and_by_tags(emulator: Emulator) -> None:
    for n in range(3):
        body = {"title": f"t{n}", "text": "x", "date_happened": 100 + n, "tags": ["a:b"] if n else []}
        ask(emulator, "POST", "/api/v1/events", body)
    listed = ask(emulator, "GET", "/api/v1/events", query={"start": 100, "end": 101})
    assert [one["title"] for one in listed.body["events"]] == ["t1", "t0"]
    tagged = ask(emulator, "GET", "/api/v1/events", query={"tags": "a:b"})
    assert [one["title"] for one in tagged.body["events"]] == ["t2", "t1"]


@pytest.fixture
def measured(emulator: Emulator) -> Emulator:
    body = {
        "series": [
            points("cpu", ["host:a", "env:prod"], 1, 2, 3),
            points("cpu", ["host:b", "env:prod"], 3, 4),
            points("cpu", ["host:c", "env:staging"], 100),
            points("other", ["env:prod"], 7),
        ]
    }
    assert ask(emulator, "POST", "/api/v2/series", body).pair() == (202, {"errors": []})
    return emulator


def test_points_are_aggregated_over_what_the_scope_leaves(measured: Emulator) -> None:
    assert pointlists(measured, "avg:cpu{env:prod}") == {"*": [[1_000_000, 2], [1_060_000, 3], [1_120_000, 3]]}
    assert pointlists(measured, "sum:cpu{*}")["*"][0] == [1_000_000, 104]
    assert pointlists(measured, "max:cpu{!env:staging}")["*"][0] == [1_000_000, 3]


def test_points_are_kept_apart_by_group_and_cut_by_time(measured: Emulator) -> None:
    found = pointlists(measured, "avg:cpu{env:prod} by {host}", start=1060)
    assert found == {"host:a": [[1_060_000, 2], [1_120_000, 3]], "host:b": [[1_060_000, 4]]}


def test_a_metric_nobody_sent_has_no_series(measured: Emulator) -> None:
    assert query(measured, "avg:nothing{*}").body["series"] == []


def test_points_are_rolled_up_by_the_clock(measured: Emulator) -> None:
    assert pointlists(measured, "max:cpu{env:prod}.rollup(max, 60)") == {
        "*": [[960_000, 3], [1_020_000, 4], [1_080_000, 3]]
    }


@pytest.mark.parametrize("text", ["avg:cpu{*} * 2", "p95:cpu{*}"])
def test_what_is_not_evaluated_has_no_values_rather_than_made_up_ones(text: str, measured: Emulator) -> None:
    assert pointlists(measured, text) == {"*": [[1_000_000, None], [1_060_000, None], [1_120_000, None]]}


def test_what_is_no_query_is_refused(measured: Emulator) -> None:
    assert query(measured, "nonsense{{").status == 400


@pytest.mark.parametrize("body", [{}, {"series": [{}]}, {"series": [{"metric": "a", "points": [{"value": "x"}]}]}])
def test_points_without_their_parts_are_refused(body: Any, emulator: Emulator) -> None:
    assert ask(emulator, "POST", "/api/v2/series", body).status == 400
