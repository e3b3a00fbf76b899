"""Files of definitions for live objects: the file and name of each, and the imports between files.

A definition's file is that of its team (else its service, else its integration); an alert on an SLO stands beside the
SLO. Files import each other where that makes no ring; elsewhere a reference is a text, which means the same.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from dd_sync.core.kind import Kind
from dd_sync.core.live import Live
from dd_sync.core.order import Cycle, by_dependency
from dd_sync.core.references import Name, ObjectId, references
from dd_sync.importing.code import WIDTH, laid_out
from dd_sync.importing.naming import EVERYTHING_ELSE, file_name, function_name, group
from dd_sync.importing.printing import Printer
from dd_sync.importing.resources import Recovered, recover_resource
from dd_sync.importing.written import Raw
from dd_sync.kinds import FOLDERS
from dd_sync.kinds.pointing import point_references


@dataclass(frozen=True)
class Imported:
    """What an import made."""

    files: Mapping[str, str]
    """Texts by path, `monitors/payments.py`."""
    ids: Mapping[Name, ObjectId]
    """The objects that the definitions are for."""
    verbatim: Sequence[Name]
    """Those that no type expresses, and pass through `from_api`."""
    left: Sequence[tuple[Live, str]]
    """Those that were not imported, and why."""


@dataclass
class _Definition:
    """One object on its way to a definition."""

    live: Live
    kind: Kind
    module: tuple[str, str] = ("", "")
    """Folder and file."""
    function: str = ""
    found: Recovered | None = None
    refers_to: frozenset[Name] = frozenset()

    @property
    def name(self) -> Name:
        return self.kind.name, f"{self.module[1]}/{self.function}".replace("_", "-")

    @property
    def title(self) -> str:
        return self.kind.title(self.live.payload)


@dataclass
class _Module:
    """One file on its way."""

    definitions: list[_Definition] = field(default_factory=list)
    imports: dict[Name, tuple[tuple[str, str], str, str]] = field(default_factory=dict)
    """What it takes from others: the module, the function, and what it is called here."""


@dataclass(frozen=True)
class Surroundings:
    """The existing files and names that an import must not touch."""

    files: Mapping[str, Collection[str]] = field(default_factory=dict)
    """The names that new files may not have, by folder."""
    names: Collection[Name] = ()
    """The names of all definitions."""
    managed: Mapping[tuple[str, ObjectId], Name] = field(default_factory=dict)
    """The names of the objects that have definitions."""
    target: str = ""
    """The target that the definitions are for; empty where there is no other."""


def modules_of(
    objects: Sequence[Live], kinds: Mapping[str, Kind], surroundings: Surroundings | None = None
) -> Imported:
    """Definitions for these objects, whose payloads have no marks."""
    return _Importing(kinds, surroundings or Surroundings()).run(objects)


class _Importing:
    """One run of `imported`."""

    def __init__(self, kinds: Mapping[str, Kind], surroundings: Surroundings) -> None:
        self.kinds, self.around = kinds, surroundings
        self.modules: dict[tuple[str, str], _Module] = defaultdict(_Module)
        self.reaches: dict[tuple[str, str], set[tuple[str, str]]] = defaultdict(set)

    def run(self, objects: Sequence[Live]) -> Imported:
        left = [(live, why) for live in objects if (why := _why_left(live))]
        whole = [_Definition(live, self.kinds[live.kind]) for live in objects if not _why_left(live)]
        definitions = self._ordered(whole)
        self._place(definitions)
        self._name(definitions)
        names = {**self.around.managed, **{(one.kind.name, one.live.id): one.name for one in definitions}}
        ids = {name: object_id for (_, object_id), name in names.items()}
        for one in definitions:
            payload = point_references(one.live.payload, names)
            one.refers_to = frozenset(references(payload))
            one.found = recover_resource(one.kind, one.live.payload, payload, ids)
            self.modules[one.module].definitions.append(one)
        self._connect({one.name: one for one in definitions})
        return Imported(
            files={f"{folder}/{stem}.py": self._text((folder, stem)) for folder, stem in sorted(self.modules)},
            ids={one.name: one.live.id for one in definitions},
            verbatim=[one.name for one in definitions if one.found and isinstance(one.found.returns, Raw)],
            left=left,
        )

    def _ordered(self, definitions: Sequence[_Definition]) -> list[_Definition]:
        """By kind and title, each after those it refers to."""
        places = {name: n for n, name in enumerate(self.kinds)}
        by_title = sorted(definitions, key=lambda one: (places[one.kind.name], one.title.lower(), str(one.live.id)))
        known = {(one.kind.name, str(one.live.id)): one for one in by_title}
        refers = {
            name: {(kind, str(other)) for kind, other in one.kind.refers_to(one.live.payload)} - {name}
            for name, one in known.items()
        }
        try:
            return [known[name] for name in by_dependency(refers)]
        except Cycle:
            return by_title

    def _place(self, definitions: Sequence[_Definition]) -> None:
        by_id = {(one.kind.name, str(one.live.id)): one for one in definitions}
        filled: Counter[tuple[str, str]] = Counter()
        current: dict[tuple[str, str], str] = {}
        taken = {folder: set(names) for folder, names in self.around.files.items()}
        for one in definitions:
            watched = self._watched(one, by_id)
            if watched is not None:
                one.module = watched.module
                continue
            beside = one.kind.beside(one.live.payload)
            home = self.kinds[beside[0]] if beside is not None else one.kind
            folder = home.folder
            wanted = (folder, group(one.kind.tags(one.live.payload)))
            if filled[wanted] % home.per_file == 0:
                current[wanted] = file_name(wanted[1], taken.setdefault(folder, set()))
                taken[folder].add(current[wanted])
            filled[wanted] += 1
            one.module = (folder, current[wanted])

    def _watched(self, one: _Definition, by_id: Mapping[tuple[str, str], _Definition]) -> _Definition | None:
        """The definition this one belongs beside, where it is imported too: the SLO an alert watches."""
        kind, object_id = one.kind.beside(one.live.payload) or ("", "")
        found = by_id.get((kind, str(object_id)))
        return found if found is not None and found.module[0] else None

    def _name(self, definitions: Sequence[_Definition]) -> None:
        """Functions by their titles, no two alike in one file, and no two keys alike in one kind."""
        taken: dict[object, set[str]] = defaultdict(set)
        for kind, key in self.around.names:
            module, function, *_ = *key.replace("-", "_").split("/"), ""
            taken[kind, module].add(function)
        for one in definitions:
            scopes = (one.module, (one.kind.name, one.module[1]))
            used = set().union(*(taken[scope] for scope in scopes))
            one.function = function_name(one.title, one.kind.name, str(one.live.id), used)
            for scope in scopes:
                taken[scope].add(one.function)

    def _connect(self, by_name: Mapping[Name, _Definition]) -> None:
        """Lets files import each other, along the usual way first: dashboards, SLOs, monitors."""
        wanted = [
            (one.module, by_name[name])
            for one in by_name.values()
            for name in sorted(one.refers_to)
            if name in by_name and by_name[name].module != one.module
        ]
        for module, other in sorted(wanted, key=lambda pair: _against_the_usual_way(pair[0][0], pair[1].module[0])):
            if module in self._reachable(other.module):
                continue
            self.reaches[module].add(other.module)
            file = self.modules[module]
            here = {one.function for one in file.definitions} | {alias for _, _, alias in file.imports.values()}
            if other.name not in file.imports:
                alias = other.function if other.function not in here else f"{other.module[1]}_{other.function}"
                file.imports[other.name] = (other.module, other.function, alias)

    def _reachable(self, module: tuple[str, str]) -> set[tuple[str, str]]:
        found, waiting = {module}, [module]
        while waiting:
            for other in self.reaches[waiting.pop()] - found:
                found.add(other)
                waiting.append(other)
        return found

    def _text(self, module: tuple[str, str]) -> str:
        file = self.modules[module]
        called = {one.name: one.function for one in file.definitions}
        called |= {name: alias for name, (_, _, alias) in file.imports.items()}
        printer = Printer(called)
        functions = [
            line for one in file.definitions for line in ("", "", *_function(one, printer, self.around.target))
        ]
        file.imports = {name: found for name, found in file.imports.items() if name in printer.reached}
        head = [f'"""{_promise(*module)}"""', ""]
        return "\n".join([*head, *_imports(printer.used, file), *functions]) + "\n"


def _why_left(live: Live) -> str:
    if references(dict(live.payload)):
        return "it holds a text that reads like a reference of ddsync, ${…:…}"
    return ""


def _promise(folder: str, stem: str) -> str:
    what = "SLOs" if folder == "slos" else folder.capitalize()
    whose = "" if stem.startswith(EVERYTHING_ELSE) else f" of {stem.replace('_', ' ')}"
    return f"{what}{whose}, imported from Datadog."


_WAY = FOLDERS[::-1]
"""Folders, each before those that its definitions usually refer to."""


def _against_the_usual_way(folder: str, other: str) -> bool:
    return _WAY.index(folder) > _WAY.index(other)


def _function(one: _Definition, printer: Printer, target: str) -> Iterator[str]:
    assert one.found is not None
    yield f'@define(targets=("{target}",))' if target else "@define"
    yield f"def {one.function}() -> {one.kind.resource.__name__}:"
    yield from (f"    {line}" if line else "" for line in one.found.docstring)
    yield from laid_out(printer.node(one.found.returns), 4, "return ")


def _imports(used: Collection[str], file: _Module) -> Iterator[str]:
    kinds = {one.kind.resource.__name__ for one in file.definitions}
    yield from _from("dd_sync", sorted({*used, *kinds, "define"}, key=_member_order))
    others: dict[tuple[str, str], list[tuple[str, str]]] = defaultdict(list)
    for module, function, alias in file.imports.values():
        others[module].append((function, alias))
    if others:
        yield ""
    for (folder, stem), members in sorted(others.items()):
        plain = sorted((function for function, alias in members if function == alias), key=_natural)
        if plain:
            yield from _from(f"{folder}.{stem}", plain)
        for function, alias in sorted(members):
            if function != alias:
                yield f"from {folder}.{stem} import {function} as {alias}"


def _from(module: str, members: Sequence[str]) -> list[str]:
    line = f"from {module} import {', '.join(members)}"
    return [line] if len(line) <= WIDTH else [f"from {module} import (", *(f"    {one}," for one in members), ")"]


def _member_order(name: str) -> tuple[int, list[object]]:
    """Constants, classes, functions: as import sorters have it."""
    return (0 if name.isupper() else 1 if name[0].isupper() else 2), _natural(name)


def _natural(name: str) -> list[object]:
    """Numbers in names by value."""
    return [int(part) if part.isdigit() else part.lower() for part in re.split(r"(\d+)", name)]
