"""What holds for every widget: nothing is lost, nothing is added, and Datadog's schema knows all that can be said."""

from __future__ import annotations

import ast
import inspect
import json
import re
from importlib import import_module
from typing import Any, Literal, get_args, get_origin

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

import dd_sync.kinds.widgets as package
from dd_sync.core.errors import DefinitionError
from dd_sync.core.references import Ref, references
from dd_sync.kinds.widgets import (
    TYPES,
    AlertGraph,
    ApmDependencyQuery,
    ApmMetricsQuery,
    ApmResourceQuery,
    CloudCostQuery,
    Compute,
    ConditionalFormat,
    EventQuery,
    FreeText,
    Geomap,
    Group,
    Image,
    Layout,
    MetricQuery,
    Note,
    ProcessQuery,
    Request,
    SLOQuery,
    SLOWidget,
    SplitConfig,
    SplitGroup,
    StreamQuery,
    Style,
    Tab,
    TemplateVariable,
    TemplateVariablePreset,
    TextMatch,
    Time,
    Timeseries,
    Widget,
    placed,
    typed,
)
from dd_sync.kinds.widgets.base import Block
from dd_sync.kinds.widgets.graphs import Graph
from tests.kinds.widget_schema import definitions, faults, fields, request_schema, required

CPU = "avg:system.cpu.user{*}"

scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
json_values = st.recursive(scalars, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=8)
texts = st.text(min_size=1)
notes = st.fixed_dictionaries(
    {"type": st.just("note"), "content": st.text()},
    optional={"show_tick": st.booleans(), "font_size": st.text(), "text_align": st.sampled_from(["left", "right"])},
)


# Any widget, as it is


@given(st.dictionaries(st.text(), json_values), st.dictionaries(st.text(), json_values))
def test_from_api_gives_any_widget_back(definition: dict[str, Any], outside: dict[str, Any]) -> None:
    payload = {**outside, "definition": definition}
    assert json.dumps(Widget.from_api(payload).to_payload()) == json.dumps(payload)


def test_a_widget_from_datadog_tells_its_type_and_title() -> None:
    widget = Widget.from_api({"definition": {"type": "funnel", "title": "Checkout", "requests": []}})
    assert (widget.type, widget.title) == ("funnel", "Checkout")


def test_a_widget_from_datadog_may_refer_to_another_object() -> None:
    payload = {"definition": {"type": "alert_graph", "alert_id": Ref("monitor", "a/b")}}
    assert references(Widget.from_api(payload).to_payload()) == {("monitor", "a/b")}


def test_a_widget_does_not_change_with_the_payload_it_was_made_from() -> None:
    payload: dict[str, Any] = {"definition": {"type": "funnel", "requests": [{"a": 1}]}}
    widget = Widget.from_api(payload)
    payload["definition"]["requests"][0]["a"] = 2
    widget.to_payload()["definition"]["requests"].clear()
    assert widget.to_payload() == {"definition": {"type": "funnel", "requests": [{"a": 1}]}}


@pytest.mark.parametrize("payload", [{}, {"type": "note"}, {"definition": None}, []])
def test_what_is_no_widget_is_refused(payload: Any) -> None:
    with pytest.raises(DefinitionError, match="has no definition") as refused:
        Widget.from_api(payload)
    assert "definition" in refused.value.hint


# Typed widgets


def test_a_widget_sends_only_what_was_written() -> None:
    assert Note(content="a").to_payload() == {"definition": {"type": "note", "content": "a"}}


def test_an_explicit_null_is_sent() -> None:
    assert Timeseries(requests=[CPU], yaxis=None).to_payload()["definition"]["yaxis"] is None


def test_layout_and_id_stand_outside_the_definition() -> None:
    widget = Note(content="a", layout=Layout(x=0, y=1, width=2, height=3), id=7)
    payload = widget.to_payload()
    assert payload == {
        "definition": {"type": "note", "content": "a"},
        "layout": {"x": 0, "y": 1, "width": 2, "height": 3},
        "id": 7,
    }
    assert faults(payload) == []


def test_a_widget_cannot_be_changed() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        Note(content="a").content = "b"  # type: ignore[misc]


@pytest.mark.parametrize("kind", [FreeText, Image, Note])
def test_a_widget_without_a_heading_refuses_a_title(kind: type[Widget]) -> None:
    with pytest.raises(ValidationError, match="title"):
        kind.model_validate({"text": "a", "title": "b"})


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ({"show_tick": "yes"}, "valid boolean"),
        ({"text_align": "middle"}, "'center', 'left' or 'right'"),
        ({"colour": "blue"}, "Extra inputs"),
    ],
)
def test_a_wrong_value_says_what_would_be_right(written: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        Note(content="a", **written)


@pytest.mark.parametrize(("alert", "sent"), [(12, "12"), ("12", "12"), (Ref("monitor", "a/b"), "${monitor:a/b}")])
def test_an_id_is_a_number_a_text_or_a_reference(alert: Any, sent: str) -> None:
    assert AlertGraph(alert_id=alert).to_payload()["definition"]["alert_id"] == sent


# Groups


def test_a_group_holds_widgets_of_any_sort() -> None:
    funnel = {"definition": {"type": "funnel", "requests": []}, "id": 3}
    inner = Group(title="Inner", widgets=[Note(content="b")])
    group = Group(title="Outer", widgets=[Note(content="a"), Widget.from_api(funnel), funnel, inner])
    assert [widget.type for widget in group.widgets] == ["note", "funnel", "funnel", "group"]
    assert group.to_payload()["definition"]["widgets"] == [
        {"definition": {"type": "note", "content": "a"}},
        funnel,
        funnel,
        {
            "definition": {
                "type": "group",
                "layout_type": "ordered",
                "title": "Inner",
                "widgets": [{"definition": {"type": "note", "content": "b"}}],
            }
        },
    ]


def test_a_group_holds_nothing_else() -> None:
    with pytest.raises(ValidationError, match=r"widgets\.1"):
        Group(title="a", widgets=[Note(content="a"), "note"])


def test_a_split_graph_may_split_any_widget() -> None:
    source = {"type": "bar_chart", "requests": [], "unheard_of": 1}
    config = SplitConfig(split_dimensions=["host"], limit=5, sort={"order": "asc"})
    split = SplitGroup(source_widget_definition={"definition": source}, split_config=config, size="sm")
    assert split.to_payload()["definition"]["source_widget_definition"] == source


# Reading typed widgets


@given(notes, st.dictionaries(texts, json_values, max_size=2))
def test_a_typed_widget_says_all_of_the_payload_or_there_is_none(note: dict[str, Any], more: dict[str, Any]) -> None:
    payload = {"definition": {**note, **more}}
    widget = typed(payload)
    assert widget is None or json.dumps(widget.to_payload(), sort_keys=True) == json.dumps(payload, sort_keys=True)


@given(notes)
def test_what_the_types_can_say_is_typed(note: dict[str, Any]) -> None:
    assert isinstance(typed({"definition": note}), Note)


@pytest.mark.parametrize(
    "payload",
    [
        {"definition": {"type": "funnel", "requests": []}},
        {"definition": {"type": "note", "content": "a", "unheard_of": 1}},
        {"definition": {"type": "group", "title": "no layout_type", "widgets": []}},
        {"definition": {"type": "geomap", "requests": [{"q": CPU}]}},
        {"definition": {"type": "alert_value", "alert_id": "1", "precision": 1.0}},
        {"definition": {"type": "alert_value", "alert_id": 1}},
        {"definition": {"content": "a"}},
        {"type": "note", "content": "a"},
    ],
)
def test_what_the_types_cannot_say_is_not_typed(payload: dict[str, Any]) -> None:
    assert typed(payload) is None


def test_widgets_of_a_group_are_typed_one_by_one() -> None:
    funnel = {"definition": {"type": "funnel", "requests": []}}
    note = {"definition": {"type": "note", "content": "a"}}
    payload = {"definition": {"type": "group", "layout_type": "ordered", "title": "a", "widgets": [note, funnel]}}
    group = typed(payload)
    assert isinstance(group, Group)
    assert [isinstance(widget, Note) for widget in group.widgets] == [True, False]
    assert group.to_payload() == payload


def test_the_graph_of_a_split_is_typed() -> None:
    config = SplitConfig(split_dimensions=["host"], limit=5, sort={"order": "asc"})
    written = SplitGroup(source_widget_definition=Timeseries(requests=[CPU]), split_config=config, size="sm")
    read = typed(written.to_payload())
    assert read == written
    assert isinstance(read, SplitGroup)
    assert isinstance(read.source_widget_definition, Timeseries)


# Datadog's schema

SEEN_ELSEWHERE = {
    "manage_status": {"show_status", "last_triggered_format"},
    "split_group": {"title_size", "title_align", "description"},
    "treemap": {"title_size", "title_align"},
}
"""Fields that are in recordings and published dashboards, or alike in all widgets, and not in the schema."""


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


def literals(annotation: Any) -> set[str]:
    """The texts of every Literal in an annotation."""
    if get_origin(annotation) is Literal:
        return set(get_args(annotation))
    return {text for part in get_args(annotation) for text in literals(part)}


# Dashboards' other parts


def test_a_template_variable() -> None:
    variable = TemplateVariable(name="env", prefix="env", defaults=["prod"], available_values=["prod", "staging"])
    assert variable.to_payload() == {
        "name": "env",
        "prefix": "env",
        "defaults": ["prod"],
        "available_values": ["prod", "staging"],
    }


def test_a_template_variable_has_one_spelling_of_its_default() -> None:
    with pytest.raises(ValidationError, match="cannot be used together"):
        TemplateVariable(name="env", default="prod", defaults=["prod"])


def test_a_saved_view_of_variables() -> None:
    view = TemplateVariablePreset(name="Production", template_variables={"env": ["prod"], "service": "cart"})
    assert view.to_payload() == {
        "name": "Production",
        "template_variables": [{"name": "env", "values": ["prod"]}, {"name": "service", "values": ["cart"]}],
    }


def test_a_tab_names_widgets_and_keeps_its_id() -> None:
    tab = Tab(name="Pods", widget_ids=["@1", 7])
    assert tab.to_payload() == {"id": Tab(name="Pods").id, "name": "Pods", "widget_ids": ["@1", 7]}
    assert Tab(name="Nodes").id != tab.id


def test_an_id_of_a_tab_that_was_written_is_sent() -> None:
    chosen = "7f1b1d5c-4c1d-4b7e-9a36-1f5a4b1b2c3d"
    assert Tab(id=chosen, name="Pods").to_payload()["id"] == chosen


def test_widgets_written_on_tabs_move_to_the_dashboard() -> None:
    pods = Tab(name="Pods", widgets=[Note(content="a"), Note(content="b")])
    nodes = Tab(name="Nodes", widget_ids=["@1"], widgets=[Note(content="c")])
    widgets, tabs = placed([pods, nodes], after=1)
    assert [widget.to_payload()["definition"]["content"] for widget in widgets] == ["a", "b", "c"]
    assert [tab.to_payload()["widget_ids"] for tab in tabs] == [["@2", "@3"], ["@1", "@4"]]
    assert [tab.id for tab in tabs] == [pods.id, nodes.id]


def test_widgets_on_a_tab_are_never_lost_in_silence() -> None:
    with pytest.raises(DefinitionError, match='widgets of tab "Pods" are not on the dashboard'):
        Tab(name="Pods", widgets=[Note(content="a")]).to_payload()


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


def test_a_geomap_keeps_colours_that_were_written() -> None:
    assert Geomap(requests=[CPU], style={"palette": "green"}).to_payload()["definition"]["style"] == {
        "palette": "green"
    }
