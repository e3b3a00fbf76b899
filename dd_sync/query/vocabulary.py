"""The words of Datadog's query languages: aggregators, functions, modifiers, what a chain starts with and goes on with.

From Datadog's docs (dashboards/functions, monitors/types, the API's description of monitor queries) and from recorded
and published queries. A word missing here refuses a query that Datadog takes, so the lists are generous.
"""

from __future__ import annotations

import re

WIDGET = "dashboard"
"""The type of a widget's metric query."""

COUNT = "slo"
"""The type of what an SLO counts: its numerator, its denominator."""

AGGREGATORS = frozenset(
    {"avg", "max", "min", "sum", "count", "percentile", "last", "median", "mean", "stddev", "histogram", "any"}
)
"""Space aggregators, beside percentiles as p50, p99.9."""

TIME_AGGREGATORS = frozenset({"avg", "max", "min", "sum", "percentile", "count", "last", "median", "mean", "stddev"})
"""How a monitor reduces its window to one value."""

CHANGES = frozenset({"change", "pct_change"})

ROLLUPS = frozenset({"avg", "max", "min", "sum", "count", "last", "median", "mean", "stddev", "percentile", "any"})

EVENT_ROLLUPS = ROLLUPS | {"cardinality", "latest", "earliest", "most_frequent", "delta"}

PERCENTILE = re.compile(r"pc?\d{1,3}(?:\.\d+)?")
"""p50, p99.9, p999, and pc95 as logs spell it."""

_SPANS = {
    f"{end}{count}{how}"
    for end in ("top", "bottom")
    for count in ("", "5", "10", "15", "20", "25", "50", "100")
    for how in ("", "_mean", "_min", "_max", "_sum", "_last", "_area", "_l2norm", "_norm")
}

FUNCTIONS = frozenset(
    {"abs", "log", "log2", "log10", "ln", "exp", "sqrt", "pow", "power", "ceil", "floor", "round", "mod", "sign"}
    | {"cumsum", "integral", "count_nonzero", "count_not_null", "nonzero", "not_null", "default_zero", "exclude_null"}
    | {"clamp_min", "clamp_max", "cutoff_min", "cutoff_max", "fill", "default", "coalesce", "is_null", "if", "ifelse"}
    | {"derived", "rate"}
    | {"derivative", "diff", "monotonic_diff", "dt", "per_second", "per_minute", "per_hour", "per_day", "throughput"}
    | {"robust_trend", "trend_line", "piecewise_constant", "seasonal_trend", "linear_trend"}
    | {"anomalies", "outliers", "forecast", "autosmooth", "top_offset", "bottom_offset", "limit", "sort"}
    | {f"ewma_{span}" for span in (3, 5, 7, 10, 20, 30)}
    | {f"median_{span}" for span in (3, 5, 7, 9, 11, 21)}
    | {f"rollingavg_{span}" for span in (5, 13, 21, 29)}
    | {f"ewma{span}" for span in (3, 5, 10, 20)}
    | {"timeshift", "calendar_shift", "hour_before", "day_before", "week_before", "month_before", "year_before"}
    | {"rollup", "moving_rollup", "reduce", "weighted", "as_count", "as_rate", "group_by", "groupby", "filter"}
    | {"avg", "max", "min", "sum", "count", "stddev", "percentile", "median", "mean", "last", "variance"}
    | {"equiv_otel", "equiv_otel_all", "hist", "cdf", "week_over_week", "change", "pct_change", "join", "union"}
    | _SPANS
)
"""Functions of metric queries and formulas."""

MODIFIERS = frozenset({"as_count", "as_rate", "rollup", "fill", "weighted", "as_distribution", "as_total"})
"""What may follow a metric with a dot."""

FILLS = frozenset({"linear", "last", "zero", "null", "none"})

EVENT_SOURCES = {
    "log alert": ("logs",),
    "rum alert": ("rum",),
    "trace-analytics alert": ("trace-analytics", "spans"),
    "event-v2 alert": ("events",),
    "event alert": ("events",),
    "audit alert": ("audits", "audit"),
    "ci-pipelines alert": ("ci-pipelines",),
    "ci-tests alert": ("ci-tests",),
    "error-tracking alert": (
        "error-tracking",
        "error-tracking-rum",
        "error-tracking-traces",
        "error-tracking-logs",
    ),
    "database-monitoring alert": ("database-monitoring",),
    "network-performance alert": ("network-performance",),
    "network-path alert": ("network-path",),
    "llm-observability alert": ("llm-observability",),
    "deployments alert": ("deployments",),
    "process alert": ("processes",),
    "slo alert": ("error_budget", "burn_rate"),
    "cost alert": ("formula",),
    "data-quality alert": ("formula",),
    "data-jobs alert": ("formula",),
}
"""What a monitor of each type starts with; all but SLO and process alerts may be a `formula("…")` as well."""

METRIC_TYPE = "query alert"

_STARTS = re.compile(r"\s*([\w-]+)\(\s*\"")


def type_of(query: str) -> str:
    """The type of monitor that a query without one is of, by what it starts with: `logs("…")` is a log alert's, a name
    in quotes a service check's, anything else a metric's."""
    start = _STARTS.match(query)
    if start is not None:
        fitting = [name for name, sources in EVENT_SOURCES.items() if start[1] in sources and start[1] != "formula"]
        return fitting[0] if fitting else METRIC_TYPE
    return "service check" if query.lstrip()[:1] == '"' else METRIC_TYPE


SOURCES = frozenset(source for sources in EVENT_SOURCES.values() for source in sources) | {
    "product-analytics",
    "synthetics",
    "security-signals",
    "netflow",
    "ndm",
}

STEPS = frozenset(
    {"index", "indexes", "rollup", "by", "last", "current", "over", "exclude", "source", "new", "impact", "shift"}
    | {"change", "anomaly", "forecast", "long_window", "short_window", "count_by_status", "pct_by_status", "having"}
    | {"storage"}
    | {"as_count", "as_rate", "fill", "limit", "group_by", "compute", "filter", "anomalies", "threshold", "regression"}
)
"""What may follow `logs("…")` and the like with a dot."""


def is_aggregator(word: str, known: frozenset[str] = AGGREGATORS) -> bool:
    """Whether `word` is one of `known` or a percentile."""
    return word in known or PERCENTILE.fullmatch(word) is not None


def is_function(word: str) -> bool:
    """Whether `word` is a function; conditional ones (`is_greater`, `is_less`…) are told by their start."""
    return word in FUNCTIONS or word.startswith("is_")
