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
