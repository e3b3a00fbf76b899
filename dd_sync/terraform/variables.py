"""The queries a formula names, `variables` of `datadog_monitor`, by the provider's schema (version 4)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from dd_sync.terraform.attributes import Attributes, Unknown, block, blocks, check_known, given_value

_COST = ("data_source", "name", "query", "aggregator")
_METRICS = ("data_source", "name", "query", "aggregator")
_QUALITY = ("name", "data_source", "schema_version", "measure", "filter", "scope", "group_by")
_QUALITY_OPTIONS = ("custom_sql", "custom_where", "group_by_columns", "crontab_override", "model_type_override")
_JOBS = ("name", "jobs_query", "job_type", "query_dialect")
_COMPUTE = ("aggregation", "interval", "metric", "name", "source")
_GROUP = ("facet", "limit", "source")
_SORT = ("aggregation", "order", "metric")
_EVENT = ("data_source", "name", "indexes", "search", "compute", "group_by")
_TABLE = ("data_source", "name", "table_name", "query_filter")
_JOIN = ("augment_attribute", "base_attribute", "join_type", "is_negated")
_FILTER = ("base_attribute", "filter_attribute", "exclude")

_KNOWN = (
    "event_query",
    "cloud_cost_query",
    "data_quality_query",
    "data_jobs_query",
    "aggregate_augmented_query",
    "aggregate_filtered_query",
)


def variables_of(variables: Attributes) -> Iterator[dict[str, Any]]:
    """The queries in the order in which the provider sends them.

    Raises Unknown, with its place, for what this version cannot say at any depth.
    """
    check_known(variables, _KNOWN, "variables.")
    for query in blocks(variables, "event_query"):
        yield _event_query(query, "variables.event_query.")
    for query in blocks(variables, "cloud_cost_query"):
        yield _plain(query, _COST, "variables.cloud_cost_query.")
    for query in blocks(variables, "data_quality_query"):
        yield _quality_query(query)
    for query in blocks(variables, "data_jobs_query"):
        yield _plain(query, _JOBS, "variables.data_jobs_query.")
    for query in blocks(variables, "aggregate_augmented_query"):
        yield _augmented(query)
    for query in blocks(variables, "aggregate_filtered_query"):
        yield _filtered(query)


def _plain(attributes: Attributes, known: Sequence[str], place: str) -> dict[str, Any]:
    """A block without blocks in it."""
    check_known(attributes, known, place)
    return given_value(attributes, known)


def _quality_query(query: Attributes) -> dict[str, Any]:
    check_known(query, (*_QUALITY, "monitor_options"), "variables.data_quality_query.")
    said = _plain(block(query, "monitor_options"), _QUALITY_OPTIONS, "variables.data_quality_query.monitor_options.")
    found = given_value(query, _QUALITY)
    return {**found, "monitor_options": said} if said else found


def _event_query(query: Attributes, place: str) -> dict[str, Any]:
    check_known(query, _EVENT, place)
    if len(blocks(query, "compute")) > 1:
        raise Unknown(f"more than one compute in {place.rstrip('.')}")
    found = given_value(query, ("data_source", "name", "indexes"))
    search = block(query, "search")
    check_known(search, ("query",), f"{place}search.")
    found["search"] = {"query": search.get("query") or ""}
    found["compute"] = _plain(block(query, "compute"), _COMPUTE, f"{place}compute.")
    if query.get("group_by") is not None:  # none at all is sent as [] where the state holds it so, and kept
        found["group_by"] = _groups(query, place)
    return found


def _groups(query: Attributes, place: str) -> list[dict[str, Any]]:
    return [_group(one, f"{place}group_by.") for one in blocks(query, "group_by")]


def _group(group: Attributes, place: str) -> dict[str, Any]:
    check_known(group, (*_GROUP, "sort"), place)
    found, sort = given_value(group, _GROUP), _plain(block(group, "sort"), _SORT, f"{place}sort.")
    return {**found, "sort": sort} if sort else found


def _augmented(query: Attributes) -> dict[str, Any]:
    """A query joined with a table or with events."""
    place = "variables.aggregate_augmented_query."
    sides = ("augment_reference_table", "augment_event_query", "base_metrics_query", "base_event_query")
    check_known(query, ("data_source", "name", *sides, "join_condition", "compute", "group_by"), place)
    return {
        **given_value(query, ("data_source", "name")),
        "augment_query": _beside(query, "augment", place),
        "base_query": _base(query, place),
        "join_condition": _plain(block(query, "join_condition"), _JOIN, f"{place}join_condition."),
        "compute": _computes(query, place),
        "group_by": _groups(query, place),
    }


def _filtered(query: Attributes) -> dict[str, Any]:
    """A query less what a table or events leave out."""
    place = "variables.aggregate_filtered_query."
    sides = ("filter_reference_table", "filter_event_query", "base_metrics_query", "base_event_query")
    check_known(query, ("data_source", "name", *sides, "filters", "compute", "group_by"), place)
    found = {
        **given_value(query, ("data_source", "name")),
        "filter_query": _beside(query, "filter", place),
        "base_query": _base(query, place),
        "filters": [_plain(one, _FILTER, f"{place}filters.") for one in blocks(query, "filters")],
    }
    more = {"compute": _computes(query, place), "group_by": _groups(query, place)}
    return {**found, **{name: value for name, value in more.items() if value}}


def _computes(query: Attributes, place: str) -> list[dict[str, Any]]:
    return [_plain(one, _COMPUTE, f"{place}compute.") for one in blocks(query, "compute")]


def _base(query: Attributes, place: str) -> dict[str, Any]:
    events = block(query, "base_event_query")
    if events:
        return _event_query(events, f"{place}base_event_query.")
    return _plain(block(query, "base_metrics_query"), _METRICS, f"{place}base_metrics_query.")


def _beside(query: Attributes, side: str, place: str) -> dict[str, Any]:
    """The other side of a join or a filter: events, or a table with its columns."""
    events = block(query, f"{side}_event_query")
    if events:
        return _event_query(events, f"{place}{side}_event_query.")
    table, inside = block(query, f"{side}_reference_table"), f"{place}{side}_reference_table."
    check_known(table, (*_TABLE, "columns"), inside)
    columns = [_plain(one, ("name", "alias"), f"{inside}columns.") for one in blocks(table, "columns")]
    return {**given_value(table, _TABLE), **({"columns": columns} if columns else {})}
