"""Widgets that show how monitors, checks and SLOs stand."""

from collections.abc import Sequence
from typing import Annotated, Any, Literal

from pydantic import Field

from dd_sync.kinds.widgets.base import Align, Block, Flag, Id, Spelled, Text, Titled, each, text_as
from dd_sync.kinds.widgets.parts import CustomLink, FieldSort, Timed

TimeWindow = Literal[
    "7d", "30d", "90d", "week_to_date", "previous_week", "month_to_date", "previous_month", "global_time"
]


class AlertGraph(Timed):
    """The graph of a monitor: `AlertGraph(alert_id=latency.ref(service))`."""

    type: Literal["alert_graph"] = "alert_graph"
    alert_id: Id
    viz_type: Literal["timeseries", "toplist"] = "timeseries"


class AlertValue(Titled):
    """The value a monitor watches."""

    type: Literal["alert_value"] = "alert_value"
    alert_id: Id
    precision: int | None = None
    unit: str | None = None
    text_align: Align | None = None


class CheckStatus(Timed):
    """The state of a service check."""

    type: Literal["check_status"] = "check_status"
    check: str
    grouping: Literal["check", "cluster"] = "check"
    group: str | None = None
    group_by: list[str] | None = None
    tags: list[str] | None = None


class MonitorSummary(Titled):
    """Monitors that a search finds, with their states."""

    type: Literal["manage_status"] = "manage_status"
    query: str
    display_format: Literal["counts", "countsAndList", "list"] | None = None
    summary_type: Literal["monitors", "groups", "combined"] | None = None
    color_preference: Literal["background", "text"] | None = None
    hide_zero_counts: Flag | None = None
    show_last_triggered: Flag | None = None
    show_priority: Flag | None = None
    show_status: Flag | None = None
    last_triggered_format: str | None = None
    sort: str | None = None
    start: int | None = None
    count: int | None = None


class SLOWidget(Titled):
    """One SLO and what is left of its error budget: `SLOWidget(slo_id=availability.ref(service), …)`."""

    type: Literal["slo"] = "slo"
    slo_id: Id
    view_type: Literal["detail"] = "detail"
    view_mode: Literal["overall", "component", "both"] | None = None
    time_windows: list[TimeWindow] | None = None
    show_error_budget: Flag | None = None
    global_time_target: Text | None = None
    additional_query_filters: str | None = None


class SLOListQuery(Block):
    """Which SLOs a list shows."""

    query_string: str
    limit: int | None = None
    sort: list[FieldSort] | None = None


class SLOListRequest(Block):
    """A request of an SLO list."""

    request_type: Literal["slo_list"] = "slo_list"
    query: Annotated[SLOListQuery | str, Spelled(SLOListQuery, text_as("query_string"))]


class SLOList(Titled):
    """SLOs that a search finds: `SLOList(requests=["service:cart"])`."""

    type: Literal["slo_list"] = "slo_list"
    requests: Annotated[
        Sequence[SLOListRequest | str],
        Spelled(Annotated[list[SLOListRequest], Field(min_length=1, max_length=1)], each(text_as("query"))),
    ]


Input = dict[Literal["name", "value"], str]
"""A value handed to a workflow, as Datadog writes it."""


def _inputs(written: Any) -> Any:
    if not isinstance(written, dict):
        return written
    return [{"name": name, "value": value} for name, value in written.items()]


class RunWorkflow(Timed):
    """A button that starts a workflow with `inputs={"service": "cart"}`."""

    type: Literal["run_workflow"] = "run_workflow"
    workflow_id: Id
    inputs: Annotated[Sequence[Input] | dict[str, str] | None, Spelled(list[Input] | None, _inputs)] = None
    custom_links: list[CustomLink] | None = None
