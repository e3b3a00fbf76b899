"""The alert catalogue: every alert of every service and every pack, as values that a report turns into pages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from dd_sync.core.kind import Recipients
from dd_sync.core.resource import Desired
from dd_sync.definitions.definition import LEVELS, Definition
from dd_sync.definitions.inventory import Service, WholeService
from dd_sync.definitions.prose import fill, unwrap
from dd_sync.disk.files import write_tree
from dd_sync.kinds import KINDS
from dd_sync.project.build import Built, Origin
from dd_sync.project.project import Project
from dd_sync.project.settings import Target
from dd_sync.query.errors import QueryError
from dd_sync.query.explain import explain
from dd_sync.query.parse import parse


@dataclass(frozen=True)
class Item:
    """One object: an alert of one entry, an SLO, a dashboard."""

    key: str
    title: str
    about: str
    """What it is about within its page: an environment, a cluster, an item."""
    query: str
    words: str
    """The query in words; empty where there is none or it cannot be read."""
    thresholds: Mapping[str, Any]
    priority: int | None
    told: Recipients
    source: str
    numbers: Mapping[str, tuple[Any, str]]
    """The tunables that are not the function's own, each with the `file:line` that set it."""


@dataclass(frozen=True)
class Section:
    """One definition: why it is there, what to do first, and what it makes."""

    name: str
    kind: str
    level: str
    why: str
    runbook: str
    verbatim: bool
    """Whether the runbook is text from Datadog, which is shown as it is."""
    tunables: Mapping[str, Any]
    items: Sequence[Item]


@dataclass(frozen=True)
class Page:
    """One service or one pack."""

    path: str
    title: str
    facts: Mapping[str, str]
    sections: Sequence[Section]


_Made = tuple[Desired, Origin, Recipients]
"""An object, what made it, and who is told of it."""


def catalogue(project: Project, target: Target) -> list[Page]:
    """A page for each service of the target and one for each module of definitions, packs at their fullest.

    Raises DefinitionError where the project cannot be built.
    """
    built = project.build(target)
    services = _services(project, target, built)
    fullest = dict.fromkeys(project.settings.packs, LEVELS[-1])
    whole = replace(project, settings=project.settings.model_copy(update={"packs": fullest}))
    return [*services, *_packs(whole, whole.build(target))]


def _services(project: Project, target: Target, built: Built) -> Iterator[Page]:
    envs: dict[str, list[Service]] = {}
    for service in project.inventory(target).services:
        envs.setdefault(service.name, []).append(service)
    files = {file.name: file.file.shown for file in project.services}
    by_service = _grouped(built, _service_of)
    for name in sorted(envs):
        first = envs[name][0]
        facts = {
            "tier": str(first.tier),
            "team": first.team,
            "does": ", ".join(first.kinds),
            "runtime": first.runtime or "unknown",
            "environments": ", ".join(service.env for service in envs[name]),
            "depends on": ", ".join(first.depends_on),
            "file": files.get(name, ""),
        }
        sections = _sections(by_service.get(name, ()))
        yield Page(f"services/{name}.md", name, {n: fact for n, fact in facts.items() if fact}, sections)


def _packs(project: Project, built: Built) -> Iterator[Page]:
    made: dict[str, list[_Made]] = _grouped(built, lambda origin: origin.definition.module)
    modules = dict.fromkeys(definition.module for definition in project.definitions)
    for module in sorted(modules):
        definitions = [definition for definition in project.definitions if definition.module == module]
        facts = {"definitions": str(len(definitions))}
        yield Page(f"packs/{module}.md", module, facts, _sections(made.get(module, ()), definitions))


def _grouped(built: Built, name_of: Any) -> dict[str, list[_Made]]:
    found: dict[str, list[_Made]] = {}
    for one in built.desired:
        name = name_of(built.origins[one.name])
        if name:
            found.setdefault(name, []).append((one, built.origins[one.name], built.told[one.name]))
    return found


def _service_of(origin: Origin) -> str:
    match origin.entry:
        case Service() | WholeService():
            return origin.entry.name
        case _:
            return ""


def _sections(made: Iterable[_Made], definitions: Sequence[Definition] = ()) -> list[Section]:
    """One section a definition. Where definitions are named, those that make nothing are there too, and texts keep
    their placeholders: they are about the definition."""
    found: dict[int, tuple[Definition, list[_Made]]] = {id(d): (d, []) for d in definitions}
    for one in made:
        definition = one[1].definition
        found.setdefault(id(definition), (definition, []))[1].append(one)
    return [
        _section(one, unwrap(one.docstring) if definitions else _filled(one, items), items)
        for one, items in found.values()
    ]


def _filled(definition: Definition, made: Sequence[_Made]) -> str:
    """The docstring with the facts of what it makes, the same as in the alert; of several, of the first."""
    origin = made[0][1]
    entry = {definition.entry_parameter: origin.entry} if definition.entry_parameter else {}
    return fill(unwrap(definition.docstring), {**origin.chosen.values, **entry}, definition.where)


def _section(definition: Definition, docstring: str, made: Sequence[_Made]) -> Section:
    why, _, runbook = docstring.partition("\n\n")
    verbatim = next((origin.resource.verbatim for _, origin, _ in made if origin.resource.verbatim is not None), None)
    return Section(
        name=f"{definition.module}/{definition.name}",
        kind=definition.kind,
        level=definition.level,
        why=why,
        runbook=runbook if verbatim is None else str(verbatim.get("message") or verbatim.get("description") or ""),
        verbatim=verbatim is not None,
        tunables={name.replace("_", "-"): value for name, value in definition.defaults.items()},
        items=[_item(*one) for one in made],
    )


def _item(one: Desired, origin: Origin, told: Recipients) -> Item:
    kind, payload = KINDS[one.kind], one.payload
    query = payload.get("query")
    shown = query if isinstance(query, str) else ""
    entry = origin.entry
    return Item(
        key=one.key,
        title=kind.title(payload),
        about=(entry.environment or entry.key) if entry is not None else "",
        query=shown or _other_query(payload),
        words=_words(shown, str(payload.get("type") or "")),
        thresholds=_thresholds(payload),
        priority=payload.get("priority"),
        told=told,
        source=one.source,
        numbers={name.replace("_", "-"): (origin.chosen.values[name], at) for name, at in origin.chosen.set_at.items()},
    )


def _words(query: str, type_: str) -> str:
    try:
        return explain(parse(query, type_)) if query else ""
    except QueryError:
        return ""


def _other_query(payload: Mapping[str, Any]) -> str:
    """The queries of an SLO, one a line."""
    query = payload.get("query")
    if isinstance(query, Mapping):
        return "\n/ ".join(str(part) for part in query.values())
    return "\n".join(_nested(payload.get("sli_specification")))


def _nested(value: Any) -> Iterator[str]:
    match value:
        case {"query": str(text)}:
            yield text
        case dict():
            for item in value.values():
                yield from _nested(item)
        case list():
            for item in value:
                yield from _nested(item)


def _thresholds(payload: Mapping[str, Any]) -> dict[str, Any]:
    """Of a monitor by name, of an SLO by timeframe."""
    thresholds = payload.get("thresholds")
    if isinstance(thresholds, list):
        return {str(one.get("timeframe")): f"{one.get('target')} %" for one in thresholds}
    options = payload.get("options")
    return dict(options.get("thresholds") or {}) if isinstance(options, Mapping) else {}


def write_pages(folder: Path, pages: Mapping[str, str], mark: str) -> None:
    """Makes the folder hold these pages; pages of an earlier run, which begin with the mark, are removed."""
    write_tree(folder, pages, frozenset(_ours(folder, mark)))


def stale_pages(folder: Path, pages: Mapping[str, str], mark: str) -> list[str]:
    """The pages that differ, are missing, or are left over."""
    ours = _ours(folder, mark)
    differing = {name for name in ours & pages.keys() if (folder / name).read_text(encoding="utf-8") != pages[name]}
    return sorted(differing | (ours ^ pages.keys()))


def _ours(folder: Path, mark: str) -> set[str]:
    """Pages that a run wrote: a person's own pages beside them are left alone."""
    files = (path for path in folder.rglob("*.md") if path.is_file() and not path.is_symlink())
    found = ((path, path.read_text(encoding="utf-8", errors="replace")) for path in files)
    return {path.relative_to(folder).as_posix() for path, text in found if text.startswith(mark)}
