"""Made-up series, and which of them a query's scope selects."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from functools import cached_property

import numpy as np
import numpy.typing as npt

from dd_sync.core.errors import DdsyncError
from dd_sync.query.tree import AllOf, AnyOf, Everything, Filter, FilterGroup, In, Node, Not, Tag, Variable

Value = int | float | None
"""A point; None where nothing was reported."""

Samples = Sequence[float]
"""What a distribution recorded within a minute: the length of every request, not their average."""

Tags = Mapping[str, str | Sequence[str]]


class NotEvaluated(DdsyncError):
    """A part of a query that is not evaluated here: its result would be a guess."""

    def __init__(self, what: str) -> None:
        super().__init__(
            f"{what} is not evaluated", hint="docs/testing.md lists what is; test the rest of the payload with render()"
        )


@dataclass(frozen=True)
class Series:
    """What one source reported: one value for each minute from minute 0 on.

    A gauge's value, or what a counter counted in that minute; None where nothing was reported, as after the end. A
    distribution has a list of samples a minute; a number is one sample. A tag may have several values:
    `{"team": ["a", "b"]}`.
    """

    metric: str
    values: Sequence[Value | Samples]
    tags: Tags = field(default_factory=dict)

    def has(self, key: str, value: str) -> bool:
        """Whether a tag matches; `*` in the value stands for anything."""
        return any(fnmatchcase(one, value) for one in self._values(key))

    def group(self, keys: Sequence[str]) -> tuple[str, ...] | None:
        """Its values of the keys of `by {…}`; None without one of them: Datadog leaves such a source out."""
        values = [self._values(key) for key in keys]
        return tuple(one[0] for one in values) if all(values) else None

    @cached_property
    def since(self) -> int | None:
        """The first minute in which it reported anything; None for never."""
        return next((minute for minute, value in enumerate(self.values) if value is not None and value != []), None)

    @cached_property
    def is_sampled(self) -> bool:
        """Whether it is a distribution's samples."""
        return any(isinstance(value, list | tuple) for value in self.values)

    def samples(self, minute: int) -> Samples:
        """What was recorded in a minute."""
        value = self.values[minute] if 0 <= minute < len(self.values) else None
        return () if value is None else value if isinstance(value, Sequence) else (value,)

    def track(self, start: int, stop: int) -> npt.NDArray[np.float64]:
        """The values from minute `start` up to, and without, `stop`; NaN where there is none."""
        line = np.full(stop - start, np.nan)
        first, last = max(start, 0), min(stop, len(self.values))
        if first < last:
            line[first - start : last - start] = self._numbers[first:last]
        return line

    @cached_property
    def _numbers(self) -> npt.NDArray[np.float64]:
        return np.array(self.values, dtype=np.float64)  # None is NaN

    def _values(self, key: str) -> Sequence[str]:
        found = self.tags.get(key, ())
        return [found] if isinstance(found, str) else found


def selects(scope: Filter | Node, series: Series) -> bool:
    """Whether a scope holds a series. Raises NotEvaluated for a template variable."""
    match scope:
        case Everything():
            return True
        case Tag(key=key, value=value):
            return series.has(key, "*" if value is None else value)
        case In(key=key, values=values, negated=negated):
            return any(series.has(key, value) for value in values) != negated
        case Not(item=item):
            return not selects(item, series)
        case AllOf(items=items):
            return all(selects(item, series) for item in items)
        case AnyOf(items=items):
            return any(selects(item, series) for item in items)
        case FilterGroup(item=item):
            return selects(item, series)
        case Variable(name=name):
            raise NotEvaluated(f"the template variable {name}")
    raise NotEvaluated(f"{type(scope).__name__} in a scope")
