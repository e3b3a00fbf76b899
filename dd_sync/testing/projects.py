"""A whole project in a test: what it makes, and its plans and applies against an emulator of its own."""

from __future__ import annotations

import contextlib
import io
import json
import os
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from dd_sync.core.apply import Options
from dd_sync.core.consent import Consent
from dd_sync.core.errors import did_you_mean
from dd_sync.core.selection import Selection
from dd_sync.emulator import Emulator, running
from dd_sync.project.build import Built
from dd_sync.project.project import load_project
from dd_sync.reports.as_json import plan_json
from dd_sync.reports.paging import Pagers, alert_handles
from dd_sync.runs.apply import Manner, apply_plan
from dd_sync.runs.console import Console
from dd_sync.runs.plan import TargetPlan, find_target, load_desired, pagers_of, plan_of_target
from dd_sync.runs.session import Session, connect

_KEY = "testing-key-testing-key-testing-"
"""Any key is good to an emulator."""


@dataclass(frozen=True)
class Project:
    """A project as it is on disk, for one of its targets. Read once, on first use."""

    root: Path
    target: str | None = None

    @cached_property
    def built(self) -> Built:
        """Everything it makes, with where each comes from. Raises DefinitionError with `file:line`."""
        project = load_project(self.root)
        _, target = project.settings.choose_target(self.target)
        return project.build(target)

    def payloads(self, kind: str) -> dict[str, dict[str, Any]]:
        """The payloads of one kind (`monitor`, `slo`, `dashboard`) by key."""
        return {one.key: one.payload for one in self.built.desired if one.kind == kind}

    def payload(self, key: str) -> dict[str, Any]:
        """One payload, by KEY or KIND:KEY. KeyError, with the nearest key, where there is none."""
        found = [one.payload for one in self.built.desired if key in (one.key, f"{one.kind}:{one.key}")]
        if len(found) != 1:
            known = [name for _, name in self.built.origins]
            raise KeyError(f"{len(found)} objects have the key {key}.{did_you_mean(key, known)}")
        return found[0]

    def paging(self) -> dict[str, dict[str, Any]]:
        """The payloads of the monitors that page, by key."""
        pagers = self._pagers
        told = self.built.told
        return {
            one.key: one.payload
            for one in self.built.desired
            if any(pagers.wakes(handle) for handle in alert_handles(told[one.name]))
        }

    @cached_property
    def _pagers(self) -> Pagers:
        return pagers_of(load_project(self.root).settings)


@dataclass(frozen=True)
class Running:
    """A project with an empty emulator. Writes nothing into the project's folder."""

    project: Project
    emulator: Emulator
    url: str
    folder: Path
    """Where receipts and caches go."""

    def plan(self, *, only: Sequence[str] = ()) -> dict[str, Any]:
        """The plan, as `ddsync plan --format json` has it. The project is read anew."""
        with self._session() as (session, made, _):
            wished = plan_of_target(session, made, Selection(tuple(only)), _console())
            found: dict[str, Any] = json.loads(plan_json(wished.plan, session.url, _console().redactor))
            return found

    def apply(
        self, *, only: Sequence[str] = (), allow_delete: int = 0, allow_replace: int = 0, revert: bool = False
    ) -> list[dict[str, Any]]:
        """Applies the plan and returns its outcomes. Raises AssertionError naming what was not done, and Refused."""
        options = Options(consent=Consent(allow_delete, allow_replace, False), revert_all=revert)
        out = io.StringIO()
        with self._session() as (session, made, pagers):
            wished: TargetPlan = plan_of_target(session, made, Selection(tuple(only)), _console())
            manner = Manner(True, "json", options)
            status = apply_plan(session, wished, pagers, manner, _console(out))
        outcomes = [json.loads(line) for line in out.getvalue().splitlines()][:-1]
        left = [f"{one['kind']} {one['key']}: {one['reason']}" for one in outcomes if one["status"] != "done"]
        assert status == 0, "not done: " + "; ".join(left)
        return outcomes

    def live(self, kind: str) -> list[dict[str, Any]]:
        """The live objects of a kind, as Datadog would show them."""
        return self.emulator.objects(kind)

    @contextlib.contextmanager
    def _session(self) -> Iterator[tuple[Session, Any, Pagers]]:
        with _environment({"DD_HOST": self.url, "DD_API_KEY": _KEY, "DD_APP_KEY": _KEY}):
            want = load_desired(find_target(self.project.root, self.project.target))
            settings = want.settings.model_copy(update={"receipts": str(self.folder / "receipts")})
            with connect(self.folder, settings, want.name, want.target, _console()) as session:
                yield session, want, want.pagers


@contextlib.contextmanager
def run_project(root: Path, target: str | None = None, **settings: Any) -> Iterator[Running]:
    """A project with an empty emulator, for as long as the block lasts; `settings` as for the emulator."""
    with tempfile.TemporaryDirectory() as folder, running(**settings) as served:
        yield Running(Project(root, target), served.emulator, served.url, Path(folder))


def _console(out: io.StringIO | None = None) -> Console:
    """A console that nobody reads."""
    return Console({"NO_COLOR": "1"}, out or io.StringIO(), io.StringIO())


@contextlib.contextmanager
def _environment(values: Mapping[str, str]) -> Iterator[None]:
    """These variables, and no others that choose a place or keys."""
    before = {name: os.environ.pop(name) for name in [*os.environ] if name.startswith("DD_")}
    os.environ.update(values)
    try:
        yield
    finally:
        for name in values:
            os.environ.pop(name, None)
        os.environ.update(before)
