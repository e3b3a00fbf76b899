"""Payloads of Datadog read back as typed widgets, where the types can say all of them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dd_sync.kinds.widgets import (
    Group,
    Note,
    SplitConfig,
    SplitGroup,
    Timeseries,
    typed,
)

CPU = "avg:system.cpu.user{*}"

scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
json_values = st.recursive(scalars, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=8)
texts = st.text(min_size=1)
notes = st.fixed_dictionaries(
    {"type": st.just("note"), "content": st.text()},
    optional={"show_tick": st.booleans(), "font_size": st.text(), "text_align": st.sampled_from(["left", "right"])},
)


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
