"""Terraform states around payloads: the inverse of the converter, written from the provider's documented schema.

Values are as `terraform show -json` has them: blocks are lists, thresholds texts, what was left out null, zero, false
or empty by type.
"""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

Payload = Mapping[str, Any]

_NUMBERS = ("evaluation_delay", "new_group_delay", "renotify_interval", "renotify_occurrences", "timeout_h")
_THRESHOLDS = ("ok", "warning", "critical", "unknown", "warning_recovery", "critical_recovery")


def state(*resources: Mapping[str, Any], modules: Sequence[Mapping[str, Any]] = ()) -> str:
    """A state as text."""
    root: dict[str, Any] = {"resources": list(resources), "child_modules": list(modules)}
    return json.dumps({"format_version": "1.0", "terraform_version": "1.9.5", "values": {"root_module": root}})


def resource(address: str, values: Mapping[str, Any], mode: str = "managed") -> dict[str, Any]:
    """One instance of a resource."""
    type_, name = re.sub(r'\[(\d+|".*?")\]', "", address).split(".")[-2:]
    return {
        "address": address,
        "mode": mode,
        "type": type_,
        "name": name,
        "provider_name": "registry.terraform.io/datadog/datadog",
        "schema_version": 0,
        "values": dict(values),
        "sensitive_values": {},
    }


def of_payload(kind: str, payload: Payload, object_id: Any, address: str = "") -> dict[str, Any]:
    """The resource that such a payload was sent for."""
    type_, values = {
        "monitor": ("datadog_monitor", monitor),
        "slo": ("datadog_service_level_objective", slo),
        "dashboard": ("datadog_dashboard_json", dashboard),
    }[kind]
    slug = str(object_id).replace("-", "_")
    return resource(address or f"{type_}.x{slug}", {"id": str(object_id), **values(payload)})


def monitor(payload: Payload) -> dict[str, Any]:
    """Attributes of `datadog_monitor`."""
    options = payload.get("options") or {}
    thresholds = (
        {name: _text(options["thresholds"].get(name)) for name in _THRESHOLDS} if options.get("thresholds") else 0
    )
    windows = options.get("threshold_windows")
    schedule = options.get("scheduling_options") or {}
    return {
        **{name: payload.get(name) for name in ("name", "type", "query", "message", "draft_status")},
        "tags": sorted(payload.get("tags") or ()) or None,
        "effective_tags": list(payload.get("tags") or ()) or None,
        "priority": _text(payload.get("priority")) or None,
        "restricted_roles": payload.get("restricted_roles"),
        "assets": payload.get("assets") or [],
        **{name: options.get(name, 0) for name in _NUMBERS},
        **{name: options.get(name) for name in ("require_full_window", "new_host_delay", "include_tags")},
        **{name: options.get(name, False) for name in ("notify_no_data", "notify_audit", "groupby_simple_monitor")},
        "no_data_timeframe": options.get("no_data_timeframe", 10),
        "enable_logs_sample": options.get("enable_logs_sample"),
        "escalation_message": options.get("escalation_message", ""),
        "on_missing_data": options.get("on_missing_data"),
        "group_retention_duration": options.get("group_retention_duration"),
        "notification_preset_name": options.get("notification_preset_name"),
        "notify_by": options.get("notify_by"),
        "renotify_statuses": options.get("renotify_statuses"),
        "locked": options.get("locked", False),
        "monitor_thresholds": [thresholds] if thresholds else [],
        "monitor_threshold_windows": [windows] if windows else [],
        "scheduling_options": [_schedule(schedule)] if schedule else [],
        "variables": [_variables(options["variables"])] if options.get("variables") else [],
        "force_delete": None,
        "validate": None,
    }


def _text(number: Any) -> str:
    """A number as the provider keeps it."""
    return "" if number is None else f"{number:g}" if isinstance(number, float) else str(number)


def _schedule(schedule: Payload) -> dict[str, Any]:
    window, custom = schedule.get("evaluation_window"), schedule.get("custom_schedule")
    absent = {"day_starts": None, "hour_starts": None, "month_starts": None}
    return {
        "evaluation_window": [{**absent, **window}] if window else [],
        "custom_schedule": [{"recurrence": custom["recurrences"]}] if custom else [],
    }


def _variables(variables: Sequence[Payload]) -> dict[str, Any]:
    """Every block of the schema stands in a state, empty where it is not used."""

    def block_of(query: Payload) -> str:
        source = query.get("data_source")
        kinds = {"data_quality_metrics": "data_quality_query"}
        kinds |= {name: name for name in ("aggregate_augmented_query", "aggregate_filtered_query")}
        usual = "data_jobs_query" if "job_type" in query else "event_query" if "search" in query else "cloud_cost_query"
        return str(kinds.get(str(source), usual))

    found: dict[str, Any] = {f"{name}_query": [] for name in ("event", "cloud_cost", "data_quality", "data_jobs")}
    for one in variables:
        found.setdefault(block_of(one), []).append(_QUERIES.get(block_of(one), dict)(one))
    return found


def _quality(query: Payload) -> dict[str, Any]:
    options = query.get("monitor_options")
    absent = {"custom_sql": "", "custom_where": "", "group_by_columns": None, "crontab_override": ""}
    blocks = [] if options is None else [{**absent, "model_type_override": "", **options}]
    return {"schema_version": "", "scope": "", "group_by": None, **query, "monitor_options": blocks}


def _event(query: Payload) -> dict[str, Any]:
    groups = query.get("group_by")
    return {
        **query,
        "search": [query["search"]],
        "compute": [{"interval": None, "metric": None, **query["compute"]}],
        "group_by": None
        if groups is None
        else [{**one, "sort": [one["sort"]] if "sort" in one else []} for one in groups],
    }


def _composite(side: str, query: Payload) -> dict[str, Any]:
    beside, base = query[f"{side}_query"], query["base_query"]
    absent = {"aggregator": ""}
    table = {"query_filter": "", **beside, "columns": [{"alias": "", **one} for one in beside.get("columns", ())]}
    found = {name: value for name, value in query.items() if name not in (f"{side}_query", "base_query")}
    return {
        **found,
        f"{side}_reference_table": [table],
        f"{side}_event_query": [],
        "base_metrics_query": [{**absent, **base}],
        "base_event_query": [],
        **({"join_condition": [query["join_condition"]]} if "join_condition" in query else {}),
        "compute": [{"interval": 0, "metric": "", **one} for one in query.get("compute", ())],
        "group_by": [{"limit": 0, "source": "", "sort": [], **one} for one in query.get("group_by", ())],
    }


_QUERIES: Mapping[str, Any] = {
    "event_query": _event,
    "data_quality_query": _quality,
    "aggregate_augmented_query": functools.partial(_composite, "augment"),
    "aggregate_filtered_query": functools.partial(_composite, "filter"),
}


def slo(payload: Payload) -> dict[str, Any]:
    """Attributes of `datadog_service_level_objective`."""
    specification = payload.get("sli_specification")
    return {
        **{name: payload.get(name) for name in ("name", "type", "description")},
        "tags": sorted(payload.get("tags") or ()) or None,
        "thresholds": [
            {"warning": 0, "target_display": f"{one['target']:.2f}", "warning_display": "", **one}
            for one in payload.get("thresholds") or ()
        ],
        "timeframe": payload.get("timeframe", ""),
        "target_threshold": payload.get("target_threshold", 0),
        "warning_threshold": payload.get("warning_threshold", 0),
        "query": [payload["query"]] if payload.get("query") else [],
        "monitor_ids": payload.get("monitor_ids") or None,
        "groups": payload.get("groups"),
        "sli_specification": [_specification(specification)] if specification else [],
        "force_delete": None,
        "validate": None,
    }


def _specification(specification: Payload) -> dict[str, Any]:
    if "count" in specification:
        count = specification["count"]
        formulas = {name: [{"formula_expression": one["formula"]}] for name, one in count.items() if name != "queries"}
        return {"count": [{**formulas, "queries": [{"metric_query": [one]} for one in count["queries"]]}]}
    slices = specification["time_slice"]
    query = {
        "formula": [{"formula_expression": one["formula"]} for one in slices["query"]["formulas"]],
        "query": [{"metric_query": [one]} for one in slices["query"]["queries"]],
    }
    return {"time_slice": [{"query_interval_seconds": 0, **slices, "query": [query]}]}


def dashboard(payload: Payload) -> dict[str, Any]:
    """Attributes of `datadog_dashboard_json`."""
    return {"dashboard": json.dumps(payload), "dashboard_lists": None, "dashboard_lists_removed": None, "url": "/d/x"}
