"""Deletes and creates that look like one object under another name: it would lose its id, its history and its mutes.

A key is `<module>/<function>/<entry>`. A function, a module, a service or a cluster that was renamed changes one part
of many keys at once, and nothing else that matters.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal, NamedTuple

from dd_sync.core.plan import Change, Plan

ALIKE = 0.6
"""The share of their texts, by length, that two payloads have in common, the name aside, from which on they are one
object's: titles and tags are short, queries and messages long."""

MOST = 0.8
"""The share of the keys of one name that have their like under the other."""


class Rename(NamedTuple):
    """One name that seems to have become another."""

    part: Literal["definition", "entry"]
    old: str
    """`<module>/<function>` of a definition, the name of an entry."""
    new: str
    pairs: Sequence[tuple[Change, Change]]
    """Each delete with the create that is its like."""

    @property
    def source(self) -> str:
        """The `file:line` of the definition that makes the first of them now."""
        return self.pairs[0][1].source


def renames(plan: Plan) -> list[Rename]:
    """What looks renamed in a plan, definitions first. Nothing for a plan that only creates or only deletes."""
    gone = [change for change in plan.changes if change.action == "delete"]
    new = [change for change in plan.changes if change.action == "create" and change.cause == "code"]
    if not gone or not new:
        return []
    found = [*_definitions(gone, new)]
    told = {change.name for one in found for pair in one.pairs for change in pair}
    left = [[change for change in side if change.name not in told] for side in (gone, new)]
    return [*found, *_entries(*left)]


def _definitions(gone: Sequence[Change], new: Sequence[Change]) -> Iterator[Rename]:
    """The same entries under another function."""
    before, after = _grouped(gone), _grouped(new)
    for (kind, function), made in after.items():
        for (other, former), lost in before.items():
            pairs = [(lost[rest], made[rest]) for rest in made.keys() & lost.keys()]
            if other == kind and former != function and _mostly(pairs, lost, made) and _alike(*pairs[0], "", ""):
                yield Rename("definition", former, function, sorted(pairs, key=lambda pair: pair[1].key))
                break


def _grouped(changes: Sequence[Change]) -> dict[tuple[str, str], dict[str, Change]]:
    """By kind and function, then by the rest of the key."""
    found: dict[tuple[str, str], dict[str, Change]] = defaultdict(dict)
    for change in changes:
        module, _, rest = change.key.partition("/")
        function, _, rest = rest.partition("/")
        found[change.kind, f"{module}/{function}"][rest] = change
    return found


def _entries(gone: Sequence[Change], new: Sequence[Change]) -> Iterator[Rename]:
    """The same functions for an entry of another name: keys that differ in one part behind the function."""
    made: dict[tuple[str, ...], list[Change]] = defaultdict(list)
    for change in new:
        for shape in _shapes(change):
            made[shape].append(change)
    found: dict[tuple[str, str], dict[str, tuple[Change, Change]]] = defaultdict(dict)
    for change in gone:
        for shape in _shapes(change):
            for other in made.get(shape, ()):
                old, now = _differing(change.key, other.key)
                found[old, now][change.key] = (change, other)
    lost = _count_by_part(gone)
    for (old, now), pairs in sorted(found.items(), key=lambda item: -len(item[1])):
        alike = [pair for pair in pairs.values() if _alike(*pair, old, now)]
        if len(alike) >= MOST * lost[old] and len(alike) >= 2:
            yield Rename("entry", old, now, alike)


def _shapes(change: Change) -> Iterator[tuple[str, ...]]:
    """The key with each part behind the function left out in turn."""
    parts = change.key.split("/")
    for n in range(2, len(parts)):
        yield (change.kind, *parts[:n], "", *parts[n + 1 :])


def _differing(one: str, other: str) -> tuple[str, str]:
    return next((a, b) for a, b in zip(one.split("/"), other.split("/"), strict=True) if a != b)


def _count_by_part(changes: Sequence[Change]) -> Mapping[str, int]:
    found: dict[str, int] = defaultdict(int)
    for change in changes:
        for part in set(change.key.split("/")[2:]):
            found[part] += 1
    return found


def _mostly(pairs: Sequence[object], *sides: Mapping[str, Change]) -> bool:
    return bool(pairs) and all(len(pairs) >= MOST * len(side) for side in sides)


def _alike(gone: Change, new: Change, old: str, now: str) -> bool:
    """Whether two payloads have most of their texts and numbers in common, the one name put for the other."""
    before, after = {leaf.replace(old, now) if old else leaf for leaf in _leaves(gone.live)}, set(_leaves(new.desired))
    return bool(after) and sum(map(len, before & after)) >= ALIKE * sum(map(len, after))


def _leaves(value: Any) -> Iterator[str]:
    match value:
        case dict():
            for inner in value.values():
                yield from _leaves(inner)
        case list():
            for inner in value:
                yield from _leaves(inner)
        case None | bool():
            return
        case _:
            yield str(value)


def rename_text(one: Rename, place: str = "") -> str:
    """What a person reads of it: what would be lost, and the line that keeps it. `place` says where an entry's line
    goes."""
    number = len(one.pairs)
    objects = "1 object is" if number == 1 else f"{number} objects are"
    lost = f"{objects} deleted and made anew, ids and history lost"
    place = f"at {one.source}" if one.part == "definition" else place or "beside its name"
    line = f'@define(renamed_from="{one.old}")' if one.part == "definition" else f"renamed_from: {one.old}"
    return f"{one.new} looks like {one.old} renamed: {lost}. To keep: {line} {place}"
