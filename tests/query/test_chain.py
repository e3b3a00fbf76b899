"""Chains: logs, events, formulas, SLO alerts."""

from __future__ import annotations

import pytest

from dd_sync.query.chain import ChainReader, inside, text_of
from dd_sync.query.errors import QueryError
from dd_sync.query.tree import Binary, Call, Chain, Keyword, Name, Number, String, Word


def read(text: str, *, any_source: bool = False) -> Chain:
    found = ChainReader(text, any_source=any_source).expression()
    assert isinstance(found, Chain)
    return found


def test_a_chain_has_a_source_a_search_and_steps() -> None:
    found = read('logs("status:error").index("*").rollup("avg", "@duration").by("service,@x").last("5m")')
    assert (found.name, text_of(found.subject)) == ("logs", "status:error")
    assert [call.function for call in found.calls] == ["index", "rollup", "by", "last"]
    assert found.calls[1] == Call(0, 0, "rollup", (String(0, 0, "avg", '"'), String(0, 0, "@duration", '"')))


def test_a_service_check_has_no_name_before_its_text() -> None:
    found = read('"datadog.agent.up".over("env:prod","role:db").by("*").last(1).pct_by_status()')
    assert found.name is None
    assert text_of(found.subject) == "datadog.agent.up"
    assert len(found.calls[0].arguments) == 2


@pytest.mark.parametrize(
    "source",
    (
        "rum trace-analytics events audits ci-pipelines ci-tests database-monitoring processes error-tracking"
        " error-tracking-rum network-performance network-path llm-observability"
    ).split(),
)
def test_all_sources_of_the_api_are_known(source: str) -> None:
    assert read(f'{source}("*").rollup("count").last("5m")').name == source


def test_quotes_may_be_single() -> None:
    assert text_of(read("processes('java').over('env:prod').rollup('count').last('10m')").subject) == "java"


def test_a_search_may_hold_quotes_with_backslashes() -> None:
    found = read(r'error-tracking-traces("resource_name:\"GET /x\"").rollup("count").by("@issue.id").last("5m")')
    assert text_of(found.subject) == r"resource_name:\"GET /x\""


def test_a_formula_is_read_where_it_stands() -> None:
    text = 'formula("query1 / query2 * 100").last("15m")'
    found = read(text)
    assert isinstance(found.formula, Binary)
    assert text[found.formula.start : found.formula.end] == "query1 / query2 * 100"
    left = found.formula.left
    assert isinstance(left, Binary)
    assert left.left == Name(0, 0, "query1")
    assert text[left.left.start : left.left.end] == "query1"


def test_formulas_of_newer_products_may_use_their_own_functions() -> None:
    found = read('formula("failed_runs(run_query)").by(job_name,workspace_name).last(10d)')
    assert found.formula == Call(0, 0, "failed_runs", (Name(0, 0, "run_query"),))
    assert found.calls[0].arguments == (Word(0, 0, "job_name"), Word(0, 0, "workspace_name"))
    assert found.calls[1].arguments == (Word(0, 0, "10d"),)


def test_steps_take_named_arguments() -> None:
    found = read('formula("query1").last("7d").anomaly(direction="above", threshold=10)')
    assert found.calls[1].arguments == (
        Keyword(0, 0, "direction", String(0, 0, "above", '"')),
        Keyword(0, 0, "threshold", Number(0, 0, "10")),
    )


def test_two_chains_may_be_compared() -> None:
    found = ChainReader('logs("a").last("5m") - logs("b").last("5m")').expression()
    assert isinstance(found, Binary)
    assert isinstance(found.right, Chain)


def test_our_references_may_stand_for_an_slo() -> None:
    assert text_of(read('burn_rate("${slo:web/availability}").over("30d")').subject) == "${slo:web/availability}"


@pytest.mark.parametrize(
    ("text", "position", "says"),
    [
        ('logs("a").rolup("count")', 10, "Did you mean rollup?"),
        ('logs("a").rollup("cuont")', 17, "Did you mean count?"),
        ('logs("a").last("soon")', 15, "expected a span of time"),
        ('logs("a").last', 14, 'expected "("'),
        ('logs("a").', 10, "expected a step"),
        ('logs("a)', 5, "expected a quoted text"),
        ("logs(a)", 5, "expected a quoted text"),
        ('logs("a"', 8, 'expected ")"'),
        ('logs("(a")', 6, "never closed"),
        ('logs("a" b)', 9, 'expected ")"'),
        ('logs("a").last("5m"', 19, 'expected a comma or ")"'),
        ("logs('a\")", 5, "expected a quoted text"),
        ('logs(“a”).last("5m")', 5, "expected a quoted text"),
        ('formula("a +").last("5m")', 12, "expected a query or a number"),
        ('formula("a b").last("5m")', 11, "the end of the formula"),
        ('formula("").last("5m")', 9, "expected a query or a number"),
    ],
)
def test_a_broken_chain_is_refused_at_its_place(text: str, position: int, says: str) -> None:
    with pytest.raises(QueryError) as raised:
        read(text)
    assert says in raised.value.message
    assert raised.value.position == position


def test_a_source_datadog_adds_later_is_read_when_asked_for() -> None:
    assert read('new-product("*").by_the_way("x").last("5m")', any_source=True).name == "new-product"


def test_the_text_between_quotes_is_found_in_place() -> None:
    text = 'logs("status:error")'
    subject = read(text).subject
    assert isinstance(subject, String)
    start, end = inside(subject)
    assert text[start:end] == "status:error"
    assert text_of(None) == ""
    assert text_of(Number(0, 0, "5")) is None
