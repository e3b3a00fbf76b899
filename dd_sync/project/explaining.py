"""What can be said about an object without asking Datadog: its place, its numbers, who is told."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from dd_sync.core.kind import Recipients
from dd_sync.core.references import Name
from dd_sync.kinds import KINDS
from dd_sync.project.build import Built, Origin
from dd_sync.project.project import Project


@dataclass(frozen=True)
class Tunable:
    """One number: what it is here, what the function says, and who set it."""

    name: str
    value: Any
    default: Any
    set_at: str


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

    def as_json(self) -> dict[str, Any]:
        return {
            "kind": self.name[0],
            "key": self.name[1],
            "title": self.title,
            "source": self.source,
            "tunables": [vars(one) for one in self.tunables],
            "settable": list(self.settable),
            "query": self.query,
            "notify": {state: list(handles) for state, handles in self.told.items()},
            "runbook": self.runbook,
            "tags": list(self.tags),
        }

    def as_text(self) -> str:
        lines = [f"{self.name[0]} {self.name[1]}", f"  {self.title}", f"  defined at  {self.source}"]
        if self.query:
            lines.append(f"  query       {self.query}")
        for one in self.tunables:
            where = one.set_at or "the function's default"
            was = f" (default {one.default})" if one.set_at else ""
            lines.append(f"  {one.name:<10}  {one.value}{was}  {where}")
        if self.tunables:
            lines.append(f"  set by      {', then '.join(self.settable)}")
        lines += [f"  on {state.replace('_', ' '):<9}{' '.join(to) or '—'}" for state, to in self.told.items()]
        lines += ["", *(f"  {line}" for line in self.runbook.split("\n"))]
        return "\n".join(lines)


def explanations(built: Built, project: Project) -> Iterator[Explanation]:
    """Explains every object of a target, in order of their definitions."""
    for one in built.desired:
        yield _explanation(one.name, one.payload, one.source, built.origins[one.name], project)


def _explanation(name: Name, payload: Mapping[str, Any], source: str, origin: Origin, project: Project) -> Explanation:
    kind = KINDS[name[0]]
    definition, chosen = origin.definition, origin.chosen
    return Explanation(
        name=name,
        title=kind.title(payload),
        source=source,
        tunables=[
            Tunable(n.replace("_", "-"), value, definition.defaults.get(n), chosen.set_at.get(n, ""))
            for n, value in chosen.values.items()
        ],
        settable=_settable(origin, project),
        query=str(payload.get("query") or "") if isinstance(payload.get("query"), str) else "",
        told=kind.recipients(payload),
        runbook=str(payload.get("message") or payload.get("description") or ""),
        tags=payload.get("tags") or (),
    )


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
