"""Chains: `logs("…").index("*").rollup("count").last("5m")`, service checks, SLO alerts, `formula("…")`.

Datadog writes every monitor that is not one over metrics this way (the API's description of monitor queries): a
source with its search, then steps.
"""

from __future__ import annotations

import re

from dd_sync.core.errors import did_you_mean
from dd_sync.query.expression import STRING, ExpressionReader, string_of
from dd_sync.query.reader import quote
from dd_sync.query.search import check_search
from dd_sync.query.tree import Call, Chain, Expression, String, Word
from dd_sync.query.vocabulary import EVENT_ROLLUPS, SOURCES, STEPS, is_aggregator

SOURCE = re.compile(r"([A-Za-z_][\w-]*)\s*\(")
_STEP = re.compile(r"\.\s*([A-Za-z_]\w*)\s*(?=\()")
_STARTED_STEP = re.compile(r"\.\s*([A-Za-z_]\w*)?")
_DURATION = re.compile(r"\d{1,9}\s*(?:mo|[smhdwy])|\d{1,9}")
_PLAIN = ("formula", "error_budget", "burn_rate")
_TIMED = ("last", "current", "long_window", "short_window")


class ChainReader(ExpressionReader):
    """Reads chains, and arithmetic between them (`logs("a")… - logs("b")…`). `any_source` takes unlisted sources."""

    __slots__ = ("any_source",)

    def __init__(self, text: str, *, any_source: bool = False) -> None:
        super().__init__(text)
        self.any_source = any_source

    def primary(self) -> Expression:
        """A chain where one starts; otherwise what any expression may hold."""
        if string := self.match(STRING):
            subject = string_of(string)
            return self.steps(string.start(), None, subject, None)
        source = self.looking_at(SOURCE)
        if source is None or not (self.any_source or source[1] in SOURCES or source[1] == "formula"):
            return super().primary()
        return self.source(source)

    def source(self, source: re.Match[str]) -> Chain:
        """`name("…")` and its steps."""
        self.position = source.end()
        subject = None if self.peek() == ")" else self.subject(source[1])
        self.expect(")", f'")" after the text of {source[1]}')
        formula = self.formula(subject) if source[1] == "formula" and subject is not None else None
        return self.steps(source.start(), source[1], subject, formula)

    def subject(self, name: str) -> Expression:
        string = self.match(STRING)
        if string is None:
            self.fail(f'expected a quoted text in {name}("…")')
        subject = string_of(string)
        if name not in _PLAIN:
            check_search(self, *inside(subject))
        return subject

    def formula(self, subject: Expression) -> Expression:
        """The expression inside `formula("…")`, read where it stands."""
        assert isinstance(subject, String)
        start, end = inside(subject)
        reader = ExpressionReader(self.text, start, end, names=True, any_function=True)
        reader.operators = self.operators
        formula = reader.expression()
        self.operators = reader.operators
        if reader.peek():
            reader.fail("expected an operator or the end of the formula")
        return formula

    def steps(self, start: int, name: str | None, subject: Expression | None, formula: Expression | None) -> Chain:
        calls: list[Call] = []
        while step := self.match(_STEP):
            calls.append(self.step(step))
        if self.peek() == "." and (broken := self.match(_STARTED_STEP)):
            self.fail("expected a step such as .last(…)" if not broken[1] else 'expected "("')
        return Chain(start, self.last(), name, subject, formula, tuple(calls))

    def step(self, step: re.Match[str]) -> Call:
        if step[1] not in STEPS and not self.any_source:
            self.reject(
                f"expected a step such as .rollup(…), .by(…) or .last(…), found {quote('.' + step[1])}."
                f"{did_you_mean(step[1], STEPS)}",
                step.start(1),
            )
        arguments = self.arguments(names=False)
        if arguments:
            self.check_argument(step[1], arguments[0])
        return Call(step.start(1), self.position, step[1], arguments)

    def check_argument(self, step: str, first: Expression) -> None:
        """Rejects a wrong first argument of a step: .rollup() takes an aggregator, .last() a span of time."""
        text = text_of(first)
        if text is None or self.any_source:
            return
        if step == "rollup" and not is_aggregator(text, EVENT_ROLLUPS):
            self.reject(
                f"expected one of count, cardinality, avg, sum, min, max or a percentile in .rollup(), "
                f"found {quote(text)}.{did_you_mean(text, EVENT_ROLLUPS)}",
                first.start,
            )
        if step in _TIMED and not _DURATION.fullmatch(text):
            self.reject(f'expected a span of time such as "5m" in .{step}(), found {quote(text)}', first.start)


def inside(string: String) -> tuple[int, int]:
    """Where the text between the quotes stands."""
    return string.start + len(string.quote), string.end - len(string.quote)


def text_of(value: Expression | None) -> str | None:
    """The text of a string or a bare word, empty for None; None for anything else."""
    if value is None:
        return ""
    if isinstance(value, String):
        return value.raw
    return value.text if isinstance(value, Word) else None
