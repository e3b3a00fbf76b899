"""ddsync: observability as code for Datadog. This is everything a definition file imports.

Names are loaded on first use, so that the command line starts without them.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dd_sync.core.model import Number as Number
    from dd_sync.core.references import Ref as Ref
    from dd_sync.definitions.define import define as define
    from dd_sync.definitions.inventory import Cluster as Cluster
    from dd_sync.definitions.inventory import Cron as Cron
    from dd_sync.definitions.inventory import Inventory as Inventory
    from dd_sync.definitions.inventory import Kubernetes as Kubernetes
    from dd_sync.definitions.inventory import MongoDB as MongoDB
    from dd_sync.definitions.inventory import Queue as Queue
    from dd_sync.definitions.inventory import Service as Service
    from dd_sync.definitions.inventory import Team as Team
    from dd_sync.definitions.inventory import WholeService as WholeService
    from dd_sync.definitions.text import among as among
    from dd_sync.definitions.text import by as by
    from dd_sync.definitions.text import by_check as by_check
    from dd_sync.definitions.text import over as over
    from dd_sync.definitions.text import scope as scope
    from dd_sync.kinds.catalog_entity import CatalogEntity as CatalogEntity
    from dd_sync.kinds.dashboard import Dashboard as Dashboard
    from dd_sync.kinds.downtime import Downtime as Downtime
    from dd_sync.kinds.monitor import Monitor as Monitor
    from dd_sync.kinds.notification_rule import NotificationRule as NotificationRule
    from dd_sync.kinds.slo import SLO as SLO
    from dd_sync.kinds.slo_correction import SLOCorrection as SLOCorrection
    from dd_sync.kinds.synthetics_test import SyntheticsTest as SyntheticsTest
    from dd_sync.kinds.widgets import AlertGraph as AlertGraph
    from dd_sync.kinds.widgets import AlertValue as AlertValue
    from dd_sync.kinds.widgets import ApmDependencyQuery as ApmDependencyQuery
    from dd_sync.kinds.widgets import ApmMetricsQuery as ApmMetricsQuery
    from dd_sync.kinds.widgets import ApmResourceQuery as ApmResourceQuery
    from dd_sync.kinds.widgets import Axis as Axis
    from dd_sync.kinds.widgets import Background as Background
    from dd_sync.kinds.widgets import BarChart as BarChart
    from dd_sync.kinds.widgets import CellDisplayOptions as CellDisplayOptions
    from dd_sync.kinds.widgets import Change as Change
    from dd_sync.kinds.widgets import CheckStatus as CheckStatus
    from dd_sync.kinds.widgets import CloudCostQuery as CloudCostQuery
    from dd_sync.kinds.widgets import Column as Column
    from dd_sync.kinds.widgets import Comparison as Comparison
    from dd_sync.kinds.widgets import Compute as Compute
    from dd_sync.kinds.widgets import ConditionalFormat as ConditionalFormat
    from dd_sync.kinds.widgets import CustomLink as CustomLink
    from dd_sync.kinds.widgets import Distribution as Distribution
    from dd_sync.kinds.widgets import Duration as Duration
    from dd_sync.kinds.widgets import EventOverlay as EventOverlay
    from dd_sync.kinds.widgets import EventQuery as EventQuery
    from dd_sync.kinds.widgets import EventStream as EventStream
    from dd_sync.kinds.widgets import EventTimeline as EventTimeline
    from dd_sync.kinds.widgets import FieldSort as FieldSort
    from dd_sync.kinds.widgets import Formula as Formula
    from dd_sync.kinds.widgets import FreeText as FreeText
    from dd_sync.kinds.widgets import Geomap as Geomap
    from dd_sync.kinds.widgets import Group as Group
    from dd_sync.kinds.widgets import GroupBy as GroupBy
    from dd_sync.kinds.widgets import GroupByFields as GroupByFields
    from dd_sync.kinds.widgets import GroupSort as GroupSort
    from dd_sync.kinds.widgets import Heatmap as Heatmap
    from dd_sync.kinds.widgets import HostMap as HostMap
    from dd_sync.kinds.widgets import IFrame as IFrame
    from dd_sync.kinds.widgets import Image as Image
    from dd_sync.kinds.widgets import Layout as Layout
    from dd_sync.kinds.widgets import Limit as Limit
    from dd_sync.kinds.widgets import ListStream as ListStream
    from dd_sync.kinds.widgets import LogStream as LogStream
    from dd_sync.kinds.widgets import MapStyle as MapStyle
    from dd_sync.kinds.widgets import Marker as Marker
    from dd_sync.kinds.widgets import MetricQuery as MetricQuery
    from dd_sync.kinds.widgets import MonitorSummary as MonitorSummary
    from dd_sync.kinds.widgets import Note as Note
    from dd_sync.kinds.widgets import NumberFormat as NumberFormat
    from dd_sync.kinds.widgets import OrderBy as OrderBy
    from dd_sync.kinds.widgets import Pie as Pie
    from dd_sync.kinds.widgets import PieLegend as PieLegend
    from dd_sync.kinds.widgets import Powerpack as Powerpack
    from dd_sync.kinds.widgets import PowerpackVariable as PowerpackVariable
    from dd_sync.kinds.widgets import PresetValue as PresetValue
    from dd_sync.kinds.widgets import ProcessQuery as ProcessQuery
    from dd_sync.kinds.widgets import QueryTable as QueryTable
    from dd_sync.kinds.widgets import QueryValue as QueryValue
    from dd_sync.kinds.widgets import Request as Request
    from dd_sync.kinds.widgets import RunWorkflow as RunWorkflow
    from dd_sync.kinds.widgets import ScatterPlot as ScatterPlot
    from dd_sync.kinds.widgets import Search as Search
    from dd_sync.kinds.widgets import ServiceMap as ServiceMap
    from dd_sync.kinds.widgets import SLOList as SLOList
    from dd_sync.kinds.widgets import SLOListQuery as SLOListQuery
    from dd_sync.kinds.widgets import SLOListRequest as SLOListRequest
    from dd_sync.kinds.widgets import SLOQuery as SLOQuery
    from dd_sync.kinds.widgets import SLOWidget as SLOWidget
    from dd_sync.kinds.widgets import Sort as Sort
    from dd_sync.kinds.widgets import SplitConfig as SplitConfig
    from dd_sync.kinds.widgets import SplitGroup as SplitGroup
    from dd_sync.kinds.widgets import SplitSort as SplitSort
    from dd_sync.kinds.widgets import StreamQuery as StreamQuery
    from dd_sync.kinds.widgets import StreamRequest as StreamRequest
    from dd_sync.kinds.widgets import Style as Style
    from dd_sync.kinds.widgets import Tab as Tab
    from dd_sync.kinds.widgets import TemplateVariable as TemplateVariable
    from dd_sync.kinds.widgets import TemplateVariablePreset as TemplateVariablePreset
    from dd_sync.kinds.widgets import TextFormat as TextFormat
    from dd_sync.kinds.widgets import TextMatch as TextMatch
    from dd_sync.kinds.widgets import TextReplace as TextReplace
    from dd_sync.kinds.widgets import Time as Time
    from dd_sync.kinds.widgets import Timeseries as Timeseries
    from dd_sync.kinds.widgets import Toplist as Toplist
    from dd_sync.kinds.widgets import ToplistDisplay as ToplistDisplay
    from dd_sync.kinds.widgets import ToplistStyle as ToplistStyle
    from dd_sync.kinds.widgets import TopologyMap as TopologyMap
    from dd_sync.kinds.widgets import TopologyQuery as TopologyQuery
    from dd_sync.kinds.widgets import TopologyRequest as TopologyRequest
    from dd_sync.kinds.widgets import Treemap as Treemap
    from dd_sync.kinds.widgets import Unit as Unit
    from dd_sync.kinds.widgets import Widget as Widget

__version__ = "0.1.0"

_HOMES = {
    "dd_sync.core.model": ("Number",),
    "dd_sync.core.references": ("Ref",),
    "dd_sync.definitions.define": ("define",),
    "dd_sync.definitions.inventory": (
        "Cluster",
        "Cron",
        "Inventory",
        "Kubernetes",
        "MongoDB",
        "Queue",
        "Service",
        "Team",
        "WholeService",
    ),
    "dd_sync.definitions.text": ("among", "by", "by_check", "over", "scope"),
    "dd_sync.kinds.catalog_entity": ("CatalogEntity",),
    "dd_sync.kinds.dashboard": ("Dashboard",),
    "dd_sync.kinds.downtime": ("Downtime",),
    "dd_sync.kinds.monitor": ("Monitor",),
    "dd_sync.kinds.notification_rule": ("NotificationRule",),
    "dd_sync.kinds.slo": ("SLO",),
    "dd_sync.kinds.slo_correction": ("SLOCorrection",),
    "dd_sync.kinds.synthetics_test": ("SyntheticsTest",),
    "dd_sync.kinds.widgets": (
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
        "Widget",
    ),
}
_HOME = {name: module for module, names in _HOMES.items() for name in names}

__all__ = sorted(_HOME)  # noqa: PLE0605 - made of the table above, and a test compares it with what is importable


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(importlib.import_module(_HOME[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return [*globals(), *_HOME]
