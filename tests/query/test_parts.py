"""What a query holds."""

from __future__ import annotations

import pytest
from hypothesis import given

from dd_sync.query import parts
from dd_sync.query.parse import parse
from dd_sync.query.tree import Call, Chain, Metric, Query
from dd_sync.query.walk import walk
from tests.query.spelling import typed

LOGS = 'logs("a").index("*").rollup("count").by("service, @x").last("5m") > 2'


def test_metrics_chains_calls_and_names_are_found_in_order() -> None:
    query = parse("avg(last_5m):default_zero(avg:a{*}.rollup(sum)) / avg:b{*} > 5")
    assert [metric.name for metric in parts.metrics(query)] == ["a", "b"]
    assert [call.function for call in parts.calls(query, "default_zero", "rollup")] == ["default_zero", "rollup"]
    assert parts.chains(query) == ()
    assert [chain.name for chain in parts.chains(parse(LOGS, "log alert"))] == ["logs"]
    assert [name.text for name in parts.names(parse('formula("a / b").last("5m") > 1'))] == ["a", "b"]


def test_nothing_is_found_in_no_query() -> None:
    found = (parts.metrics(None), parts.chains(None), parts.names(None), parts.template_variables(None))
    assert all(items == () for items in found)
    assert parts.evaluation(None) is None
    assert parts.condition(None) is None
    assert parts.threshold(None) is None


@pytest.mark.parametrize(
    ("query", "type_", "threshold"),
    [
        ("avg(last_5m):avg:a{*} >= 0.5", "query alert", 0.5),
        ("avg(last_5m):avg:a{*} > threshold", "query alert", None),
        (LOGS, "log alert", 2),
        ("1 && 2", "composite", None),
        ("avg:a{*}", "dashboard", None),
    ],
)
def test_the_threshold_is_the_number_at_the_end(query: str, type_: str, threshold: float | None) -> None:
    assert parts.threshold(parse(query, type_)) == threshold


@pytest.mark.parametrize(
    ("query", "type_", "groups"),
    [
        ("avg(last_5m):avg:a{*} > 5", "query alert", ()),
        ("avg(last_5m):avg:a{*} by {host,env} / avg:b{*} by {host} > 5", "query alert", ("host", "env")),
        ("avg(last_5m):100 * (avg:a{*} by {host}) - -avg:b{*} by {env} > 5", "query alert", ("host", "env")),
        ("avg(last_5m):anomalies(avg:a{*} by {host}, 'agile', 2) > 5", "query alert", ("host",)),
        ("avg(last_5m):sum(avg:a{*} by {host,env}, {env}) > 5", "query alert", ("env",)),
        (LOGS, "log alert", ("service", "@x")),
        ('"a".over("*").by("host","port").last(2).count_by_status()', "service check", ("host", "port")),
        ('formula("a").by(job_name,workspace_name).last(1d) > 0', "data-jobs alert", ("job_name", "workspace_name")),
        ("1 && 2", "composite", ()),
        ("avg:a{*} by {host}", "dashboard", ()),
    ],
)
def test_a_monitor_alerts_on_these_tags(query: str, type_: str, groups: tuple[str, ...]) -> None:
    assert parts.group_by(parse(query, type_)) == groups


@pytest.mark.parametrize(
    ("head", "seconds"),
    [("last_5m", 300), ("last_1h", 3600), ("current_1d", 86400), ("next_1w", 604800), ("last_1mo", 2678400)],
)
def test_a_window_lasts_this_long(head: str, seconds: int) -> None:
    evaluation = parts.evaluation(parse(f"avg({head}):avg:a{{*}} > 5"))
    assert evaluation is not None
    assert parts.seconds(evaluation.window) == seconds


def metric(text: str) -> Metric:
    return parts.metrics(parse(text, "dashboard"))[0]


@pytest.mark.parametrize(
    ("scope", "items"),
    [
        ("*", ()),
        ("env:prod", ("env:prod",)),
        ("env:prod,!host:a", ("env:prod", "!host:a")),
        ("env:prod AND (a:b AND c:d)", ("env:prod", "a:b", "c:d")),
        ("env:prod AND (a:b OR c:d)", ("env:prod", "(a:b OR c:d)")),
        ("a IN (b,c)", ("a IN (b,c)",)),
        ("*,$env", ("$env",)),
    ],
)
def test_a_scope_is_limited_to_these(scope: str, items: tuple[str, ...]) -> None:
    assert parts.scope_items(metric(f"avg:a{{{scope}}}").scope) == items


def test_excluded_tags_are_told_from_wanted_ones() -> None:
    scope = metric("avg:a{env:prod AND NOT (host:a OR !host:b) AND role IN (x)}").scope
    assert [(tag.key, negated) for tag, negated in parts.scope_tags(scope)] == [
        ("env", False),
        ("host", True),
        ("host", False),
        ("role", False),
    ]


def test_template_variables_are_found_wherever_they_stand() -> None:
    query = parse("avg:a{$env,host:$host.value,b IN ($c,d)} by {$group} * $factor, avg:a{$env}", "dashboard")
    assert set(parts.template_variables(query)) == {"env", "host.value", "c", "group", "factor"}


def test_the_text_of_an_argument_loses_its_quotes() -> None:
    chain = parts.chains(parse(LOGS, "log alert"))[0]
    assert parts.text_argument(parts.step(chain, "rollup")) == "count"
    assert parts.text_argument(parts.step(chain, "rollup"), 1) is None
    assert parts.text_argument(parts.step(chain, "missing")) is None
    check = parts.chains(parse('"a".over("*").last(2).count_by_status()', "service check"))[0]
    assert parts.text_argument(parts.step(check, "last")) == "2"


@given(typed)
def test_walking_meets_every_node_once_and_from_left_to_right(query_and_type: tuple[str, str]) -> None:
    query = parse(*query_and_type)
    nodes = list(walk(query))
    assert nodes[0] is query.body
    assert len({id(node) for node in nodes}) == len(nodes)
    starts = [node.start for node in nodes if isinstance(node, Metric | Chain)]
    assert starts == sorted(starts)


def test_walking_goes_into_arguments_and_scopes() -> None:
    kinds = {type(node).__name__ for node in walk(parse("avg(last_5m):top(avg:a{b:c OR d:e}, 1, 'x') > 5"))}
    assert {"Alert", "Evaluation", "Window", "Call", "Metric", "AnyOf", "Tag", "Number", "String", "Condition"} <= kinds
    assert isinstance(parse("avg(last_5m):avg:a{*} > 5"), Query)
    assert list(walk(None)) == []
    assert not any(isinstance(node, Call) for node in walk(parse("1 && 2", "composite")))
