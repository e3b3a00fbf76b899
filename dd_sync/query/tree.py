"""The syntax tree of a query: frozen nodes, each with the place it stands.

Two trees are equal when they say the same, wherever it stands: positions do not count, spaces neither. Offsets are
from 0 into `Query.text`; `end` is one past the last character.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Node:
    """Where a part of a query stands."""

    start: int = field(compare=False)
    end: int = field(compare=False)


# --- values -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Number(Node):
    """A number, as written."""

    text: str


@dataclass(frozen=True, slots=True)
class String(Node):
    """A quoted text; `raw` is what stands between the quotes, escapes included."""

    raw: str
    quote: str


@dataclass(frozen=True, slots=True)
class Word(Node):
    """A bare word: `avg` in `.rollup(avg, 60)`, `null` in `.fill(null)`."""

    text: str


@dataclass(frozen=True, slots=True)
class Name(Node):
    """The name of another query in a formula: `query1`."""

    text: str


@dataclass(frozen=True, slots=True)
class Variable(Node):
    """A template variable of a dashboard, with what follows it: `$env`, `$env.value`."""

    name: str


@dataclass(frozen=True, slots=True)
class Reference(Node):
    """Our reference to another object, `${kind:key}`, where Datadog wants its id."""

    kind: str
    key: str


@dataclass(frozen=True, slots=True)
class Id(Node):
    """The id of a monitor in a composite."""

    text: str


@dataclass(frozen=True, slots=True)
class Window(Node):
    """A span of time: `last_5m` (kind last), `current_1mo`, `next_1w`, `5m_ago` (kind ago)."""

    kind: str
    amount: int
    unit: str


@dataclass(frozen=True, slots=True)
class TagList(Node):
    """Tag keys in braces: after `by`, and as an argument, `percentile(query1, 'p90', {host})`."""

    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Keyword(Node):
    """An argument with a name: `direction='above'`."""

    name: str
    value: Expression


# --- scopes -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Everything(Node):
    """`*`"""


@dataclass(frozen=True, slots=True)
class Tag(Node):
    """`env:prod`; a bare tag has no value, `group:` an empty one. Values keep `*` and `$env.value` as written."""

    key: str
    value: str | None


@dataclass(frozen=True, slots=True)
class In(Node):
    """`env IN (prod, staging)`, or NOT IN."""

    key: str
    values: tuple[str, ...]
    negated: bool


@dataclass(frozen=True, slots=True)
class Not(Node):
    """`!env:prod` or `NOT env:prod`."""

    operator: str
    item: Filter


@dataclass(frozen=True, slots=True)
class AllOf(Node):
    """Items joined by `,` or by AND."""

    operator: str
    items: tuple[Filter, ...]


@dataclass(frozen=True, slots=True)
class AnyOf(Node):
    """Items joined by OR."""

    items: tuple[Filter, ...]


@dataclass(frozen=True, slots=True)
class FilterGroup(Node):
    """Parentheses in a scope."""

    item: Filter


Filter = Everything | Tag | Variable | In | Not | AllOf | AnyOf | FilterGroup


# --- expressions ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Call(Node):
    """`function(arguments)`, also as a modifier, `.rollup(avg, 60)`, or a step of a chain, `.last("5m")`."""

    function: str
    arguments: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Metric(Node):
    """`avg:system.cpu.user{env:prod} by {host}.rollup(max, 60)`.

    `condition` is the test of a distribution, `<=0.5` in `count(v: v<=0.5):trace.request{*}`.
    """

    aggregator: str | None
    condition: str | None
    name: str
    scope: Filter
    by: TagList | None
    modifiers: tuple[Call, ...]


@dataclass(frozen=True, slots=True)
class Modified(Node):
    """A modifier on something that is not a metric: `(a + b).rollup(avg, 60)`."""

    item: Expression
    modifiers: tuple[Call, ...]


@dataclass(frozen=True, slots=True)
class Unary(Node):
    """`-x`, `+x`, and `!x` in a composite."""

    operator: str
    item: Expression


@dataclass(frozen=True, slots=True)
class Binary(Node):
    """`x + y`; in a composite `x && y`."""

    operator: str
    left: Expression
    right: Expression


@dataclass(frozen=True, slots=True)
class Group(Node):
    """Parentheses in an expression."""

    item: Expression


@dataclass(frozen=True, slots=True)
class Chain(Node):
    """`logs("status:error").index("*").rollup("count").last("5m")`; a service check has no name before its text.

    `formula` is the expression inside `formula("…")`.
    """

    name: str | None
    subject: Expression | None
    formula: Expression | None
    calls: tuple[Call, ...]


Expression = (
    Number
    | String
    | Word
    | Name
    | Variable
    | Reference
    | Id
    | Window
    | TagList
    | Keyword
    | Call
    | Metric
    | Modified
    | Unary
    | Binary
    | Group
    | Chain
)


# --- whole queries ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Evaluation(Node):
    """How a metric monitor reduces time to one value: `avg(last_5m)`, `change(avg(last_5m),last_1h)`."""

    change: str | None
    aggregator: str
    window: Window
    shift: Window | None


@dataclass(frozen=True, slots=True)
class Condition(Node):
    """The comparison at the end: `> 5`, or `> threshold` where the threshold is a query of its own."""

    operator: str
    threshold: Number | Word


@dataclass(frozen=True, slots=True)
class Alert(Node):
    """A monitor's query: what is measured, over which time, compared with what. Service checks compare nothing."""

    evaluation: Evaluation | None
    value: Expression
    condition: Condition | None


@dataclass(frozen=True, slots=True)
class Composite(Node):
    """Monitors joined by `&&`, `||` and `!`."""

    value: Expression


@dataclass(frozen=True, slots=True)
class Expressions(Node):
    """One or several expressions with commas between: a widget's query, a formula, an SLO's numerator."""

    items: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Unparsed(Node):
    """A query of a type whose language is not known here."""

    text: str


Body = Alert | Composite | Expressions | Unparsed


@dataclass(frozen=True, slots=True)
class Query:
    """A whole query: its text as it was given, its type, its tree. `str()` gives the text back."""

    text: str = field(compare=False)
    type: str
    body: Body

    def __str__(self) -> str:
        return self.text
