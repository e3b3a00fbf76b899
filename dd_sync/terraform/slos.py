"""`datadog_service_level_objective` as the payload of an SLO, by the provider's documented schema."""

from __future__ import annotations

from typing import Any

from dd_sync.terraform.attributes import Attributes, block, blocks, check_known, given_value, number

_OF_TERRAFORM = ("id", "force_delete", "validate", "ignore_tag_keys")

_KNOWN = frozenset(
    {"name", "type", "description", "tags", "thresholds", "timeframe", "target_threshold", "warning_threshold"}
    | {"query", "monitor_ids", "groups", "sli_specification", *_OF_TERRAFORM}
)

_FORMULAS = ("good_events_formula", "total_events_formula", "bad_events_formula")


def slo(values: Attributes) -> dict[str, Any]:
    """The payload. Raises Unknown for an attribute this version does not support."""
    check_known(values, _KNOWN)
    payload: dict[str, Any] = {
        "name": values.get("name") or "",
        "type": values.get("type") or "metric",
        "description": values.get("description") or "",
        "tags": list(values.get("tags") or ()),
        "thresholds": [_threshold(one) for one in blocks(values, "thresholds")],
        **given_value(values, ("timeframe", "target_threshold", "warning_threshold", "groups")),
    }
    if values.get("monitor_ids"):
        payload["monitor_ids"] = sorted(int(one) for one in values["monitor_ids"])
    if query := block(values, "query"):
        check_known(query, ("numerator", "denominator"), "query.")
        payload["query"] = {name: query.get(name) or "" for name in ("numerator", "denominator")}
    if specification := _specification(block(values, "sli_specification")):
        payload["sli_specification"] = specification
    return payload


def _threshold(threshold: Attributes) -> dict[str, Any]:
    """A threshold; a warning of zero is none, and `*_display` is Datadog's."""
    check_known(threshold, ("timeframe", "target", "warning", "target_display", "warning_display"), "thresholds.")
    found = {"timeframe": threshold.get("timeframe"), "target": number(threshold.get("target"))}
    warning = number(threshold.get("warning"))
    return {**found, "warning": warning} if warning else found


def _specification(specification: Attributes) -> dict[str, Any]:
    check_known(specification, ("time_slice", "count"), "sli_specification.")
    if slices := block(specification, "time_slice"):
        return {"time_slice": _time_slice(slices)}
    if count := block(specification, "count"):
        return {"count": _count(count)}
    return {}


def _time_slice(slices: Attributes) -> dict[str, Any]:
    place = "sli_specification.time_slice."
    known = ("query", "comparator", "threshold", "query_interval_seconds", "no_data_strategy")
    check_known(slices, known, place)
    query = block(slices, "query")
    check_known(query, ("formula", "formulas", "query", "queries"), f"{place}query.")
    found = {
        "query": {"formulas": [_formula(one) for one in blocks(query, "formula")], "queries": _queries(query)},
        "comparator": slices.get("comparator"),
        "threshold": number(slices.get("threshold")),
    }
    return {**found, **given_value(slices, ("query_interval_seconds", "no_data_strategy"))}


def _count(count: Attributes) -> dict[str, Any]:
    check_known(count, (*_FORMULAS, "queries", "query"), "sli_specification.count.")
    found: dict[str, Any] = {name: _formula(block(count, name)) for name in _FORMULAS if block(count, name)}
    return {**found, "queries": _queries(count)}


def _formula(formula: Attributes) -> dict[str, Any]:
    check_known(formula, ("formula_expression", "formula"), "sli_specification.formula.")
    return {"formula": formula.get("formula_expression") or formula.get("formula") or ""}


def _queries(attributes: Attributes) -> list[dict[str, Any]]:
    """The queries a formula names, each a block around one block that says what it asks."""
    found = [
        block(one, "metric_query") or one for one in (*blocks(attributes, "queries"), *blocks(attributes, "query"))
    ]
    known = ("data_source", "name", "query", "aggregator", "cross_org_uuids", "semantic_mode")
    for one in found:
        check_known(one, known, "sli_specification.metric_query.")
    return [{"data_source": "metrics", **given_value(one, known)} for one in found]
