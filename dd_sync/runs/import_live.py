"""One import from the command line: choose, warn, write, prove, adopt."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from dd_sync.core.diff import FieldChange, differences
from dd_sync.core.live import Live
from dd_sync.core.normal import same
from dd_sync.core.references import Name, ObjectId, resolve
from dd_sync.core.resource import Desired
from dd_sync.disk.files import write_file
from dd_sync.importing.modules import Imported, Surroundings, modules_of
from dd_sync.kinds import KINDS
from dd_sync.project.adoptions import add_adoptions
from dd_sync.project.loading import pack_names
from dd_sync.project.project import Project, load_project
from dd_sync.project.settings import Target, find_root
from dd_sync.runs.console import Console
from dd_sync.runs.import_choice import Wish, choose
from dd_sync.runs.import_report import Outcome, as_json, as_text
from dd_sync.runs.import_warnings import warnings
from dd_sync.runs.session import Session, check_ci, connect


@dataclass(frozen=True)
class ImportRequest:
    """What the command line asked for."""

    wish: Wish
    target: str | None
    out: Path | None
    adopt: bool
    limit: int | None
    terraform_state: Path | None
    yes: bool
    format: str


def run_import(start: Path, asked: ImportRequest, tty: Console) -> int:
    """Writes definitions; returns the exit status: 1 when one of them does not give what Datadog has."""
    root = find_root(start)
    project = load_project(root)
    name, target = project.settings.choose_target(asked.target)
    check_ci(tty, asked.target, target)
    with connect(root, project.settings, name, target, tty) as session:
        outcome = _Import(session, project, target, asked, tty).run()
    if outcome is None:
        tty.say("nothing was imported")
        return 0
    if outcome.adopted:
        add_adoptions(root, name, project.settings.targets, outcome.adopted)
    folder = asked.out or Path()
    tty.result(as_json(outcome, folder) if asked.format == "json" else as_text(outcome, folder))
    return 1 if outcome.wrong else 0


@dataclass
class _Import:
    """One run: what the project has, what Datadog has, and what becomes of it."""

    session: Session
    project: Project
    target: Target
    asked: ImportRequest
    tty: Console

    def run(self) -> Outcome | None:
        """None when a person said no."""
        adopt = self.asked.adopt
        choice = choose(
            self.session,
            self.asked.wish,
            ((kind, one) for (kind, _), one in self.project.adoptions.get(self.session.name, {}).items()),
        )
        chosen = _in_order(self._without_keys(choice.chosen))
        fitting = self._fitting(chosen) if adopt else {}
        defined = {(kind, object_id) for (kind, _), object_id in fitting.items()}
        todo = [live for live in chosen if (live.kind, live.id) not in defined]
        batch = todo[: self.asked.limit]
        if adopt and not self._agreed([*batch, *(live for live in chosen if (live.kind, live.id) in defined)]):
            return None
        made = self._written(batch, fitting)
        wrong = self._proved(made, batch, fitting)
        adopted = {**fitting, **made.ids} if adopt and not wrong else {}
        return Outcome(choice, made, fitting, wrong, len(todo) - len(batch), adopted)

    def _without_keys(self, chosen: Iterable[Live]) -> list[Live]:
        """Those that a file may hold. An object with a key of this account in it is left out: a file would keep it."""
        kept = []
        for live in chosen:
            text = json.dumps(live.payload, ensure_ascii=False)
            named = f"{live.kind} {live.id}"
            if self.tty.redactor.values(text) != text:
                self.tty.say(f"warning: left out: a key of this account stands in {named}; take it out there first")
                continue
            if self.tty.redactor.json(live.payload) != live.payload:
                self.tty.say(f"warning: what looks like a secret stands in {named}, and in the file that it becomes")
            kept.append(live)
        return kept

    @cached_property
    def desired(self) -> Sequence[Desired]:
        """What the project defines before anything is imported."""
        return self.project.build(self.target).desired

    @cached_property
    def managed(self) -> dict[Name, ObjectId]:
        """The objects that definitions have, or are to take over."""
        marks, owner = self.session.rules.marks, self.session.rules.owner
        owned = self.session.reader.existing().by_address()
        found: dict[Name, ObjectId] = {}
        for one in self.desired:
            live = owned.get((one.kind, marks.address_of(owner, one.key)))
            if live is not None:
                found[one.name] = live.id
            elif one.adopt is not None:
                found[one.name] = one.adopt
        return found

    def _fitting(self, chosen: Sequence[Live]) -> dict[Name, ObjectId]:
        """Definitions that say exactly what a chosen object is or, for objects named by id, are called as it is.

        Those of an earlier import without --adopt are among them, and a pack's definition of an object that was made
        by hand before.
        """
        found: dict[Name, ObjectId] = {}
        for live in chosen:
            kind = KINDS[live.kind]
            title = kind.title(live.payload)
            free = (one for one in self.desired if one.kind == live.kind and one.name not in {**self.managed, **found})
            alike = [one for one in free if kind.title(one.payload) == title]
            exact = [one for one in alike if self._gives(one, live, found)]
            for one in (exact or (alike if self.asked.wish.ids else []))[:1]:
                found[one.name] = live.id
        return found

    def _gives(self, one: Desired, live: Live, found: Mapping[Name, ObjectId]) -> bool:
        kind = KINDS[one.kind]
        payload = resolve(one.payload, {**self.managed, **found}, kind.text_references)
        return same(*kind.comparable(payload, live.payload))

    def _agreed(self, chosen: Sequence[Live]) -> bool:
        """Says what adopting sets off, and asks where somebody is there to answer. Nothing is written yet."""
        found = warnings(self.session, chosen, self.asked.terraform_state)
        for line in found:
            self.tty.say(f"warning: {line}")
        if not found or self.asked.yes or not self.tty.answers:
            return True
        self.tty.say(f"Adopt {len(chosen)} all the same? [y/N] ")
        return input().strip().lower() in ("y", "yes")

    def _written(self, batch: Sequence[Live], fitting: Mapping[Name, ObjectId]) -> Imported:
        """Makes the definitions and writes them; a file that exists is never touched."""
        root = self.asked.out or self.project.root
        folders = {kind.folder for kind in KINDS.values()}
        reserved = {*pack_names(), *self.project.settings.packs}
        files = {folder: {*reserved, *(path.stem for path in (root / folder).glob("*"))} for folder in folders}
        if self.asked.out is None:
            there = {(name[0], object_id): name for name, object_id in {**self.managed, **fitting}.items()}
            limit = self.session.name if len(self.project.settings.targets) > 1 else ""
            made = modules_of(batch, KINDS, Surroundings(files, [one.name for one in self.desired], there, limit))
        else:
            made = modules_of(batch, KINDS, Surroundings(files))
        _write(root, made.files)
        return made

    def _proved(
        self, made: Imported, batch: Sequence[Live], fitting: Mapping[Name, ObjectId]
    ) -> dict[Name, Sequence[FieldChange]]:
        """Loads what was written afresh and compares what it gives with what Datadog has."""
        alone = self.asked.out is not None
        desired = _built_alone(made) if alone else load_project(self.project.root).build(self.target).desired
        by_name = {one.name: one for one in desired}
        by_id = {(live.kind, live.id): live for live in batch}
        ids = {**self.managed, **fitting, **made.ids}
        wrong: dict[Name, Sequence[FieldChange]] = {}
        for (name, key), object_id in made.ids.items():
            live, kind = by_id[name, object_id], KINDS[name]
            payload = resolve(by_name[name, key].payload, ids, kind.text_references)
            wanted, found = kind.comparable(payload, live.payload)
            if not same(wanted, found):
                wrong[name, key] = differences(found, wanted, kind.item_name)
        return wrong


def _in_order(chosen: Sequence[Live]) -> list[Live]:
    """What is referred to before what refers to it, so that an earlier batch has it: an alert on an SLO after SLOs."""
    places = {name: float(n) for n, name in enumerate(KINDS)}
    later = {"composite": 0.5, "slo alert": 1.5}
    return sorted(chosen, key=lambda live: places[live.kind] + later.get(str(live.payload.get("type")), 0.0))


def _built_alone(made: Imported) -> Sequence[Desired]:
    """What the files give in a project of their own."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        _write(root, made.files)
        (root / "ddsync.yaml").write_text("project: imported\npacks: []\n", encoding="utf-8")
        return load_project(root).build(Target(emulator="none")).desired


def _write(folder: Path, files: Mapping[str, str]) -> None:
    for name, text in files.items():
        write_file(folder / name, text, parents=True)
