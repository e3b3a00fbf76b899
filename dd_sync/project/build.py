"""Definitions times inventory: what the project wants one target to have."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, NamedTuple

from pydantic import ValidationError

from dd_sync.core.errors import DdsyncError, DefinitionError, did_you_mean
from dd_sync.core.identity import slug
from dd_sync.core.keys import key_fault
from dd_sync.core.kind import Recipients
from dd_sync.core.order import Cycle, by_dependency
from dd_sync.core.recipients import recipients_of
from dd_sync.core.references import Name, ObjectId
from dd_sync.core.resource import Context, Desired, Resource, Told
from dd_sync.core.sites import PAGES
from dd_sync.definitions.definition import Definition
from dd_sync.definitions.inventory import Entry, Team
from dd_sync.definitions.prose import fill, unwrap
from dd_sync.definitions.routing import route
from dd_sync.definitions.service_group import ServiceGroup
from dd_sync.kinds import KINDS
from dd_sync.project.belonging import Belonging
from dd_sync.project.burn_rates import check_burn_rates
from dd_sync.project.grouping import groupable, in_groups
from dd_sync.project.numbers import Chosen, Numbers
from dd_sync.project.places import Places
from dd_sync.project.problems import OnError, attempt, raise_problems

if TYPE_CHECKING:
    from dd_sync.definitions.routing_rules import Notify


class Origin(NamedTuple):
    """What made a resource: for explanations, catalogues and coverage."""

    definition: Definition
    entry: Entry | None
    chosen: Chosen
    resource: Resource


@dataclass(frozen=True)
class Built:
    """The desired objects, and where each comes from."""

    desired: Sequence[Desired]
    origins: Mapping[Name, Origin]

    @cached_property
    def told(self) -> dict[Name, Recipients]:
        """Who is told of each object, by state; the project's own notification rules included."""
        return recipients_of(self.desired, KINDS)


Known = dict[tuple[Definition, str, str], tuple[Entry | None, Chosen, list[tuple[Desired, Origin]]]]
"""What definitions made of entries, for another target that has the same entry with the same numbers."""


@dataclass(frozen=True)
class Builder:
    """All that building needs to know about a project."""

    definitions: Sequence[Definition]
    entries: Mapping[type[Entry], Sequence[Entry]]
    numbers: Numbers
    teams: Mapping[str, Team]
    paging_envs: Sequence[str]
    places: Places
    adoptions: Mapping[Name, ObjectId]
    """Of the target."""
    grouped: bool = False
    """Whether one monitor watches all services of a team that it can (`layout: grouped`)."""
    notify: Notify | None = None
    """The tag in place of handles, where notification rules tell people (`routing: rules`)."""
    app: str = PAGES
    """Where Datadog's pages are, for links in messages."""
    belonging: Belonging = field(default_factory=Belonging)
    """Which of the definitions the target has."""
    known: Known = field(default_factory=dict)
    """Shared by the builders of several targets."""

    def build(self) -> Built:
        """Runs every definition. Raises DefinitionError with the `file:line` of the definition at fault."""
        built = self.made()
        check_references(built.desired)
        check_burn_rates(built.desired)
        return built

    def made(self, on_error: OnError = raise_problems) -> Built:
        """What the definitions make, references not looked at; `on_error` is told of each that fails."""
        found: dict[Name, Desired] = {}
        origins: dict[Name, Origin] = {}
        for definition in self.definitions:
            self.belonging.check(definition, self.places.of, on_error)
            for desired, origin in self._all(definition, on_error):
                if desired.name in self.adoptions:  # of this target: what is known of another one has none
                    desired = replace(desired, adopt=self.adoptions[desired.name])
                if desired.name in found:
                    on_error(_twice(desired, found[desired.name]))
                found[desired.name], origins[desired.name] = desired, origin
        return Built(list(found.values()), origins)

    def _all(self, definition: Definition, on_error: OnError) -> Iterator[tuple[Desired, Origin]]:
        """What one definition makes of all its entries."""
        entries = list(self._chosen(definition, on_error))
        if self.grouped and groupable(definition):
            usual = self.numbers.chosen(definition, None)
            yield from attempt(in_groups(entries, usual, partial(self._made, definition)), on_error)
            return
        for entry, numbers in entries:
            yield from attempt(self._once(definition, entry, numbers), on_error)

    def _once(self, definition: Definition, entry: Entry | None, chosen: Chosen) -> Iterator[tuple[Desired, Origin]]:
        name = (definition, entry.key if entry is not None else "", self.app)
        before = self.known.get(name)
        if before is None or before[:2] != (entry, chosen):
            before = self.known[name] = (entry, chosen, list(self._made(definition, entry, chosen)))
        yield from before[2]

    def _chosen(self, definition: Definition, on_error: OnError) -> Iterator[tuple[Entry | None, Chosen]]:
        """The entries a definition is made for, with its numbers."""
        for entry in self._entries(definition):
            try:
                numbers = self.numbers.chosen(definition, entry)
            except DefinitionError as error:
                on_error(error)
                continue
            if numbers is not None:
                yield entry, numbers

    def _entries(self, definition: Definition) -> Iterable[Entry | None]:
        every = [None] if definition.entry_type is None else self.entries.get(definition.entry_type, ())
        return (entry for entry in every if self.belonging.has(definition, entry))

    def _made(self, definition: Definition, entry: Entry | None, chosen: Chosen) -> Iterator[tuple[Desired, Origin]]:
        """What one definition makes of one entry."""
        context, source = self._context(definition, entry, chosen), self.places.of(definition)
        group = entry if isinstance(entry, ServiceGroup) else None
        try:
            made = list(definition.build(entry, chosen.values))
            for resource, item in zip(made, _items(definition, made), strict=True):
                payload = resource.render(context)
                if group is not None and resource.verbatim is None:
                    payload = {**payload, "name": group.titled(payload["name"])}
                yield (
                    self._desired(definition, entry, item, payload, source),
                    Origin(definition, entry, chosen, resource),
                )
        except DefinitionError as error:
            raise self.places.shorten(error.at_place(self.places.of(definition))) from error
        except DdsyncError:
            raise
        except Exception as error:
            about = _about(definition, entry, chosen if isinstance(error, ValidationError) else None)
            raise self.places.error_in(error, self.places.of(definition), about) from error

    def _desired(
        self, definition: Definition, entry: Entry | None, item: str | None, payload: dict[str, Any], source: str
    ) -> Desired:
        key = definition.key_of(entry, item)
        if fault := key_fault(key):
            raise DefinitionError(f"{source}: the key {key!r} {fault}", hint=f"for example {slug(key)}")
        return Desired(
            kind=definition.kind,
            key=key,
            payload=payload,
            source=source,
            protect=definition.protect,
            renamed_from=_renamed(definition, entry, item),
        )

    def _context(self, definition: Definition, entry: Entry | None, chosen: Chosen) -> Context:
        entries = {definition.entry_parameter: entry} if definition.entry_parameter else {}
        values = {"app": self.app, **chosen.values, **entries}
        return Context(
            runbook=_unwrapped(definition),
            fill=partial(fill, values=values, where=self.places.of(definition)),
            tags=entry.tags() if entry is not None else (),
            told=partial(self._told, entry),
        )

    def _told(self, entry: Entry | None, priority: int | None) -> Told:
        team = self.teams.get(entry.owner) if entry is not None else None
        found = route(team, entry, priority, self.paging_envs)
        return found if self.notify is None else self.notify.tag(found, priority)


_UNWRAPPED: dict[Definition, str] = {}


def _unwrapped(definition: Definition) -> str:
    if definition not in _UNWRAPPED:
        _UNWRAPPED[definition] = unwrap(definition.docstring)
    return _UNWRAPPED[definition]


def _items(definition: Definition, made: Sequence[Resource]) -> list[str | None]:
    """The last part of each key: none where a definition makes one thing, else what the resource says."""
    if not definition.several:
        return [one.key if one.verbatim is None else None for one in made]
    for one in made:
        if one.key is not None and slug(one.key) != one.key.replace("/", "-"):
            raise DefinitionError(
                f'{definition.where}: the key "{one.key}" may hold lower case letters, digits, dots, dashes, slashes',
                hint=f"for example {slug(one.key)}",
            )
        if one.key is None and one.verbatim is None:
            raise DefinitionError(
                f"{definition.where}: {definition.function.__name__} returns several, so each needs a key=",
                hint=f'for example key="{slug(one.title_text)}"',
            )
    return [one.item for one in made]


def _renamed(definition: Definition, entry: Entry | None, item: str | None) -> str | None:
    """The key it had before the definition, or what it is made of, was renamed; None where neither was."""
    former = entry.former_key if entry is not None else None
    if definition.renamed_from is None and former is None:
        return None
    function = definition.renamed_from or f"{definition.module}/{definition.name}"
    return "/".join(part for part in (function, former or (entry.key if entry else ""), item or "") if part)


def _about(definition: Definition, entry: Entry | None, chosen: Chosen | None) -> str:
    """What an error in a definition was about: the entry, and the numbers that came from a file."""
    parts = [f"in {definition.name}" + (f" for {entry.key}" if entry is not None and entry.key else "")]
    if chosen is not None:
        parts += [f"{name} comes from {place}" for name, place in chosen.set_at.items()]
    return "; ".join(parts)


def _twice(one: Desired, other: Desired) -> DefinitionError:
    return DefinitionError(
        f"{one.source}: {one.kind} {one.key} is made at {other.source} too", hint="give each its own key="
    )


def check_references(desired: Sequence[Desired], on_error: OnError = raise_problems) -> None:
    """Refuses references to nothing and rings of them. Raises DefinitionError naming both sides."""
    known = {one.name: one for one in desired}
    refers = {one.name: one.references for one in desired if one.references}
    for name, wanted in refers.items():
        for kind, key in sorted(name for name in wanted if name not in known):
            text = f"{known[name].source}: {name[0]} {name[1]} refers to {kind} {key}, which is not there:"
            near = did_you_mean(key, [k for one, k in known if one == kind])
            hint = f"return None where it does not apply, or switch {name[1]} off too"
            on_error(DefinitionError(f"{text} it does not apply or is switched off.{near}", hint=hint))
    try:
        by_dependency(refers)
    except Cycle as cycle:
        sources = Counter(known[name].source for name in cycle.ring)
        on_error(DefinitionError(f"{', '.join(sources)}: {cycle.message}", hint=cycle.hint))
