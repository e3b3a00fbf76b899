"""A monitor's query: over which time, what, compared with what.

Metric monitors put the time in front, `avg(last_5m):…`; all others in a step, `.last("5m")`. Both end in a comparison,
service checks in none.
"""

from __future__ import annotations

import re
from math import isfinite

from dd_sync.core.errors import did_you_mean
from dd_sync.query.chain import SOURCE, ChainReader, text_of
from dd_sync.query.expression import ExpressionReader
from dd_sync.query.reader import Reader, quote
from dd_sync.query.tree import Alert, Chain, Condition, Evaluation, Expression, Number, Window, Word
from dd_sync.query.vocabulary import CHANGES, EVENT_SOURCES, SOURCES, TIME_AGGREGATORS, is_aggregator
from dd_sync.query.walk import walk

_HEAD = re.compile(r"([A-Za-z_]\w*)\s*\(")
_WINDOW = re.compile(r"(last|current|next)_(\d{1,9})(mo|[smhdwy])(?!\w)")
_SHIFT = re.compile(r"(\d{1,9})(mo|[smhdwy])_(ago)(?!\w)")
_OPERATOR = re.compile(r">=|<=|==|!=|>|<")
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?(?![\w.])")
_THRESHOLD = re.compile(r"threshold(?!\w)")
_AGGREGATORS_SHOWN = "avg, max, min, sum, percentile, change or pct_change"


def read_metric_alert(text: str) -> Alert:
    """`avg(last_5m):avg:system.load.1{*} by {host} > 5`."""
    reader = ExpressionReader(text)
    evaluation = _evaluation(reader)
    value = reader.expression()
    condition = _condition(reader)
    return Alert(evaluation.start, condition.end, evaluation, value, condition)


def read_chain_alert(text: str, type_: str) -> Alert:
    """`logs("…").rollup("count").last("5m") > 5` and its like."""
    reader = ChainReader(text, any_source=type_ not in EVENT_SOURCES and not starts_like_a_chain(text))
    _known_source(reader, type_)
    value = reader.expression()
    _timed(reader, value)
    condition = _condition(reader)
    return Alert(value.start, condition.end, None, value, condition)


def read_service_check(text: str) -> Alert:
    """`"check".over("env:prod").by("host").last(2).count_by_status()`; a comparison is not needed."""
    reader = ChainReader(text)
    if reader.peek() not in ("'", '"'):
        reader.fail("expected the quoted name of a service check")
    value = reader.primary()
    assert isinstance(value, Chain)
    steps = [call.function for call in value.calls]
    for needed, shown in (("last", ".last(2)"), ("count_by_status", ".count_by_status()")):
        if needed not in steps and not (needed == "count_by_status" and "pct_by_status" in steps):
            reader.fail(f"expected {shown}")
    for call in value.calls:
        if call.function in ("over", "last", "by") and text_of(call.arguments[0] if call.arguments else None) == "":
            reader.reject(f'.{call.function}() may not be empty: .over("*").by("host").last(2)', call.start)
    condition = _condition(reader) if reader.peek() in tuple("<>=!") and reader.peek() else None
    if reader.peek():
        reader.fail("expected the end of the query")
    return Alert(value.start, reader.position, None, value, condition)


def starts_like_a_chain(text: str) -> bool:
    """Whether the query starts with `formula(`, `logs(` or another known source."""
    source = SOURCE.match(text.lstrip())
    return source is not None and (source[1] == "formula" or source[1] in SOURCES)


def _evaluation(reader: Reader) -> Evaluation:
    head = reader.looking_at(_HEAD)
    hint = "a metric monitor starts with its evaluation window: avg(last_5m):avg:system.load.1{*} > 5"
    if head is None:
        reader.fail("expected an evaluation window such as avg(last_5m):", hint=hint)
    start, word = head.start(), head[1]
    reader.position = head.end()
    if word in CHANGES:
        return _change(reader, start, word)
    if not is_aggregator(word, TIME_AGGREGATORS):
        reader.reject(
            f"expected one of {_AGGREGATORS_SHOWN} before the evaluation window, found {quote(word)}."
            f"{did_you_mean(word, TIME_AGGREGATORS | CHANGES)}",
            start,
            hint=hint,
        )
    window = _window(reader)
    reader.expect(")")
    reader.expect(":")
    return Evaluation(start, reader.position - 1, None, word, window, None)


def _change(reader: Reader, start: int, change: str) -> Evaluation:
    head = reader.match(_HEAD)
    if head is None:
        reader.fail("expected a window and what it is compared with: change(avg(last_5m),last_1h)")
    if not is_aggregator(head[1], TIME_AGGREGATORS):
        reader.reject(
            f"expected one of avg, max, min, sum, percentile in {change}(), found {quote(head[1])}."
            f"{did_you_mean(head[1], TIME_AGGREGATORS)}",
            head.start(),
        )
    window = _window(reader)
    reader.expect(")")
    reader.expect(",")
    shift = _window(reader)
    reader.expect(")")
    reader.expect(":")
    return Evaluation(start, reader.position - 1, change, head[1], window, shift)


def _window(reader: Reader) -> Window:
    if window := reader.match(_WINDOW):
        return Window(window.start(), window.end(), window[1], int(window[2]), window[3])
    if shift := reader.match(_SHIFT):
        return Window(shift.start(), shift.end(), shift[3], int(shift[1]), shift[2])
    return reader.fail("expected a window such as last_5m, last_1h or current_1d")


def _condition(reader: Reader) -> Condition:
    operator = reader.match(_OPERATOR)
    if operator is None:
        reader.fail("expected a comparison such as > 5")
    threshold = reader.match(_NUMBER)
    end = reader.position
    if threshold is not None and not isfinite(float(threshold[0])):
        reader.reject("the number is larger than any value can be", threshold.start())
    if threshold is None:
        keyword = reader.match(_THRESHOLD)
        if keyword is None:
            reader.fail("expected a number")
        value: Number | Word = Word(keyword.start(), keyword.end(), keyword[0])
        end = keyword.end()
    else:
        value = Number(threshold.start(), end, threshold[0])
    if reader.peek():
        reader.fail("expected the end of the query")
    return Condition(operator.start(), end, operator[0], value)


def _known_source(reader: Reader, type_: str) -> None:
    """The source has to be one Datadog has; a misspelt one is told from a new one by being near a known one."""
    expected = EVENT_SOURCES.get(type_)
    if expected is None:
        return
    allowed = (*expected, "formula")
    source = reader.looking_at(SOURCE)
    if source is None or not (source[1] in SOURCES or source[1] == "formula"):
        shown = " or ".join(f'{name}("…")' for name in dict.fromkeys(allowed))
        near = did_you_mean(source[1], allowed) if source else ""
        reader.fail(f"expected {shown}", hint=near.strip())


def _timed(reader: Reader, value: Expression) -> None:
    """Every chain says over which time: a query without is refused."""
    for chain in (node for node in walk(value) if isinstance(node, Chain)):
        steps = {call.function for call in chain.calls}
        if chain.name in ("error_budget", "burn_rate"):
            if "over" not in steps:
                reader.reject('expected the time frame of the SLO, .over("30d")', chain.end)
        elif not steps & {"last", "current"}:
            reader.reject('expected an evaluation window, .last("5m")', chain.end)
        for call in chain.calls:
            if call.function in ("last", "over", "rollup", "index") and not call.arguments:
                reader.reject(f".{call.function}() needs a value", call.start)
