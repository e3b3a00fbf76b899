"""One definition of each kind in Datadog's own words, and edits that a person might make of it in Datadog."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Body = dict[str, Any]
Edit = Callable[[Body], Body]

EXAMPLES: dict[str, Body] = {
    "monitor": {
        "name": "Disk of {{host.name}} is full",
        "type": "query alert",
        "query": "avg(last_5m):max:system.disk.in_use{env:prod} by {host} > 0.9",
        "message": "Free some space. @slack-platform",
        "tags": ["team:platform", "Mixed:Case"],
        "priority": 2,
        "options": {
            "thresholds": {"critical": 0.9, "warning": 0.8},
            "notify_no_data": False,
            "renotify_interval": 60,
            "include_tags": True,
        },
    },
    "slo": {
        "name": "Requests answered",
        "type": "metric",
        "description": "What users see.",
        "query": {
            "numerator": "sum:http.requests{env:prod,!status:5xx}.as_count()",
            "denominator": "sum:http.requests{env:prod}.as_count()",
        },
        "thresholds": [{"timeframe": "30d", "target": 99.9, "warning": 99.95}],
        "timeframe": "30d",
        "tags": ["team:payments", "env:prod"],
    },
    "dashboard": {
        "title": "Platform",
        "description": "One look at the platform.",
        "layout_type": "ordered",
        "template_variables": [{"name": "env", "prefix": "env", "defaults": ["prod"]}],
        "notify_list": [],
        "widgets": [
            {
                "definition": {
                    "type": "group",
                    "layout_type": "ordered",
                    "title": "Nodes",
                    "widgets": [
                        {
                            "definition": {
                                "type": "timeseries",
                                "title": "CPU",
                                "requests": [{"q": "avg:system.cpu.user{$env} by {host}", "display_type": "line"}],
                            }
                        }
                    ],
                }
            },
            {"definition": {"type": "note", "content": "Runbook: see the wiki."}},
        ],
    },
}


def _with(path: str, value: Any) -> Edit:
    """An edit that sets one value; `path` walks names and positions, joined by dots."""

    def edit(body: Body) -> Body:
        edited: Body = _set(body, path.split("."), value)
        return edited

    return edit


def _set(value: Any, steps: list[str], to: Any) -> Any:
    if not steps:
        return to(value) if callable(to) else to
    head, *rest = steps
    if isinstance(value, list):
        return [_set(item, rest, to) if n == int(head) else item for n, item in enumerate(value)]
    return {**value, head: _set(value.get(head), rest, to)}


_NOTE = {"definition": {"type": "note", "content": "new"}, "id": 7}

EDITS: dict[str, dict[str, Edit]] = {
    "monitor": {
        "a threshold": _with("options.thresholds.warning", 0.7),
        "an option added": _with("options.no_data_timeframe", 20),
        "an option changed": _with("options.renotify_interval", 0),
        "the message": _with("message", "Call Sam."),
        "a tag added": _with("tags", lambda tags: [*tags, "added:here"]),
        "the priority": _with("priority", 1),
        "the query": _with("query", "avg(last_5m):max:system.disk.in_use{env:prod} by {host} > 0.95"),
    },
    "slo": {
        "the target": _with("thresholds.0.target", 99.5),
        "a warning taken away": _with("thresholds.0.warning", None),
        "the name": _with("name", "Requests"),
        "a tag taken away": _with("tags", lambda tags: [tag for tag in tags if tag != "env:prod"]),
        "the query": lambda body: {
            **_with("query.numerator", "sum:other{*}.as_count()")(body),
            "sli_specification": None,
        },
    },
    "dashboard": {
        "a widget's title": _with("widgets.0.definition.widgets.0.definition.title", "Processor"),
        "a query": _with("widgets.0.definition.widgets.0.definition.requests.0.q", "avg:system.cpu.user{*}"),
        "a widget added": _with("widgets", lambda widgets: [*widgets, _NOTE]),
        "widgets moved": _with("widgets", lambda widgets: list(reversed(widgets))),
        "a variable's default": _with("template_variables.0.defaults", ["staging"]),
        "an option of a widget": _with("widgets.0.definition.widgets.0.definition.show_legend", True),
    },
}
