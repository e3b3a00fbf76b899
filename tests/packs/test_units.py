"""Units of all packs: a title or a graph in a unit shows a metric of that unit, or one that is computed into it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from dd_sync.packs.needs import need
from dd_sync.query.parse import parse
from dd_sync.query.parts import metrics
from tests.packs.projects import of_kind, repository

SPELLED = {"us": "microsecond", "ms": "millisecond", "s": "second", "ns": "nanosecond"}
SAME = {"cpu": "core"}
COMPUTED = {"nanocore": "1000000000", "fraction": "100 *"}
COUNTED_TOGETHER = {"operation/second", "request", "request/second"}
"""Queries, inserts and commands are operations in one graph, as calls of services are requests."""


def units(query: str, language: str) -> set[str]:
    """The units of the metrics a query reads."""
    found = (need(metric.name) for metric in metrics(parse(query, language)))
    return {SAME.get(one.unit, one.unit) for one in found if one is not None}


def test_a_unit_in_a_title_is_that_of_the_metric_or_computed_from_it() -> None:
    seen = set()
    for one in of_kind(repository(), "monitor"):
        query, type_ = one.payload["query"], one.payload["type"]
        for symbol in re.findall(r"\{\{threshold\}\} ?(%|us|ms|ns|s)(?![a-z])", one.payload["name"]):
            seen.add(symbol)
            read = units(query, type_)
            if type_ == "slo alert":
                assert (symbol, query[:13]) == ("%", "error_budget("), one.key
            elif symbol == "%":
                assert read in ({"percent"}, {"percent", "core"}) or re.search(r"100 \*|\* 100", query), one.key
            else:
                assert read in _fitting(symbol, query) or _worked_out(symbol, query, read), one.key
    assert seen == {"%", *SPELLED}


def _fitting(symbol: str, query: str) -> list[set[str]]:
    """Datadog documents no unit of some durations; their names say what they are."""
    return [{SPELLED[symbol]}, {f"{symbol} per s"}, *([{""}] if "duration" in query else [])]


def _worked_out(symbol: str, query: str, read: set[str]) -> bool:
    """Whether time comes out: so much for so many requests, or that of one metric where another only gates it."""
    gated = "is_greater(" in query or "1000000 *" in query
    spent = any(unit.startswith(SPELLED[symbol]) for unit in read)
    return spent and (" / " in query or gated)


def test_a_graph_of_one_metric_is_in_the_unit_of_that_metric() -> None:
    compared = 0
    for where, query, formula in graphed():
        (unit,) = units(query, "dashboard") or {""}
        shown = (formula.get("number_format") or {}).get("unit") or {}
        written = "/".join(part for part in (shown.get("unit_name"), shown.get("per_unit_name")) if part)
        if unit and written and written not in COUNTED_TOGETHER:
            compared += 1
            assert unit == written, where
    assert compared > 60


def graphed() -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Each formula of each dashboard that is one query of one metric alone: where, the query, the formula."""
    for one in of_kind(repository(), "dashboard"):
        for request in requests(one.payload["widgets"]):
            queries = {query["name"]: query.get("query") for query in request.get("queries") or ()}
            for formula in request.get("formulas") or ():
                query = queries.get(formula["formula"])
                if query and len(metrics(parse(query, "dashboard"))) == 1:
                    yield f"{one.key}: {query}", query, formula


def requests(value: Any) -> Iterator[dict[str, Any]]:
    """Every request of every widget, in groups too."""
    if isinstance(value, dict):
        if "formulas" in value:
            yield value
        value = list(value.values())
    for item in value if isinstance(value, list) else ():
        yield from requests(item)
