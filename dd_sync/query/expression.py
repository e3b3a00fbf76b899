"""Metric arithmetic and formulas: numbers, metrics, functions, `+ - * /`, parentheses.

A widget's query, an SLO's numerator and the middle of a metric monitor are expressions over metrics; a formula is one
over the names of other queries. Both are read here; only the second may hold bare names.
"""

from __future__ import annotations

import re

from dd_sync.core.errors import did_you_mean
from dd_sync.query.reader import Reader, quote
from dd_sync.query.scope import read_scope, read_tag_list
from dd_sync.query.tree import (
    Binary,
    Call,
    Expression,
    Group,
    Keyword,
    Metric,
    Modified,
    Name,
    Number,
    Reference,
    String,
    TagList,
    Unary,
    Variable,
    Word,
)
from dd_sync.query.vocabulary import AGGREGATORS, FILLS, FUNCTIONS, MODIFIERS, ROLLUPS, is_aggregator, is_function

NUMBER = re.compile(r"(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?(?![\w.])")
STRING = re.compile(r"\"((?:[^\"\\]|\\.)*)\"|'((?:[^'\\]|\\.)*)'|\\\"((?:[^\"\\])*)\\\"", re.DOTALL)
REFERENCE = re.compile(r"\$\{([a-z][a-z0-9_-]*):([a-z0-9._/-]+)\}")
_WORD = re.compile(r"[A-Za-z_][\w.]*")
_BARE = re.compile(r"[A-Za-z_@][\w./@-]*|\d+[A-Za-z]\w*")
_BARE_NAME = re.compile(r"[A-Za-z_]\w*|\d+[A-Za-z]\w*")
_VARIABLE = re.compile(r"\$[\w.-]+")
_METRIC = re.compile(r"[A-Za-z_][\w.]*(?:[-/][\w.]+)*(?=\s*\{)")
_CONDITION = re.compile(r"\(\s*v\s*:\s*v\s*((?:>=|<=|>|<|==)\s*[+-]?[\d.]+(?:[eE][+-]?\d+)?)\s*\)\s*:")
_BY = re.compile(r"by\s*(?=\{)", re.IGNORECASE)
_STEP = re.compile(r"\.\s*([A-Za-z_]\w*)\s*(?=\()")
_KEYWORD = re.compile(r"([A-Za-z_]\w*)\s*=(?!=)")
_SUM = re.compile(r"[+-]")
_PRODUCT = re.compile(r"[*/%]")

_AGGREGATORS_SHOWN = "avg, max, min, sum, count or a percentile such as p95"


class ExpressionReader(Reader):
    """Reads expressions; `names` says whether the names of other queries may stand in them (formulas).

    `any_function` takes functions that are not listed: those of cost, data quality and later formulas.
    """

    __slots__ = ("any_function", "names")

    def __init__(
        self, text: str, position: int = 0, end: int | None = None, *, names: bool = False, any_function: bool = False
    ) -> None:
        super().__init__(text, position, end)
        self.names = names
        self.any_function = any_function

    def expressions(self) -> tuple[Expression, ...]:
        """One or more expressions with commas between, up to the end."""
        items = [self.expression()]
        while self.accept(","):
            items.append(self.expression())
        if self.peek():
            self.fail("expected an operator, a comma or the end")
        return tuple(items)

    def expression(self) -> Expression:
        """A sum of products."""
        left = self.product()
        while operator := self.operator(_SUM):
            right = self.product()
            left = Binary(left.start, right.end, operator, left, right)
        return left

    def product(self) -> Expression:
        left = self.read_signed()
        while operator := self.operator(_PRODUCT):
            right = self.read_signed()
            left = Binary(left.start, right.end, operator, left, right)
        return left

    def read_signed(self) -> Expression:
        sign = self.match(_SUM)
        if sign is None:
            return self.primary()
        self.deeper()
        item = self.read_signed()
        self.depth -= 1
        return Unary(sign.start(), item.end, sign[0], item)

    def primary(self) -> Expression:
        if number := self.match(NUMBER):
            return Number(number.start(), number.end(), number[0])
        if self.accept("("):
            return self.read_modifiers(self.group(self.position - 1))
        if word := self.looking_at(_WORD):
            return self.read_named(word)
        if reference := self.match(REFERENCE):
            return Reference(reference.start(), reference.end(), reference[1], reference[2])
        if variable := self.match(_VARIABLE):
            return Variable(variable.start(), variable.end(), variable[0])
        return self.fail("expected a query or a number" if self.names else "expected a metric query or a number")

    def group(self, start: int) -> Group:
        self.deeper()
        item = self.expression()
        self.depth -= 1
        self.expect(")", 'an operator or ")"')
        return Group(start, self.position, item)

    def read_named(self, word: re.Match[str]) -> Expression:
        """What starts with a word: a metric, a function or, in a formula, the name of a query."""
        after = self.text[word.end() : word.end() + 1]
        if after in " \t\n":
            after = self.text[word.end() : self.end].lstrip()[:1]
        if after == "{":
            return self.metric(word.start(), None, None)
        if after == "(":
            if condition := _CONDITION.match(self.text, word.end(), self.end):
                return self.distribution(word, condition)
            if "." in word[0] and self.names:
                return self.query_name(word.start(), word[0].partition(".")[0])
            return self.read_modifiers(self.function(word))
        if after == ":":
            return self.read_aggregation(word)
        if metric := self.looking_at(_METRIC):
            return self.metric(metric.start(), None, None)
        self.position = word.end()
        if not self.names:
            self.fail('expected a scope, "{env:prod}" or "{*}",')
        return self.query_name(word.start(), word[0])

    def query_name(self, start: int, name: str) -> Expression:
        self.position = start + len(name)
        return self.read_modifiers(Name(start, self.position, name))

    def read_aggregation(self, word: re.Match[str]) -> Metric:
        if not is_aggregator(word[0]):
            self.reject(
                f"expected one of {_AGGREGATORS_SHOWN} before the metric, found {quote(word[0])}."
                f"{did_you_mean(word[0], AGGREGATORS)}",
                word.start(),
            )
        self.position = word.end()
        self.expect(":")
        return self.metric(word.start(), word[0], None)

    def distribution(self, word: re.Match[str], condition: re.Match[str]) -> Metric:
        """`count(v: v<=0.5):metric{…}`: how many values of a distribution pass a test."""
        self.position = condition.end()
        return self.metric(word.start(), word[0], "".join(condition[1].split()))

    def metric(self, start: int, aggregator: str | None, condition: str | None) -> Metric:
        name = self.match(_METRIC)
        if name is None:
            if word := self.match(_WORD):
                self.position = word.end()
                self.fail('expected a scope, "{env:prod}" or "{*}",')
            self.fail("expected a metric name")
        scope = read_scope(self)
        by, modifiers = self.read_grouping()
        return Metric(start, self.last(), aggregator, condition, name[0], scope, by, modifiers)

    def read_grouping(self) -> tuple[TagList | None, tuple[Call, ...]]:
        """`by {…}` and the modifiers, in either order."""
        by: TagList | None = None
        modifiers: list[Call] = []
        while True:
            if by is None and self.match(_BY):
                by = read_tag_list(self)
            elif step := self.match(_STEP):
                modifiers.append(self.modifier(step))
            else:
                return by, tuple(modifiers)

    def read_modifiers(self, item: Expression) -> Expression:
        modifiers: list[Call] = []
        while step := self.match(_STEP):
            modifiers.append(self.modifier(step))
        return Modified(item.start, self.last(), item, tuple(modifiers)) if modifiers else item

    def modifier(self, step: re.Match[str]) -> Call:
        if step[1] not in MODIFIERS:
            self.reject(
                f"expected a modifier such as .rollup(…), .as_count() or .fill(…), found {quote('.' + step[1])}."
                f"{did_you_mean(step[1], MODIFIERS)}",
                step.start(1),
            )
        arguments = self.arguments(names=False)
        if arguments and isinstance(arguments[0], Word | String):
            self.check_first_argument(arguments[0], step[1])
        return Call(step.start(1), self.position, step[1], arguments)

    def check_first_argument(self, first: Word | String, modifier: str) -> None:
        """Rejects an unknown first argument of .rollup() and .fill()."""
        text = first.text if isinstance(first, Word) else first.raw
        known = {"rollup": ROLLUPS, "fill": FILLS}.get(modifier)
        if known and not is_aggregator(text, known):
            self.reject(
                f"expected one of {', '.join(sorted(known))} in .{modifier}(), found {quote(text)}."
                f"{did_you_mean(text, known)}",
                first.start,
            )

    def function(self, word: re.Match[str]) -> Call:
        if not is_function(word[0]) and not self.any_function:
            self.reject(
                f"{quote(word[0])} is no function of Datadog's.{did_you_mean(word[0], FUNCTIONS)}", word.start()
            )
        self.position = word.end()
        arguments = self.arguments(names=self.names)
        if arguments and isinstance(arguments[0], Word) and not self.any_function:
            self.fail('expected a scope, "{env:prod}" or "{*}",', at=arguments[0].end)
        return Call(word.start(), self.position, word[0], arguments)

    def arguments(self, *, names: bool) -> tuple[Expression, ...]:
        """`(…)`: expressions, words, strings, `name=value`, tag lists. With `names` a word is the name of a query."""
        self.expect("(")
        self.deeper()
        arguments: list[Expression] = []
        if self.peek() != ")":
            arguments.append(self.argument(names))
            while self.accept(","):
                arguments.append(self.argument(names))
        self.depth -= 1
        self.expect(")", 'a comma or ")"')
        return tuple(arguments)

    def argument(self, names: bool) -> Expression:
        if keyword := self.match(_KEYWORD):
            value = self.argument(False)
            return Keyword(keyword.start(), value.end, keyword[1], value)
        if string := self.match(STRING):
            return string_of(string)
        if self.peek() == "{":
            return read_tag_list(self)
        bare = self.looking_at(_BARE_NAME if names else _BARE)
        if bare and self.ends_argument(bare.end()):
            self.position = bare.end()
            return (Name if names else Word)(bare.start(), bare.end(), bare[0])
        return self.expression()

    def ends_argument(self, position: int) -> bool:
        return self.text[position : self.end].lstrip()[:1] in ("", ",", ")")

    def last(self) -> int:
        """The end of what was read last, without the spaces after it."""
        position = self.position
        while position and self.text[position - 1].isspace():
            position -= 1
        return position


def string_of(match: re.Match[str]) -> String:
    """A `STRING` match as a node."""
    quote = match[0][0]
    raw = match[match.lastindex or 1] or ""
    return String(match.start(), match.end(), raw, '\\"' if quote == "\\" else quote)
