"""Every query of the recordings: read, printed, checked, and damaged in the ways people damage queries."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dd_sync.query.difference import difference
from dd_sync.query.errors import QueryError
from dd_sync.query.explain import explain
from dd_sync.query.message import STATES, handles, recipients, variables
from dd_sync.query.parse import parse
from dd_sync.query.printer import render
from dd_sync.rules import check_dashboard, check_monitor, check_query, check_slo
from dd_sync.rules.dashboards import widgets
from tests.corpus.recordings import FACTS, lines, needs_facts, needs_recordings
from tests.query.test_parse import check_places

DATED = ("dashboard-read-only", "missing-data-schedule")
"""Rules of which the recordings show that Datadog began to refuse after it had taken."""

METRIC_SOURCES = ("metrics", "cloud_cost")


def accepted(kind: str) -> list[dict[str, Any]]:
    """What Datadog took, and what it stored."""
    pairs = [pair for pair in lines("pairs.jsonl") if pair["kind"] == kind]
    return [body for pair in pairs for body in (pair["request"], pair["response"])]


def published(kind: str) -> list[dict[str, Any]]:
    return [line["body"] for line in lines(f"{kind}s.jsonl")]


def monitors() -> list[dict[str, Any]]:
    return [body for body in accepted("monitor") + published("monitor") if body.get("query") and body.get("type")]


def dashboards() -> list[dict[str, Any]]:
    return accepted("dashboard") + published("dashboard")


def _requests(definition: dict[str, Any]) -> list[dict[str, Any]]:
    requests = definition.get("requests") or []
    listed = list(requests.values()) if isinstance(requests, dict) else requests
    source = definition.get("source_widget_definition")
    return [request for request in listed if isinstance(request, dict)] + (_requests(source) if source else [])


def _widget_queries(dashboard: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for _, definition in widgets(dashboard):
        for request in _requests(definition):
            if request.get("q"):
                yield request["q"], "dashboard"
            for query in request.get("queries") or []:
                if query.get("data_source") in METRIC_SOURCES and "query" in query:
                    yield query["query"], "dashboard"
            for formula in request.get("formulas") or []:
                yield formula["formula"], "formula"


def _slo_queries(slo: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for side in ("numerator", "denominator"):
        if (slo.get("query") or {}).get(side):
            yield slo["query"][side], "slo"
    for text in re.findall(r'"query": ("(?:[^"\\]|\\.)*")', json.dumps(slo.get("sli_specification") or {})):
        yield json.loads(text), "slo"


def queries() -> list[tuple[str, str]]:
    """(query, type) of everything recorded, each once."""
    found = [(monitor["query"], monitor["type"]) for monitor in monitors()]
    found += [pair for dashboard in dashboards() for pair in _widget_queries(dashboard)]
    found += [pair for slo in accepted("slo") for pair in _slo_queries(slo)]
    return list(dict.fromkeys(found))


@needs_recordings
def test_every_query_is_read_and_printing_it_is_the_identity() -> None:
    assert len(queries()) > 3000
    for query, type_ in queries():
        tree = parse(query, type_)
        assert str(tree) == query
        assert parse(render(tree), type_) == tree


@needs_recordings
def test_every_part_of_every_query_knows_its_place() -> None:
    for query, type_ in queries():
        check_places(query, parse(query, type_).body)


@needs_recordings
def test_every_query_has_words_and_no_difference_to_itself() -> None:
    for query, type_ in queries():
        assert explain(parse(query, type_)).endswith(".")
        assert difference(query, f" {query} ", type_) == []


@needs_recordings
def test_nothing_that_datadog_took_or_published_has_an_error() -> None:
    findings = [finding for body in monitors() for finding in check_monitor(body)]
    findings += [finding for body in accepted("slo") for finding in check_slo(body)]
    findings += [finding for body in dashboards() for finding in check_dashboard(body)]
    assert [one for one in findings if one.severity == "error" and one.rule not in DATED] == []


@needs_recordings
def test_every_message_is_read_and_its_places_are_right() -> None:
    for body in monitors():
        message = body.get("message") or ""
        assert set(recipients(message)) == set(STATES)
        assert all(handle.startswith("@") and handle in message for handle in handles(message))
        assert all(message[found.start : found.end] == found.text for found in variables(message))


def refusals() -> Iterator[tuple[str, dict[str, Any], str]]:
    """(path, body, Datadog's sentence) of the writes it refused for what they say."""
    for exchange in lines("exchanges.jsonl"):
        errors = (exchange["response_body"] or {}).get("errors") if exchange["status"] == 400 else None
        if errors and exchange["method"] in ("POST", "PUT") and "Duplicate" not in errors[0]:
            yield exchange["path"], exchange["request_body"], errors[0]


@needs_recordings
def test_what_datadog_refused_is_found_offline() -> None:
    found = 0
    for path, body, sentence in refusals():
        kind = path.split("/")[3]
        check = {"monitor": check_monitor, "dashboard": check_dashboard, "slo": check_slo}[kind]
        assert check(body), sentence
        found += 1
    assert found > 3


@needs_facts
def test_the_default_packs_have_no_errors() -> None:
    packs = json.loads((Path(FACTS) / "packs.json").read_text())
    fill = (("<scope_quoted>", '"env:prod"'), ("<scope>", "env:prod"), ("<op>", "flask.request"))
    for monitor in (monitor for pack in packs.values() for monitor in pack["monitors"]):
        query = monitor["query"]
        for name, value in fill:
            query = query.replace(name, value)
        findings = check_query(query, monitor["type"])
        assert [one for one in findings if one.severity == "error" and one.rule not in DATED] == []


# --- planted mistakes -------------------------------------------------------------------------------------------------

_METRIC = ("query alert", "metric alert")
_COMPARISON = re.compile(r"\s*(>=|<=|>|<|==)\s*(-?[\d.]+)\s*$")
_AGGREGATOR = re.compile(r"\b(avg|sum|min|max|count|p\d\d):(?=[a-z])")
_HEAD = re.compile(r"[a-z]+\((?:last|current|next)_\d+[a-z]+\)\s*:")
_WINDOW = re.compile(r"(last|current|next)_\d+[a-z]+")
_LAST = re.compile(r"\.last\((\"?)(\d+)(\w*)\"?\)")
_SCOPE = re.compile(r"(?<!by )(?<!, )\{([^{}]*)\}")
_FUNCTION = re.compile(r"(?<![\w\"'])([a-z_]{4,})\((?!\")")


def _unbalanced(query: str, type_: str) -> Iterator[str]:
    for sign in "(){}":
        if sign in query:
            yield query.replace(sign, "", 1)
        place = query.find(")")
        yield query[:place] + sign + query[place:] if place >= 0 else query + sign


def _unknown_aggregator(query: str, type_: str) -> Iterator[str]:
    if match := _AGGREGATOR.search(query):
        for wrong in ("foo", match[1] + "x", "average"):
            yield query[: match.start()] + wrong + query[match.end(1) :]
    if type_ in _METRIC and _HEAD.match(query):
        yield re.sub(r"^[a-z]+", "mean_of", query)


def _misspelt_function(query: str, type_: str) -> Iterator[str]:
    for match in _FUNCTION.finditer(query):
        yield f"{query[: match.end(1)]}z{query[match.end(1) :]}"
        yield query[: match.start(1)] + query[match.start(1) + 1 :]


def _comparator_missing(query: str, type_: str) -> Iterator[str]:
    if match := _COMPARISON.search(query):
        yield query[: match.start()]
        yield f"{query[: match.start()]} {match[2]}"
        yield f"{query[: match.start()]} {match[1]}"


def _window_wrong(query: str, type_: str) -> Iterator[str]:
    if match := _WINDOW.search(query):
        for wrong in ("", f"{match[1]}_0m", f"{match[1]}_99999h", f"{match[1]}_5x", "5m"):
            yield query[: match.start()] + wrong + query[match.end() :]
    if match := _HEAD.match(query):
        yield query[match.end() :]
    if match := _LAST.search(query):
        yield query[: match.start()] + query[match.end() :]
        for wrong in ("", "0" if not match[3] else '"0m"', "1000" if not match[3] else '"9999d"'):
            yield f"{query[: match.start()]}.last({wrong}){query[match.end() :]}"


def _empty_scope(query: str, type_: str) -> Iterator[str]:
    if match := _SCOPE.search(query):
        yield f"{query[: match.start()]}{{}}{query[match.end() :]}"
        yield query[: match.start()] + query[match.end() :]
    if ".over(" in query and type_ == "service check":
        yield re.sub(r"\.over\([^)]*\)", ".over()", query)


def _grouping_in_scope(query: str, type_: str) -> Iterator[str]:
    if match := _SCOPE.search(query):
        for wrong in (" by {host}}", " by host}", " by {host}"):
            yield query[: match.end() - 1] + wrong + query[match.end() :]


def _threshold_text(query: str, type_: str) -> Iterator[str]:
    if match := _COMPARISON.search(query):
        for wrong in ("high", '"5"', f"{match[2]}%", f"{match[2]}ms", "five"):
            yield query[: match.start(2)] + wrong


def _wrong_quotes(query: str, type_: str) -> Iterator[str]:
    for quote, other in ('"', "'"), ("'", '"'):
        if quote in query:
            yield query.replace(quote, "“", 1)
            yield query.replace(quote, "", 1)
            yield query.replace(quote, "`")
            last = query.rindex(quote)
            yield query[:last] + other + query[last + 1 :]


def _trailing_garbage(query: str, type_: str) -> Iterator[str]:
    for garbage in (" foo", ")", "}", ";", '"', " &&", " > 5 5"):
        yield query + garbage


@needs_recordings
@pytest.mark.parametrize(
    "plant",
    [
        _unbalanced,
        _unknown_aggregator,
        _misspelt_function,
        _comparator_missing,
        _window_wrong,
        _empty_scope,
        _grouping_in_scope,
        _threshold_text,
        _wrong_quotes,
        _trailing_garbage,
    ],
)
def test_a_planted_mistake_is_found_in_at_least_95_of_100_queries(plant: Any) -> None:
    tried, missed = 0, []
    for query, type_ in queries():
        for damaged in plant(query, type_):
            tried += 1
            if not any(finding.severity == "error" for finding in check_query(damaged, type_)):
                missed.append((type_, damaged))
    assert tried > 100
    assert len(missed) <= 0.05 * tried, missed[:10]


@needs_recordings
def test_cutting_a_query_anywhere_raises_nothing_but_our_error() -> None:
    for query, type_ in queries()[::7]:
        for place in range(0, len(query), 5):
            try:
                parse(query[:place], type_)
                parse(query[place:], type_)
            except QueryError:
                continue
