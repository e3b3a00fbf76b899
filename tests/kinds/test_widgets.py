"""What holds for every widget: nothing is lost, nothing is added, and Datadog's schema knows all that can be said."""

from __future__ import annotations

import ast
import inspect
import re
from importlib import import_module
from typing import Any, Literal, get_args, get_origin

import pytest
from hypothesis import strategies as st

import dd_sync.kinds.widgets as package
from dd_sync.kinds.widgets import (
    TYPES,
    ApmDependencyQuery,
    ApmMetricsQuery,
    ApmResourceQuery,
    CloudCostQuery,
    Compute,
    ConditionalFormat,
    EventQuery,
    Image,
    MetricQuery,
    ProcessQuery,
    Request,
    SLOQuery,
    SLOWidget,
    SplitGroup,
    StreamQuery,
    Style,
    TextMatch,
    Time,
)
from dd_sync.kinds.widgets.base import Block
from dd_sync.kinds.widgets.graphs import Graph
from tests.kinds.widget_schema import definitions, fields, request_schema, required

texts = st.text(min_size=1)


# Datadog's schema

SEEN_ELSEWHERE = {
    "manage_status": {"show_status", "last_triggered_format"},
    "split_group": {"title_size", "title_align", "description"},
    "treemap": {"title_size", "title_align"},
}


def literals(annotation: Any) -> set[str]:
    """The texts of every Literal in an annotation."""
    if get_origin(annotation) is Literal:
        return set(get_args(annotation))
    return {text for part in get_args(annotation) for text in literals(part)}


@pytest.mark.parametrize("name", sorted(TYPES))
def test_a_type_has_the_fields_of_datadogs_schema(name: str) -> None:
    ours = {
        field.alias or known
        for known, field in TYPES[name].model_fields.items()
        if known not in ("layout", "id") and field.annotation is not type(None)
    }
    for schema in definitions()[name]:
        assert ours == fields(schema) | SEEN_ELSEWHERE.get(name, set())


@pytest.mark.parametrize("name", sorted(TYPES))
def test_what_datadog_requires_is_required_or_always_sent(name: str) -> None:
    certain = {
        field.alias or known
        for known, field in TYPES[name].model_fields.items()
        if field.is_required() or field.default is not None
    }
    for schema in definitions()[name]:
        assert required(schema) <= certain


@pytest.mark.parametrize("name", sorted(name for name, kind in TYPES.items() if issubclass(kind, Graph)))
def test_the_requests_of_a_type_have_the_fields_of_datadogs_schema(name: str) -> None:
    kind = TYPES[name]
    assert issubclass(kind, Graph)
    (schema,) = definitions()[name]
    assert kind.takes == fields(request_schema(schema))


@pytest.mark.parametrize("name", sorted(name for name, kind in TYPES.items() if issubclass(kind, Graph)))
def test_a_type_takes_as_many_requests_as_datadogs_schema(name: str) -> None:
    kind = TYPES[name]
    assert issubclass(kind, Graph)
    (schema,) = definitions()[name]
    assert kind.at_most == schema.validations.get("requests", {}).get("max_items")


@pytest.mark.parametrize(
    ("model", "field", "values"),
    [
        (Time, "live_span", "WidgetLiveSpan"),
        (Time, "unit", "WidgetLiveSpanUnit"),
        (ConditionalFormat, "comparator", "WidgetComparator"),
        (ConditionalFormat, "palette", "WidgetPalette"),
        (Style, "line_type", "WidgetLineType"),
        (Style, "order_by", "WidgetStyleOrderBy"),
        (TextMatch, "type", "TableWidgetTextFormatMatchType"),
        (MetricQuery, "aggregator", "FormulaAndFunctionMetricAggregation"),
        (CloudCostQuery, "aggregator", "WidgetAggregator"),
        (EventQuery, "data_source", "FormulaAndFunctionEventsDataSource"),
        (Compute, "aggregation", "FormulaAndFunctionEventAggregation"),
        (ProcessQuery, "data_source", "FormulaAndFunctionProcessQueryDataSource"),
        (ApmResourceQuery, "stat", "FormulaAndFunctionApmResourceStatName"),
        (ApmDependencyQuery, "stat", "FormulaAndFunctionApmDependencyStatName"),
        (ApmMetricsQuery, "stat", "FormulaAndFunctionApmMetricStatName"),
        (ApmMetricsQuery, "span_kind", "FormulaAndFunctionApmMetricsSpanKind"),
        (SLOQuery, "measure", "FormulaAndFunctionSLOMeasure"),
        (Request, "display_type", "WidgetDisplayType"),
        (Request, "compare_to", "WidgetCompareTo"),
        (Request, "order_by", "WidgetOrderBy"),
        (Request, "response_format", "FormulaAndFunctionResponseFormat"),
        (StreamQuery, "data_source", "ListStreamSource"),
        (Image, "sizing", "WidgetImageSizing"),
        (Image, "margin", "WidgetMargin"),
        (SLOWidget, "time_windows", "WidgetTimeWindows"),
        (SLOWidget, "view_mode", "WidgetViewMode"),
        (SplitGroup, "size", "SplitGraphVizSize"),
    ],
)
def test_a_field_takes_the_values_of_datadogs_schema(model: type[Block], field: str, values: str) -> None:
    module = import_module(
        "datadog_api_client.v1.model." + re.sub("(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", values).lower()
    )
    assert literals(model.model_fields[field].annotation) == getattr(module, values).allowed_values


# The package


def test_every_public_name_is_found_and_is_what_type_checkers_see() -> None:
    source = ast.parse(inspect.getsource(package))
    imports = [
        node for node in ast.walk(source) if isinstance(node, ast.ImportFrom) and "widgets." in (node.module or "")
    ]
    seen = {alias.name: node.module for node in imports for alias in node.names}
    assert sorted(seen) == sorted(package.__all__)
    for name, module in seen.items():
        assert getattr(package, name) is getattr(import_module(str(module)), name)


def test_a_name_that_is_not_public_is_not_found() -> None:
    with pytest.raises(AttributeError, match="Spelled"):
        package.Spelled
