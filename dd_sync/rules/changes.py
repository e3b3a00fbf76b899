"""Rules about changes: what Datadog does not change in place, so that the object has to be replaced, or stay."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from dd_sync.rules.rule import Broken, mapping, rule


@dataclass(frozen=True)
class Change:
    """An object as it is in Datadog, and as it is to be."""

    before: Mapping[str, Any]
    after: Mapping[str, Any]


@rule(
    "monitor-type-change",
    "error",
    "recorded",
    "API clients: TestMonitorUpdateErrors, 2020-2026",
    says="Monitor type change not allowed",
)
def monitor_type_change(change: Change) -> Iterator[Broken]:
    """A monitor keeps its type; `metric alert` and `query alert` are one."""
    before, after = (str(side.get("type") or "query alert") for side in (change.before, change.after))
    if before != after and {before, after} != {"metric alert", "query alert"}:
        yield Broken(f"a {change.before.get('type')} stays one", "type", fix="another monitor, under another key")


@rule("schedule-removed", "error", "stated", "docs: Customize monitor evaluation frequencies")
def schedule_removed(change: Change) -> Iterator[Broken]:
    """A custom schedule is not taken off a monitor again."""
    before, after = (_schedule(side) for side in (change.before, change.after))
    if before and not after:
        path = "options.scheduling_options.custom_schedule"
        yield Broken("a custom schedule cannot be removed", path, fix="another monitor, under another key")


@rule(
    "dashboard-layout-change",
    "error",
    "reported",
    "terraform-provider-datadog#286, 2019-08",
    "terraform-provider-datadog#774, 2020-12",
    "kennel, 2025-10",
    says="'layout_type' is not editable for existing dashboards. This dashboard uses '…' layout.",
)
def dashboard_layout_change(change: Change) -> Iterator[Broken]:
    """A dashboard keeps its layout: free and ordered are told apart when it is made."""
    before, after = change.before.get("layout_type"), change.after.get("layout_type")
    if before and before != after:
        says = f"'layout_type' is not editable for existing dashboards. This dashboard uses '{before}' layout."
        yield Broken(f"the layout stays {before}", "layout_type", fix="another dashboard, under another key", says=says)


OF_MONITORS = (monitor_type_change, schedule_removed)
OF_DASHBOARDS = (dashboard_layout_change,)


def _schedule(monitor: Mapping[str, Any]) -> Any:
    return mapping(mapping(monitor.get("options")).get("scheduling_options")).get("custom_schedule")
