"""Rules about a monitor's other options: delays, groups, who may edit it, how many tags it has."""

from __future__ import annotations

import re
from collections.abc import Iterator

from dd_sync.query.span import span
from dd_sync.rules.facts import MonitorFacts
from dd_sync.rules.rule import Broken, number, rule

HOUR, DAY = 3600, 86400
MOST_TAGS = 80
_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_DELAYS = (
    "evaluation_delay",
    "new_group_delay",
    "new_host_delay",
    "timeout_h",
    "renotify_interval",
    "no_data_timeframe",
)


@rule("delay-range", "error", "stated", "API description: MonitorOptions", "docs: Configure monitors, evaluation delay")
def delay_range(monitor: MonitorFacts) -> Iterator[Broken]:
    """Delays and spans are 0 or more; an evaluation is delayed by a day, 86,400 seconds, at most."""
    for name in (*_DELAYS, "renotify_occurrences"):
        value = monitor.options.get(name)
        if value is None:
            continue
        amount = float(value) if isinstance(value, str) and value.isdecimal() else number(value)
        high = DAY if name == "evaluation_delay" else None
        if amount is None or amount < 0 or (high is not None and amount > high):
            allowed = "0 or more" if high is None else f"0 to {high} seconds"
            yield Broken(f"{name} cannot be {value!r}", f"options.{name}", fix=allowed)


@rule("timeout-long", "warning")
def timeout_long(monitor: MonitorFacts) -> Iterator[Broken]:
    """`timeout_h` is at most 24 hours (the API's description; more was taken in recordings until 2022)."""
    amount = number(monitor.options.get("timeout_h"))
    if amount is not None and amount > 24:
        yield Broken(f"timeout_h is {amount:g} hours, Datadog states 24 at most", "options.timeout_h", fix="0 to 24")


@rule("group-retention", "error", "stated", "API description: MonitorOptions.group_retention_duration")
def group_retention(monitor: MonitorFacts) -> Iterator[Broken]:
    """`group_retention_duration` is between 1 and 72 hours, and for monitors with a grouping (documentation#15474)."""
    value, path = monitor.options.get("group_retention_duration"), "options.group_retention_duration"
    if value is None:
        return
    length = span(value) if isinstance(value, str) else None
    if length is None or not HOUR <= length <= 72 * HOUR:
        yield Broken(f"group_retention_duration cannot be {value!r}", path, fix="1h to 72h")
    elif _ungrouped(monitor):
        yield Broken("group_retention_duration needs a grouping", path, fix="group the query, or leave it out")


@rule(
    "group-delay-ungrouped",
    "error",
    "reported",
    "datadog-operator#842, 2023-07",
    "terraform-provider-datadog#1221, 2021-09",
    says="The new_group_delay option can only be used for multi-alert monitors",
)
def group_delay_ungrouped(monitor: MonitorFacts) -> Iterator[Broken]:
    """`new_group_delay` waits for new groups: a monitor without a grouping has none."""
    if monitor.options.get("new_group_delay") and _ungrouped(monitor):
        fix = "group the query, or leave it out"
        yield Broken("new_group_delay needs a grouping", "options.new_group_delay", fix=fix)


@rule("renotify-options", "warning", "inferred", "API description: MonitorOptions.renotify_occurrences")
def renotify_options(monitor: MonitorFacts) -> Iterator[Broken]:
    """`renotify_statuses` and `renotify_occurrences` say how to notify again: `renotify_interval` says when."""
    for name in ("renotify_statuses", "renotify_occurrences"):
        if monitor.options.get(name) and not monitor.options.get("renotify_interval"):
            yield Broken(f"{name} does nothing without renotify_interval", f"options.{name}", fix="give an interval")


@rule(
    "restricted-roles",
    "error",
    "reported",
    "terraform-provider-datadog#1539, 2022-08",
    says="The monitor's restricted roles is expected to be an array of UUID strings.",
)
def restricted_roles(monitor: MonitorFacts) -> Iterator[Broken]:
    """`restricted_roles` are ids (UUIDs) of roles, not their names."""
    roles = monitor.payload.get("restricted_roles")
    for index, role in enumerate(roles if isinstance(roles, list) else () if roles is None else [roles]):
        if not isinstance(role, str) or not (_UUID.fullmatch(role) or "${" in role):
            yield Broken(f"{role!r} is no id of a role", f"restricted_roles[{index}]", fix="the role's UUID")


@rule("priority-range", "error", "stated", "API description: Monitor.priority")
def priority_range(monitor: MonitorFacts) -> Iterator[Broken]:
    """A priority is 1 to 5, or none; 0 is stored as none, and digits as a number (seen in recordings)."""
    priority = monitor.payload.get("priority")
    if priority is None:
        return
    if not (isinstance(priority, int | str) and not isinstance(priority, bool) and str(priority) in "012345"):
        yield Broken(f"priority cannot be {priority!r}", "priority", fix="1 (highest) to 5")


@rule("tags-many", "error", "stated", "documentation#15181, 2022-09", "docs: Manage monitors, monitor tags")
def tags_many(monitor: MonitorFacts) -> Iterator[Broken]:
    """A monitor has 80 tags at most."""
    tags = monitor.payload.get("tags")
    if isinstance(tags, list) and len(tags) > MOST_TAGS:
        yield Broken(f"{len(tags)} tags, Datadog takes {MOST_TAGS}", "tags", fix="leave some out; ddsync adds three")


RULES = (
    delay_range,
    timeout_long,
    group_retention,
    group_delay_ungrouped,
    renotify_options,
    restricted_roles,
    priority_range,
    tags_many,
)


def _ungrouped(monitor: MonitorFacts) -> bool:
    """Whether it is known that the monitor has no groups; of a composite, or of a query nobody can read, it is not."""
    return monitor.query is not None and monitor.type != "composite" and not monitor.groups
