"""Rules about thresholds: one number said twice has to be the same, and all of them have to be in order."""

from __future__ import annotations

from collections.abc import Iterator

from dd_sync.core.model import plain
from dd_sync.query.tree import Word
from dd_sync.rules.facts import MonitorFacts, variables
from dd_sync.rules.rule import Broken, number, rule

_PATH = "options.thresholds"


@rule(
    "threshold-mismatch",
    "error",
    "recorded",
    "API clients: validate a monitor, 2020-2026",
    "datadog-operator#2106",
    says="Alert threshold (…) does not match that used in the query (…).",
)
def threshold_mismatch(monitor: MonitorFacts) -> Iterator[Broken]:
    """The number in the query is `options.thresholds.critical`.

    Datadog: 400 "Alert threshold (90.0) does not match that used in the query (200.0)".
    """
    written, critical = monitor.threshold, number(monitor.thresholds.get("critical"))
    if written is None or critical is None or written == critical:
        return
    condition = monitor.condition
    assert condition is not None
    yield Broken(
        f"critical is {plain(critical)}, the query compares with {plain(written)}",
        f"{_PATH}.critical",
        fix=f"write {plain(written)} in both places, or leave critical out",
        says=f"Alert threshold ({critical}) does not match that used in the query ({written}).",
    )


@rule(
    "threshold-missing",
    "error",
    "reported",
    "datadog-operator#2106",
    "terraform-provider-datadog#1916",
    says="Alert status is required.",
)
def threshold_missing(monitor: MonitorFacts) -> Iterator[Broken]:
    """A warning or recovery threshold needs a critical one beside it.

    Datadog takes critical from the query only when no thresholds are given: 400 "Alert status is required."
    """
    given = [
        name
        for name in ("warning", "critical_recovery", "warning_recovery")
        if number(monitor.thresholds.get(name)) is not None
    ]
    dynamic = monitor.condition is not None and isinstance(monitor.condition.threshold, Word)
    if given and number(monitor.thresholds.get("critical")) is None and not dynamic:
        yield Broken(f"{given[0]} is given without critical", _PATH, fix="give critical, the number of the query")


@rule(
    "threshold-order",
    "error",
    "reported",
    "kennel: validation of monitors",
    says="Warning threshold (…) must be less than the alert threshold (…) with > comparison.",
)
def threshold_order(monitor: MonitorFacts) -> Iterator[Broken]:
    """A warning comes before critical: below it for `>`, above it for `<`.

    The other way round Datadog refuses it, and it could never be reached first.
    """
    pair = _pair(monitor, "warning", "critical")
    if pair and _beyond(monitor, *pair):
        yield Broken(
            f"warning {plain(pair[0])} would never be reached before critical {plain(pair[1])}",
            f"{_PATH}.warning",
            fix=f"a warning has to be {_side(monitor)} critical",
            says=_unordered(monitor, *pair),
        )


@rule(
    "warning-equals-critical",
    "error",
    "reported",
    "kennel: validation of monitors",
    says="Warning threshold (…) must be less than the alert threshold (…) with > comparison.",
)
def warning_equals_critical(monitor: MonitorFacts) -> Iterator[Broken]:
    """A warning differs from critical: at the same threshold it never warns."""
    pair = _pair(monitor, "warning", "critical")
    if pair and pair[0] == pair[1] and monitor.condition is not None:
        text = f"warning and critical are both {plain(pair[0])}"
        yield Broken(text, f"{_PATH}.warning", fix="leave one out", says=_unordered(monitor, *pair))


@rule(
    "threshold-dynamic",
    "error",
    "stated",
    "API description: MonitorThresholds.critical_query",
)
def threshold_dynamic(monitor: MonitorFacts) -> Iterator[Broken]:
    """A threshold by query (`critical_query`) is for formulas with variables, and stands without static ones."""
    dynamic = [name for name in ("critical_query", "critical_recovery_query") if monitor.thresholds.get(name)]
    if not dynamic:
        return
    path = f"{_PATH}.{dynamic[0]}"
    static = [name for name in _STATIC if monitor.thresholds.get(name) is not None]
    if static:
        yield Broken(f"{dynamic[0]} and {static[0]} exclude each other", path, fix="leave one out")
    if not monitor.metric or not variables(monitor.options) or not any(c.name == "formula" for c in monitor.chains):
        yield Broken(
            f"{dynamic[0]} is for formulas with options.variables", path, fix='formula("a").last("5m") > threshold'
        )


@rule("threshold-zero", "error", "stated", "docs: Metric Monitor", "documentation#11740, 2021-09")
def threshold_zero(monitor: MonitorFacts) -> Iterator[Broken]:
    """A threshold between zero and one is written with a leading zero: `> 0.5`."""
    condition = monitor.condition
    if condition is not None and condition.threshold.text.lstrip("+-").startswith("."):
        text, place = condition.threshold.text, condition.threshold
        yield Broken(f"{text} has no leading zero", "query", place.start, place.end, text.replace(".", "0.", 1))


@rule(
    "recovery-side",
    "error",
    "reported",
    "datadog-api-client-typescript#754",
    "docs: Recovery thresholds",
    says="alert and alert recovery criteria are such that the monitor can be simultaneously in alert and alert recovery"
    " states",
)
def recovery_side(monitor: MonitorFacts) -> Iterator[Broken]:
    """A recovery threshold lies on the healthy side of what it recovers from.

    Datadog: 400 "alert and alert recovery criteria are such that the monitor can be simultaneously in alert and alert
    recovery states" (docs, "Recovery thresholds").
    """
    for name in ("critical", "warning"):
        pair = _pair(monitor, f"{name}_recovery", name)
        if pair and _beyond(monitor, *pair):
            yield Broken(
                f"{name}_recovery {plain(pair[0])} is on the alerting side of {name} {plain(pair[1])}",
                f"{_PATH}.{name}_recovery",
                fix=f"it has to be {_side(monitor)} {name}",
            )


@rule("recovery-without-warning", "warning")
def recovery_without_warning(monitor: MonitorFacts) -> Iterator[Broken]:
    """A recovery threshold for warnings does nothing where there is no warning."""
    if number(monitor.thresholds.get("warning_recovery")) is not None and monitor.thresholds.get("warning") is None:
        yield Broken("warning_recovery is given without warning", f"{_PATH}.warning_recovery", fix="leave it out")


@rule(
    "service-check-count",
    "error",
    "stated",
    "API description: create a monitor, service check query",
    types=("service check",),
)
def service_check_count(monitor: MonitorFacts) -> Iterator[Broken]:
    """Thresholds of a service check count runs: whole numbers, at least 1 and at most what `.last()` looks at.

    The API's description: the count has to be at least the largest threshold, and at most 100.
    """
    if monitor.type != "service check" or "pct_by_status" in monitor.place.text:
        return
    for name, value in monitor.thresholds.items():
        count = number(value)
        if count is not None and (count < 0 or count != int(count)):
            yield Broken(f"{name} counts runs, found {value}", f"{_PATH}.{name}", fix="give a whole number")


RULES = (
    threshold_mismatch,
    threshold_missing,
    threshold_order,
    warning_equals_critical,
    threshold_dynamic,
    threshold_zero,
    recovery_side,
    recovery_without_warning,
    service_check_count,
)


_STATIC = ("critical", "warning", "ok", "unknown", "critical_recovery", "warning_recovery")


def _unordered(monitor: MonitorFacts, warning: float, critical: float) -> str:
    """Datadog's sentence about a warning on the wrong side."""
    operator = monitor.condition.operator if monitor.condition else ">"
    side = "less" if operator.startswith(">") else "greater"
    what = f"Warning threshold ({warning}) must be {side} than the alert threshold ({critical})"
    return f"{what} with {operator} comparison."


def _pair(monitor: MonitorFacts, first: str, second: str) -> tuple[float, float] | None:
    """Two thresholds, where both are given; critical falls back to the number in the query."""
    left = number(monitor.thresholds.get(first))
    right = number(monitor.thresholds.get(second))
    if right is None and second == "critical":
        right = monitor.threshold
    return None if left is None or right is None else (left, right)


def _beyond(monitor: MonitorFacts, value: float, limit: float) -> bool:
    """Whether `value` lies on the alerting side of `limit`."""
    operator = monitor.condition.operator if monitor.condition else ""
    return value > limit if operator.startswith(">") else value < limit if operator.startswith("<") else False


def _side(monitor: MonitorFacts) -> str:
    return "below" if monitor.condition and monitor.condition.operator.startswith(">") else "above"
