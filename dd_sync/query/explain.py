"""A query in plain words: one or two sentences for somebody who has never seen Datadog's languages."""

from __future__ import annotations

from dd_sync.query.details import during, further, is_parameter, list_text, parameters, points, spell
from dd_sync.query.parts import group_by, metrics, step, text_argument
from dd_sync.query.printer import render
from dd_sync.query.span import span, span_text
from dd_sync.query.tree import (
    Alert,
    Binary,
    Call,
    Chain,
    Composite,
    Condition,
    Evaluation,
    Everything,
    Expression,
    Expressions,
    Group,
    Id,
    Metric,
    Modified,
    Query,
    Reference,
    String,
    TagList,
    Unary,
    Unparsed,
    Window,
)
from dd_sync.query.words import AGGREGATES, COMPARED, EVENTS, FIRST, FUNCTIONS, MODIFIERS, OPERATIONS, SPANNING


def explain(query: Query) -> str:
    """What a query measures and when it alerts, as one or two sentences."""
    match query.body:
        case Alert() as alert:
            return _sentence(_alert(alert) + _grouping(query), _condition(alert))
        case Composite(value=value):
            return _sentence(f"alerts when {_joined(value)}", "")
        case Expressions(items=items):
            return _sentence("; ".join(_grouped(item) for item in items), "")
        case Unparsed():
            return f'A query of type "{query.type}", whose language is not read here.'


def _sentence(measured: str, condition: str) -> str:
    """The words with a full stop; a name of Datadog's at the start keeps its small letter."""
    text = f"{measured}{condition}"
    first = text.split(" ", 1)[0]
    return f"{first.capitalize() if first in FIRST else first}{text[len(first) :]}."


def _alert(alert: Alert) -> str:
    if alert.evaluation:
        return f"{_evaluation(alert.evaluation)} of {_value(alert.value)}"
    if isinstance(alert.value, Chain) and alert.value.name in ("error_budget", "burn_rate"):
        return _slo(alert.value)
    return _value(alert.value)


def _evaluation(evaluation: Evaluation) -> str:
    aggregate = AGGREGATES.get(evaluation.aggregator, evaluation.aggregator)
    over = f"{aggregate} over {_window(evaluation.window)}"
    if evaluation.change is None or evaluation.shift is None:
        return over
    change = "change in percent" if evaluation.change == "pct_change" else "change"
    return f"{change} of the {over}, against {_length(evaluation.shift)} before,"


def _window(window: Window) -> str:
    if window.kind == "current":
        return f"the current {_length(window).removeprefix('1 ')}"
    return f"the {'next' if window.kind == 'next' else 'last'} {_length(window).removeprefix('1 ')}"


def _length(window: Window) -> str:
    return spell(f"{window.amount}{window.unit}")


def _condition(alert: Alert) -> str:
    condition = alert.condition
    if condition is None:
        return ""
    return f"; alert {_compared(condition)}{_unit(alert)}"


def _compared(condition: Condition) -> str:
    return f"{COMPARED[condition.operator]} {render(condition.threshold)}"


def _unit(alert: Alert) -> str:
    name = alert.value.name if isinstance(alert.value, Chain) else None
    return {"error_budget": " %", "burn_rate": " times the rate that would just last"}.get(str(name), "")


def _grouping(query: Query) -> str:
    groups = group_by(query)
    return f", by {_and(groups)}" if groups else ""


def _grouped(item: Expression) -> str:
    groups = dict.fromkeys(key for metric in metrics(item) if metric.by for key in metric.by.keys)
    return _value(item) + (f", by {_and(tuple(groups))}" if groups else "")


def _and(words: tuple[str, ...]) -> str:
    return " and ".join(words) if len(words) < 3 else f"{', '.join(words[:-1])} and {words[-1]}"


def _value(value: Expression) -> str:
    match value:
        case Metric():
            return _metric(value)
        case Chain():
            return _chain(value)
        case Call():
            return _call(value)
        case Modified(item=item, modifiers=modifiers):
            return _value(item) + points(modifiers)
        case Binary(operator=operator, left=left, right=right):
            return f"{_value(left)} {OPERATIONS.get(operator, operator)} {_value(right)}"
        case Unary(operator=operator, item=item):
            return f"{operator}{_value(item)}"
        case Group(item=item):
            return f"({_value(item)})"
        case _:
            return render(value)


def _metric(metric: Metric) -> str:
    aggregate = _aggregate(metric.aggregator)
    counted = [word for call in metric.modifiers if (word := MODIFIERS.get(call.function))]
    condition = f" with values {metric.condition}" if metric.condition else ""
    scope = "" if isinstance(metric.scope, Everything) else f" for {render(metric.scope).replace(',', ', ')}"
    return " ".join([f"{aggregate}{metric.name}", *counted]) + f"{condition}{scope}{points(metric.modifiers)}"


def _aggregate(aggregator: str | None) -> str:
    if aggregator is None:
        return ""
    if aggregator[0] == "p" and aggregator[1:2].isdigit():
        return f"the {aggregator[1:]}th percentile of "
    return f"the {AGGREGATES.get(aggregator, aggregator)} of "


def _call(call: Call) -> str:
    arguments = [argument for argument in call.arguments if not isinstance(argument, TagList)]
    if not arguments:
        return render(call)
    first, *others = arguments
    if call.function in ("top", "bottom") and others:
        return f"the {call.function} {render(others[0])} of {_value(first)}{parameters(others[1:])}"
    if call.function in AGGREGATES:
        measured = [argument for argument in arguments if not isinstance(argument, String)]
        settings = [argument for argument in others if isinstance(argument, String)]
        return f"the {AGGREGATES[call.function]} of {_and(tuple(map(_value, measured)))}{parameters(settings)}"
    inner = _and((_value(first), *(_value(argument) for argument in others if not is_parameter(argument))))
    return _words(call.function).format(inner) + parameters(filter(is_parameter, others))


def _words(function: str) -> str:
    """What a function does, `{}` standing for what it is applied to."""
    name, _, count = function.partition("_")
    if name in SPANNING and count.isdecimal():
        return SPANNING[name].format(count)
    return FUNCTIONS.get(function, f"{function} of {{}}")


def _chain(chain: Chain) -> str:
    if chain.name is None:
        return _check(chain)
    if chain.formula is not None:
        return f"{_value(chain.formula)}{during(chain)}{further(chain)}"
    things = EVENTS.get(chain.name, f"{chain.name} events")
    matching = _matching(chain)
    rollup = step(chain, "rollup")
    method, measure = text_argument(rollup) or "count", text_argument(rollup, 1)
    if method == "count" or measure is None:
        what = f"the number of {things}"
    elif method == "cardinality":
        what = f"the number of different {measure} in {things}"
    else:
        what = f"{_aggregate(method.replace('pc', 'p', 1))}{measure} in {things}"
    return f"{what}{matching}{during(chain)}{further(chain)}"


def _matching(chain: Chain) -> str:
    subject = chain.subject.raw if isinstance(chain.subject, String) else ""
    index, over = list_text(chain, "index"), list_text(chain, "over")
    place = f" in index {index}" if index else ""
    return place + (f" matching {subject}" if subject not in ("", "*") else "") + (f" for {over}" if over else "")


def _check(chain: Chain) -> str:
    name = chain.subject.raw if isinstance(chain.subject, String) else ""
    over, without = list_text(chain, "over"), list_text(chain, "exclude")
    runs = text_argument(step(chain, "last"))
    what = "the status, in percent, of the" if step(chain, "pct_by_status") else "the"
    scope = (f" for {over}" if over else "") + (f" except for {without}" if without else "")
    return f"{what} last {runs} runs of the check {name}{scope}"


def _slo(chain: Chain) -> str:
    named = render(chain.subject).strip("\"'") if chain.subject else ""
    slo = named.removeprefix("${").removesuffix("}").replace("slo:", "the SLO ", 1) if named[:2] == "${" else named
    over = span_text(span(text_argument(step(chain, "over")) or "") or 0)
    if chain.name == "error_budget":
        return f"the share of the error budget of {slo} used up over {over}"
    windows = [text_argument(step(chain, name)) for name in ("long_window", "short_window")]
    both = " and ".join(span_text(span(window) or 0) for window in windows if window)
    return f"how fast the error budget of {slo} ({over}) burns, over {both} alike"


def _joined(value: Expression, *, negated: bool = False) -> str:
    """A composite in words; De Morgan is left to the reader."""
    match value:
        case Id(text=text):
            return f"monitor {text} {'does not alert' if negated else 'alerts'}"
        case Reference(key=key):
            return f"{key} {'does not alert' if negated else 'alerts'}"
        case Unary(item=Group(item=item)):
            return f"not ({_joined(item)})"
        case Unary(item=item):
            return _joined(item, negated=not negated)
        case Group(item=item):
            return f"({_joined(item)})"
        case Binary(operator=operator, left=left, right=right):
            return f"{_joined(left)} {'and' if operator == '&&' else 'or'} {_joined(right)}"
    return render(value)
