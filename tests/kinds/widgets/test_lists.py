"""Lists and streams."""

from __future__ import annotations

from dd_sync.kinds.widgets import (
    EventStream,
    EventTimeline,
    ListStream,
    LogStream,
    StreamQuery,
    StreamRequest,
)
from tests.kinds.widget_schema import definition


def test_an_event_stream() -> None:
    assert definition(EventStream(title="Deployments", query="source:deploy", event_size="s")) == {
        "type": "event_stream",
        "title": "Deployments",
        "query": "source:deploy",
        "event_size": "s",
    }


def test_an_event_timeline() -> None:
    assert definition(EventTimeline(title="Deployments", query="source:deploy", tags_execution="and")) == {
        "type": "event_timeline",
        "title": "Deployments",
        "query": "source:deploy",
        "tags_execution": "and",
    }


def test_a_list_of_logs() -> None:
    query = StreamQuery(data_source="logs_stream", query_string="service:cart status:error", indexes=["main"])
    columns = ["host", {"field": "content", "width": "full"}]
    assert definition(ListStream(title="Errors", requests=[StreamRequest(query=query, columns=columns)])) == {
        "type": "list_stream",
        "title": "Errors",
        "requests": [
            {
                "response_format": "event_list",
                "query": {
                    "data_source": "logs_stream",
                    "query_string": "service:cart status:error",
                    "indexes": ["main"],
                },
                "columns": [{"field": "host", "width": "auto"}, {"field": "content", "width": "full"}],
            }
        ],
    }


def test_a_log_stream() -> None:
    widget = LogStream(
        query="service:cart", columns=["host"], sort={"column": "time", "order": "desc"}, message_display="inline"
    )
    assert definition(widget) == {
        "type": "log_stream",
        "query": "service:cart",
        "columns": ["host"],
        "sort": {"column": "time", "order": "desc"},
        "message_display": "inline",
    }
