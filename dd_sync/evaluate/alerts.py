"""When an alert fires and when it recovers: a monitor's query, thresholds and options over made-up series.

For threshold and change monitors on metrics. Rules are Datadog's docs' ("Configure Monitors", "Recovery thresholds",
"as_count() in Monitor Evaluations"); notices, mutes and downtimes are no part of it.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from dd_sync.evaluate.expression import minutes, values_at
from dd_sync.evaluate.lines import Group
from dd_sync.evaluate.series import NotEvaluated, Series, Value
from dd_sync.query.parse import METRIC_TYPES, parse
from dd_sync.query.tree import Alert, Call, Metric, Query
from dd_sync.query.walk import walk

State = Literal["ok", "warn", "alert", "no data"]

_COMPARED: Mapping[str, Callable[[float, float], bool]] = {
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
    "==": operator.eq,
    "!=": operator.ne,
}
_RECOVERED: Mapping[str, Callable[[float, float], bool]] = {
    ">": operator.le,
    ">=": operator.lt,
    "<": operator.ge,
    "<=": operator.gt,
    "==": operator.ne,
    "!=": operator.eq,
}
"""How a value passes a recovery threshold, by the comparison of the alert."""


@dataclass(frozen=True)
class Timeline:
    """One group's states. Index n holds the evaluation at minute n, which sees what was reported before it."""

    group: Mapping[str, str]
    states: Sequence[State]
    values: Sequence[Value]

    @property
    def fires_at(self) -> int | None:
        """The first minute in alert."""
        return self._first("alert", 0)

    @property
    def warns_at(self) -> int | None:
        """The first minute in warning."""
        return self._first("warn", 0)

    @property
    def recovers_at(self) -> int | None:
        """The first minute that is ok again after the first alert."""
        return None if self.fires_at is None else self._first("ok", self.fires_at)

    @property
    def no_data_at(self) -> int | None:
        """The first minute shown as NO DATA."""
        return self._first("no data", 0)

    def at(self, minute: int) -> State:
        return self.states[minute]

    def _first(self, state: State, start: int) -> int | None:
        return next((n for n, one in enumerate(self.states) if n >= start and one == state), None)


@dataclass(frozen=True)
class Evaluated:
    """All groups of a monitor over time."""

    groups: Sequence[Timeline]

    def group(self, **tags: str) -> Timeline:
        """The group with these tags. KeyError, naming those there are, where there is none or more than one."""
        found = [one for one in self.groups if tags.items() <= one.group.items()]
        if len(found) != 1:
            raise KeyError(f"{len(found)} groups have {tags}; there are {[dict(one.group) for one in self.groups]}")
        return found[0]

    @property
    def fires_at(self) -> int | None:
        """The first minute in which any group is in alert."""
        return min((one.fires_at for one in self.groups if one.fires_at is not None), default=None)

    @property
    def warns_at(self) -> int | None:
        """The first minute in which any group is in warning."""
        return min((one.warns_at for one in self.groups if one.warns_at is not None), default=None)

    @property
    def recovers_at(self) -> int | None:
        """The first minute after the first alert in which every group is ok."""
        if self.fires_at is None:
            return None
        columns = list(zip(*(one.states for one in self.groups), strict=True))
        calm = (n for n, states in enumerate(columns) if n > (self.fires_at or 0) and set(states) == {"ok"})
        return next(calm, None)

    @property
    def no_data_at(self) -> int | None:
        """The first minute in which any group is shown as NO DATA."""
        return min((one.no_data_at for one in self.groups if one.no_data_at is not None), default=None)


def evaluate(monitor: Mapping[str, Any], *series: Series, until: int | None = None, since: int = 1) -> Evaluated:
    """Evaluates a monitor's payload every minute, from minute `since` to the end of the longest series, or to `until`.

    Before `since` it is ok: what is there earlier is history for its windows, and its groups are not new.

    Raises NotEvaluated, naming it, for what is not evaluated here: other types of monitors, percentiles of
    distributions, anomalies(), forecast() and other functions with a mind of their own.
    """
    query = parse(str(monitor.get("query") or ""), str(monitor.get("type") or "query alert"))
    alert = _alert(query)
    rules = _Rules.of(monitor, alert)
    end = until if until is not None else max((len(one.values) for one in series), default=0)
    found: dict[Group, _Group] = {}
    keys: Sequence[str] = ()
    for minute in range(since, end + 1):
        if minute % rules.every:
            for known in found.values():
                known.add(known.states[-1], known.values[-1])
            continue
        seen = values_at(alert, series, minute - rules.delay)
        keys = seen.keys
        lately = _lately(alert, series, minute, rules)
        for group in seen.by_group:
            found.setdefault(group, _Group(["ok"] * minute, [None] * minute, minute, new=minute >= since + rules.every))
        for group, known in found.items():
            known.step(seen.by_group.get(group), minute, rules, silent=lately is not None and group not in lately)
    return Evaluated([Timeline(dict(zip(keys, g, strict=True)), one.states, one.values) for g, one in found.items()])


def _lately(alert: Alert, series: Sequence[Series], minute: int, rules: _Rules) -> Collection[Group] | None:
    """The groups that reported within the timeframe of NO DATA; None where there is none."""
    if not rules.no_data_after or alert.evaluation is None:
        return None
    window = replace(alert.evaluation.window, kind="last", amount=rules.no_data_after, unit="m")
    timeframe = replace(alert.evaluation, change=None, shift=None, aggregator="last", window=window)
    seen = values_at(replace(alert, evaluation=timeframe), series, minute - rules.delay, check=False)
    return [group for group, value in seen.by_group.items() if value is not None]


def _alert(query: Query) -> Alert:
    if query.type not in METRIC_TYPES:
        raise NotEvaluated(f"a monitor of type {query.type}")
    if not isinstance(query.body, Alert) or query.body.condition is None or query.body.evaluation is None:
        raise NotEvaluated("a query that is no threshold on a metric")
    return query.body


@dataclass(frozen=True)
class _Rules:
    """What a monitor does with a value, and with none."""

    compare: Callable[[float, float], bool]
    recover: Callable[[float, float], bool]
    critical: float
    warning: float | None
    critical_recovery: float | None
    warning_recovery: float | None
    missing: str
    no_data_after: int
    """Minutes without data until NO DATA, for monitors without `on_missing_data`; 0 for others. Whether anybody is told
    (`notify_no_data`) changes nothing of it (Datadog's docs, "Migrating to On Missing Data"). Where `no_data_timeframe`
    says nothing, twice the window (API reference)."""
    delay: int
    every: int
    full: int
    """Minutes a group must have been there: the window, where a full one is required."""
    new_group: int
    """Minutes a group is left alone that was not there from the start."""
    resolves: int
    """Minutes without data until a triggered group is resolved (`timeout_h`); 0 for never."""
    kept: int
    """Minutes without data until a group is forgotten (`group_retention_duration`); 0 for what is not said."""

    @classmethod
    def of(cls, monitor: Mapping[str, Any], alert: Alert) -> _Rules:
        options = monitor.get("options") or {}
        if options.get("scheduling_options"):
            raise NotEvaluated("a schedule (scheduling_options)")
        assert alert.condition is not None
        assert alert.evaluation is not None
        thresholds = options.get("thresholds") or {}
        window = minutes(alert.evaluation.window)
        legacy = options.get("on_missing_data") is None
        silent = int(options.get("no_data_timeframe") or 2 * window) if legacy else 0
        return cls(
            _COMPARED[alert.condition.operator],
            _RECOVERED[alert.condition.operator],
            float(thresholds.get("critical", getattr(alert.condition.threshold, "text", "nan"))),
            thresholds.get("warning"),
            thresholds.get("critical_recovery"),
            thresholds.get("warning_recovery"),
            _missing(options.get("on_missing_data"), alert),
            silent,
            int(options.get("evaluation_delay") or 0) // 60,
            1 if window < 24 * 60 else 10 if window < 48 * 60 else 30,
            window if options.get("require_full_window") else 0,
            _new_group_delay(options, alert),
            int(options.get("timeout_h") or 0) * 60,
            _retention(options.get("group_retention_duration")),
        )

    def state(self, value: float, before: State) -> State:
        """The state of a value. Leaving a state takes passing its recovery threshold, where it has one."""
        if self.compare(value, self.critical) or (before == "alert" and self._held(value, self.critical_recovery)):
            return "alert"
        if self.warning is not None and (
            self.compare(value, self.warning)
            or (before in ("alert", "warn") and self._held(value, self.warning_recovery))
        ):
            return "warn"
        return "ok"

    def _held(self, value: float, recovery: float | None) -> bool:
        return recovery is not None and not self.recover(value, recovery)


def _new_group_delay(options: Mapping[str, Any], alert: Alert) -> int:
    """Minutes. A new host has 300 s where nothing else is said (Datadog's API reference, `new_host_delay`)."""
    keys = {key for node in walk(alert.value) if isinstance(node, Metric) and node.by for key in node.by.keys}
    if not keys:
        return 0
    seconds = options.get("new_group_delay")
    if seconds is None and "host" in keys:
        seconds = options.get("new_host_delay", 300)
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
    """What is done without data. Where nothing is said, the last state stays until NO DATA. `default` depends on the
    query: counts without default_zero() are taken as zero, everything else keeps its last state (Datadog's docs, "No
    data")."""
    if option is None:
        return "last"
    if option != "default":
        return option
    calls = {node.function for node in walk(alert.value) if isinstance(node, Call)}
    return "zero" if "as_count" in calls and "default_zero" not in calls else "last"


@dataclass
class _Group:
    """One group while time goes by."""

    states: list[State]
    values: list[Value]
    since: int
    """The minute in which it was first there."""
    new: bool
    """Whether it was not there from the start."""
    silent: int = field(default=0)
    """Minutes without a value."""

    def step(self, value: Value, minute: int, rules: _Rules, *, silent: bool) -> None:
        """The next minute. `silent`: nothing was reported within the timeframe of NO DATA."""
        before = self.states[-1]
        if minute - self.since < max(rules.full - 1, rules.new_group if self.new else 0):
            self.add(before, value)
            return
        self.silent = 0 if value is not None else self.silent + rules.every
        if rules.kept and self.silent > rules.kept:
            raise NotEvaluated("a group that is forgotten (group_retention_duration)")
        if value is None and rules.missing == "zero":
            value = 0
        self.add(self._missed(before, rules, silent) if value is None else rules.state(value, before), value)

    def _missed(self, before: State, rules: _Rules, silent: bool) -> State:
        if rules.resolves and self.silent >= rules.resolves:
            return "ok"
        if silent:
            return "no data"
        match rules.missing:
            case "resolve":
                return "ok"
            case "show_no_data" | "show_and_notify_no_data":
                return "no data"
        return before

    def add(self, state: State, value: Value) -> None:
        self.states.append(state)
        self.values.append(value)
