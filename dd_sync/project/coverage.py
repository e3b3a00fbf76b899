"""Which services are watched, and in which respects: what their alerts measure, not what they are called."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import get_args

from dd_sync.core.coverage import ASPECTS, NOT_APPLICABLE, OBJECTIVE, Aspect, Cell, Coverage, Row
from dd_sync.core.references import Name, references
from dd_sync.core.resource import Desired
from dd_sync.definitions.definition import LEVELS, Level
from dd_sync.definitions.inventory import MongoDB, Service, WholeService, Work
from dd_sync.definitions.routing import LEAST_PAGED
from dd_sync.kinds import KINDS
from dd_sync.project.build import Origin
from dd_sync.project.measures import Measured, aspects_of, measures_of
from dd_sync.project.project import Project
from dd_sync.project.settings import Target

TRACKED = frozenset({*get_args(Work), "unknown"})
"""What runs and should be watched as a service; databases, agents and one-off jobs are others' business."""


@dataclass(frozen=True)
class Running:
    """A service that manifests run, as far as coverage needs to know it."""

    service: str
    kinds: Sequence[str]
    workload: str
    where: str
    tier: int | None = None


@dataclass(frozen=True)
class _Watch:
    """An alert or an SLO, and in which respects it watches."""

    key: str
    aspects: frozenset[Aspect]
    over: Measured
    origin: Origin
    alerts: bool
    has_runbook: bool
    pages: bool


Wakes = Callable[[str], bool]
"""Whether a handle wakes somebody."""


def coverage(project: Project, targets: Sequence[Target], wakes: Wakes, running: Sequence[Running] = ()) -> Coverage:
    """Every service of these targets against every aspect, and what runs without a service file.

    Raises DefinitionError where the project cannot be built.
    """
    services = {one.key: one for target in targets for one in project.inventory(target).services}
    grouped = _by_name(services.values())
    watches = _watches(project, targets, wakes)
    rows = [_row(project, envs, watches) for envs in grouped]
    if project.settings.packs and any(row.gaps for row in rows):
        fullest = _watches(_at_level(project, LEVELS[-1]), targets, wakes)
        rows = [_hinted(row, envs, fullest) for row, envs in zip(rows, grouped, strict=True)]
    return Coverage([*rows, *_unlisted(project, running)])


def _by_name(services: Iterable[Service]) -> list[list[Service]]:
    found: dict[str, list[Service]] = {}
    for service in services:
        found.setdefault(service.name, []).append(service)
    return [found[name] for name in sorted(found)]


def _watches(project: Project, targets: Sequence[Target], wakes: Wakes) -> list[_Watch]:
    """Every alert and SLO, once however many targets have it."""
    found: dict[Name, _Watch] = {}
    for target in targets:
        built = project.build(target)
        by_name = {one.name: one for one in built.desired}
        for one in built.desired:
            recipients = built.told[one.name]
            if one.name not in found and (recipients or KINDS[one.kind].objective):
                found[one.name] = _Watch(
                    key=one.key,
                    aspects=_aspects(one, by_name),
                    over=measures_of(one.payload),
                    origin=built.origins[one.name],
                    alerts=bool(recipients),
                    has_runbook=_has_runbook(str(one.payload.get("message") or "")),
                    pages=any(map(wakes, recipients.get("alert", ()))),
                )
    return list(found.values())


def _aspects(one: Desired, by_name: Mapping[Name, Desired]) -> frozenset[Aspect]:
    """What an object watches; a burn-rate alert watches what its SLO counts."""
    if KINDS[one.kind].objective:
        return frozenset({OBJECTIVE})
    measuring = [one, *(by_name[name] for name in references(one.payload) if name in by_name)]
    return frozenset(a for other in measuring for name in measures_of(other.payload).names for a in aspects_of(name))


_ADDRESSED = re.compile(r"@[^\s@{}]+|\{\{[^{}]*\}\}")


def _has_runbook(message: str) -> bool:
    """Whether a message says anything beside whom to tell and when."""
    return bool(_ADDRESSED.sub("", message).strip())


def _row(project: Project, envs: Sequence[Service], watches: Sequence[_Watch]) -> Row:
    """A service over its environments: an aspect is watched when it is in each of those that matter."""
    main = next((one for one in envs if one.paging), envs[0])
    mattering = [one for one in envs if one.paging] or list(envs)
    by_env = [[watch for watch in watches if _watching(watch, one)] for one in mattering]
    cells = {
        aspect: _merged([_cell(project, aspect, one, found) for one, found in zip(mattering, by_env, strict=True)])
        for aspect in ASPECTS
    }
    file = next(file for file in project.services if file.name == main.name)
    return Row(main.name, main.tier, main.team, file.file.shown, cells)


def _watching(watch: _Watch, service: Service) -> bool:
    match watch.origin.entry:
        case Service():
            return watch.origin.entry.key == service.key
        case WholeService():
            return watch.origin.entry.name == service.name
        case MongoDB():
            return watch.origin.entry.name in service.mongodb
        case _:
            return watch.over.watches(service.name, service.env, service.team)


def _cell(project: Project, aspect: Aspect, service: Service, watches: Sequence[_Watch]) -> Cell:
    if not applies(aspect, service.kinds, bool(service.mongodb), service.tier, service.paging):
        return NOT_APPLICABLE
    own = [watch for watch in watches if not isinstance(watch.origin.entry, MongoDB)]
    alerts = [watch for watch in own if watch.alerts]
    match aspect:
        case "owner":
            return _filled([service.team] if service.team in project.teams else [])
        case "runbook":
            return _filled([] if any(not watch.has_runbook for watch in alerts) else [watch.key for watch in alerts])
        case "pager":
            return _filled([watch.key for watch in own if watch.pages])
        case "mongodb":
            return _filled([watch.key for watch in watches if aspect in watch.aspects])
        case _:
            return _filled([watch.key for watch in own if aspect in watch.aspects])


def _filled(by: Sequence[str]) -> Cell:
    return Cell("yes" if by else "no", tuple(by))


def _merged(cells: Sequence[Cell]) -> Cell:
    """The cells of one aspect over environments: a gap in one of them is a gap."""
    asked = [cell for cell in cells if cell.state != "n/a"]
    if not asked:
        return NOT_APPLICABLE
    by = tuple(dict.fromkeys(key for cell in asked for key in cell.by))
    return Cell("no" if any(cell.state == "no" for cell in asked) else "yes", by)


def applies(aspect: Aspect, kinds: Collection[str], has_mongodb: bool, tier: int | None, paging: bool) -> bool:
    """Whether an aspect makes sense for a service that does this work."""
    stays = bool({*kinds} - {"cron"})
    match aspect:
        case "latency":
            return not {"http", "grpc"}.isdisjoint(kinds)
        case "saturation" | "restarts":
            return stays
        case "queue age":
            return "worker" in kinds
        case "mongodb":
            return has_mongodb
        case "pager":
            return paging and (tier is None or LEAST_PAGED[tier] > 0)
        case _:
            return True


def _at_level(project: Project, level: Level) -> Project:
    packs = dict.fromkeys(project.settings.packs, level)
    return replace(project, settings=project.settings.model_copy(update={"packs": packs}))


def _hinted(row: Row, envs: Sequence[Service], fullest: Sequence[_Watch]) -> Row:
    """The row with what a higher level of the packs would bring to each gap."""
    fitting = [watch for watch in fullest if any(_watching(watch, one) for one in envs)]
    cells = dict(row.cells)
    for aspect in row.gaps:
        would = [watch.origin.definition for watch in fitting if aspect in watch.aspects]
        if would:
            first = min(would, key=lambda definition: LEVELS.index(definition.level))
            cells[aspect] = replace(
                cells[aspect], hint=f"{first.module}/{first.name} is in level {first.level} of the pack {first.module}"
            )
    return replace(row, cells=cells)


def _unlisted(project: Project, running: Sequence[Running]) -> Iterator[Row]:
    """What runs and has no service file: known by its name, or by the workload a file names."""
    names = {file.name for file in project.services}
    workloads = {file.settings.kubernetes.workload for file in project.services}
    for one in running:
        if one.service in names or one.workload in workloads:
            continue
        names.add(one.service)
        cells = {
            aspect: Cell("no") if applies(aspect, one.kinds, False, one.tier, True) else NOT_APPLICABLE
            for aspect in ASPECTS
        }
        yield Row(one.service, one.tier, "", one.where, cells, listed=False)
