"""The working tree, built in a process of its own: definitions are loaded afresh each time, and what they print or
break stays there.

Run as `python -m dd_sync.runs.preview_build ROOT TARGET live|`; the answer is JSON on the first descriptor.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dd_sync.core.errors import DdsyncError
from dd_sync.core.plan import Plan
from dd_sync.core.saved import from_text
from dd_sync.reports.tree import Branch

LONGEST_BUILD = 120.0
"""Seconds after which a build counts as stuck."""

_GROUPS = {"Cluster": "Clusters", "MongoDB": "MongoDB", "Service": "Services", "WholeService": "Services"}
_REST = "Everything else"


@dataclass(frozen=True)
class Build:
    """What a build gave: a plan against nothing, or against the target."""

    project: str
    target: str
    place: str
    """What it was compared with."""
    plan: Plan
    pagers: frozenset[str]
    branches: tuple[Branch, ...]


@dataclass(frozen=True)
class Broken:
    """Why there is no build."""

    message: str
    hint: str = ""


def build(root: Path, target: str | None, *, live: bool) -> Build | Broken:
    """Builds the project in a process of its own."""
    command = [sys.executable, "-m", "dd_sync.runs.preview_build", str(root), target or "", "live" if live else ""]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=LONGEST_BUILD, check=False)
    except subprocess.TimeoutExpired:
        return Broken(f"the project was not built within {LONGEST_BUILD:.0f} s", "look for a loop that never ends")
    try:
        answer = json.loads(done.stdout)
    except ValueError:
        return Broken("the project could not be built", done.stderr.strip()[-2000:])
    if "message" in answer:
        return Broken(answer["message"], answer["hint"])
    return Build(
        answer["project"],
        answer["target"],
        answer["place"],
        from_text(answer["saved"], "the build").plan,
        frozenset(answer["pagers"]),
        tuple(
            Branch(one["group"], one["name"], one["team"], tuple((kind, key) for kind, key in one["objects"]))
            for one in answer["branches"]
        ),
    )


def _main(root: str, target: str, live: str) -> None:
    """The other process: builds, and answers on what was standard output; prints of definitions go to the errors."""
    answering = os.dup(1)
    os.dup2(2, 1)
    try:
        answer = _answer(Path(root), target or None, live=bool(live))
    except DdsyncError as error:
        answer = {"message": error.message, "hint": error.hint}
    with os.fdopen(answering, "w", encoding="utf-8") as out:
        json.dump(answer, out)


def _answer(root: Path, target: str | None, *, live: bool) -> dict[str, Any]:
    from dd_sync.core.live import Existing
    from dd_sync.core.make_plan import make_plan
    from dd_sync.core.saved import Saved, to_text
    from dd_sync.core.selection import WHOLE
    from dd_sync.project.project import load_project
    from dd_sync.runs.console import console
    from dd_sync.runs.plan import DesiredState, pagers_of, plan_of_target
    from dd_sync.runs.session import connect, ownership_of

    project = load_project(root)
    name, chosen = project.settings.choose_target(target)
    built = project.build(chosen)
    pagers = pagers_of(project.settings)
    place = ""
    if live:
        tty = console()
        want = DesiredState(root, project.settings, name, chosen, built.desired, pagers)
        with connect(root, project.settings, name, chosen, tty) as session:
            made, place = plan_of_target(session, want, WHOLE, tty).plan, session.account.place
    else:
        made = make_plan(built.desired, Existing(), ownership_of(project.settings, name))
    return {
        "project": project.settings.project,
        "target": name,
        "place": place,
        "saved": to_text(Saved(made, "", "")),
        "pagers": sorted(pagers.handles),
        "branches": list(_branches(built.origins)),
    }


def _branches(origins: Any) -> Iterator[dict[str, Any]]:
    """The objects by what they are made for; a service's environments together."""
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for (kind, key), origin in origins.items():
        entry = origin.entry
        group = _GROUPS.get(type(entry).__name__, _REST)
        name = str(getattr(entry, "name", "") or origin.definition.module)
        branch = found.setdefault((group, name), {"group": group, "name": name, "team": "", "objects": []})
        branch["team"] = branch["team"] or str(getattr(entry, "owner", "") or "")
        branch["objects"].append([kind, key])
    order = [*_GROUPS.values(), _REST]
    yield from sorted(found.values(), key=lambda one: order.index(one["group"]))


if __name__ == "__main__":
    _main(*sys.argv[1:4])
