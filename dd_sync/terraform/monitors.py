"""`datadog_monitor` as the payload of a monitor, by the provider's documented schema (versions 2 to 4)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from dd_sync.terraform.attributes import (
    Attributes,
    Unknown,
    block,
    blocks,
    check_known,
    given_value,
    number,
    stated_value,
)

_TEXTS = ("name", "type", "query", "message")

_THRESHOLDS = ("ok", "warning", "critical", "unknown", "warning_recovery", "critical_recovery")

_THRESHOLD_QUERIES = ("critical_query", "critical_recovery_query")

_SAID_WHEN_SET = (
    "enable_samples",
    "escalation_message",
    "evaluation_delay",
    "group_retention_duration",
    "groupby_simple_monitor",
    "locked",
    "new_group_delay",
    "notification_preset_name",
    "notify_audit",
    "notify_by",
    "notify_no_data",
    "on_missing_data",
    "renotify_interval",
    "renotify_occurrences",
    "renotify_statuses",
    "timeout_h",
)
"""Options whose zero, false or empty value is the same as none."""

_SAID_ALWAYS = ("include_tags", "new_host_delay", "require_full_window")
"""Options whose zero and false mean something."""

_OF_TERRAFORM = ("id", "force_delete", "validate", "silenced", "effective_tags")
"""What says nothing about the monitor: how Terraform deletes and checks it, mutes, tags with the provider's own."""

_KNOWN = frozenset(
    {*_TEXTS, *_SAID_WHEN_SET, *_SAID_ALWAYS, *_OF_TERRAFORM, "tags", "priority", "draft_status", "restricted_roles"}
    | {"monitor_thresholds", "thresholds", "monitor_threshold_windows", "threshold_windows", "no_data_timeframe"}
    | {"enable_logs_sample", "scheduling_options", "variables", "assets"}
)


def monitor(values: Attributes) -> dict[str, Any]:
    """The payload. Raises Unknown for an attribute this version cannot say."""
    check_known(values, _KNOWN)
    payload: dict[str, Any] = {name: values.get(name) or "" for name in _TEXTS}
    # With default_tags the provider adds tags of its own; those that are live are in effective_tags.
    payload["tags"] = list(values.get("effective_tags") or values.get("tags") or ())
    if number(values.get("priority")):
        payload["priority"] = number(values["priority"])
    payload |= given_value(values, ("draft_status", "restricted_roles"))
    if values.get("assets"):
        payload["assets"] = [_asset(one) for one in blocks(values, "assets")]
    payload["options"] = dict(_options(values))
    return payload


def _options(values: Attributes) -> Iterator[tuple[str, Any]]:
    yield from given_value(values, _SAID_WHEN_SET).items()
    yield from stated_value(values, _SAID_ALWAYS).items()
    # The provider keeps 10 here for everybody and sends it only where somebody is told.
    if values.get("notify_no_data") and values.get("no_data_timeframe"):
        yield "no_data_timeframe", values["no_data_timeframe"]
    if values.get("enable_logs_sample") or (values.get("type") == "log alert" and "enable_logs_sample" in values):
        yield "enable_logs_sample", bool(values["enable_logs_sample"])
    thresholds = dict(_thresholds(block(values, "monitor_thresholds") or block(values, "thresholds")))
    if thresholds:
        yield "thresholds", thresholds
    windows = block(values, "monitor_threshold_windows") or block(values, "threshold_windows")
    if given_value(windows, windows):
        yield "threshold_windows", given_value(windows, windows)
    if schedule := _schedule(block(values, "scheduling_options")):
        yield "scheduling_options", schedule
    if variables := list(_variables(block(values, "variables"))):
        yield "variables", variables


def _thresholds(thresholds: Attributes) -> Iterator[tuple[str, int | float | str]]:
    check_known(thresholds, (*_THRESHOLDS, *_THRESHOLD_QUERIES), "monitor_thresholds.")
    for name in _THRESHOLDS:
        value = number(thresholds.get(name))
        if value is not None:
            yield name, value
    yield from given_value(thresholds, _THRESHOLD_QUERIES).items()


def _asset(asset: Attributes) -> dict[str, Any]:
    return given_value(asset, asset)


def _schedule(options: Attributes) -> dict[str, Any]:
    found: dict[str, Any] = {}
    window = given_value(block(options, "evaluation_window"), block(options, "evaluation_window"))
    recurrences = [given_value(one, one) for one in blocks(block(options, "custom_schedule"), "recurrence")]
    if window:
        found["evaluation_window"] = window
    if recurrences:
        found["custom_schedule"] = {"recurrences": recurrences}
    return found


_QUALITY = ("name", "data_source", "schema_version", "measure", "filter", "scope", "group_by")
_QUALITY_OPTIONS = ("custom_sql", "custom_where", "group_by_columns", "crontab_override", "model_type_override")
_JOBS = ("name", "jobs_query", "job_type", "query_dialect")


def _variables(variables: Attributes) -> Iterator[dict[str, Any]]:
    """The queries a formula names, in the order in which the provider sends them. Raises Unknown for other kinds."""
    known = ("event_query", "cloud_cost_query", "data_quality_query", "data_jobs_query")
    check_known(variables, known, "variables.")
    for query in blocks(variables, "event_query"):
        yield _event_query(query)
    for query in blocks(variables, "cloud_cost_query"):
        yield given_value(query, query)
    for query in blocks(variables, "data_quality_query"):
        yield _quality_query(query)
    for query in blocks(variables, "data_jobs_query"):
        check_known(query, _JOBS, "variables.data_jobs_query.")
        yield given_value(query, _JOBS)


def _quality_query(query: Attributes) -> dict[str, Any]:
    check_known(query, (*_QUALITY, "monitor_options"), "variables.data_quality_query.")
    found, options = given_value(query, _QUALITY), block(query, "monitor_options")
    check_known(options, _QUALITY_OPTIONS, "variables.data_quality_query.monitor_options.")
    said = given_value(options, _QUALITY_OPTIONS)
    return {**found, "monitor_options": said} if said else found


def _event_query(query: Attributes) -> dict[str, Any]:
    check_known(query, ("data_source", "name", "indexes", "search", "compute", "group_by"), "variables.event_query.")
    if len(blocks(query, "compute")) > 1:
        raise Unknown("more than one compute in variables.event_query")
    found = given_value(query, ("data_source", "name", "indexes"))
    found["search"] = {"query": block(query, "search").get("query") or ""}
    found["compute"] = given_value(block(query, "compute"), ("aggregation", "interval", "metric"))
    if query.get("group_by") is not None:  # none at all is sent as [] where the state holds it so, and kept
        found["group_by"] = [_group(one) for one in blocks(query, "group_by")]
    return found


def _group(group: Attributes) -> dict[str, Any]:
    sort: Mapping[str, Any] = block(group, "sort")
    found = given_value(group, ("facet", "limit"))
    return {**found, "sort": given_value(sort, ("aggregation", "order", "metric"))} if sort else found
