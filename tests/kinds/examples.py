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
    "notification-rule": {
        "name": "Payments in production",
        "filter": {"tags": ["team:payments", "env:prod"]},
        "conditional_recipients": {
            "conditions": [
                {"scope": "transition_type:is_alert", "recipients": ["pagerduty-payments", "slack-payments"]},
                {"scope": "transition_type:is_recovery", "recipients": ["pagerduty-payments"]},
            ],
            "fallback_recipients": ["slack-payments"],
        },
    },
    "downtime": {
        "scope": "env:test AND service:(cart OR search)",
        "monitor_identifier": {"monitor_tags": ["team:shop"]},
        "message": "Tests sleep at night.",
        "display_timezone": "Europe/Berlin",
        "notify_end_states": ["alert", "warn"],
        "schedule": {
            "timezone": "Europe/Berlin",
            "recurrences": [{"rrule": "FREQ=DAILY;INTERVAL=1", "duration": "10h", "start": "2026-01-01T20:00:00"}],
        },
    },
    "synthetics-test": {
        "name": "Cart answers",
        "type": "api",
        "subtype": "http",
        "config": {
            "request": {
                "method": "GET",
                "url": "https://shop.example.com/cart",
                "headers": {"Accept": "application/json"},
                "basicAuth": {"type": "web", "username": "probe", "password": "{{ PROBE_PASSWORD }}"},
                "certificate": {"key": {"content": "…", "filename": "probe.key", "updatedAt": "2026-01-01T00:00:00Z"}},
            },
            "assertions": [
                {"type": "statusCode", "operator": "is", "target": 200},
                {"type": "responseTime", "operator": "lessThan", "target": 2000, "timingsScope": "withoutDNS"},
            ],
            "configVariables": [{"name": "N", "type": "text", "pattern": "{{ numeric(3) }}", "example": "123"}],
        },
        "locations": ["aws:eu-west-1", "aws:eu-central-1"],
        "options": {"tick_every": 60, "min_location_failed": 1, "retry": {"count": 3, "interval": 500}},
        "message": "The cart does not answer. @slack-shop",
        "tags": ["team:shop", "env:prod"],
    },
    "slo-correction": {
        "slo_query": "env:prod service:checkout",
        "category": "Scheduled Maintenance",
        "description": "The database moves.",
        "start": 1_800_000_000,
        "rrule": "FREQ=DAILY;INTERVAL=10;COUNT=5",
        "duration": 3600,
        "timezone": "UTC",
    },
    "catalog-entity": {
        "apiVersion": "v3",
        "kind": "service",
        "metadata": {"name": "payments", "owner": "payments", "tags": ["env:prod"], "links": []},
        "spec": {"tier": "1", "lifecycle": "production", "languages": ["python"], "dependsOn": []},
        "extensions": {"ddsync": {"kind": ["http"], "envs": {"prod": {}, "test": {}}}},
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
    "notification-rule": {
        "the name": _with("name", "Payments"),
        "a tag of the filter": _with("filter.tags", lambda tags: [*tags, "tier:1"]),
        "a scope instead": _with("filter", {"scope": "team:payments"}),
        "who is told": _with("conditional_recipients.conditions.0.recipients", ["slack-payments"]),
        "a condition taken away": _with("conditional_recipients.conditions", lambda those: those[:1]),
        "bundling": _with("bundle_config", {"duration": 600}),
    },
    "downtime": {
        "the scope": _with("scope", "env:test"),
        "the monitors": _with("monitor_identifier", {"monitor_tags": ["*"]}),
        "when it starts": _with("schedule.recurrences.0.start", "2026-01-01T21:00:00"),
        "how long it lasts": _with("schedule.recurrences.0.duration", "8h"),
        "the message": _with("message", "Quiet."),
        "a state": _with("notify_end_states", ["alert"]),
        "its recovery": _with("mute_first_recovery_notification", True),
    },
    "synthetics-test": {
        "the address": _with("config.request.url", "https://shop.example.com/"),
        "a header": _with("config.request.headers.Accept", "*/*"),
        "a certificate's date": _with("config.request.certificate.key.updatedAt", "2026-02-01T00:00:00Z"),
        "an assertion": _with("config.assertions.0.target", 204),
        "how often": _with("options.tick_every", 300),
        "an option added": _with("options.follow_redirects", True),
        "a location": _with("locations", ["aws:eu-central-1"]),
        "the message": _with("message", "Call Sam."),
        "a tag": _with("tags", lambda tags: [*tags, "added:here"]),
    },
    "slo-correction": {
        "the category": _with("category", "Deployment"),
        "the description": _with("description", "Something else."),
        "when it starts": _with("start", 1_800_003_600),
        "how long it lasts": _with("duration", 7200),
        "how often": _with("rrule", "FREQ=WEEKLY;INTERVAL=1"),
        "which SLOs": _with("slo_query", "env:staging service:checkout"),
        "the time zone": _with("timezone", "Europe/Berlin"),
    },
    "catalog-entity": {
        "the owner": _with("metadata.owner", "shop"),
        "the tier": _with("spec.tier", "2"),
        "a tag added": _with("metadata.tags", lambda tags: [*tags, "by:hand"]),
        "a dependency": _with("spec.dependsOn", ["service:cart"]),
        "our settings": _with("extensions.ddsync.kind", ["worker"]),
    },
}
