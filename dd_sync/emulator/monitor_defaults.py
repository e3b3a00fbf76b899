"""What Datadog makes of a monitor it is sent: defaults, spellings and fields of its own.

Every rule was measured on recorded exchanges of the real API; a comment marks the few that were not.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from dd_sync.emulator.answers import Body

WRITABLE = (
    "type",
    "name",
    "message",
    "tags",
    "query",
    "options",
    "priority",
    "restricted_roles",
    "restriction_policy",
    "draft_status",
    "assets",
)
"""Fields a write carries; others (`id`, `classification`, a `creator` echoed back) are dropped without an error."""

TOP_LEVEL_DEFAULTS: Mapping[str, Any] = {
    "name": "",
    "message": "",
    "tags": [],
    "options": {},
    "priority": None,
    "restricted_roles": None,
    "restriction_policy": None,
    "draft_status": "published",
    "assets": [],
}

_EVENT_TYPES = frozenset(
    {
        "audit alert",
        "ci-pipelines alert",
        "ci-tests alert",
        "error-tracking alert",
        "event-v2 alert",
        "llm-observability alert",
        "log alert",
        "rum alert",
        "trace-analytics alert",
    }
)
"""Types that count events. Recorded for six of them; audit, event-v2 and trace-analytics are taken to be alike."""

_NO_METRIC_TYPES = frozenset({"service check", "composite"})
"""Types whose thresholds are left as they were sent: counts stay whole, a null stays."""

_GROUPED = re.compile(r"\bby\s*\{\s*[^}\s]|\.by\(\s*[^)\s]")


def stored_monitor(sent: Mapping[str, Any]) -> Body:
    """The writable part of a monitor as Datadog keeps it; `sent` holds every field, defaults included."""
    query = sent["query"].strip()
    options = _options(sent["options"] or {}, sent["type"])
    return {
        "type": _type(sent["type"], query, options),
        "name": sent["name"],
        "message": (sent["message"] or "").strip(),
        "tags": list(sent["tags"] or []),
        "query": query,
        "options": options,
        "multi": _is_grouped(query, options),
        "priority": sent["priority"] or None,  # 0 comes back as null
        "restricted_roles": sent["restricted_roles"],
        "draft_status": sent["draft_status"],
        "assets": [_asset(asset) for asset in sent["assets"] or []],
        **({"restriction_policy": sent["restriction_policy"]} if sent["restriction_policy"] else {}),
    }


def with_defaults(fields: Mapping[str, Any], before: Mapping[str, Any]) -> Body:
    """All writable fields of a write: as named, else as `before`, else the default.

    A PUT merges the top level this way and replaces `options` as a whole.
    """
    return {name: fields.get(name, before.get(name, TOP_LEVEL_DEFAULTS.get(name))) for name in WRITABLE}


def _options(named: Mapping[str, Any], type_: str) -> Body:
    options = {name: value for name, value in named.items() if name != "silenced"}
    if "thresholds" in options:
        thresholds = _thresholds(options.pop("thresholds"), type_)
        if thresholds:
            options["thresholds"] = thresholds
    if isinstance(options.get("escalation_message"), str):
        options["escalation_message"] = options["escalation_message"].strip()
    for name, value in _defaults(named, type_):
        options.setdefault(name, value)
    return options | {"silenced": named.get("silenced") or {}}


def _defaults(named: Mapping[str, Any], type_: str) -> list[tuple[str, Any]]:
    defaults: list[tuple[str, Any]] = [("notify_audit", False), ("include_tags", True)]
    if "new_group_delay" not in named:
        defaults.append(("new_host_delay", 300))
    if "on_missing_data" not in named and not (named.get("scheduling_options") or {}).get("custom_schedule"):
        defaults.append(("notify_no_data", False))
    if type_ in _EVENT_TYPES:
        defaults.append(("groupby_simple_monitor", False))
    if type_ == "data-quality alert":
        defaults.append(("avalanche_window", 10))
    return defaults


def _thresholds(named: Mapping[str, Any] | None, type_: str) -> Body:
    if type_ in _NO_METRIC_TYPES:
        return dict(named or {})
    values = {name: value for name, value in (named or {}).items() if value is not None}
    return {name: float(value) if type(value) is int else value for name, value in values.items()}


def _type(sent: str, query: str, options: Mapping[str, Any]) -> str:
    """Datadog decides between the two names of a metric monitor from its query, not from what was sent."""
    if sent == "query alert" and query.startswith("formula(") and options.get("variables"):
        return "metric alert"
    if sent == "metric alert" and re.match(r"\w+\(current_(?!1h)", query):
        return "query alert"
    return sent


def _is_grouped(query: str, options: Mapping[str, Any]) -> bool:
    if _GROUPED.search(query):
        return True
    variables = options.get("variables") or []
    # Queries that search events group here; recorded ones of data quality and of joined tables do not count.
    return any("search" in variable and variable.get("group_by") for variable in variables)


def _asset(sent: Mapping[str, Any]) -> Body:
    return {"template_variables": {}, "options": {}, "resource_key": None, "resource_type": None, **sent}
