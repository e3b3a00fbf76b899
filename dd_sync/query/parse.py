"""From text to tree: the one entry for all of Datadog's query languages."""

from __future__ import annotations

from dd_sync.query.composite import read_composite
from dd_sync.query.expression import ExpressionReader
from dd_sync.query.monitor import read_chain_alert, read_metric_alert, read_service_check, starts_like_a_chain
from dd_sync.query.tree import Body, Expressions, Query, Unparsed
from dd_sync.query.vocabulary import COUNT, EVENT_SOURCES, WIDGET

METRIC_TYPES = ("query alert", "metric alert")
"""One and the same: Datadog answers with either, whichever was sent."""

TYPES = (*METRIC_TYPES, "service check", "composite", "synthetics alert", *EVENT_SOURCES, WIDGET, "formula", COUNT)
"""What `parse` knows: the API's monitor types, a widget's metric query, a formula, an SLO's numerator."""


def parse(query: str, type: str = "query alert") -> Query:
    """The tree of a query.

    `type` is one of Datadog's monitor types, WIDGET, "formula" or COUNT. Queries of a type not known
    here are read as what they look like, or kept as they are.

    Raises QueryError, with the place, for what Datadog would refuse.
    """
    return Query(query, type, _body(query, type))


def _body(query: str, type_: str) -> Body:
    match type_:
        case "dashboard" | "slo":
            return _expressions(ExpressionReader(query))
        case "formula":
            return _expressions(ExpressionReader(query, names=True))
        case "service check":
            return read_service_check(query)
        case "composite":
            return read_composite(query)
        case "query alert" | "metric alert":
            return read_chain_alert(query, type_) if starts_like_a_chain(query) else read_metric_alert(query)
        case _ if type_ in EVENT_SOURCES:
            return read_chain_alert(query, type_)
        case _:
            return _unknown(query)


def _expressions(reader: ExpressionReader) -> Expressions:
    items = reader.expressions()
    return Expressions(items[0].start, items[-1].end, items)


def _unknown(query: str) -> Body:
    """A synthetics alert, or a type Datadog added later: read where it is a chain, kept as text otherwise."""
    if starts_like_a_chain(query):
        return read_chain_alert(query, "")
    return Unparsed(0, len(query), query)
