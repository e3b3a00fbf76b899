"""When alerts fire and recover: rules as Datadog's docs give them, on series made for each."""

from __future__ import annotations

import operator
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dd_sync.testing import NotEvaluated, Series, evaluate

Values = list[int | float | None]


def monitor(query: str, **options: Any) -> dict[str, Any]:
    """A metric monitor's payload; thresholds beside its other options."""
    names = ("critical", "warning", "critical_recovery", "warning_recovery")
    thresholds = {name: options.pop(name) for name in names if name in options}
    return {"type": "query alert", "query": query, "options": {**options, "thresholds": thresholds}}


def cpu(*values: float | None, **tags: str) -> Series:
    return Series("cpu", list(values), tags)


# Datadog's docs, "Monitor aggregators": one value a minute, alerting above a threshold.
DOCUMENTED = [10, 15, 12, 8, 11, 14, 13, 25, 37, 45, 50]


@pytest.mark.parametrize(
    ("aggregator", "threshold", "alerts"),
    [("avg", 30, False), ("max", 40, True), ("max", 50, False), ("sum", 250, False), ("sum", 239, True)],
)
def test_the_aggregators_of_the_docs_example(aggregator: str, threshold: int, alerts: bool) -> None:
    found = evaluate(monitor(f"{aggregator}(last_11m):avg:cpu{{*}} > {threshold}"), cpu(*DOCUMENTED))
    assert (found.groups[0].at(11) == "alert") is alerts


def test_min_above_means_that_every_point_is_above() -> None:
    found = evaluate(monitor("min(last_3m):avg:cpu{*} > 10"), cpu(9, 11, 12, 13, 9))
    assert (found.fires_at, found.recovers_at) == (4, 5)


# Datadog's docs, "as_count() in Monitor Evaluations".
ERRORS = Series("requests.error", [1, 2, 3, 4, 5])
TOTAL = Series("requests.total", [10] * 5)


@pytest.mark.parametrize(("modifier", "value"), [("as_rate", 1.5), ("as_count", 0.3)])
def test_counts_are_added_up_before_they_are_divided_and_rates_after(modifier: str, value: float) -> None:
    query = f"sum(last_5m):sum:requests.error{{*}}.{modifier}() / sum:requests.total{{*}}.{modifier}() > 1"
    assert evaluate(monitor(query), ERRORS, TOTAL).groups[0].values[5] == pytest.approx(value)


def test_a_value_is_seen_once_its_minute_is_over() -> None:
    found = evaluate(monitor("avg(last_1m):avg:cpu{*} > 90"), cpu(1, 99, 1))
    assert found.groups[0].states == ["ok", "ok", "alert", "ok"]
    assert (found.fires_at, found.recovers_at) == (2, 3)


def test_an_average_fires_when_enough_of_the_window_is_high() -> None:
    found = evaluate(monitor("avg(last_10m):avg:cpu{*} > 50"), cpu(*[0] * 10, *[100] * 10, *[0] * 10))
    assert (found.fires_at, found.recovers_at) == (16, 25)


def test_a_warning_comes_before_the_alert() -> None:
    found = evaluate(monitor("avg(last_1m):avg:cpu{*} > 90", warning=70), cpu(10, 80, 95, 80, 10))
    assert found.groups[0].states[1:] == ["ok", "warn", "alert", "warn", "ok"]
    assert (found.warns_at, found.fires_at, found.recovers_at) == (2, 3, 5)


# Datadog's docs, "Recovery thresholds": how each comparison recovers.
@pytest.mark.parametrize(
    ("operator", "states"),
    [
        (">", ["alert", "alert", "ok"]),
        (">=", ["alert", "alert", "alert"]),
    ],
)
def test_an_alert_recovers_only_once_its_recovery_threshold_is_passed(operator: str, states: list[str]) -> None:
    query = f"avg(last_1m):avg:cpu{{*}} {operator} 80"
    assert evaluate(monitor(query, critical_recovery=70), cpu(90, 75, 70)).groups[0].states[1:] == states


@pytest.mark.parametrize(("operator", "states"), [("<", ["alert", "alert", "ok"]), ("<=", ["alert", "alert", "alert"])])
def test_recovery_of_an_alert_below_a_threshold(operator: str, states: list[str]) -> None:
    query = f"avg(last_1m):avg:cpu{{*}} {operator} 20"
    assert evaluate(monitor(query, critical_recovery=30), cpu(10, 25, 30)).groups[0].states[1:] == states


def test_a_recovery_threshold_keeps_nothing_that_never_fired() -> None:
    found = evaluate(monitor("avg(last_1m):avg:cpu{*} > 80", critical_recovery=70), cpu(75, 79, 75))
    assert found.fires_at is None


def test_a_warning_has_a_recovery_threshold_of_its_own() -> None:
    options = {"warning": 60, "warning_recovery": 50, "critical_recovery": 75}
    found = evaluate(monitor("avg(last_1m):avg:cpu{*} > 80", **options), cpu(90, 55, 50, 65, 55, 45))
    assert found.groups[0].states[1:] == ["alert", "warn", "ok", "warn", "warn", "ok"]


def test_each_group_has_states_of_its_own() -> None:
    query = "avg(last_1m):avg:cpu{env:prod} by {host} > 90"
    found = evaluate(
        monitor(query),
        cpu(99, 1, 1, 1, host="a", env="prod"),
        cpu(1, 99, 99, 1, host="b", env="prod"),
        cpu(99, 99, 99, 99, host="c", env="staging"),
        cpu(99, 99, 99, 99, env="prod"),
    )
    assert found.group(host="a").recovers_at == 2
    assert found.group(host="b").fires_at == 2
    assert (found.fires_at, found.recovers_at) == (1, 4)
    with pytest.raises(KeyError, match="0 groups have"):
        found.group(host="c")


@pytest.mark.parametrize(("space", "value"), [("avg", 20), ("sum", 40), ("min", 10), ("max", 30)])
def test_sources_of_one_group_are_taken_together(space: str, value: float) -> None:
    found = evaluate(monitor(f"avg(last_1m):{space}:cpu{{*}} > 100"), cpu(10, host="a"), cpu(30, host="b"))
    assert found.groups[0].values[1] == value


@pytest.mark.parametrize(
    ("scope", "hosts"),
    [
        ("*", "abc"),
        ("env:prod", "ab"),
        ("env:prod,host:a", "a"),
        ("!env:prod", "c"),
        ("env:prod AND NOT host:a", "b"),
        ("host:a OR host:c", "ac"),
        ("host IN (a,c)", "ac"),
        ("host NOT IN (a,c)", "b"),
        ("env:pr*", "ab"),
        ("(host:a OR host:b) AND env:prod", "ab"),
    ],
)
def test_a_scope_selects_by_tags(scope: str, hosts: str) -> None:
    series = [cpu(1, host=host, env="staging" if host == "c" else "prod") for host in "abc"]
    found = evaluate(monitor(f"sum(last_1m):sum:cpu{{{scope}}} > 100"), *series)
    assert found.groups[0].values[1] == len(hosts)


# Datadog's docs, "No data".
SILENCE: Values = [99, None, None, None]


@pytest.mark.parametrize(
    ("option", "states"),
    [
        ("default", ["alert"] * 4),
        (None, ["alert"] * 4),
        ("resolve", ["alert", "ok", "ok", "ok"]),
        ("show_no_data", ["alert", "no data", "no data", "no data"]),
        ("show_and_notify_no_data", ["alert", "no data", "no data", "no data"]),
    ],
)
def test_what_a_gauge_without_data_shows(option: str | None, states: list[str]) -> None:
    options = {"on_missing_data": option} if option else {}
    assert evaluate(monitor("avg(last_1m):avg:cpu{*} > 90", **options), cpu(*SILENCE)).groups[0].states[1:] == states


def test_a_count_without_data_is_zero_where_it_says_default() -> None:
    orders = Series("orders", [3, 3, None, None])
    query = "sum(last_1m):sum:orders{*}.as_count() < 1"
    assert evaluate(monitor(query, on_missing_data="default"), orders).fires_at == 3


def test_absent_is_another_thing_than_default() -> None:
    """The older way knows no zero: the state stays, until NO DATA where that is told."""
    orders = Series("orders", [3, 3, None, None, None])
    query = "sum(last_1m):sum:orders{*}.as_count() < 1"
    for legacy, no_data_at in (({}, None), ({"notify_no_data": False}, None), ({"notify_no_data": True}, 4)):
        found = evaluate(monitor(query, **legacy), orders)
        assert (found.fires_at, found.no_data_at) == (None, no_data_at)


def test_a_window_without_any_point_has_nothing_that_default_zero_could_fill() -> None:
    """Datadog's docs, "Default zero": it "does not have any effect" then; what is shown is up to on_missing_data."""
    query = "avg(last_2m):default_zero(avg:cpu{*}.fill(null)) > 40"
    silent = cpu(None, 99, None, None, None)
    kept, resolved = (evaluate(monitor(query, **o), silent) for o in ({}, {"on_missing_data": "resolve"}))
    assert kept.groups[0].values[2:] == [49.5, 49.5, None, None]
    assert (kept.recovers_at, resolved.recovers_at) == (None, 4)
    assert evaluate(monitor(query), Series("other", [1, 1])).groups == []


def test_monitors_from_before_say_no_data_after_their_timeframe() -> None:
    options = {"notify_no_data": True, "no_data_timeframe": 3}
    found = evaluate(monitor("avg(last_1m):avg:cpu{*} > 90", **options), cpu(1, None, None, None, None, 1))
    assert found.no_data_at == 4
    assert found.groups[0].states[-1] == "ok"


def test_the_timeframe_of_no_data_begins_with_the_last_report_and_not_with_an_empty_window() -> None:
    options = {"notify_no_data": True, "no_data_timeframe": 10}
    found = evaluate(monitor("avg(last_5m):avg:cpu{*} > 90", **options), cpu(1, 1, *[None] * 20))
    assert found.no_data_at == 12  # the last report was in the minute before 2


def test_without_a_timeframe_no_data_takes_twice_the_window() -> None:
    found = evaluate(monitor("avg(last_5m):avg:cpu{*} > 90", notify_no_data=True), cpu(1, *[None] * 20))
    assert found.no_data_at == 11


def test_a_silent_alert_resolves_itself_after_its_hours() -> None:
    """Datadog's docs, "Auto resolve": when data is no longer submitted, and never while it is."""
    query = "avg(last_1m):avg:cpu{*} > 90"
    assert evaluate(monitor(query, timeout_h=1), cpu(99, *[None] * 90)).recovers_at == 61
    assert evaluate(monitor(query, timeout_h=1), cpu(*[99] * 90)).recovers_at is None


def test_a_group_that_would_be_forgotten_is_an_error() -> None:
    payload = monitor("avg(last_1m):avg:cpu{*} by {host} > 90", group_retention_duration="1h")
    assert evaluate(payload, cpu(99, *[None] * 50, host="a")).fires_at == 1
    with pytest.raises(NotEvaluated, match="group_retention_duration"):
        evaluate(payload, cpu(99, *[None] * 90, host="a"))


def test_an_evaluation_delay_moves_everything() -> None:
    plain = monitor("avg(last_1m):avg:cpu{*} > 90")
    late = monitor("avg(last_1m):avg:cpu{*} > 90", evaluation_delay=180)
    values = cpu(1, 99, 1)
    assert evaluate(plain, values).fires_at == 2
    assert evaluate(late, values, until=6).fires_at == 5


def test_a_full_window_is_waited_for() -> None:
    query = "avg(last_5m):avg:cpu{*} > 90"
    assert evaluate(monitor(query), cpu(*[99] * 6)).fires_at == 1
    assert evaluate(monitor(query, require_full_window=True), cpu(*[99] * 6)).fires_at == 5


def test_a_new_group_is_left_alone_for_its_delay() -> None:
    query = "avg(last_1m):avg:cpu{*} by {host} > 90"
    old, new = cpu(*[99] * 8, host="old"), cpu(*[None] * 4, *[99] * 4, host="new")
    found = evaluate(monitor(query, new_group_delay=120), old, new)
    assert (found.group(host="old").fires_at, found.group(host="new").fires_at) == (1, 7)


def test_a_new_host_has_five_minutes_and_any_other_group_one_where_nothing_else_is_said() -> None:
    """Datadog's API reference, `new_host_delay`; its docs, "New group delay"."""
    query = "avg(last_1m):avg:cpu{*} by {%s} > 90"
    late = cpu(*[None] * 4, *[99] * 12, host="new", pod="p")
    at = {key: evaluate(monitor(query % key), cpu(1, host="old"), late).fires_at for key in ("host", "pod")}
    assert at == {"host": 10, "pod": 6}
    assert evaluate(monitor(query % "host", new_host_delay=0), late).fires_at == 5
    assert evaluate(monitor(query % "host", new_group_delay=60), late).fires_at == 6


def test_long_windows_are_looked_at_less_often() -> None:
    found = evaluate(monitor("max(last_1d):max:cpu{*}.rollup(max, 300) > 90"), cpu(*[1] * 13, 99, *[1] * 10))
    assert found.fires_at == 20


@pytest.mark.parametrize(
    ("query", "evaluated"),
    [
        ("max(last_25h):avg:cpu{*} > 1", True),
        ("max(last_26h):avg:cpu{*} > 1", False),
        ("max(last_2d):avg:cpu{*}.rollup(max, 120) > 1", True),
        ("min(last_1w):avg:cpu{*}.rollup(min, 120) > 1", False),
        ("sum(last_2d):sum:cpu{*} > 1", False),
        ("sum(last_2d):sum:cpu{*}.as_count() > 1", True),
        ("sum(last_2d):sum:cpu{*}.as_count() / sum:cpu{*}.as_count() > 1", True),
        ("avg(last_2d):avg:cpu{*} > 1", True),
        ("avg(last_2d):avg:cpu{*} + avg:cpu{*} > 1", True),
        ("avg(last_2d):avg:cpu{*} / avg:cpu{*} > 1", False),
        ("avg(last_2d):clamp_max(avg:cpu{*}, 5) > 1", False),
    ],
)
def test_what_depends_on_how_many_points_a_long_window_has_is_an_error(query: str, evaluated: bool) -> None:
    """Datadog's docs, "Rollup": above 1,500 points, averages of them are made first."""
    if evaluated:
        assert evaluate(monitor(query), cpu(*[2] * 90)).groups
    else:
        with pytest.raises(NotEvaluated, match="more than 1500 points"):
            evaluate(monitor(query), cpu(*[2] * 40))


def test_a_change_compares_with_what_was_before() -> None:
    query = "change(avg(last_2m),last_5m):avg:cpu{*} > 10"
    found = evaluate(monitor(query), cpu(*[10] * 8, *[40] * 10))
    assert (found.fires_at, found.recovers_at) == (9, 15)
    relative = evaluate(monitor("pct_change(avg(last_2m),last_5m):avg:cpu{*} > 250"), cpu(*[10] * 8, *[40] * 10))
    assert relative.fires_at == 10
    assert relative.groups[0].values[10] == 300


def test_nothing_reported_is_no_group_and_no_alert() -> None:
    found = evaluate(monitor("avg(last_5m):avg:cpu{*} < 1"), until=10)
    assert found.groups == []
    assert (found.fires_at, found.recovers_at, found.warns_at, found.no_data_at) == (None, None, None, None)


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ("avg(last_4h):anomalies(avg:cpu{*}, 'agile', 2) >= 1", "anomalies()"),
        ("max(next_1w):forecast(avg:cpu{*}, 'linear', 1) > 1", "the window next_1w"),
        ("avg(last_5m):stddev:cpu{*} > 1", "the aggregation stddev"),
        ("percentile(last_5m):avg:cpu{*} > 1", "percentile() of avg"),
        ("sum(current_2d):sum:cpu{*}.as_count() > 1", "the window current_2d"),
        ("avg(last_5m):year_before(avg:cpu{*}) > 1", "year_before()"),
        ("avg(last_5m):calendar_shift(avg:cpu{*}, '-1mo', 'UTC') > 1", "calendar_shift() by -1mo, UTC"),
        ("avg(last_5m):calendar_shift(avg:cpu{*}, '-1d', 'Europe/Paris') > 1", "calendar_shift() by -1d, Europe/Paris"),
        ("change(avg(last_9m),last_5m):avg:cpu{*}.rollup(avg, 180) > 1", "a shift by a part of .rollup()"),
        ("avg(last_5m):avg:cpu{*} > threshold", "a threshold that is a query of its own"),
        ("avg(last_5m):ewma_5(avg:cpu{*}) > 1", "ewma_5()"),
        ("avg(last_5m):top(avg:cpu{*}, 5, 'mean', 'desc') > 1", "top()"),
        ("max(last_5m):sum:cpu{*}.as_count() > 1", "max() of as_count(), which Datadog only sums,"),
        ("avg(last_5m):avg:cpu{*}.rollup(avg, 90) > 1", ".rollup() by 90 seconds"),
        ("avg(last_1h):avg:cpu{*}.rollup(sum, monthly, 'UTC') > 1", ".rollup() by a calendar"),
        (
            "avg(last_5m):sum:cpu{*}.as_count() / sum:other{*}.as_count() > 1",
            "avg() of as_count(), which Datadog only sums,",
        ),
        (
            "avg(last_5m):avg:cpu{*} by {host} / avg:other{*} by {pod} > 1",
            "arithmetic between groups by host and by pod",
        ),
    ],
)
def test_what_is_not_evaluated_is_named(query: str, named: str) -> None:
    with pytest.raises(NotEvaluated) as error:
        evaluate(monitor(query), cpu(*[1] * 30, host="a"), Series("other", [1] * 30, {"pod": "b"}))
    assert named in error.value.message
    assert error.value.hint


@pytest.mark.parametrize("type_", ["log alert", "service check", "composite", "slo alert"])
def test_monitors_that_are_no_metric_monitors_are_named(type_: str) -> None:
    query = {
        "log alert": 'logs("status:error").index("*").rollup("count").last("5m") > 5',
        "service check": '"up".over("*").last(2).count_by_status()',
        "composite": "1 && 2",
        "slo alert": 'burn_rate("x").over("30d").long_window("1h").short_window("5m") > 1',
    }[type_]
    with pytest.raises(NotEvaluated, match=f"a monitor of type {type_}"):
        evaluate({"type": type_, "query": query})


def test_a_cumulative_window_begins_with_its_day_and_its_hour() -> None:
    """Datadog's docs, "Cumulative time windows": the window resets, at 00:00 or when the monitor says."""
    count = Series("orders", [1] * (2 * 1440))
    day = evaluate(monitor("sum(current_1d):sum:orders{*}.as_count() > 1e9"), count).groups[0].values
    assert (day[600], day[1430], day[1450]) == (600, 1430, 10)
    hour = evaluate(monitor("sum(current_1h):sum:orders{*}.as_count() > 1e9"), count).groups[0].values
    assert (hour[59], hour[61], hour[119]) == (59, 1, 59)
    options = {"scheduling_options": {"evaluation_window": {"day_starts": "04:00", "timezone": "Europe/Berlin"}}}
    moved = evaluate(monitor("sum(current_1d):sum:orders{*}.as_count() > 1e9", **options), count).groups[0].values
    assert (moved[1440 + 180], moved[1440 + 190]) == (0, 10)


def test_a_month_is_as_long_as_it_is() -> None:
    count = Series("orders", [1] * (40 * 1440))
    payload = monitor("sum(current_1mo):sum:orders{*}.as_count() > 1e9")
    found = evaluate(payload, count, start=datetime(2026, 2, 1, tzinfo=UTC)).groups[0].values
    assert (found[28 * 1440 - 30], found[28 * 1440 + 30]) == (28 * 1440 - 30, 30)


def test_a_schedule_is_looked_at_when_it_says_and_every_run_stands_alone() -> None:
    """Datadog's docs, "Custom Schedules"."""
    daily = {"recurrences": [{"rrule": "FREQ=DAILY;INTERVAL=1", "timezone": "UTC", "start": "1970-01-01T00:30:00"}]}
    payload = monitor(
        "avg(last_10m):avg:cpu{*} > 80", critical_recovery=10, scheduling_options={"custom_schedule": daily}
    )
    found = evaluate(payload, cpu(*[99] * 30, *[50] * 1445, *[99] * 1440)).groups[0]
    assert found.fires_at == 30
    assert found.recovers_at == 1440 + 30
    assert found.at(29) == "ok"
    broken = {"recurrences": [{"rrule": "FREQ=SOMETIMES", "timezone": "UTC"}]}
    with pytest.raises(NotEvaluated, match="the schedule FREQ=SOMETIMES"):
        evaluate(monitor("avg(last_10m):avg:cpu{*} > 80", scheduling_options={"custom_schedule": broken}), cpu(1))


def test_buckets_are_aligned_to_the_clock_wherever_the_series_begins() -> None:
    """Datadog's docs, "Rollup": points begin at whole multiples of UNIX time."""
    payload = monitor("max(last_10m):sum:cpu{*}.rollup(sum, 600) > 1e9")
    values = cpu(*[1] * 40)
    aligned = evaluate(payload, values).groups[0].values
    moved = evaluate(payload, values, start=datetime(2026, 1, 1, 0, 4, tzinfo=UTC)).groups[0].values
    assert (aligned[20], aligned[25]) == (10, 5)
    assert (moved[16], moved[21]) == (10, 5)


def test_a_full_window_has_a_first_point_and_at_most_three_empty_buckets() -> None:
    """Datadog's docs, "Require a full window of data"; a window in hours has buckets of ten minutes."""
    short = monitor("avg(last_10m):avg:cpu{*} > 90", require_full_window=True)
    assert evaluate(short, cpu(*[99] * 4, None, None, None, *[99] * 3)).fires_at == 10
    assert evaluate(short, cpu(*[99] * 4, *[None] * 4, *[99] * 2)).fires_at is None
    hours = monitor("avg(last_2h):avg:cpu{*} > 90", require_full_window=True)
    assert evaluate(hours, cpu(*[99, *[None] * 9] * 12)).fires_at == 111
    assert evaluate(hours, cpu(*[99] * 110)).fires_at is None
    with pytest.raises(NotEvaluated, match="require_full_window with points of 5 minutes"):
        evaluate(monitor("avg(last_10m):avg:cpu{*}.rollup(avg, 300) > 1", require_full_window=True), cpu(*[1] * 20))


def test_an_unfull_window_leaves_the_state_as_it_was() -> None:
    values = cpu(*[99] * 10, *[None, 1] * 10, *[1] * 10)
    found = evaluate(monitor("avg(last_10m):avg:cpu{*} > 50", require_full_window=True), values).groups[0]
    assert found.at(25) == "alert"
    assert found.at(40) == "ok"


def test_a_group_leaves_after_a_day_without_data_and_is_new_when_it_comes_back() -> None:
    """Datadog's docs, "Groups": not seen for 24 hours."""
    values = [99] * 10 + [None] * 1500 + [99] * 10
    found = evaluate(monitor("avg(last_5m):avg:cpu{*} by {pod} > 90", new_group_delay=120), cpu(*values, pod="a"))
    group = found.groups[0]
    assert group.at(10 + 1440 - 1) == "alert"
    assert group.at(10 + 1440 + 1) == "ok"
    assert group.at(1512) == "ok"
    assert group.at(1513) == "alert"
    assert set(evaluate(monitor("avg(last_5m):avg:cpu{*} > 90"), cpu(*values)).groups[0].states[1:]) == {"alert"}


def test_percentiles_are_of_all_samples_of_all_sources() -> None:
    a, b = Series("lat", [[1, 2, 3], [], [10]], {"pod": "a"}), Series("lat", [[4], None, [20, 30]], {"pod": "b"})
    found = evaluate(monitor("max(last_1m):p50:lat{*} > 1e9"), a, b).groups[0].values
    assert list(found) == [None, 2, None, 20]
    pooled = evaluate(monitor("percentile(last_3m):p75:lat{*} > 1e9"), a, b).groups[0].values
    assert pooled[3] == 10
    longer = evaluate(monitor("max(last_2m):p50:lat{*}.rollup(avg, 120) > 1e9"), a, b).groups[0].values
    assert longer[2] == 2
    assert evaluate(monitor("sum(last_3m):count:lat{*} > 1e9"), a, b).groups[0].values[3] == 7


def test_points_of_a_percentile_are_taken_as_they_are() -> None:
    points = cpu(*[10] * 5, *[90] * 10)
    assert evaluate(monitor("avg(last_5m):p95:cpu{*} > 50"), points).fires_at == 8


points = st.lists(st.none() | st.integers(0, 100), min_size=1, max_size=40)


@given(points, st.integers(1, 10), st.integers(1, 99))
def test_a_higher_threshold_never_fires_earlier(values: Values, window: int, threshold: int) -> None:
    series = Series("cpu", values)
    low = evaluate(monitor(f"avg(last_{window}m):avg:cpu{{*}} > {threshold}"), series).fires_at
    high = evaluate(monitor(f"avg(last_{window}m):avg:cpu{{*}} > {threshold + 1}"), series).fires_at
    assert high is None or (low is not None and low <= high)


@given(points, st.integers(1, 10), st.integers(2, 99))
def test_a_recovery_threshold_never_recovers_earlier(values: Values, window: int, threshold: int) -> None:
    series = Series("cpu", values)
    query = f"avg(last_{window}m):avg:cpu{{*}} > {threshold}"
    plain = evaluate(monitor(query), series)
    calm = evaluate(monitor(query, critical_recovery=threshold - 1), series)
    assert plain.fires_at == calm.fires_at
    assert calm.recovers_at is None or (plain.recovers_at is not None and plain.recovers_at <= calm.recovers_at)


@given(points, st.integers(1, 10))
def test_an_average_lies_between_minimum_and_maximum(values: Values, window: int) -> None:
    def series_of(how: str) -> Values:
        groups = evaluate(monitor(f"{how}(last_{window}m):avg:cpu{{*}} > 1000"), Series("cpu", values)).groups
        return list(groups[0].values) if groups else []

    for low, middle, high in zip(*map(series_of, ("min", "avg", "max")), strict=True):
        if low is not None and middle is not None and high is not None:
            assert low - 1e-9 <= middle <= high + 1e-9
        else:
            assert low is middle is high is None


COMPARED: dict[str, Callable[[float, float], bool]] = {
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
}
REDUCED: dict[str, Callable[[list[int]], float]] = {
    "min": min,
    "max": max,
    "sum": sum,
    "avg": lambda window: sum(window) / len(window),
}


@given(
    st.lists(st.integers(0, 20), min_size=1, max_size=30),
    st.sampled_from(sorted(COMPARED)),
    st.sampled_from(sorted(REDUCED)),
    st.integers(1, 8),
    st.integers(0, 20),
)
def test_every_minute_is_the_window_before_it_compared_with_the_threshold(
    values: list[int], compared: str, how: str, window: int, threshold: int
) -> None:
    found = evaluate(monitor(f"{how}(last_{window}m):avg:cpu{{*}} {compared} {threshold}"), cpu(*values))
    for minute in range(1, len(values) + 1):
        value = REDUCED[how](values[max(0, minute - window) : minute])
        expected = "alert" if COMPARED[compared](value, threshold) else "ok"
        assert found.groups[0].at(minute) == expected


@given(st.lists(st.integers(0, 12), min_size=1, max_size=40), st.booleans())
def test_states_with_recovery_thresholds_follow_their_rules_step_by_step(values: list[int], below: bool) -> None:
    """Above: alert over 8, left at 6 or less; warning over 4, left at 2 or less. Below is the same turned over."""
    turn: Callable[[int], int] = (lambda value: 12 - value) if below else (lambda value: value)
    sign = "<" if below else ">"
    limits = {"critical_recovery": 6, "warning": 4, "warning_recovery": 2}
    payload = monitor(
        f"avg(last_1m):avg:cpu{{*}} {sign} {turn(8)}", **{name: turn(limit) for name, limit in limits.items()}
    )
    state = "ok"
    found = evaluate(payload, cpu(*map(turn, values)))
    for minute, value in enumerate(values, 1):
        if value > 8 or (state == "alert" and value > 6):
            state = "alert"
        elif value > 4 or (state in ("alert", "warn") and value > 2):
            state = "warn"
        else:
            state = "ok"
        assert found.groups[0].at(minute) == state
