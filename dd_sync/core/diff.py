"""The difference between two normalised payloads as a person would tell it: one line for each thing that changed.

Items of a list are matched by what names them (a widget's title, a query's name), so that an insert at the front is
one line and not a change of everything behind it. DeepDiff reads what is left, and only where something differs: on
500 equal dashboards it takes 22 seconds, `==` 15 milliseconds.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from dd_sync.core.normal import same

ItemName = Callable[[Sequence[str], Any], str | None]

MISSING = None
"""What stands for a side that has nothing; a null cannot, since normalised payloads hold none."""


@dataclass(frozen=True)
class FieldChange:
    """One place that differs. `path` joins names with dots and puts matched list items in `[…]`."""

    path: str
    before: Any
    after: Any


@dataclass(frozen=True)
class _Item:
    """A step into a list: the name of the item, or its position."""

    name: str

    def __str__(self) -> str:
        return f"[{self.name}]"


_Path = tuple[str | _Item, ...]


def differences(before: Any, after: Any, item_name: ItemName = lambda path, item: None) -> tuple[FieldChange, ...]:
    """What makes `after` out of `before`, in the order in which the payload has it."""
    return tuple(FieldChange(_spelled(path), one, other) for path, one, other in _walk((), before, after, item_name))


_Found = Iterator[tuple[_Path, Any, Any]]


def _walk(path: _Path, before: Any, after: Any, item_name: ItemName) -> _Found:
    if same(before, after):
        return
    match before, after:
        case dict(), dict():
            for name in [*before, *(name for name in after if name not in before)]:
                yield from _walk((*path, str(name)), before.get(name), after.get(name), item_name)
        case list(), list():
            yield from _walk_list(path, before, after, item_name)
        case _:
            yield path, before, after


def _walk_list(path: _Path, before: list[Any], after: list[Any], item_name: ItemName) -> _Found:
    place = tuple(str(step) for step in path if isinstance(step, str))
    ours, theirs = _names(place, before, item_name), _names(place, after, item_name)
    if ours is not None and theirs is not None:
        yield from _walk_named(
            path, dict(zip(ours, before, strict=True)), dict(zip(theirs, after, strict=True)), item_name
        )
    elif _plain(before) and _plain(after):
        yield path, before, after
    elif len(before) == len(after):
        for place_in_list, pair in enumerate(zip(before, after, strict=True)):
            yield from _walk((*path, _Item(str(place_in_list))), *pair, item_name)
    else:
        yield from _walk_unnamed(path, before, after)


def _names(place: Sequence[str], items: list[Any], item_name: ItemName) -> list[str] | None:
    """A name for each item, the second of a name called `name #2`; None when one has none."""
    names, seen = [], Counter[str]()
    for item in items:
        name = item_name(place, item)
        if name is None:
            return None
        seen[name] += 1
        names.append(name if seen[name] == 1 else f"{name} #{seen[name]}")
    return names


def _walk_named(path: _Path, before: dict[str, Any], after: dict[str, Any], item_name: ItemName) -> _Found:
    moved = _moved([name for name in before if name in after], [name for name in after if name in before])
    places = {name: n for n, name in enumerate(after, 1)}
    for n, (name, item) in enumerate(before.items(), 1):
        step = (*path, _Item(name))
        if name not in after:
            yield step, item, MISSING
            continue
        if name in moved:
            yield (*step, "position"), n, places[name]
        yield from _walk(step, item, after[name], item_name)
    for name, item in after.items():
        if name not in before:
            yield (*path, _Item(name)), MISSING, item


def _moved(before: list[str], after: list[str]) -> set[str]:
    """The fewest items that must move to make one order out of the other."""
    if before == after:
        return set()
    import difflib  # which a plan of nothing new does not need

    kept = difflib.SequenceMatcher(None, before, after, autojunk=False).get_matching_blocks()
    return set(before) - {name for block in kept for name in before[block.a : block.a + block.size]}


def _plain(items: list[Any]) -> bool:
    return not any(isinstance(item, dict | list) for item in items)


def _walk_unnamed(path: _Path, before: list[Any], after: list[Any]) -> _Found:
    """Lists of which one is longer and whose items nothing names: read by DeepDiff, by position."""
    from deepdiff import DeepDiff  # slow to load, and needed for few plans

    tree = DeepDiff(before, after, view="tree", threshold_to_diff_deeper=0)
    for group in tree.values():
        for level in group:
            steps = [
                _Item(str(step)) if isinstance(step, int) else str(step) for step in level.path(output_format="list")
            ]
            yield (*path, *steps), _side(level.t1), _side(level.t2)


def _side(value: Any) -> Any:
    return MISSING if type(value).__name__ == "NotPresent" else value


def _spelled(path: _Path) -> str:
    text = ""
    for step in path:
        text += str(step) if isinstance(step, _Item) or not text else f".{step}"
    return text
