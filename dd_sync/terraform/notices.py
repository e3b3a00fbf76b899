"""`datadog_downtime_schedule` and `datadog_monitor_notification_rule` as payloads, by the provider's schema."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dd_sync.terraform.attributes import Attributes, block, blocks, check_known, given_value, number

_OF_A_DOWNTIME = ("scope", "message", "display_timezone", "mute_first_recovery_notification")
_SETS = ("notify_end_states", "notify_end_types")


def downtime(values: Attributes) -> dict[str, Any]:
    """The payload of a downtime. Raises Unknown for an attribute this version cannot say."""
    known = (*_OF_A_DOWNTIME, *_SETS, "id", "monitor_identifier", "one_time_schedule", "recurring_schedule")
    check_known(values, known)
    payload = given_value(values, _OF_A_DOWNTIME)
    payload |= {name: sorted(values[name]) for name in _SETS if values.get(name) is not None}
    monitors = block(values, "monitor_identifier")
    check_known(monitors, ("monitor_id", "monitor_tags"), "monitor_identifier.")
    if monitors.get("monitor_id"):
        payload["monitor_identifier"] = {"monitor_id": number(monitors["monitor_id"])}
    else:
        payload["monitor_identifier"] = {"monitor_tags": sorted(monitors.get("monitor_tags") or ())}
    if schedule := _schedule(values):
        payload["schedule"] = schedule
    return payload


def _schedule(values: Attributes) -> dict[str, Any]:
    once, again = block(values, "one_time_schedule"), block(values, "recurring_schedule")
    check_known(once, ("start", "end"), "one_time_schedule.")
    check_known(again, ("timezone", "recurrence"), "recurring_schedule.")
    if not again:
        return given_value(once, once)
    for one in blocks(again, "recurrence"):
        check_known(one, ("rrule", "duration", "start"), "recurring_schedule.recurrence.")
    return {
        **given_value(again, ("timezone",)),
        "recurrences": [given_value(one, one) for one in blocks(again, "recurrence")],
    }


def notification_rule(values: Attributes) -> dict[str, Any]:
    """The payload of a notification rule. Raises Unknown for an attribute this version cannot say."""
    check_known(values, ("id", "name", "recipients", "filter", "conditional_recipients", "bundle_config"))
    payload: dict[str, Any] = {"name": values.get("name") or ""}
    scope = block(values, "filter")
    check_known(scope, ("tags", "scope"), "filter.")
    payload["filter"] = {"scope": scope["scope"]} if scope.get("scope") else {"tags": sorted(scope.get("tags") or ())}
    if values.get("recipients"):
        payload["recipients"] = sorted(values["recipients"])
    if conditional := _conditional(block(values, "conditional_recipients")):
        payload["conditional_recipients"] = conditional
    if bundle := block(values, "bundle_config"):
        payload["bundle_config"] = given_value(bundle, bundle)
    return payload


def _conditional(conditional: Attributes) -> Mapping[str, Any]:
    check_known(conditional, ("conditions", "fallback_recipients"), "conditional_recipients.")
    for one in blocks(conditional, "conditions"):
        check_known(one, ("scope", "recipients"), "conditional_recipients.conditions.")
    conditions = [
        {"scope": one.get("scope"), "recipients": sorted(one.get("recipients") or ())}
        for one in blocks(conditional, "conditions")
    ]
    fallback = sorted(conditional.get("fallback_recipients") or ())
    found: dict[str, Any] = {"conditions": conditions} if conditions else {}
    return {**found, "fallback_recipients": fallback} if fallback else found
