"""The widgets of dashboards, typed for the types people use; `Widget.from_api` keeps any other as it is.

A name is imported when it is first asked for, so that whoever needs a dashboard's tabs does not pay for every widget.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dd_sync.kinds.widgets.base import Layout, Verbatim, Widget, WidgetsLike
    from dd_sync.kinds.widgets.board import PresetValue, Tab, TemplateVariable, TemplateVariablePreset, placed
    from dd_sync.kinds.widgets.graphs import (
        BarChart,
        Change,
        Distribution,
        Heatmap,
        QueryTable,
        QueryValue,
        Timeseries,
        Toplist,
        ToplistDisplay,
        ToplistStyle,
    )
    from dd_sync.kinds.widgets.groups import Group, Powerpack, PowerpackVariable, SplitConfig, SplitGroup, SplitSort
    from dd_sync.kinds.widgets.lists import (
        Column,
        EventStream,
        EventTimeline,
        ListStream,
        LogStream,
        StreamQuery,
        StreamRequest,
    )
    from dd_sync.kinds.widgets.maps import (
        Geomap,
        HostMap,
        MapStyle,
        Pie,
        PieLegend,
        ScatterPlot,
        ServiceMap,
        TopologyMap,
        TopologyQuery,
        TopologyRequest,
        Treemap,
    )
    from dd_sync.kinds.widgets.parts import (
        Axis,
        ConditionalFormat,
        CustomLink,
        EventOverlay,
        FieldSort,
        Marker,
        NumberFormat,
        OrderBy,
        Sort,
        Style,
        TextFormat,
        TextMatch,
        TextReplace,
        Time,
        Unit,
    )
    from dd_sync.kinds.widgets.queries import (
        ApmDependencyQuery,
        ApmMetricsQuery,
        ApmResourceQuery,
        CloudCostQuery,
        Compute,
        EventQuery,
        GroupBy,
        GroupByFields,
        GroupSort,
        MetricQuery,
        ProcessQuery,
        Search,
        SLOQuery,
    )
    from dd_sync.kinds.widgets.read import TYPES, typed
    from dd_sync.kinds.widgets.requests import (
        Background,
        CellDisplayOptions,
        Comparison,
        Duration,
        Formula,
        Limit,
        Request,
    )
    from dd_sync.kinds.widgets.status import (
        AlertGraph,
        AlertValue,
        CheckStatus,
        MonitorSummary,
        RunWorkflow,
        SLOList,
        SLOListQuery,
        SLOListRequest,
        SLOWidget,
    )
    from dd_sync.kinds.widgets.text import FreeText, IFrame, Image, Note

__all__ = [
    "TYPES",
    "AlertGraph",
    "AlertValue",
    "ApmDependencyQuery",
    "ApmMetricsQuery",
    "ApmResourceQuery",
    "Axis",
    "Background",
    "BarChart",
    "CellDisplayOptions",
    "Change",
    "CheckStatus",
    "CloudCostQuery",
    "Column",
    "Comparison",
    "Compute",
    "ConditionalFormat",
    "CustomLink",
    "Distribution",
    "Duration",
    "EventOverlay",
    "EventQuery",
    "EventStream",
    "EventTimeline",
    "FieldSort",
    "Formula",
    "FreeText",
    "Geomap",
    "Group",
    "GroupBy",
    "GroupByFields",
    "GroupSort",
    "Heatmap",
    "HostMap",
    "IFrame",
    "Image",
    "Layout",
    "Limit",
    "ListStream",
    "LogStream",
    "MapStyle",
    "Marker",
    "MetricQuery",
    "MonitorSummary",
    "Note",
    "NumberFormat",
    "OrderBy",
    "Pie",
    "PieLegend",
    "Powerpack",
    "PowerpackVariable",
    "PresetValue",
    "ProcessQuery",
    "QueryTable",
    "QueryValue",
    "Request",
    "RunWorkflow",
    "SLOList",
    "SLOListQuery",
    "SLOListRequest",
    "SLOQuery",
    "SLOWidget",
    "ScatterPlot",
    "Search",
    "ServiceMap",
    "Sort",
    "SplitConfig",
    "SplitGroup",
    "SplitSort",
    "StreamQuery",
    "StreamRequest",
    "Style",
    "Tab",
    "TemplateVariable",
    "TemplateVariablePreset",
    "TextFormat",
    "TextMatch",
    "TextReplace",
    "Time",
    "Timeseries",
    "Toplist",
    "ToplistDisplay",
    "ToplistStyle",
    "TopologyMap",
    "TopologyQuery",
    "TopologyRequest",
    "Treemap",
    "Unit",
    "Verbatim",
    "Widget",
    "WidgetsLike",
    "placed",
    "typed",
]


_HOMES = "base board parts queries requests graphs text groups status lists maps read".split()
"""In the order in which one imports the other; a dashboard itself needs the first two."""


def __getattr__(name: str) -> Any:
    for home in _HOMES if name in __all__ else ():
        module = import_module(f"{__name__}.{home}")
        if hasattr(module, name):
            return globals().setdefault(name, getattr(module, name))
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
