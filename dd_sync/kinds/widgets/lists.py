"""Widgets that list events, logs and other records."""

from collections.abc import Sequence
from typing import Annotated, Any, Literal

from pydantic import Field

from dd_sync.kinds.widgets.base import Block, Flag, Spelled, Text, each, text_as
from dd_sync.kinds.widgets.parts import FieldSort, Timed


class Column(Block):
    """A column of a list; a bare text is one of automatic width."""

    field: str
    width: Literal["auto", "compact", "full"] = "auto"


class StreamQuery(Block):
    """Which records a list shows: `StreamQuery(data_source="logs_stream", query_string="service:cart")`."""

    data_source: Literal[
        "logs_stream",
        "audit_stream",
        "ci_pipeline_stream",
        "ci_test_stream",
        "rum_issue_stream",
        "apm_issue_stream",
        "trace_stream",
        "logs_issue_stream",
        "logs_pattern_stream",
        "logs_transaction_stream",
        "event_stream",
        "rum_stream",
        "llm_observability_stream",
        "security_signals_stream",
        "security_runtime_stream",
        "incidents_stream",
        "case_stream",
        "issue_stream",
    ]
    query_string: str
    indexes: list[str] | None = None
    storage: str | None = None
    event_size: Literal["s", "l"] | None = None
    sort: FieldSort | None = None
    # Patterns and transactions
    compute: list[dict[str, str]] | None = None
    group_by: list[dict[str, str]] | None = None
    clustering_pattern_field_path: str | None = None
    calculated_fields: list[dict[str, Any]] | None = None
    # Issues
    assignee_uuids: list[str] | None = None
    persona: Literal["all", "backend", "browser", "mobile"] | None = None
    states: list[Literal["OPEN", "IGNORED", "ACKNOWLEDGED", "RESOLVED"]] | None = None
    suspected_causes: list[str] | None = None
    team_handles: list[str] | None = None
    version: Literal["sequential_query"] | None = None


class StreamRequest(Block):
    """Records and the columns shown of them."""

    response_format: Literal["event_list"] = "event_list"
    query: StreamQuery
    columns: Annotated[Sequence[Column | str], Spelled(list[Column], each(text_as("field")))]


class ListStream(Timed):
    """Logs, traces, issues and other records as a list."""

    type: Literal["list_stream"] = "list_stream"
    requests: list[StreamRequest] = Field(min_length=1, max_length=1)
    show_legend: Flag | None = None
    legend_size: Text | None = None


class LogStream(Timed):
    """Logs as they come; Datadog's newer way is a ListStream of `logs_stream`."""

    type: Literal["log_stream"] = "log_stream"
    query: str | None = None
    indexes: list[str] | None = None
    logset: str | None = None
    columns: list[str] | None = None
    sort: FieldSort | None = None
    message_display: Literal["inline", "expanded-md", "expanded-lg"] | None = None
    show_date_column: Flag | None = None
    show_message_column: Flag | None = None


class EventStream(Timed):
    """Events, newest first."""

    type: Literal["event_stream"] = "event_stream"
    query: str
    event_size: Literal["s", "l"] | None = None
    tags_execution: str | None = None


class EventTimeline(Timed):
    """Events as bars over time."""

    type: Literal["event_timeline"] = "event_timeline"
    query: str
    tags_execution: str | None = None
