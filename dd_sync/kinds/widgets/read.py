"""A widget from Datadog as the typed widget a person would write, where the types here say all that it says."""

import json
from typing import Any

from pydantic import ValidationError

from dd_sync.kinds.widgets.base import Widget
from dd_sync.kinds.widgets.graphs import (
    BarChart,
    Change,
    Distribution,
    Heatmap,
    QueryTable,
    QueryValue,
    Timeseries,
    Toplist,
)
from dd_sync.kinds.widgets.groups import Group, Powerpack, SplitGroup
from dd_sync.kinds.widgets.lists import EventStream, EventTimeline, ListStream, LogStream
from dd_sync.kinds.widgets.maps import Geomap, HostMap, Pie, ScatterPlot, ServiceMap, TopologyMap, Treemap
from dd_sync.kinds.widgets.status import (
    AlertGraph,
    AlertValue,
    CheckStatus,
    MonitorSummary,
    RunWorkflow,
    SLOList,
    SLOWidget,
)
from dd_sync.kinds.widgets.text import FreeText, IFrame, Image, Note

TYPES: dict[str, type[Widget]] = {
    model.model_fields["type"].default: model
    for model in (
        *(AlertGraph, AlertValue, BarChart, Change, CheckStatus, Distribution, EventStream, EventTimeline),
        *(FreeText, Geomap, Group, Heatmap, HostMap, IFrame, Image, ListStream, LogStream, MonitorSummary, Note),
        *(Pie, Powerpack, QueryTable, QueryValue, RunWorkflow, ScatterPlot, ServiceMap, SLOList, SLOWidget),
        *(SplitGroup, Timeseries, Toplist, TopologyMap, Treemap),
    )
}
"""Datadog's widget types and the models that express them."""


def typed(payload: dict[str, Any]) -> Widget | None:
    """The typed widget whose `to_payload()` is exactly `payload`, or None when no model here says all of it.

    Widgets inside a group are typed one by one; those that cannot be are kept as `Widget.from_api` has them.
    """
    match payload:
        case {"definition": {"type": str(name)} as definition, **outside} if name in TYPES:
            pass
        case _:
            return None
    try:
        widget = TYPES[name].model_validate({**_inner_typed(definition), **outside})
    except ValidationError:
        return None
    return widget if _text(widget.to_payload()) == _text(payload) else None


def _inner_typed(definition: dict[str, Any]) -> dict[str, Any]:
    match definition:
        case {"type": "group", "widgets": list(widgets)}:
            return {**definition, "widgets": [_typed_or_verbatim(widget) for widget in widgets]}
        case {"type": "split_group", "source_widget_definition": dict(source)}:
            return {**definition, "source_widget_definition": _typed_or_verbatim({"definition": source})}
    return definition


def _typed_or_verbatim(payload: Any) -> Any:
    if not isinstance(payload, dict) or not isinstance(payload.get("definition"), dict):
        return payload
    return typed(payload) or Widget.from_api(payload)


def _text(payload: dict[str, Any]) -> str:
    """JSON tells 1 from 1.0 and from true, which `==` does not."""
    return json.dumps(payload, sort_keys=True)
