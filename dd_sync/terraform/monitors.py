"""`datadog_monitor` as the payload of a monitor, by the provider's documented schema (versions 2 to 4)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dd_sync.terraform.attributes import (
    Attributes,
    block,
    blocks,
    check_known,
    given_value,
    number,
    stated_value,
)
from dd_sync.terraform.variables import variables_of

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

_OF_TERRAFORM = ("id", "force_delete", "validate", "silenced", "effective_tags", "ignore_tag_keys")
"""What says nothing about the monitor: how Terraform deletes and checks it, mutes, tags with the provider's own."""

_KNOWN = frozenset(
    {*_TEXTS, *_SAID_WHEN_SET, *_SAID_ALWAYS, *_OF_TERRAFORM, "tags", "priority", "draft_status", "restricted_roles"}
    | {"monitor_thresholds", "thresholds", "monitor_threshold_windows", "threshold_windows", "no_data_timeframe"}
    | {"enable_logs_sample", "scheduling_options", "variables", "assets"}
)


def monitor(values: Attributes) -> dict[str, Any]:
    """The payload. Raises Unknown for an attribute this version does not support."""
    check_known(values, _KNOWN)
    payload: dict[str, Any] = {name: values.get(name) or "" for name in _TEXTS}
    # With default_tags the provider adds tags of its own; those that are live are in effective_tags.
    payload["tags"] = list(values.get("effective_tags") or values.get("tags") or ())
    if number(values.get("priority")):
        payload["priority"] = number(values["priority"])
    payload |= given_value(values, ("draft_status", "restricted_roles"))
    if values.get("assets"):
        payload["assets"] = [given_value(one, one) for one in blocks(values, "assets")]
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
    if variables := list(variables_of(block(values, "variables"))):
        yield "variables", variables


def _thresholds(thresholds: Attributes) -> Iterator[tuple[str, int | float | str]]:
    check_known(thresholds, (*_THRESHOLDS, *_THRESHOLD_QUERIES), "monitor_thresholds.")
    for name in _THRESHOLDS:
        value = number(thresholds.get(name))
        if value is not None:
            yield name, value
    yield from given_value(thresholds, _THRESHOLD_QUERIES).items()


_WINDOW = ("day_starts", "hour_starts", "month_starts", "timezone")
_RECURRENCE = ("rrule", "start", "timezone")


def _schedule(options: Attributes) -> dict[str, Any]:
    check_known(options, ("evaluation_window", "custom_schedule"), "scheduling_options.")
    found: dict[str, Any] = {}
    window, custom = block(options, "evaluation_window"), block(options, "custom_schedule")
    check_known(window, _WINDOW, "scheduling_options.evaluation_window.")
    check_known(custom, ("recurrence",), "scheduling_options.custom_schedule.")
    if said := _window(window):
        found["evaluation_window"] = said
    recurrences = blocks(custom, "recurrence")
    for one in recurrences:
        check_known(one, _RECURRENCE, "scheduling_options.custom_schedule.recurrence.")
    if recurrences:
        found["custom_schedule"] = {"recurrences": [given_value(one, one) for one in recurrences]}
    return found


def _window(window: Attributes) -> dict[str, Any]:
    """A window begins at one of day, hour and month. A zero is a minute of the hour where nothing else is said, and
    what older states hold for nothing where something is."""
    given = given_value(window, window)
    if not {"day_starts", "hour_starts", "month_starts"} & given.keys():
        given |= stated_value(window, ("hour_starts",))
    return given
