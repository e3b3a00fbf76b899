"""Which numbers would make a definition give what Datadog has, and the lines of YAML that say so.

A number is believed only when running the definition with it makes the difference go away.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import yaml
from pydantic import ValidationError

from dd_sync.core.diff import FieldChange, differences
from dd_sync.core.errors import DdsyncError
from dd_sync.core.kind import Payload
from dd_sync.core.model import plain
from dd_sync.core.references import Name, ObjectId, resolve
from dd_sync.core.resource import Context
from dd_sync.definitions.inventory import Cluster, MongoDB, Service, WholeService
from dd_sync.definitions.prose import fill
from dd_sync.kinds import KINDS
from dd_sync.project.build import Origin
from dd_sync.project.project import Project
from dd_sync.project.services import OURS
from dd_sync.project.yaml_file import YamlFile


@dataclass(frozen=True)
class Retuned:
    """Numbers to change, the differences that go away with them, and those that come instead."""

    values: Mapping[str, Any]
    solved: frozenset[str]
    caused: frozenset[str]
    """What else these numbers decide: a name that says the threshold, a warning that is a share of it."""


@dataclass(frozen=True)
class Place:
    """Lines for a YAML file, and the line of the file they belong at."""

    file: str
    line: int
    text: str


def retune(origin: Origin, live: Payload, fields: Sequence[FieldChange], ids: Mapping[Name, ObjectId]) -> Retuned:
    """The tunables that explain an edit: one after the other, each as long as it makes more equal than unequal.

    `live` has no marks; `fields` are the differences, Datadog's side as `before`.
    """
    paths = frozenset(field.path for field in fields)
    found = {repr(value): value for field in fields for value in _said(field)}
    trial = _Trial(origin, live, ids, paths)
    values: dict[str, Any] = {}
    best, left = float(len(paths)), paths
    while steps := [step for step in trial.steps(values, list(found.values())) if step.score < best]:
        step = min(steps, key=lambda one: one.score)
        values, best, left = {**values, step.name: step.value}, step.score, step.left
    return Retuned(values, paths - left, left - paths)


def _said(field: FieldChange) -> Iterator[Any]:
    """The values that an edit may have set: the field's own, and the numbers that are new in a text."""
    if isinstance(field.before, bool | int | float | str):
        yield field.before
    if isinstance(field.before, str) and isinstance(field.after, str):
        for text in set(_NUMBER.findall(field.before)) - set(_NUMBER.findall(field.after)):
            yield plain(float(text)) if "." in text else int(text)


_NUMBER = re.compile(r"\d+(?:\.\d+)?")

_ADDED = frozenset({"message", "tags", "description"})
"""What differs in a trial because nothing is added there: the runbook, the people to tell, the entry's tags."""


@dataclass(frozen=True)
class _Step:
    """One more number, and the differences that are left with it."""

    name: str
    value: Any
    left: frozenset[str]
    score: float


@dataclass(frozen=True)
class _Trial:
    """A definition run with other numbers and compared with Datadog."""

    origin: Origin
    live: Payload
    ids: Mapping[Name, ObjectId]
    paths: frozenset[str]

    def steps(self, values: Mapping[str, Any], wanted: Sequence[Any]) -> Iterator[_Step]:
        """Each tunable with each value that Datadog has somewhere."""
        for name in self.origin.chosen.values.keys() - values.keys():
            for value in wanted:
                left = self._left({**values, name: value})
                if left is not None:
                    yield _Step(name, value, left, len(left & self.paths) + 0.5 * len(left - self.paths))

    def _left(self, values: Mapping[str, Any]) -> frozenset[str] | None:
        """The differences with these numbers; None where the definition refuses them."""
        payload = self._payload(values)
        if payload is None:
            return None
        kind = KINDS[self.origin.definition.kind]
        desired, found = kind.comparable(resolve(payload, self.ids, kind.text_references), self.live)
        left = {field.path for field in differences(found, desired, kind.item_name)}
        return frozenset(left & self.paths | left - _ADDED)

    def _payload(self, values: Mapping[str, Any]) -> dict[str, Any] | None:
        definition, entry = self.origin.definition, self.origin.entry
        chosen = {**self.origin.chosen.values, **values}
        facts = {**chosen, **({definition.entry_parameter: entry} if definition.entry_parameter else {})}
        try:
            definition.validate(values, str)
            made = list(definition.build(entry, chosen))
            same = [one for one in made if one.item == self.origin.resource.item] or made[:1]
            context = Context(runbook="", fill=partial(fill, values=facts, where=""))
            return same[0].render(context) if same else None
        except (DdsyncError, ValidationError, ValueError, TypeError, ArithmeticError, LookupError):
            return None


def place(project: Project, origin: Origin, numbers: Mapping[str, Any] | bool) -> Place:
    """Where these numbers of a definition are said for its entry alone, or that it is off (False)."""
    definition = origin.definition
    said = numbers if isinstance(numbers, bool) else {name.replace("_", "-"): one for name, one in numbers.items()}
    file, steps, document, outer = _home(project, origin)
    steps = [*steps, KINDS[definition.kind].folder]
    name = _name(project, origin)
    shown, _, line = file.at([*steps, name, *(said if isinstance(said, dict) else ())], document).rpartition(":")
    nested: Any = {name: said}
    for step in reversed([step for step in steps if isinstance(step, str) and step not in outer]):
        nested = {step: nested}
    for step, item in outer.items():
        nested = {step: [{"name": item, **nested}]}
    return Place(shown, int(line), _yaml(nested))


def _home(project: Project, origin: Origin) -> tuple[YamlFile, list[str | int], int, dict[str, str]]:
    """The file of an entry, the way to it, its document, and the list it stands in with its name there."""
    entry = origin.entry
    match entry:
        case Service() | WholeService():
            for one in project.services:
                if one.name == entry.name:
                    env = ["envs", entry.env] if isinstance(entry, Service) else []
                    return one.file, [*OURS, *env], one.document, {}
        case Cluster() | MongoDB():
            section = "clusters" if isinstance(entry, Cluster) else "mongodb"
            for n, declared in enumerate(getattr(project.settings, section)):
                if declared.name == entry.name:
                    return project.file, [section, n], 0, {section: entry.name}
        case _:
            pass
    return project.file, [], 0, {}


def _name(project: Project, origin: Origin) -> str:
    """`error-rate`, with its file's name before it where another file has one of the same name."""
    definition = origin.definition
    alike = [one for one in project.definitions if (one.kind, one.name) == (definition.kind, definition.name)]
    return definition.name if len(alike) == 1 else f"{definition.module}/{definition.name}"


def _yaml(nested: Mapping[str, Any]) -> str:
    """Written as people write these files: short mappings on one line; off, not false."""
    text = yaml.safe_dump(nested, sort_keys=False, default_flow_style=None, allow_unicode=True)
    return text.replace(": false", ": off").rstrip("\n")
