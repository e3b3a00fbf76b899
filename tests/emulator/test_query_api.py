"""Which series a metric query gives."""

from __future__ import annotations

import time
from typing import Any

import pytest

from dd_sync.emulator import Emulator
from tests.emulator.asking import ask

NOW = int(time.time())


@pytest.fixture
def busy(emulator: Emulator) -> Emulator:
    """Two hosts in production, one in staging that has no zone."""
    emulator.put_series("load", ["host:a", "env:prod", "zone:1"], [(NOW - 60, 2.0)])
    emulator.put_series("load", ["host:b", "env:prod", "zone:1"], [(NOW - 60, 3.0)])
    emulator.put_series("load", ["host:c", "env:staging"], [(NOW - 60, 5.0)])
    emulator.put_series("cores", ["host:a", "env:prod"], [(NOW - 60, 4.0)])
    return emulator


def query(emulator: Emulator, text: str, hours: int = 24) -> list[Any]:
    asked = {"from": NOW - hours * 3600, "to": NOW + 60, "query": text}
    return list(ask(emulator, "GET", "/api/v1/query", query=asked).body["series"])


@pytest.mark.parametrize(
    ("text", "groups"),
    [
        ("avg:load{*}", [[]]),
        ("avg:load{*} by {host}", [["host:a"], ["host:b"], ["host:c"]]),
        ("avg:load{env:prod} by {host}", [["host:a"], ["host:b"]]),
        ("avg:load{env:prod,!host:a} by {host}", [["host:b"]]),
        ("avg:load{env:pr*} by {host}", [["host:a"], ["host:b"]]),
        ("avg:load{host IN (a,c)} by {host}", [["host:a"], ["host:c"]]),
        ("avg:load{host NOT IN (a,c)} by {host}", [["host:b"]]),
        ("avg:load{(env:staging OR host:a) AND NOT host:b} by {host}", [["host:a"], ["host:c"]]),
        ("avg:load{*} by {zone}", [["zone:1"], ["zone:N/A"]]),
        ("avg:load{*} by {host,env}", [["host:a", "env:prod"], ["host:b", "env:prod"], ["host:c", "env:staging"]]),
        ("avg:load{*} by {host} / avg:cores{*} by {host}", [["host:a"]]),
        ("100 * avg:load{*} by {host} / avg:cores{*}", [["host:a"], ["host:b"], ["host:c"]]),
        ("default_zero(avg:load{env:prod}.as_count())", [[]]),
        ("avg:load{env:nowhere}", []),
        ("avg:nothing{*}", []),
    ],
)
def test_scope_and_grouping_decide_which_series_there_are(busy: Emulator, text: str, groups: list[list[str]]) -> None:
    assert [one["tag_set"] for one in query(busy, text)] == groups


def test_a_series_holds_the_points_of_its_group_added_up(busy: Emulator) -> None:
    [one] = query(busy, "sum:load{env:prod}")
    assert one["pointlist"] == [[(NOW - 60) * 1000, 5.0]]
    assert (one["metric"], one["scope"], one["length"]) == ("load", "*", 1)


def test_what_reported_before_the_span_is_not_there(busy: Emulator) -> None:
    busy.put_series("old", (), [(NOW - 48 * 3600, 1.0)])
    assert query(busy, "avg:old{*}") == []
    assert len(query(busy, "avg:old{*}", hours=72)) == 1


@pytest.mark.parametrize("asked", [{"query": "avg:{"}, {"query": ""}, {"query": "avg:load{*}", "to": NOW - 90 * 86400}])
def test_a_query_nobody_can_read_is_refused(busy: Emulator, asked: dict[str, Any]) -> None:
    whole = {"from": NOW - 3600, "to": NOW, **asked}
    assert ask(busy, "GET", "/api/v1/query", query=whole).status == 400


def test_points_are_brought_together_at_whole_multiples_of_the_interval(emulator: Emulator) -> None:
    start = NOW // 600 * 600 - 600
    emulator.put_series("hits", ["host:a"], [(start + 60 * n, 1.0) for n in range(10)])
    emulator.put_series("hits", ["host:b"], [(start, 5.0)])
    [one] = query(emulator, "sum:hits{*}.as_count().rollup(sum, 300)")
    assert one["pointlist"] == [[start * 1000, 10.0], [(start + 300) * 1000, 5.0]]
    assert one["interval"] == 300
    [most] = query(emulator, "max:hits{*}.rollup(avg, 600)")
    assert most["pointlist"] == [[start * 1000, 5.0]]


def test_no_more_than_1500_points_can_be_asked_for(busy: Emulator) -> None:
    asked = {"from": NOW - 1501 * 60, "to": NOW, "query": "avg:load{*}.rollup(avg, 60)"}
    assert ask(busy, "GET", "/api/v1/query", query=asked).status == 400
    assert ask(busy, "GET", "/api/v1/query", query={**asked, "from": NOW - 1500 * 60}).status == 200
