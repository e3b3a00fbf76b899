"""Rules about the query itself: what is written well and still cannot work."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from dd_sync.core.errors import did_you_mean
from dd_sync.query.parts import evaluation, metrics, names, scope_tags
from dd_sync.query.printer import render
from dd_sync.query.tree import AllOf, AnyOf, Binary, Filter, In, Metric, Node, Tag
from dd_sync.query.vocabulary import EVENT_SOURCES
from dd_sync.query.walk import walk
from dd_sync.rules.facts import MonitorFacts, metric_queries, variables
from dd_sync.rules.place import read, syntax
from dd_sync.rules.rule import Broken, mapping, rule

_INVALID = "The value provided for parameter 'query' is invalid"
_COMPARED = re.compile(r"(>=|<=|>|<|==|!=)\s*(-?[\w.]+)\s*$|^\s*$")

SEARCHED = frozenset("audit ci_pipelines ci_tests database_queries events logs network network_path rum spans".split())
"""Data sources of events."""


@rule(
    "query-syntax",
    "error",
    "recorded",
    "python client: TestMonitorValidateErrors 2020-2026",
    says="The value provided for parameter 'query' is invalid",
)
def query_syntax(monitor: MonitorFacts) -> Iterator[Broken]:
    """The query is one Datadog can read."""
    for broken in syntax(monitor.place):
        compared = monitor.metric or _COMPARED.search(monitor.place.text)
        yield broken if compared else replace(broken, says=f"{_INVALID}: invalid operator specified: ")


@rule(
    "variable-query-syntax", "error", "stated", "API description: MonitorFormulaAndFunctionMetricsQueryDefinition.query"
)
def variable_query_syntax(monitor: MonitorFacts) -> Iterator[Broken]:
    """The metric queries a formula is made of can be read."""
    for path, text in metric_queries(variables(monitor.options)):
        yield from syntax(read(f"options.variables{path}", text, "dashboard"))


@rule("variable-search", "error", "stated", "terraform-provider-datadog#1814, 2023-03")
def variable_search(monitor: MonitorFacts) -> Iterator[Broken]:
    """A query of events in `options.variables` has a search, an empty one for all."""
    for index, variable in enumerate(variables(monitor.options)):
        events = variable.get("data_source") in SEARCHED and "compute" in variable
        if events and not isinstance(mapping(variable.get("search")).get("query"), str):
            path = f"options.variables[{index}].search"
            yield Broken("a query of events has a search", path, fix='{"query": "status:error"}')


@rule("synthetics-type", "warning", "inferred", "API description: create a monitor; datadog-sync-cli: monitors")
def synthetics_type(monitor: MonitorFacts) -> Iterator[Broken]:
    """Monitors of synthetic tests come with their tests, from the Synthetics API."""
    if monitor.type == "synthetics alert":
        yield Broken("monitors of synthetic tests are made with the test", "type", fix="leave it to the test")


@rule("formula-name", "warning", "inferred", "API description: MonitorFormulaAndFunctionEventQueryDefinition.name")
def formula_name(monitor: MonitorFacts) -> Iterator[Broken]:
    """A formula uses the names of the queries in `options.variables`, no others."""
    known = {str(variable.get("name")) for variable in variables(monitor.options) if variable.get("name")}
    for name in names(monitor.nodes):
        if known and name.text not in known:
            yield Broken(
                f'no query is named "{name.text}".{did_you_mean(name.text, known)}',
                "query",
                name.start,
                name.end,
                f"one of {', '.join(sorted(known))}",
            )


@rule(
    "scope-lines",
    "error",
    "reported",
    "terraform-provider-datadog#1606, 2022-10",
    says="The value provided for parameter 'query' is invalid",
)
def scope_lines(monitor: MonitorFacts) -> Iterator[Broken]:
    """The scope of a metric is written on one line."""
    for metric in monitor.metrics if "\n" in monitor.place.text else ():
        text = monitor.place.text[metric.start : metric.end]
        scope = text[text.find("{") : text.find("}") + 1]
        if "\n" in scope.strip():
            start = metric.start + text.find("{")
            yield Broken(
                "a scope is written on one line", "query", start, start + len(scope), "leave the line breaks out"
            )


@rule("query-type", "warning")
def query_type(monitor: MonitorFacts) -> Iterator[Broken]:
    """What a query starts with decides the type: a log alert reads `logs(…)`, Datadog changes or refuses another."""
    expected = EVENT_SOURCES.get(monitor.type)
    for chain in monitor.chains:
        if chain.name in (None, "formula") or (expected and chain.name in expected):
            continue
        fitting = [type_ for type_, sources in EVENT_SOURCES.items() if chain.name in sources]
        if fitting:
            yield Broken(
                f'{chain.name}(…) belongs to "{fitting[0]}", the type is "{monitor.type}"',
                "type",
                fix=f'type: "{fitting[0]}"',
            )


@rule("autosmooth-in-monitor", "error", "stated", "docs: Functions / Smoothing")
def autosmooth_in_monitor(monitor: MonitorFacts) -> Iterator[Broken]:
    """autosmooth() cannot be used in monitors (Datadog's docs, "Smoothing"): its span changes from minute to minute."""
    for call in monitor.called("autosmooth"):
        yield Broken(
            "autosmooth() cannot be used in a monitor", "query", call.start, call.end, "use ewma_5() or a rollup"
        )


@rule("contradicting-scope", "error")
def contradicting_scope(monitor: MonitorFacts) -> Iterator[Broken]:
    """A scope that asks for a tag and excludes it matches nothing: the monitor stays in No Data for ever."""
    for metric in monitor.metrics:
        if _has_or(metric.scope):
            continue
        tags = [(render(tag), negated, tag) for tag, negated in scope_tags(metric.scope) if isinstance(tag, Tag)]
        wanted = {text for text, negated, _ in tags if not negated}
        for text, negated, tag in tags:
            if negated and text in wanted:
                yield Broken(f"the scope asks for {text} and excludes it", "query", tag.start, tag.end, "keep one")


@rule("repeated-filter", "warning")
def repeated_filter(monitor: MonitorFacts) -> Iterator[Broken]:
    """The same tag twice in a scope: the second was meant to be another one (seen in a published monitor)."""
    for metric in monitor.metrics:
        for part in walk(metric.scope):
            items = part.items if isinstance(part, AllOf | AnyOf) else ()
            seen: set[str] = set()
            for item in items:
                text = render(item)
                if text in seen:
                    yield Broken(f"{text} stands twice", "query", item.start, item.end, "leave one out")
                seen.add(text)


@rule("mixed-filters", "warning")
def mixed_filters(monitor: MonitorFacts) -> Iterator[Broken]:
    """Commas and `!` do not go together with AND, OR and IN (Datadog's docs, "Advanced filtering")."""
    for metric in monitor.metrics:
        operators = {_operator(part) for part in walk(metric.scope)} - {None}
        if "," in operators and len(operators) > 1:
            yield Broken(
                "commas are mixed with AND, OR or IN",
                "query",
                metric.scope.start,
                metric.scope.end,
                "join all tags with AND",
            )


@rule("quoted-tag-value", "warning")
def quoted_tag_value(monitor: MonitorFacts) -> Iterator[Broken]:
    """Tag values hold no quotes in metric queries: Datadog stores `my app` as `my_app`."""
    for metric in monitor.metrics:
        for tag, _ in scope_tags(metric.scope):
            if '"' in render(tag):
                yield Broken(
                    "a tag value in quotes matches nothing", "query", tag.start, tag.end, "leave the quotes out"
                )


@rule("as-count-ratio", "warning")
def as_count_ratio(monitor: MonitorFacts) -> Iterator[Broken]:
    """Both sides of a ratio are counted alike: `.as_count()` on one side only divides events by a rate.

    Datadog's docs, "as_count() in monitor evaluations".
    """
    for part in monitor.nodes:
        if not isinstance(part, Binary) or part.operator != "/":
            continue
        left, right = ([m for m in metrics(side) if m.aggregator == "sum"] for side in (part.left, part.right))
        counted = [_counts(metric) for metric in (*left, *right)]
        if left and right and any(counted) and not all(counted):
            odd = next(metric for metric in (*left, *right) if not _counts(metric))
            yield Broken(
                f"{odd.name} is not counted, the other side of the ratio is",
                "query",
                odd.start,
                odd.end,
                "add .as_count()",
            )


@rule("percentile-window", "warning")
def percentile_window(monitor: MonitorFacts) -> Iterator[Broken]:
    """`percentile(last_5m):` goes with a percentile of a distribution, `p95:` (Datadog's docs, "Metric monitor")."""
    head = evaluation(monitor.query)
    if head is None or head.aggregator != "percentile":
        return
    for metric in monitor.metrics:
        if not re.fullmatch(r"p\d.*", metric.aggregator or ""):
            yield Broken(
                f"percentile(…) over {metric.aggregator or 'no aggregator'}:{metric.name}",
                "query",
                metric.start,
                metric.end,
                "use p95: and the like",
            )


RULES = (
    query_syntax,
    variable_query_syntax,
    variable_search,
    synthetics_type,
    formula_name,
    scope_lines,
    query_type,
    autosmooth_in_monitor,
    contradicting_scope,
    repeated_filter,
    mixed_filters,
    quoted_tag_value,
    as_count_ratio,
    percentile_window,
)


def _operator(part: Node) -> str | None:
    match part:
        case AllOf(operator=operator):
            return operator
        case AnyOf():
            return "OR"
        case In():
            return "IN"
    return None


def _has_or(scope: Filter) -> bool:
    return any(isinstance(part, AnyOf) for part in walk(scope))


def _counts(metric: Metric) -> bool:
    return any(call.function == "as_count" for call in metric.modifiers)
