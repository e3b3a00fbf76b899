"""One source's points: brought together by `.rollup()`, its gaps interpolated, as Datadog's docs say ("Rollup",
"Interpolation and the Fill Modifier").

Interpolation is linear and reaches five minutes after a real sample where nothing else is said: between two samples on
the line between them, after the last one as it was. It happens where several sources are brought together and inside
default_zero(), and never to counts and rates; a source of its own keeps its gaps.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dd_sync.evaluate.lines import reduced
from dd_sync.evaluate.series import NotEvaluated, Series, Value
from dd_sync.query.tree import Call, Expression, Number, Unary, Word

MOST_POINTS = 350
"""Points of a query over its window; above, Datadog makes averages of them first (Datadog's docs, "Rollup")."""


@dataclass(frozen=True)
class Fill:
    """How gaps are filled: `linear`, `last`, `zero` or `null`, up to so many minutes after a real sample."""

    how: str = "linear"
    minutes: int = 5


@dataclass(frozen=True)
class Rollup:
    """How points within an interval become one, and its length in minutes."""

    how: str = "avg"
    minutes: int = 1


def rollup_of(modifiers: Mapping[str, Call]) -> Rollup | None:
    """What `.rollup(how, seconds)` says; None where there is none, or none with an interval."""
    arguments = modifiers["rollup"].arguments if "rollup" in modifiers else ()
    match arguments:
        case () | (Word(),):
            return None
        case (Word(text=how), Number(text=seconds)):
            return Rollup(how, _minutes(seconds, ".rollup"))
        case (Number(text=seconds),):
            return Rollup(minutes=_minutes(seconds, ".rollup"))
    raise NotEvaluated(".rollup() by a calendar")


def fill_of(modifiers: Mapping[str, Call]) -> Fill | None:
    """What `.fill(how, seconds)` says; None where there is none."""
    arguments = modifiers["fill"].arguments if "fill" in modifiers else ()
    match arguments:
        case (Word(text=how), Number(text=seconds)):
            return Fill(_known(how), _minutes(seconds, ".fill"))
        case (Word(text=how),):
            return Fill(_known(how))
    return None if "fill" not in modifiers else Fill()


def points(series: Series, start: int, end: int, rollup: Rollup | None, fill: Fill | None) -> list[Value]:
    """The points of one source from minute `start` up to, and without, `end`: one a minute, or one an interval.

    Intervals begin at whole multiples of their length, so that the first and the last may be cut short.
    """
    width = rollup.minutes if rollup else 1
    if rollup is None or width == 1:
        return _filled(series, start, end, fill or Fill("null"))
    buckets: dict[int, list[Value]] = {}
    for minute in range(start, end):
        buckets.setdefault(minute // width, []).append(series.at(minute))
    line = [reduced(rollup.how, bucket) for bucket in buckets.values()]
    if fill is not None and fill.how != "null" and None in line and any(one is not None for one in line):
        raise NotEvaluated("interpolation of a gap between the points of .rollup()")
    return line


def _filled(series: Series, start: int, end: int, fill: Fill) -> list[Value]:
    """Every minute's value; what was reported before the window reaches into it, what comes after it is not known."""
    line = [series.at(minute) for minute in range(start, end)]
    if fill.how == "null" or None not in line:
        return line
    known = [minute for minute in range(start - fill.minutes, end) if series.at(minute) is not None]
    return [_gap(series, minute, known, fill) if one is None else one for minute, one in enumerate(line, start)]


def _gap(series: Series, minute: int, known: Sequence[int], fill: Fill) -> Value:
    before = max((one for one in known if one < minute), default=None)
    if before is None or minute - before > fill.minutes:
        return None
    if fill.how == "zero":
        return 0
    left = series.at(before)
    after = min((one for one in known if one > minute), default=None)
    if left is None or fill.how == "last" or after is None:
        return left
    right = series.at(after)
    return None if right is None else left + (right - left) * (minute - before) / (after - before)


def _known(how: str) -> str:
    if how not in ("linear", "last", "zero", "null", "none"):
        raise NotEvaluated(f".fill({how})")
    return "null" if how == "none" else how


def _minutes(seconds: str, modifier: str) -> int:
    """Whole minutes: series have a value each minute, so that anything finer would be made up."""
    number = float(seconds)
    if number > 60 and number % 60:
        raise NotEvaluated(f"{modifier}() by {seconds} seconds, which is no whole number of minutes,")
    return max(1, round(number / 60))


def number_of(node: Expression, function: str) -> float:
    """The number a function was given. Raises NotEvaluated for anything else."""
    match node:
        case Number(text=text):
            return float(text)
        case Unary(operator="-", item=Number(text=text)):
            return -float(text)
    raise NotEvaluated(f"{function}() with arguments other than numbers")
