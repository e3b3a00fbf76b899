"""A whole project checked in one pass: files, definitions, objects, and how they fit together. Asks nobody."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from dd_sync.core.errors import DefinitionError, did_you_mean
from dd_sync.core.findings import Finding, Located
from dd_sync.core.references import Name
from dd_sync.definitions.definition import Definition
from dd_sync.definitions.inventory import OtherHandles, Team
from dd_sync.project.build import Built, Known, check_references
from dd_sync.project.consents import check_consents, written_consents
from dd_sync.project.locating import Object, broken_file, in_order, locate
from dd_sync.project.places import Places
from dd_sync.project.problems import Noted
from dd_sync.project.project import Project, load_project
from dd_sync.project.project_rules import (
    Found,
    Whole,
    ids_by_key,
    project_findings,
    reference_findings,
    whys,
    with_own_ids,
)
from dd_sync.project.receipts import receipts_in
from dd_sync.project.receipts.shelf import shelf
from dd_sync.project.settings import load_settings
from dd_sync.project.shapes import describe_shape
from dd_sync.rules import check
from dd_sync.rules.asked import RULES as ONLINE


@dataclass(frozen=True)
class Validation:
    """What is wrong, in the order of the files, and what was looked at."""

    findings: Sequence[Located]
    made: Mapping[str, Sequence[Name]] = field(default_factory=dict)
    """The objects of each target."""
    project: Project | None = None
    """What was read; None where not even `ddsync.yaml` could be."""
    objects: Sequence[Object] = ()

    @property
    def ok(self) -> bool:
        """Whether there is no error; warnings do not count."""
        return not any(one.finding.severity == "error" for one in self.findings)


def validate(root: Path, target: str | None = None) -> Validation:
    """Checks a project for one target, or for all. Raises UsageError for a target it does not have."""
    noted = Noted()
    try:
        project = load_project(root, on_error=noted)
    except DefinitionError as error:
        noted(error)
        return Validation([broken_file(one) for one in noted.errors])
    _check_consents(root, noted)
    names = [project.settings.choose_target(target)[0]] if target else list(project.settings.targets)
    built = _built(project, names, noted)
    objects = distinct(built)
    whole = Whole(objects, handles_of(project.teams.values()), cache(lambda: _own_ids(project, names)))
    found = list(_findings(whole))
    kept = [one for one in found if one[1].rule not in one[0].origin.definition.ignore]
    complete = set(names) == set(project.settings.targets) and not len(noted)
    ignores = _ignores(objects, found, Places(project.root), unneeded=complete)
    findings = [broken_file(error) for error in noted.errors] + [locate(finding, one) for one, finding in kept]
    made = {name: [one.name for one in of.desired] for name, of in built.items()}
    return Validation(in_order([*findings, *ignores]), made, project, objects)


def _check_consents(root: Path, noted: Noted) -> None:
    """Consent that expired long ago is an error like any other in the file."""
    try:
        check_consents(written_consents(load_settings(root)), datetime.now(UTC).date())
    except DefinitionError as error:
        noted(error)


def findings_of(built: Built, names: Iterable[Name], teams: Iterable[Team] = ()) -> list[Located]:
    """What is wrong with some objects of a target, as far as it can be seen in them and what they refer to."""
    wanted = set(names)
    every = distinct({"": built})
    whole = Whole(every, handles_of(teams))
    chosen = Whole([one for one in every if one.desired.name in wanted], whole.handles)
    found = [*_of_objects(chosen.objects), *project_findings(chosen)]
    found += [pair for pair in reference_findings(whole) if pair[0].desired.name in wanted]
    return in_order([locate(f, one) for one, f in found if f.rule not in one.origin.definition.ignore])


def distinct(built: Mapping[str, Built]) -> list[Object]:
    """The objects of several targets, each once for each payload it has."""
    found: dict[Name, list[Object]] = {}
    for target, made in built.items():
        for desired in made.desired:
            alike = found.setdefault(desired.name, [])
            same = next((o for o in alike if o.desired is desired or o.desired.payload == desired.payload), None)
            if same is None:
                alike.append(Object(desired, made.origins[desired.name], [target]))
            else:
                same.targets.append(target)
    return [one for alike in found.values() for one in alike]


def handles_of(teams: Iterable[Team]) -> frozenset[str]:
    """Every handle that some team has, in some environment or for some priority."""
    places: list[Team | OtherHandles] = []
    for team in teams:
        places += [team, *team.priorities.values(), *team.envs.values()]
    return frozenset(handle for place in places for handle in (*(place.page or ()), *(place.tell or ())))


def _built(project: Project, names: Sequence[str], noted: Noted) -> dict[str, Built]:
    """What each target has. References are looked at only when nothing is missing for another reason."""
    known: Known = {}
    built = {name: project.made(project.settings.targets[name], noted, known) for name in names}
    if not len(noted):
        for made in built.values():
            check_references(made.desired, noted)
    return built


def _findings(whole: Whole) -> Iterator[Found]:
    yield from with_own_ids(_of_objects(whole.objects), whole)
    yield from reference_findings(whole)
    yield from project_findings(whole)


def _of_objects(objects: Iterable[Object]) -> Iterator[Found]:
    """What is wrong with each object by itself. Nothing is, where nothing was with another one of its shape."""
    right: set[tuple[Definition, str]] = set()
    now = datetime.now(UTC)
    for one in objects:
        alike = describe_shape(one.desired.payload, one.origin.entry)
        if alike is not None and (one.origin.definition, alike) in right:
            continue
        findings = check(one.desired.kind, _as_sent(one.desired.payload), now)
        if alike is not None and not findings:
            right.add((one.origin.definition, alike))
        yield from ((one, finding) for finding in findings)


_MARKS = ("managed_by:ddsync", "ddsync_id:-", "ddsync_rev:-")
_FEW_TAGS = 25


def _as_sent(payload: Mapping[str, Any]) -> Mapping[str, Any]:
    """A payload with the tags that ddsync adds, where there are so many that Datadog counts them."""
    tags = payload.get("tags")
    return {**payload, "tags": [*tags, *_MARKS]} if isinstance(tags, list) and len(tags) > _FEW_TAGS else payload


def _own_ids(project: Project, names: Sequence[str]) -> Mapping[tuple[str, str], str]:
    """The ids that objects of this project are known to have: those it adopts, and those of its last receipts."""
    folder = project.root / project.settings.receipts
    waiting = {(project.settings.project, name) for name in names}
    latest = []
    for receipt in receipts_in(shelf(folder)) if folder.is_dir() else ():
        if receipt.belongs_to[:2] in waiting:
            waiting.remove(receipt.belongs_to[:2])
            latest.append(receipt.objects())
        if not waiting:
            break
    return ids_by_key([*project.adoptions.values(), *latest])


def _ignores(objects: Iterable[Object], found: Iterable[Found], places: Places, *, unneeded: bool) -> Iterator[Located]:
    """Ignores of rules that do not exist, and those that nothing needs. A pack's ignores are its author's: what breaks
    a rule there may not be in this project."""
    needed = {(one.origin.definition, finding.rule) for one, finding in found}
    elsewhere = {rule.id for rule in ONLINE}  # whether those are needed, only Datadog knows
    for definition in dict.fromkeys(one.origin.definition for one in objects):
        for rule in definition.ignore:
            if rule not in whys():
                yield _about(definition, places, "unknown-rule", f'no rule "{rule}".{did_you_mean(rule, whys())}')
            elif unneeded and (definition, rule) not in needed and rule not in elsewhere and _own(definition, places):
                yield _about(definition, places, "unneeded-ignore", f"nothing here breaks {rule} any more")


def _own(definition: Definition, places: Places) -> bool:
    return not places.of(definition).startswith("dd_sync/")


def _about(definition: Definition, places: Places, rule: str, message: str) -> Located:
    fix = "leave it out of ignore=" if rule == "unneeded-ignore" else "docs/rules.md has them all"
    return Located(Finding(rule, "error", message, "ignore", fix=fix), places.of(definition))
