"""What all widgets have in common: what is sent, what is refused, what comes from Datadog as it is."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from dd_sync.core.errors import DefinitionError
from dd_sync.core.references import Ref, references
from dd_sync.kinds.widgets import (
    AlertGraph,
    FreeText,
    Image,
    Layout,
    Note,
    Timeseries,
    Widget,
)
from tests.kinds.widget_schema import faults

CPU = "avg:system.cpu.user{*}"

scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
json_values = st.recursive(scalars, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=8)


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
