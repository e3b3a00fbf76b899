"""Rules about single fields, of all kinds: what Datadog's API description requires, lists and limits.

What the description says of widgets is not always what Datadog takes: a field that a recording or a published object
contradicts is left out (`CONTRADICTED`), and what is known of nothing but the description (enumerations and types
inside widgets, fields of their smaller parts) warns.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from dd_sync.rules.rule import Broken, Rule, rule
from dd_sync.rules.schema import Fault, Sort, faults

CONTRADICTED = frozenset(
    {
        "FormulaAndFunctionMetricQueryDefinition.query",
        "GeomapWidgetDefinitionView.focus",
        "ListStreamWidgetDefinition.requests",
        "LogQueryDefinition.search",
        "DashboardTab.widget_ids",
        "WidgetLayout.x",
        "WidgetLayout.y",
        "WidgetLayout.width",
        "WidgetLayout.height",
        "WidgetConditionalFormat.comparator",
        "WidgetConditionalFormat.value",
        "WidgetFormulaSort.index",
    }
)
"""Fields of which a recording or a published object shows otherwise."""

NEWER = {"Monitor.type": ("deployments alert",)}
"""Values of lists that Datadog's pages make and its description does not have."""

_OWN = frozenset(
    {
        "MonitorOptions.on_missing_data",
        "EntityV3.kind",
        "Monitor.priority",
        "Monitor.restricted_roles",
        "SLOThreshold.timeframe",
        "SLOThreshold.target",
        "ServiceLevelObjectiveRequest.thresholds",
        "SLOTimeSliceCondition.comparator",
        "SLOTimeSliceCondition.threshold",
        "SLOTimeSliceCondition.query_interval_seconds",
        "SLOTimeSliceQuery.formulas",
        "Dashboard.is_read_only",
        "Dashboard.title",
        "Dashboard.widgets",
        "DashboardTemplateVariablePresetValue.values",
        "DowntimeCreateRequestAttributes.scope",
        "DowntimeScheduleRecurrenceCreateUpdateRequest.duration",
        "DowntimeScheduleRecurrenceCreateUpdateRequest.rrule",
    }
)
"""Fields about which a rule of its own has more to say."""

_OWN_ALSO = re.compile(
    r"SLOCountDefinition\w*\.\w+_events_formula|MonitorOptions\.(\w+_delay|timeout_h|renotify_\w+|no_data_timeframe)"
)

_EXACT = re.compile(r"Dashboard|ListStream|\w*Widget(Definition|Request)\b|\w+QueryDefinition\b|NumberFormat|Widget\.")
"""Models of dashboards of which a missing field is an error: the others are parts of widgets that Datadog fills in."""


@dataclass(frozen=True)
class FieldFacts:
    """An object of a kind, held against Datadog's description once."""

    kind: str
    payload: Mapping[str, Any]

    @cached_property
    def faults(self) -> Sequence[tuple[Fault, bool]]:
        """Each fault no other rule tells, and whether Datadog is known to refuse it."""
        found = (fault for fault in faults(self.kind, self.payload) if not _told_elsewhere(fault.field))
        return [(fault, self._certain(fault)) for fault in found if not self._newer(fault)]

    def _newer(self, fault: Fault) -> bool:
        """Whether it is about a value that Datadog has and its description does not list yet."""
        return fault.sort == "value" and self.payload.get(fault.path) in NEWER.get(fault.field, ())

    def _certain(self, fault: Fault) -> bool:
        if self.kind != "dashboard" or fault.field.startswith("Dashboard"):
            return True
        if fault.sort in ("value", "type"):
            return fault.sort == "type" and fault.fix in ("a list", "an object")
        if fault.sort in ("missing", "count") and not _EXACT.match(fault.field):
            return False
        return not (fault.sort == "count" and "conditional_formats" in fault.field)


def _told_elsewhere(field: str) -> bool:
    return field.removesuffix("[]") in CONTRADICTED or field in _OWN or bool(_OWN_ALSO.fullmatch(field))


def _rule(id: str, sort: Sort, why: str) -> Rule[FieldFacts]:
    def check(subject: FieldFacts) -> Iterator[Broken]:
        for fault, certain in subject.faults:
            if certain and fault.sort == sort:
                yield Broken(fault.message, fault.path, fix=fault.fix, says=_worded(subject.kind, fault))

    check.__doc__ = why
    return rule(id, "error", "stated", "API description, as Datadog's client has it")(check)


RULES: tuple[Rule[FieldFacts], ...] = (
    _rule("field-missing", "missing", "Fields that Datadog's API description requires are there, and not null."),
    _rule("field-type", "type", "Each field has the type that Datadog's API description names: text, number, list."),
    _rule("field-value", "value", "A field with a list of values in Datadog's API description has one of them."),
    _rule("field-length", "length", "Texts are as long as Datadog's API description allows."),
    _rule("field-count", "count", "Lists have as many items as Datadog's API description allows."),
    _rule("field-range", "range", "Numbers lie between the limits of Datadog's API description."),
    _rule("field-unknown", "unknown", "Objects that Datadog's API description closes hold known fields only."),
)


@rule("field-undocumented", "warning", "inferred", "API description, as Datadog's client has it")
def field_undocumented(subject: FieldFacts) -> Iterator[Broken]:
    """Datadog's API description does not know this inside a widget; whether the API refuses it was never seen."""
    for fault, certain in subject.faults:
        if not certain:
            yield Broken(f"{fault.message.removesuffix('.')}, as Datadog describes it", fault.path, fix=fault.fix)


RULES = (*RULES, field_undocumented)

_WIDGET = re.compile(r"(?:.*\.)?widgets\[(\d+)\](?:\.definition)?")


def _worded(kind: str, fault: Fault) -> str:
    """What Datadog answers, in the words of its endpoint (recorded of each, for other fields)."""
    name = fault.path.rpartition(".")[2]
    match kind:
        case "monitor":
            return f"The value provided for parameter '{name}' is invalid"
        case "slo":
            if fault.sort == "missing" and fault.path in ("type", "name"):
                return _SLO_WORDS[fault.path]
            return f"Invalid payload: {fault.says or fault.message}"
    if found := _WIDGET.match(fault.path):
        what = "widget" if found.end() == len(fault.path) else "widget definition"
        return f"Invalid {what} at position {found[1]}. Error: {fault.says or fault.message}"
    return _RECORDED.get((fault.field, fault.sort)) or fault.says or f"Invalid payload: {fault.message}"


_RECORDED = {
    ("Dashboard.layout_type", "value"): "Value of parameter 'layout_type' should be any of these ['ordered', 'free']",
}
"""Sentences in the order of words that was recorded."""

_SLO_WORDS = {
    "type": "Invalid payload: Required parameter 'type' is missing",
    "name": "Invalid payload: 'name' should be string",
}
