"""What a monitor does with a value or without one: thresholds, recovery, missing data, new groups (Datadog's docs,
"Configure Monitors", "Recovery thresholds", "No data")."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from dd_sync.evaluate.grid import Floats
from dd_sync.evaluate.series import NotEvaluated
from dd_sync.evaluate.windows import full_bucket, minutes
from dd_sync.query.tree import Alert, Call, Metric, Number
from dd_sync.query.walk import walk

Flags = npt.NDArray[np.bool_]

_COMPARED: Mapping[str, Callable[[Floats, float], Flags]] = {
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
    "==": operator.eq,
    "!=": operator.ne,
}
_RECOVERED: Mapping[str, Callable[[Floats, float], Flags]] = {
    ">": operator.le,
    ">=": operator.lt,
    "<": operator.ge,
    "<=": operator.gt,
    "==": operator.ne,
    "!=": operator.eq,
}
"""How a value passes a recovery threshold, by the comparison of the alert."""


@dataclass(frozen=True)
class Level:
    """A threshold and, where it has one, the threshold of its recovery."""

    threshold: float
    recovery: float | None


@dataclass(frozen=True)
class Rules:
    """What a monitor does with a value, and with none. Times are minutes."""

    comparison: str
    critical: Level
    warning: Level | None
    missing: str
    """`zero`, `last`, `resolve` or one of the values of `on_missing_data`."""
    no_data_after: int
    """Time without data until NO DATA, for monitors without `on_missing_data` that tell of it (`notify_no_data`); 0 for
    never. Where `no_data_timeframe` says nothing, twice the window (Datadog's API reference)."""
    full: int
    """The length of the buckets that tell whether a window is full, where a full one is required; else 0."""
    new_group: int
    """Time a group is left alone that was not there from the start, or comes back after a day."""
    resolves: int
    """Time without data until a triggered group is resolved (`timeout_h`); 0 for never."""
    kept: int
    """Time without data until a group is forgotten (`group_retention_duration`); 0 for what is not said."""
    leaves: int
    """Time without a value after which a group leaves the monitor: a day without data; 0 for never."""
    alone: bool
    """Whether every evaluation stands alone, as those of a custom schedule do."""
    shares: bool = False
    """Whether values are shares of points outside a band, of which a recovery threshold of 0 can be met."""

    def reaches(self, values: Floats, level: Level) -> Flags:
        return _COMPARED[self.comparison](values, level.threshold)

    def holds(self, values: Floats, level: Level) -> Flags:
        """Where a value does not pass the recovery threshold."""
        if level.recovery is None or self.alone:
            return np.zeros(values.shape, dtype=np.bool_)
        return ~_RECOVERED[self.comparison.rstrip("=") if self.shares else self.comparison](values, level.recovery)


def rules_of(monitor: Mapping[str, Any], alert: Alert) -> Rules:
    """The rules of a monitor's payload. Raises NotEvaluated for thresholds that are queries of their own."""
    assert alert.condition is not None
    assert alert.evaluation is not None
    options = monitor.get("options") or {}
    thresholds = options.get("thresholds") or {}
    window = minutes(alert.evaluation.window)
    critical = thresholds.get("critical")
    if critical is None and not isinstance(alert.condition.threshold, Number):
        raise NotEvaluated("a threshold that is a query of its own")
    keys = {key for node in walk(alert.value) if isinstance(node, Metric) and node.by for key in node.by.keys}
    legacy = options.get("on_missing_data") is None
    custom = (options.get("scheduling_options") or {}).get("custom_schedule")
    return Rules(
        alert.condition.operator,
        Level(
            float(critical if critical is not None else getattr(alert.condition.threshold, "text", "nan")),
            _number(thresholds, "critical_recovery"),
        ),
        None
        if thresholds.get("warning") is None
        else Level(float(thresholds["warning"]), _number(thresholds, "warning_recovery")),
        _missing(options.get("on_missing_data") or ("default" if options.get("scheduling_options") else None), alert),
        int(options.get("no_data_timeframe") or 2 * window) if legacy and options.get("notify_no_data") else 0,
        full_bucket(alert.evaluation.window) if options.get("require_full_window") else 0,
        _new_group_delay(options, keys),
        int(options.get("timeout_h") or 0) * 60,
        _retention(options.get("group_retention_duration")),
        max(24 * 60 - window, 1) if keys else 0,
        bool(custom),
    )


def _number(thresholds: Mapping[str, Any], name: str) -> float | None:
    found = thresholds.get(name)
    return None if found is None else float(found)


def _new_group_delay(options: Mapping[str, Any], keys: set[str]) -> int:
    """Minutes. A new host has 300 s where nothing else is said (Datadog's API reference, `new_host_delay`), any other
    group 60 s (Datadog's docs, "New group delay")."""
    if not keys:
        return 0
    seconds = options.get("new_group_delay")
    if seconds is None:
        seconds = options.get("new_host_delay", 300) if "host" in keys else 60
    return int(seconds or 0) // 60


def _retention(duration: str | None) -> int:
    """`2h` or `90m` in minutes; 0 where nothing is said."""
    if not duration:
        return 0
    number, unit = duration[:-1], duration[-1]
    if not number.isdecimal() or unit not in "mhd":
        raise NotEvaluated(f"group_retention_duration {duration}")
    return int(number) * {"m": 1, "h": 60, "d": 24 * 60}[unit]


def _missing(option: str | None, alert: Alert) -> str:
    """What is done without data. `default` depends on the query: counts without default_zero() are taken as zero,
    everything else keeps its last state (Datadog's docs, "No data"). Where nothing is said, which is the older way, the
    last state stays, until NO DATA where that is told; a monitor with a schedule knows only the newer."""
    if option is None:
        return "last"
    if option != "default":
        return option
    calls = {node.function for node in walk(alert.value) if isinstance(node, Call)}
    return "zero" if "as_count" in calls and "default_zero" not in calls else "last"
