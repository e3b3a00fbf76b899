"""What of a project one run is about: all of it, what matches a filter, one shard of several.

Shards are for projects that are too large for one run: each object is in exactly one of them, in every run, and
objects that refer to one another are in the same, so that no shard waits for another.
"""

from __future__ import annotations

import fnmatch
import re
import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

from dd_sync.core.errors import DdsyncError, DefinitionError, UsageError
from dd_sync.core.plan import Plan
from dd_sync.core.references import Name
from dd_sync.core.resource import Desired

Inside = Callable[[str, str], bool]
"""Whether an object, by kind and key, is part of a run."""


class Shard(NamedTuple):
    """One of several parts that are about as large: `2/5`."""

    number: int
    of: int

    def __str__(self) -> str:
        return f"{self.number}/{self.of}"

    def inside(self, desired: Iterable[Desired]) -> Inside:
        """What is in this shard. What no definition makes any more goes by its own key."""
        first = _first_of_group({one.name: one.references for one in desired})

        def holds(kind: str, key: str) -> bool:
            name = ":".join(first.get((kind, key), (kind, key)))
            return zlib.crc32(name.encode()) % self.of == self.number - 1

        return holds


def shard(text: str) -> Shard:
    """The shard that `2/5` names. Raises UsageError."""
    found = re.fullmatch(r"(\d+)/(\d+)", text.strip())
    if found is None or not 1 <= int(found[1]) <= int(found[2]):
        raise UsageError(f'no shard "{text}"', hint="--shard 2/5 is the second of five; they count from 1")
    return Shard(int(found[1]), int(found[2]))


class Selection(NamedTuple):
    """The globs of `--only` and the shard of `--shard`; without either it is the whole."""

    only: tuple[str, ...] = ()
    shard: Shard | None = None


WHOLE = Selection()


def within_all(*filters: Inside | None) -> Inside | None:
    """What all of the filters hold; None when there is none."""
    wanted = [one for one in filters if one is not None]
    return (lambda kind, key: all(holds(kind, key) for holds in wanted)) if wanted else None


def matcher_of(only: Sequence[str]) -> Inside | None:
    """The filter of `--only`: KEY or KIND:KEY, `*` crosses slashes, and a pattern covers everything below it."""
    if not only:
        return None
    patterns = [pattern for glob in only for pattern in (glob, f"{glob.rstrip('/')}/*")]

    def matches(kind: str, key: str) -> bool:
        return any(fnmatch.fnmatchcase(name, pattern) for name in (key, f"{kind}:{key}") for pattern in patterns)

    return matches


def check_selection(plan: Plan, names: Iterable[Name], only: Sequence[str]) -> None:
    """Refuses a filter that matches nothing, and one that leaves out an object that what it holds needs.

    `names` are all objects of the project. Raises DdsyncError, DefinitionError.
    """
    inside = matcher_of(only)
    if inside is None:
        return
    if not plan.changes and not any(inside(*name) for name in names):
        raise DdsyncError(f"nothing matches --only {' '.join(only)}", hint="ddsync explain KEY knows every key")
    planned = {change.name for change in plan.changes}
    for change in plan.changes:
        for name in sorted(change.needs - planned - plan.ids.keys()):
            raise DefinitionError(
                f"{change.source}: {change.kind} {change.key} refers to {name[0]} {name[1]}, which does not exist yet"
                " and is outside --only",
                hint=f"add --only {name[1]}",
            )


def _first_of_group(refers: Mapping[Name, Iterable[Name]]) -> dict[Name, Name]:
    """For every object the first, by name, of those it hangs together with."""
    first: dict[Name, Name] = {}

    def leader(name: Name) -> Name:
        while first.get(name, name) != name:
            name = first[name]
        return name

    for name, others in refers.items():
        for other in others:
            low, high = sorted((leader(name), leader(other)))
            first[high] = low
    return {name: leader(name) for name in refers}
