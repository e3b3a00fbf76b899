"""Plain words for what stands in a query."""

from __future__ import annotations

AGGREGATES = {
    "avg": "average",
    "max": "maximum",
    "min": "minimum",
    "sum": "sum",
    "count": "number of points",
    "last": "last value",
    "percentile": "percentile",
    "stddev": "standard deviation",
    "histogram": "distribution",
}
COMPARED = {
    ">": "above",
    ">=": "at or above",
    "<": "below",
    "<=": "at or below",
    "==": "at exactly",
    "!=": "at anything but",
}
OPERATIONS = {"+": "plus", "-": "minus", "*": "times", "/": "divided by", "%": "modulo"}
FUNCTIONS = {
    "default_zero": "{} (0 where there is no data)",
    "anomalies": "anomalies of {}",
    "outliers": "outliers among {}",
    "forecast": "the forecast of {}",
    "derivative": "the rate of change of {}",
    "diff": "the change from point to point of {}",
    "monotonic_diff": "the increase from point to point of {}",
    "per_second": "{} per second",
    "per_minute": "{} per minute",
    "per_hour": "{} per hour",
    "timeshift": "{}, shifted in time",
    "calendar_shift": "{}, shifted in time",
    "clamp_min": "{}, raised to the least",
    "clamp_max": "{}, lowered to the most",
    "cutoff_min": "{}, where it is not below",
    "cutoff_max": "{}, where it is not above",
    "moving_rollup": "the moving rollup of {}",
    "abs": "the absolute value of {}",
    "cumsum": "the running total of {}",
    "count_nonzero": "how many groups are not 0 in {}",
    "count_not_null": "how many groups there are in {}",
    "exclude_null": "{}, without groups that have no tag",
    "hour_before": "{} an hour before",
    "day_before": "{} a day before",
    "week_before": "{} a week before",
    "month_before": "{} a month before",
    "autosmooth": "{}, smoothed",
}
SPANNING = {
    "ewma": "the exponentially weighted average over {} points of {{}}",
    "median": "the median over {} points of {{}}",
    "rollingavg": "the rolling average over {} points of {{}}",
}
"""Functions with a number of points in their names, `ewma_20`."""

CALENDAR = {"hourly": "hour", "daily": "day", "weekly": "week", "monthly": "month", "quarterly": "quarter"}
FILLED = {
    "zero": "gaps filled with 0",
    "last": "gaps filled with the last value",
    "linear": "gaps filled by a straight line",
    "null": "gaps left open",
    "none": "gaps left open",
}
MODIFIERS = {"as_count": "as a count", "as_rate": "per second"}
FIRST = {
    "the",
    "how",
    "alerts",
    "anomalies",
    "outliers",
    "change",
    *(word.split()[0] for word in AGGREGATES.values()),
}
EVENTS = {
    "logs": "logs",
    "rum": "RUM events",
    "trace-analytics": "spans",
    "spans": "spans",
    "events": "events",
    "audits": "audit events",
    "audit": "audit events",
    "ci-pipelines": "CI pipelines",
    "ci-tests": "CI tests",
    "processes": "processes",
}
