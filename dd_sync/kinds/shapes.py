"""What the answers about monitors, SLOs and dashboards look like, as far as ddsync reads them: see `core.shape`."""

from __future__ import annotations

from typing import Any

from dd_sync.core.shape import Shape

MONITOR: Shape = {
    "id": (int, str),
    "name": str,
    "type": str,
    "query": str,
    "message": str,
    "tags": [str],
    "priority": (int, float),
    "options": {
        "thresholds": dict,
        "threshold_windows": dict,
        "silenced": dict,
        "escalation_message": str,
        "variables": [dict],
        "notify_by": [str],
        "renotify_statuses": [str],
        "scheduling_options": dict,
    },
    "restricted_roles": [str],
    "modified": str,
    "matching_downtimes": [dict],
    "creator": dict,
}

SLO: Shape = {
    "id": str,
    "name": str,
    "type": str,
    "description": str,
    "tags": [str],
    "monitor_ids": [(int, float)],
    "groups": [str],
    "thresholds": [{"timeframe": str, "target": (int, float), "warning": (int, float)}],
    "query": {"numerator": str, "denominator": str},
    "sli_specification": dict,
    "modified_at": (int, float),
}

_WIDGET: dict[str, Any] = {"id": (int, str), "definition": {"type": str, "title": str}, "layout": dict}
_WIDGET["definition"]["widgets"] = [_WIDGET]

DASHBOARD: Shape = {
    "id": str,
    "title": str,
    "description": str,
    "layout_type": str,
    "modified_at": str,
    "tags": [str],
    "widgets": [_WIDGET],
    "template_variables": [{"name": str}],
    "template_variable_presets": [dict],
    "notify_list": [str],
    "tabs": [dict],
    "restricted_roles": [str],
    "url": str,
    "author_handle": str,
}
