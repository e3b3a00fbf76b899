"""What can be said about an object without asking Datadog: its place, its numbers, who is told."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from dd_sync.core.kind import Recipients
from dd_sync.core.model import plain
from dd_sync.core.references import Name
from dd_sync.core.resource import Desired
from dd_sync.kinds import KINDS
from dd_sync.project.build import Built, Origin
from dd_sync.project.project import Project
from dd_sync.query.errors import QueryError
from dd_sync.query.explain import explain
from dd_sync.query.parse import parse
from dd_sync.query.vocabulary import COUNT


@dataclass(frozen=True)
class Tunable:
    """One number: what it is here, what the function says, and who set it. One that nobody set and that the function
    works out from the others is what came of it."""

    name: str
    value: Any
    default: Any
    set_at: str
    follows: bool = False
    """Whether it was worked out."""


@dataclass(frozen=True)
class Explanation:
    """Everything about one object."""

    name: Name
    title: str
    source: str
    tunables: Sequence[Tunable]
    settable: Sequence[str]
    """The places that can set a tunable, weakest first."""
    query: str
    told: Recipients
    runbook: str
    tags: Sequence[str] = field(default_factory=tuple)
    words: Mapping[str, str] = field(default_factory=dict)
    """Its queries in words, by what each is for; `query` for the only one."""
    thresholds: Mapping[str, float] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        return {
            "kind": self.name[0],
            "key": self.name[1],
            "title": self.title,
            "source": self.source,
            "tunables": [vars(one) for one in self.tunables],
            "settable": list(self.settable),
            "query": self.query,
            "words": dict(self.words),
            "thresholds": dict(self.thresholds),
            "notify": {state: list(handles) for state, handles in self.told.items()},
            "runbook": self.runbook,
            "tags": list(self.tags),
        }

    def as_text(self) -> str:
        lines = [_labelled("defined at", self.source)]
        if self.query:
            lines.append(_labelled("query", self.query))
        lines += [_labelled("in words" if what == "query" else what, words) for what, words in self.words.items()]
        if self.thresholds:
            told = (f"{name.replace('_', ' ')} {plain(value)}" for name, value in self.thresholds.items())
            lines.append(_labelled("thresholds", " · ".join(told)))
        lines += [_labelled(f"on {state.replace('_', ' ')}", " ".join(to) or "—") for state, to in self.told.items()]
        lines += self._numbers()
        runbook = [f"  {line}".rstrip() for line in self.runbook.split("\n")]
        return "\n".join([f"{self.name[0]} {self.name[1]}", f"  {self.title}", *lines, "", *runbook])

    def _numbers(self) -> Iterator[str]:
        """Each number, who set it, and who else could."""
        if not self.tunables:
            return
        yield ""
        yield "  Numbers"
        name_width = max(len(one.name) for one in self.tunables)
        shown = [_value(one.value) + f" (default {_value(one.default)})" * bool(one.set_at) for one in self.tunables]
        for one, value in zip(self.tunables, shown, strict=True):
            place = one.set_at or ("follows from the others" if one.follows else "by default")
            yield f"    {one.name:<{name_width}}  {value:<{max(map(len, shown))}}  {place}"
        yield "  can be set in (the last one wins)"
        yield from (f"    {place}" for place in self.settable[1:])


def _labelled(label: str, text: str) -> str:
    return f"  {label:<12}  {text}"


def _value(value: Any) -> str:
    return "—" if value is None else str(value)


def explanations(built: Built, project: Project) -> Iterator[Explanation]:
    """Explains every object of a target, in order of their definitions."""
    for one in built.desired:
        yield _explanation(one, built.origins[one.name], built.told[one.name], project)


def _explanation(one: Desired, origin: Origin, told: Recipients, project: Project) -> Explanation:
    kind, payload = KINDS[one.kind], one.payload
    return Explanation(
        name=one.name,
        title=kind.title(payload),
        source=one.source,
        tunables=list(_tunables(origin, _thresholds(payload))),
        settable=_settable(origin, project),
        query=str(payload.get("query") or "") if isinstance(payload.get("query"), str) else "",
        told=told if told else kind.recipients(payload),
        runbook=str(payload.get("message") or payload.get("description") or ""),
        tags=payload.get("tags") or (),
        words=dict(_words(payload)),
        thresholds=_thresholds(payload),
    )


def _tunables(origin: Origin, thresholds: Mapping[str, float]) -> Iterator[Tunable]:
    chosen, defaults = origin.chosen, origin.definition.defaults
    for name, value in chosen.values.items():
        follows = value is None and name in thresholds
        shown = plain(thresholds[name]) if follows else value
        yield Tunable(name.replace("_", "-"), shown, defaults.get(name), chosen.set_at.get(name, ""), follows)


def _words(payload: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The queries in words: a monitor's, both of an SLO; nothing for what has none or many."""
    match payload.get("query"):
        case str() as query:
            found = [("query", query, str(payload.get("type") or "query alert"))]
        case {"numerator": str() as good, "denominator": str() as all}:
            found = [("good events", good, COUNT), ("all events", all, COUNT)]
        case _:
            found = []
    for what, query, type in found:
        try:
            yield what, explain(parse(query, type))
        except QueryError as error:
            yield what, f"cannot be read: {error.message}"


def _thresholds(payload: Mapping[str, Any]) -> dict[str, float]:
    """A monitor's thresholds by name; an SLO's targets by time frame."""
    match payload:
        case {"options": {"thresholds": dict() as named}}:
            return {str(name): value for name, value in named.items() if isinstance(value, int | float)}
        case {"thresholds": list() as targets}:
            return {f"{one.get('timeframe')} target": one["target"] for one in targets if "target" in one}
    return {}


def _settable(origin: Origin, project: Project) -> list[str]:
    definition = origin.definition
    section = KINDS[definition.kind].folder
    places = ["the function's default", f"{section}: {definition.name} in {project.file.shown}"]
    if origin.entry is None:
        return places
    owner = next((file for file in project.services if origin.entry.key.startswith(f"{file.name}/")), None)
    if owner is None:
        return [*places, f"{section}: of {origin.entry.key} in {project.file.shown}"]
    env = origin.entry.environment
    return [
        *places,
        f"extensions.ddsync.{section} in {owner.file.shown}",
        f"envs.{env}.{section} in {owner.file.shown}",
    ]
