"""Whole queries of monitors."""

from __future__ import annotations

import pytest

from dd_sync.query.errors import QueryError
from dd_sync.query.monitor import read_chain_alert, read_metric_alert, read_service_check, starts_like_a_chain
from dd_sync.query.tree import Chain, Condition, Evaluation, Metric, Number, Window, Word


def window(kind: str, amount: int, unit: str) -> Window:
    return Window(0, 0, kind, amount, unit)


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        ("avg(last_5m)", Evaluation(0, 0, None, "avg", window("last", 5, "m"), None)),
        ("sum(current_1mo)", Evaluation(0, 0, None, "sum", window("current", 1, "mo"), None)),
        ("max(next_2w)", Evaluation(0, 0, None, "max", window("next", 2, "w"), None)),
        ("percentile(last_1h)", Evaluation(0, 0, None, "percentile", window("last", 1, "h"), None)),
        (" avg ( last_5m ) ", Evaluation(0, 0, None, "avg", window("last", 5, "m"), None)),
        (
            "change(avg(last_5m),last_1h)",
            Evaluation(0, 0, "change", "avg", window("last", 5, "m"), window("last", 1, "h")),
        ),
        (
            "pct_change(max(last_1h), 1d_ago)",
            Evaluation(0, 0, "pct_change", "max", window("last", 1, "h"), window("ago", 1, "d")),
        ),
    ],
)
def test_the_time_of_a_metric_monitor_is_read(head: str, expected: Evaluation) -> None:
    assert read_metric_alert(f"{head}:avg:x{{*}} > 5").evaluation == expected


@pytest.mark.parametrize(
    ("tail", "expected"),
    [
        ("> 5", Condition(0, 0, ">", Number(0, 0, "5"))),
        (">=0.5", Condition(0, 0, ">=", Number(0, 0, "0.5"))),
        ("< -1", Condition(0, 0, "<", Number(0, 0, "-1"))),
        ("<= 1e3 ", Condition(0, 0, "<=", Number(0, 0, "1e3"))),
        ("== 0\n", Condition(0, 0, "==", Number(0, 0, "0"))),
        ("!= 1", Condition(0, 0, "!=", Number(0, 0, "1"))),
        ("> threshold", Condition(0, 0, ">", Word(0, 0, "threshold"))),
    ],
)
def test_the_comparison_at_the_end_is_read(tail: str, expected: Condition) -> None:
    assert read_metric_alert(f"avg(last_5m):avg:x{{*}} {tail}").condition == expected


def test_a_metric_monitor_may_hold_arithmetic() -> None:
    found = read_metric_alert("sum(last_10m):100 * sum:errors{*}.as_count() / sum:hits{*}.as_count() > 5")
    assert not isinstance(found.value, Metric)


@pytest.mark.parametrize(
    ("text", "position", "says"),
    [
        ("avg:x{*} > 5", 0, "expected an evaluation window"),
        ("x{*} > 5", 0, "expected an evaluation window"),
        ("avgg(last_5m):avg:x{*} > 5", 0, "Did you mean avg?"),
        ("avg():avg:x{*} > 5", 4, "expected a window"),
        ("avg(5m):avg:x{*} > 5", 4, "expected a window"),
        ("avg(last_5x):avg:x{*} > 5", 4, "expected a window"),
        ("avg(last_5m)avg:x{*} > 5", 12, 'expected ":"'),
        ("avg(last_5m:avg:x{*} > 5", 11, 'expected ")"'),
        ("change(avg(last_5m)):avg:x{*} > 5", 19, 'expected ","'),
        ("change(avgg(last_5m),last_1h):avg:x{*} > 5", 7, "Did you mean avg?"),
        ("change(last_5m):avg:x{*} > 5", 7, "expected a window and what it is compared with"),
        ("avg(last_5m):avg:x{*}", 21, "expected a comparison"),
        ("avg(last_5m):avg:x{*} 5", 22, "expected a comparison"),
        ("avg(last_5m):avg:x{*} = 5", 22, "expected a comparison"),
        ("avg(last_5m):avg:x{*} >", 23, "expected a number"),
        ("avg(last_5m):avg:x{*} > high", 24, "expected a number"),
        ("avg(last_5m):avg:x{*} > 5%", 25, "expected the end of the query"),
        ("avg(last_5m):avg:x{*} > 5ms", 24, "expected a number"),
        ('avg(last_5m):avg:x{*} > "5"', 24, "expected a number"),
        ("avg(last_5m):avg:x{*} > 5 foo", 26, "expected the end of the query"),
        ("avg(last_5m):avg:x{*} > 5 > 6", 26, "expected the end of the query"),
        ("avg(last_5m):avg:{env:prod} by {host} > 90", 17, 'expected a metric name after "avg:", found "{"'),
    ],
)
def test_a_broken_metric_monitor_is_refused_at_its_place(text: str, position: int, says: str) -> None:
    with pytest.raises(QueryError) as raised:
        read_metric_alert(text)
    assert says in raised.value.message
    assert raised.value.position == position


def test_an_event_monitor_is_read() -> None:
    found = read_chain_alert('logs("a").index("*").rollup("count").last("5m") > 5', "log alert")
    assert isinstance(found.value, Chain)
    assert found.condition == Condition(0, 0, ">", Number(0, 0, "5"))
    assert found.evaluation is None


@pytest.mark.parametrize(
    ("text", "type_", "says"),
    [
        ("query", "log alert", 'expected logs("…") or formula("…")'),
        ('lgos("a").last("5m") > 5', "log alert", 'expected logs("…")'),
        ("avg(last_5m):avg:x{*} > 5", "log alert", 'expected logs("…")'),
        ('logs("a").rollup("count") > 5', "log alert", "expected an evaluation window"),
        ('logs("a").last() > 5', "log alert", ".last() needs a value"),
        ('logs("a").last("5m")', "log alert", "expected a comparison"),
        ('rum("a").last("5m") > x', "rum alert", "expected a number"),
        ('error_budget("x") > 75', "slo alert", "time frame of the SLO"),
        ('formula("a").rollup("sum") > 5', "query alert", "expected an evaluation window"),
    ],
)
def test_a_broken_event_monitor_is_refused(text: str, type_: str, says: str) -> None:
    with pytest.raises(QueryError) as raised:
        read_chain_alert(text, type_)
    assert says in raised.value.message


def test_a_misspelt_source_is_told_the_nearest() -> None:
    with pytest.raises(QueryError) as raised:
        read_chain_alert('lgos("a").last("5m") > 5', "log alert")
    assert raised.value.hint == "Did you mean logs?"


def test_a_service_check_needs_no_comparison() -> None:
    found = read_service_check('"a.check".over("*").by("host").last(2).count_by_status()')
    assert found.condition is None
    assert read_service_check('"a.check".over("*").last(2).pct_by_status() > 50').condition is not None
    assert read_service_check("'a.check'.over('env:prod').last(2).count_by_status()").value


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('a.check.over("*").last(2).count_by_status()', "quoted name"),
        ('"a".over().last(2).count_by_status()', ".over() may not be empty"),
        ('"a".over("").last(2).count_by_status()', ".over() may not be empty"),
        ('"a".over("*").last().count_by_status()', ".last() may not be empty"),
        ('"a".over("*").count_by_status()', "expected .last(2)"),
        ('"a".over("*").last(2)', "expected .count_by_status()"),
        ('"a".over("*").last(2).count_by_status() foo', "expected the end"),
        ('"a.over("*").last(2).count_by_status()', "expected"),
        ("“a”.over(“*”).last(2).count_by_status()", "quoted name"),
    ],
)
def test_a_broken_service_check_is_refused(text: str, says: str) -> None:
    with pytest.raises(QueryError) as raised:
        read_service_check(text)
    assert says in raised.value.message


def test_what_starts_with_a_source_is_a_chain() -> None:
    assert starts_like_a_chain(' formula("a")')
    assert starts_like_a_chain('logs("a")')
    assert not starts_like_a_chain("avg(last_5m):avg:x{*} > 5")
    assert not starts_like_a_chain('"check".last(2)')
