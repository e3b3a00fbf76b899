"""The one form in which monitors are equal that mean the same: what a definition can carry, and what means nothing.

Each rule was measured on recordings of the real API, or is what an export of an editor's save holds.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dd_sync.core.kind import Payload
from dd_sync.core.normal import clean, own, without_defaults

_TOP = frozenset(
    "name type query message tags priority restricted_roles restriction_policy draft_status assets".split()
)
OPTIONS = frozenset(
    """enable_logs_sample enable_samples escalation_message evaluation_delay group_retention_duration
    groupby_simple_monitor include_tags locked min_failure_duration min_location_failed new_group_delay new_host_delay
    no_data_timeframe notification_preset_name notify_audit notify_by notify_no_data on_missing_data renotify_interval
    renotify_occurrences renotify_statuses require_full_window scheduling_options synthetics_check_id
    threshold_windows thresholds timeout_h variables""".split()
)
"""Options a definition can carry, as in Datadog's API description less the read-only ones and `silenced`."""

DEFAULTS = {"tags": [], "message": "", "draft_status": "published", "assets": [], "options": {}, "priority": 0}
OPTION_DEFAULTS = {
    "include_tags": True,
    "notify_audit": False,
    "notify_no_data": False,
    "new_host_delay": 300,
    "groupby_simple_monitor": False,
    "locked": False,
    "thresholds": {},
    # What an editor's save writes where nothing is set (seen in exported monitors). A zero of `new_host_delay` and
    # `new_group_delay` is a value, and `on_missing_data: default` is another thing than none: zero or the last state,
    # where absent is the older way of `notify_no_data`.
    "escalation_message": "",
    "evaluation_delay": 0,
    "min_failure_duration": 0,
    "no_data_timeframe": 0,
    "renotify_interval": 0,
    "renotify_occurrences": 0,
    "renotify_statuses": [],
    "timeout_h": 0,
    "variables": [],
}
_ONLY_WHERE_NAMED = frozenset({"restricted_roles", "restriction_policy", "assets"})
"""Access and attachments: compared and written only for definitions that declare them."""

_SERVER_CHOICE = ("name", "type", "query")
"""What Datadog makes up, or an update keeps, for a definition without: not compared then."""

SERVER = frozenset(
    """id org_id created created_at creator deleted modified multi overall_state overall_state_modified
    matching_downtimes restricted run_as state""".split()
)
ALWAYS = _TOP - _ONLY_WHERE_NAMED
_NEVER = SERVER | {"classification", "options"}
"""Not compared as they are: `classification` is accepted and dropped, options have rules of their own."""
_SETTLED = ALWAYS | _NEVER
"""Whether these are compared does not hang on the definition."""

OLDER_OPTION_DEFAULTS: dict[str, Any] = {
    "include_tags": True,
    "notify_audit": False,
    "notify_no_data": False,
    "new_host_delay": 300,
    "groupby_simple_monitor": False,
    "locked": False,
    "thresholds": {},
    "on_missing_data": "default",
}
"""What revision marks of 0.1.0 took for nothing."""

_TRIMMED = ("message", "query", "name")


KNOWN = _TOP | SERVER | {"options"}
KNOWN_OPTIONS = OPTIONS | {"silenced", "avalanche_window", "aggregation", "device_ids"}


def normal_form(payload: Payload, like: Payload | None, option_defaults: Mapping[str, Any]) -> dict[str, Any]:
    """A monitor as it is compared: `like` is the definition, and `option_defaults` what options mean nothing."""
    named = {name for name in (like or {}).keys() - _SETTLED if (like or {})[name] is not None}
    kept = clean({name: value for name, value in payload.items() if name in ALWAYS or name in named})
    for name in _SERVER_CHOICE:
        if like is not None and like.get(name) is None:
            kept.pop(name, None)
    for name in _TRIMMED:  # Datadog strips these ends and keeps all spaces inside
        if isinstance(kept.get(name), str):
            kept[name] = kept[name].strip()
    if "type" in kept:
        kept["type"] = one_name(kept["type"])
    if isinstance(kept.get("priority"), str) and kept["priority"].isdecimal():
        kept["priority"] = int(kept["priority"])
    if "assets" in kept:
        kept["assets"] = [_asset(asset) for asset in kept["assets"]]
    if "restriction_policy" in kept:
        kept["restriction_policy"] = _policy(kept["restriction_policy"])
    theirs = (like or {}).get("options") or {}
    kept["options"] = _normal_options(payload.get("options") or {}, theirs, option_defaults)
    if payload.get("restricted_roles") and not theirs.get("locked"):
        kept["options"].pop("locked", None)  # the older word for it, which Datadog adds (seen in recordings)
    return without_defaults(kept, DEFAULTS)


def _normal_options(options: Payload, like: Payload, defaults: Mapping[str, Any]) -> dict[str, Any]:
    named = own(options, OPTIONS, like)
    named.pop("silenced", None)  # a mute is operation, not definition
    kept = clean(named)
    if isinstance(kept.get("escalation_message"), str):
        kept["escalation_message"] = kept["escalation_message"].strip()
    if kept.get("renotify_statuses"):
        kept["renotify_statuses"] = sorted(set(kept["renotify_statuses"]))
    if kept.get("scheduling_options") and kept.get("on_missing_data") == "default":
        del kept["on_missing_data"]  # a monitor with a schedule has no other: named or not, some answers lack it
    return without_defaults(kept, defaults)


def _policy(policy: Any) -> Any:
    """Who may do what: neither the bindings nor those they name have an order."""
    if not isinstance(policy, dict) or not isinstance(policy.get("bindings"), list):
        return policy
    bindings = [
        {**one, "principals": sorted(set(one["principals"]))} if isinstance(one.get("principals"), list) else one
        for one in policy["bindings"]
    ]
    return {**policy, "bindings": sorted(bindings, key=lambda one: str(one.get("relation")))}


def sorted_tags(form: dict[str, Any]) -> dict[str, Any]:
    """The form with its tags in one order, which means nothing."""
    return {**form, "tags": sorted(set(form["tags"]))} if form.get("tags") else form


def _asset(asset: Payload) -> dict[str, Any]:
    """An attached runbook as a definition names it: the server adds its owner's id and empty fields."""
    return {name: value for name, value in asset.items() if name != "monitor_id" and value != {}}


def one_name(type_: str) -> str:
    """A monitor's type. The server decides between these two from the query and relabels what was sent."""
    return "metric alert" if type_ == "query alert" else type_
