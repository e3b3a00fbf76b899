"""A tree as text, in one spelling: single spaces around operators, none where they mean nothing.

`str(query)` is the text a query was read from; this prints from the tree, so that a tree that was changed or built can
be written. Reading what it prints gives the same tree again.
"""

from __future__ import annotations

from collections.abc import Iterable

from dd_sync.query.tree import (
    Alert,
    AllOf,
    AnyOf,
    Binary,
    Call,
    Chain,
    Composite,
    Condition,
    Evaluation,
    Everything,
    Expressions,
    FilterGroup,
    Group,
    Id,
    In,
    Keyword,
    Metric,
    Modified,
    Name,
    Node,
    Not,
    Number,
    Query,
    Reference,
    String,
    Tag,
    TagList,
    Unary,
    Unparsed,
    Variable,
    Window,
    Word,
)


def render(node: Node | Query) -> str:
    """The text of a node, whatever its kind."""
    match node:
        case Query(body=body):
            return render(body)
        case Alert() | Composite() | Expressions() | Unparsed() | Evaluation() | Condition() | Window():
            return _whole(node)
        case Everything() | Tag() | In() | Not() | AllOf() | AnyOf() | FilterGroup():
            return _scope(node)
        case Metric() | Call() | Modified() | Chain() | Unary() | Binary() | Group() | Keyword() | TagList():
            return _expression(node)
        case _:
            return _value(node)


def _whole(node: Node) -> str:
    match node:
        case Alert(evaluation=evaluation, value=value, condition=condition):
            head = f"{render(evaluation)}:" if evaluation else ""
            return head + render(value) + (f" {render(condition)}" if condition else "")
        case Composite(value=value):
            return render(value)
        case Expressions(items=items):
            return _listed(items)
        case Evaluation(change=change, aggregator=aggregator, window=window, shift=shift):
            inner = f"{aggregator}({render(window)})"
            return f"{change}({inner},{render(shift)})" if change and shift else inner
        case Condition(operator=operator, threshold=threshold):
            return f"{operator} {render(threshold)}"
        case Window(kind=kind, amount=amount, unit=unit):
            return f"{amount}{unit}_ago" if kind == "ago" else f"{kind}_{amount}{unit}"
        case Unparsed(text=text):
            return text
    raise AssertionError(node)


def _scope(node: Node) -> str:
    match node:
        case Tag(key=key, value=value):
            return key if value is None else f"{key}:{value}"
        case In(key=key, values=values, negated=negated):
            return f"{key} {'NOT IN' if negated else 'IN'} ({','.join(values)})"
        case Not(operator=operator, item=item):
            return f"!{render(item)}" if operator == "!" else f"NOT {render(item)}"
        case AllOf(operator=",", items=items):
            return ",".join(map(render, items))
        case AllOf(items=items):
            return " AND ".join(map(render, items))
        case AnyOf(items=items):
            return " OR ".join(map(render, items))
        case FilterGroup(item=item):
            return f"({render(item)})"
    return "*"


def _expression(node: Node) -> str:
    match node:
        case Metric(scope=scope, by=by, modifiers=modifiers):
            grouping = f" by {render(by)}" if by else ""
            return f"{_aggregated(node)}{{{render(scope)}}}{grouping}{_steps(modifiers)}"
        case Call(function=function, arguments=arguments):
            return f"{function}({_listed(arguments)})"
        case Modified(item=item, modifiers=modifiers):
            return render(item) + _steps(modifiers)
        case Chain(name=name, subject=subject, calls=calls):
            inner = render(subject) if subject else ""
            return (inner if name is None else f"{name}({inner})") + _steps(calls)
        case Unary(operator=operator, item=item):
            return operator + render(item)
        case Binary(operator=operator, left=left, right=right):
            return f"{render(left)} {operator} {render(right)}"
        case Group(item=item):
            return f"({render(item)})"
        case Keyword(name=name, value=value):
            return f"{name}={render(value)}"
        case TagList(keys=keys):
            return f"{{{','.join(keys)}}}"
    raise AssertionError(node)


def _value(node: Node) -> str:
    match node:
        case Number(text=text) | Word(text=text) | Name(text=text) | Id(text=text) | Variable(name=text):
            return text
        case String(raw=raw, quote=quote):
            return f"{quote}{raw}{quote}"
        case Reference(kind=kind, key=key):
            return f"${{{kind}:{key}}}"
    raise AssertionError(node)


def _aggregated(metric: Metric) -> str:
    """The metric and what it is aggregated by: `avg:name`, `count(v: v<=5):name`."""
    if metric.aggregator is None:
        return metric.name
    condition = f"(v: v{metric.condition})" if metric.condition else ""
    return f"{metric.aggregator}{condition}:{metric.name}"


def _steps(calls: Iterable[Call]) -> str:
    return "".join(f".{render(call)}" for call in calls)


def _listed(nodes: Iterable[Node]) -> str:
    return ", ".join(map(render, nodes))
