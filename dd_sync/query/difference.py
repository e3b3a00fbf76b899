"""What changed between two queries, in a reviewer's words: threshold, scope, window, grouping."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from dd_sync.query.errors import QueryError
from dd_sync.query.parse import parse
from dd_sync.query.parts import chains, condition, evaluation, metrics, scope_items, text_argument
from dd_sync.query.printer import render
from dd_sync.query.search import terms
from dd_sync.query.tree import (
    Alert,
    Binary,
    Call,
    Chain,
    Composite,
    Expressions,
    Group,
    Metric,
    Modified,
    Name,
    Node,
    Query,
    String,
    TagList,
    Unary,
)
from dd_sync.query.walk import walk

Change = tuple[str, str, str]
"""(what, before, after); an empty side means: was not there."""

_SLO = ("error_budget", "burn_rate")
_WINDOWS = ("last", "current", "over", "long_window", "short_window")


def difference(before: str, after: str, type: str = "query alert") -> list[Change]:
    """What changed from one query to the other, the most important first; empty when both say the same.

    What a reader cares for is told apart (threshold, comparison, window, time aggregation, metric, aggregation, scope,
    grouping, functions, and what a chain reads). Where that is not the whole difference, or a query cannot be read,
    it is `("query", before, after)`.
    """
    if before == after:
        return []
    try:
        left, right = parse(before, type), parse(after, type)
    except QueryError:
        return [("query", before, after)]
    if left == right:
        return []
    changes = list(dict.fromkeys(_told(left, right))) if _shape(left.body) == _shape(right.body) else []
    return changes or [("query", before, after)]


def _told(before: Query, after: Query) -> Iterator[Change]:
    """The changes of two queries of one shape, so that their metrics and chains stand in pairs."""
    yield from _compared(before, after)
    yield from _evaluated(before, after)
    for left, right in zip(chains(before), chains(after), strict=True):
        yield from _chained(left, right)
    pairs = list(zip(metrics(before), metrics(after), strict=True))
    for one, other in pairs:
        yield from _changed("metric", one.name, other.name)
        yield from _changed("aggregation", _aggregation(one), _aggregation(other))
    for one, other in pairs:
        yield from _limits(scope_items(one.scope), scope_items(other.scope))
        yield from _changed("grouping", _keys(one), _keys(other))
    yield from _changed("functions", _functions(before), _functions(after))


def _compared(before: Query, after: Query) -> Iterator[Change]:
    left, right = condition(before), condition(after)
    if left and right:
        yield from _changed("threshold", render(left.threshold), render(right.threshold))
        yield from _changed("comparison", left.operator, right.operator)


def _evaluated(before: Query, after: Query) -> Iterator[Change]:
    left, right = evaluation(before), evaluation(after)
    if left and right:
        yield from _changed("window", render(left.window), render(right.window))
        yield from _changed("compared with", *(render(e.shift) if e.shift else "" for e in (left, right)))
        yield from _changed("time aggregation", *(f"{e.change or ''} {e.aggregator}".strip() for e in (left, right)))


def _chained(before: Chain, after: Chain) -> Iterator[Change]:
    """What a chain reads, over which time, how it is reduced, limited and grouped."""
    yield from _changed("window", _window(before), _window(after))
    yield from _changed("source", before.name or "check", after.name or "check")
    if before.name is None or before.name in _SLO:
        yield from _changed("check" if before.name is None else "slo", _subject(before), _subject(after))
    yield from _changed("aggregation", _step(before, "rollup"), _step(after, "rollup"))
    yield from _limits(_searched(before), _searched(after))
    yield from _changed("grouping", _step(before, "by"), _step(after, "by"))


def _changed(what: str, before: str, after: str) -> Iterator[Change]:
    if before != after:
        yield (what, before, after)


def _limits(before: Sequence[str], after: Sequence[str]) -> Iterator[Change]:
    """Filters added and removed; one for one is a filter changed."""
    removed = [item for item in before if item not in after]
    added = [item for item in after if item not in before]
    if len(removed) == len(added) == 1:
        yield ("scope", removed[0], added[0])
        return
    yield from (("scope", item, "") for item in removed)
    yield from (("scope", "", item) for item in added)


def _aggregation(metric: Metric) -> str:
    return f"{metric.aggregator or ''} {metric.condition or ''}".strip()


def _keys(metric: Metric) -> str:
    return ", ".join(metric.by.keys) if metric.by else ""


def _subject(chain: Chain) -> str:
    return chain.subject.raw if isinstance(chain.subject, String) else ""


def _window(chain: Chain) -> str:
    spans = (call for call in chain.calls if call.function in _WINDOWS)
    return ", ".join(text_argument(call) or "" for call in spans if call.function != "over" or chain.name in _SLO)


def _step(chain: Chain, function: str) -> str:
    return ", ".join(text for call in chain.calls if call.function == function for text in _texts(call))


def _searched(chain: Chain) -> list[str]:
    """What a chain is limited to: the terms of its search, its index, the tags of a check."""
    found: list[str] = []
    if chain.name not in (None, "formula", *_SLO):
        found += [term for term in terms(_subject(chain)) if term != "*"]
    for call in chain.calls:
        if call.function in ("index", "indexes", "exclude", "source"):
            found += [f"{call.function} {text}" for text in _texts(call) if text != "*"]
        if call.function == "over" and chain.name not in _SLO:
            found += [text for text in _texts(call) if text != "*"]
    return found


def _functions(query: Query) -> str:
    """Functions and modifiers with their settings, told elsewhere left out."""
    told = (*_WINDOWS, "by", "index", "indexes", "exclude", "source")
    steps = {id(call) for chain in chains(query) for call in chain.calls if call.function in (*told, "rollup")}
    found = []
    for node in walk(query):
        if isinstance(node, Call) and id(node) not in steps:
            settings = (argument for argument in node.arguments if not _measures(argument))
            found.append(f"{node.function}({', '.join(map(render, settings))})")
    return ", ".join(found)


def _measures(node: Node) -> bool:
    """Whether an argument is what a function works on, rather than a setting of it."""
    return any(isinstance(part, Metric | Chain | Name) for part in walk(node))


def _shape(node: Node | None) -> str:
    """A query without what is told apart: two of one shape differ in nothing else."""
    match node:
        case Metric():
            return "metric"
        case Chain(formula=formula):
            return f"chain({_shape(formula)})"
        case Call(arguments=arguments):
            return ",".join(_shape(argument) for argument in arguments if _measures(argument))
        case Modified(item=item):
            return _shape(item)
        case Group(item=item) | Unary(item=item):
            return f"{getattr(node, 'operator', '')}({_shape(item)})"
        case Binary(operator=operator, left=left, right=right):
            return f"{_shape(left)}{operator}{_shape(right)}"
        case Alert(value=value, condition=compared, evaluation=evaluated):
            return f"{evaluated is None} {compared is None} {_shape(value)}"
        case Composite(value=value):
            return _shape(value)
        case Expressions(items=items):
            return ";".join(map(_shape, items))
        case None | TagList():
            return ""
    return render(node)


def _texts(call: Call) -> Iterable[str]:
    return [argument.raw if isinstance(argument, String) else render(argument) for argument in call.arguments]
