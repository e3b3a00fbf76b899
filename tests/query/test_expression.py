"""Metric arithmetic and formulas."""

from __future__ import annotations

import pytest

from dd_sync.query.errors import QueryError
from dd_sync.query.expression import ExpressionReader
from dd_sync.query.reader import MAX_DEPTH, MAX_OPERATORS
from dd_sync.query.tree import (
    Binary,
    Call,
    Everything,
    Expression,
    Group,
    Keyword,
    Metric,
    Modified,
    Name,
    Number,
    Reference,
    String,
    Tag,
    TagList,
    Unary,
    Variable,
    Word,
)


def read(text: str, *, names: bool = False) -> Expression:
    (found,) = ExpressionReader(text, names=names).expressions()
    return found


def metric(name: str, aggregator: str | None = "avg") -> Metric:
    return Metric(0, 0, aggregator, None, name, Everything(0, 0), None, ())


def number(text: str) -> Number:
    return Number(0, 0, text)


def test_a_metric_has_aggregator_name_scope_grouping_and_modifiers() -> None:
    found = read("sum:trace.flask.request.hits{env:prod} by {service,env}.as_count().rollup(max, 60)")
    assert found == Metric(
        0,
        0,
        "sum",
        None,
        "trace.flask.request.hits",
        Tag(0, 0, "env", "prod"),
        TagList(0, 0, ("service", "env")),
        (Call(0, 0, "as_count", ()), Call(0, 0, "rollup", (Word(0, 0, "max"), number("60")))),
    )


@pytest.mark.parametrize(
    "aggregator", ["avg", "max", "min", "sum", "count", "p50", "p99", "p99.9", "stddev", "histogram"]
)
def test_all_space_aggregators_are_taken(aggregator: str) -> None:
    assert read(f"{aggregator}:x{{*}}") == metric("x", aggregator)


def test_a_metric_may_have_no_aggregator() -> None:
    assert read("system.cpu.idle{*}") == metric("system.cpu.idle", None)


def test_a_distribution_may_be_counted_under_a_threshold() -> None:
    found = read("count(v: v<=0.5):trace.flask.request{*}")
    assert isinstance(found, Metric)
    assert (found.aggregator, found.condition, found.name) == ("count", "<=0.5", "trace.flask.request")


def test_grouping_may_follow_the_modifiers_and_stand_close() -> None:
    assert read("sum:x{*}.as_count() by {host}") == read("sum:x{*}by{host}.as_count()")


def test_products_bind_closer_than_sums_and_both_go_left_to_right() -> None:
    found = read("1 - avg:x{*} / 2 * 3 - 4")
    product = Binary(0, 0, "*", Binary(0, 0, "/", metric("x"), number("2")), number("3"))
    assert found == Binary(0, 0, "-", Binary(0, 0, "-", number("1"), product), number("4"))


def test_parentheses_are_kept() -> None:
    assert read("(avg:x{*} + 1) * 2") == Binary(
        0, 0, "*", Group(0, 0, Binary(0, 0, "+", metric("x"), number("1"))), number("2")
    )


def test_signs_may_stand_before_anything() -> None:
    assert read("-avg:x{*}") == Unary(0, 0, "-", metric("x"))
    assert read("2 * -1") == Binary(0, 0, "*", number("2"), Unary(0, 0, "-", number("1")))


def test_functions_take_expressions_words_strings_keywords_and_tags() -> None:
    found = read("anomalies(avg:x{*}, 'agile', 2, direction=\"above\", interval=60)")
    assert found == Call(
        0,
        0,
        "anomalies",
        (
            metric("x"),
            String(0, 0, "agile", "'"),
            number("2"),
            Keyword(0, 0, "direction", String(0, 0, "above", '"')),
            Keyword(0, 0, "interval", number("60")),
        ),
    )
    assert read("sum(avg:x{*}, {env})") == Call(0, 0, "sum", (metric("x"), TagList(0, 0, ("env",))))


def test_a_group_may_be_modified_as_a_whole() -> None:
    found = read("(avg:x{*} + avg:y{*}).rollup(avg, 60)")
    assert isinstance(found, Modified)
    assert found.modifiers[0].function == "rollup"


def test_several_expressions_stand_between_commas() -> None:
    assert ExpressionReader("avg:x{*}, top(avg:y{*}, 10, 'mean', 'desc'), 3").expressions()[2] == number("3")


def test_formulas_hold_the_names_of_queries() -> None:
    assert read("query1 / query2", names=True) == Binary(0, 0, "/", Name(0, 0, "query1"), Name(0, 0, "query2"))
    assert read("abs(query1-query2)", names=True) == Call(
        0, 0, "abs", (Binary(0, 0, "-", Name(0, 0, "query1"), Name(0, 0, "query2")),)
    )
    assert read("percentile(query1, 'p90', { * })", names=True) == Call(
        0, 0, "percentile", (Name(0, 0, "query1"), String(0, 0, "p90", "'"), TagList(0, 0, ("*",)))
    )
    assert isinstance(read("query1.rollup(avg, 60)", names=True), Modified)


def test_references_and_template_variables_may_stand_for_a_value() -> None:
    assert read("avg:x{*} * ${slo:a/b}") == Binary(0, 0, "*", metric("x"), Reference(0, 0, "slo", "a/b"))
    assert read("avg:x{*} * $factor") == Binary(0, 0, "*", metric("x"), Variable(0, 0, "$factor"))


@pytest.mark.parametrize(
    "function",
    [
        "default_zero",
        "per_second",
        "monotonic_diff",
        "ewma_10",
        "median_9",
        "top10",
        "bottom5_mean",
        "top",
        "week_before",
        "calendar_shift",
        "count_not_null",
        "is_greater",
        "robust_trend",
        "outliers",
        "forecast",
        "throughput",
        "log10",
        "moving_rollup",
        "cutoff_max",
        "equiv_otel_all",
    ],
)
def test_functions_of_the_docs_are_known(function: str) -> None:
    assert isinstance(read(f"{function}(avg:x{{*}}, 1)"), Call)


@pytest.mark.parametrize(
    ("text", "position", "says"),
    [
        ("avg:{env:prod}", 4, 'expected a metric name after "avg:", found "{"'),
        ("avgg:x{*}", 0, 'found "avgg". Did you mean avg?'),
        ("foo:x{*}", 0, "expected one of avg, max, min, sum"),
        ("avg:x", 5, "expected a scope"),
        ("avg:x > 5", 6, "expected a scope"),
        ("avg:x by {host}", 6, "expected a scope"),
        ("avg:x{*} by {host} foo", 19, "expected an operator, a comma or the end"),
        ("avg:x{*})", 8, "expected an operator, a comma or the end"),
        ("(avg:x{*}", 9, 'expected an operator or ")"'),
        ("avg:x{*} +", 10, "expected a metric query or a number"),
        ("avg:x{*} by", 9, "expected an operator"),
        ("defalt_zero(avg:x{*})", 0, "Did you mean default_zero?"),
        ("avg:x{*}.as_cuont()", 9, "Did you mean as_count?"),
        ("avg:x{*}.rollup(som, 60)", 16, "Did you mean sum?"),
        ("avg:x{*}.fill(zeroo)", 14, "Did you mean zero?"),
        ("default_zero(avg:x)", 18, "expected a scope"),
        ("default_zero(requests)", 21, "expected a scope"),
        ("top(avg:x{*}, 10, 'mean)", 18, "expected"),
        ("top(avg:x{*}, 10, ‘mean’)", 18, "expected"),
        ("avg:x{*}.as_count", 8, "expected an operator"),
        ("query1 + query2", 7, "expected a scope"),
        ("", 0, "found the end"),
        (" ", 1, "found the end"),
        ("avg:x{*} % ", 11, "found the end"),
        ("10d", 0, "expected"),
        ("avg:x{*},", 9, "expected a metric query or a number"),
    ],
)
def test_a_broken_expression_is_refused_at_its_place(text: str, position: int, says: str) -> None:
    with pytest.raises(QueryError) as raised:
        read(text)
    assert says in raised.value.message
    assert raised.value.position == position


def test_nesting_has_a_limit_instead_of_a_stack_overflow() -> None:
    deep = MAX_DEPTH - 1
    assert read("(" * deep + "1" + ")" * deep)
    for text in ("(" * 5000 + "1", "-" * 5000 + "1", "abs(" * 5000, "avg:x{" + "!" * 5000, "avg:x{" + "(" * 5000):
        with pytest.raises(QueryError):
            read(text)


def test_the_number_of_operators_has_a_limit() -> None:
    assert read(" + ".join(["1"] * MAX_OPERATORS))
    with pytest.raises(QueryError, match="operators"):
        read(" + ".join(["1"] * (MAX_OPERATORS + 2)))


def test_every_part_knows_its_place() -> None:
    text = "100 * ( avg:x{*} by {host} ) / default_zero( sum:y{a:b}.as_count() )"
    found = read(text)
    assert isinstance(found, Binary)
    assert isinstance(found.left, Binary)
    assert text[found.left.right.start : found.left.right.end] == "( avg:x{*} by {host} )"
    assert text[found.right.start : found.right.end] == "default_zero( sum:y{a:b}.as_count() )"
    assert isinstance(found.right, Call)
    inner = found.right.arguments[0]
    assert text[inner.start : inner.end] == "sum:y{a:b}.as_count()"
