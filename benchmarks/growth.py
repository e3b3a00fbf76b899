"""How the cost of a plan grows from 100 monitors to 100,000, as a table and, when asked, a picture."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from benchmarks.commands import KEYS, ddsync, row
from benchmarks.goals import Goal
from benchmarks.measure import Run, repeated
from benchmarks.picture import Line, picture
from benchmarks.projects import Size, write_project
from dd_sync.core.identity import Identity, Owner, revision
from dd_sync.emulator import Emulator, running
from dd_sync.kinds import KINDS
from dd_sync.project.project import load_project

SIZES = (100, 1_000, 10_000, 100_000)


def measure(folder: Path, options: Namespace) -> list[Goal]:
    print("\na plan in sync, 0 ms an answer, by the number of monitors")
    found: dict[int, Run] = {}
    for monitors in [size for size in SIZES if size <= options.upto]:
        found[monitors] = _one(folder / str(monitors), monitors, options.times if monitors < 100_000 else 1)
        row(f"{monitors} monitors", found[monitors])
    goals = [
        Goal(f"CPU of {many:,} monitors beside that of {few:,}", found[many].cpu / found[few].cpu, 10.5)
        for few, many in zip(list(found), list(found)[1:], strict=False)
    ]
    goals += [
        Goal(f"memory of {size:,} monitors", one.memory, 2000, "MB") for size, one in found.items() if size >= 1e5
    ]
    if options.picture:
        lines = (
            Line("CPU, s", {size: one.cpu for size, one in found.items()}),
            Line("memory, GB", {size: one.memory / 1024 for size, one in found.items()}),
        )
        options.picture.write_text(picture("monitors", lines), encoding="utf-8")
    return goals


def _one(root: Path, monitors: int, times: int) -> Run:
    """Fails when the plan finds anything to change."""
    write_project(root, Size(monitors, 0, 0))
    emulator = Emulator()
    _stored(root, emulator)
    with running(emulator) as served:
        environment = {**KEYS, "DD_HOST": served.url}
        (plan,) = repeated(times, lambda: ddsync(root, environment, emulator, "plan", "--detailed-exitcode"))
    return plan


def _stored(root: Path, emulator: Emulator) -> None:
    """Puts everything the project wants straight into the emulator: applying 100,000 objects takes minutes."""
    project = load_project(root)
    marks, owner = project.settings.identity.marks, Owner(project.settings.project, "prod")
    for one in project.build(project.settings.targets["prod"]).desired:
        kind = KINDS[one.kind]
        rev = revision(kind.revision_form(one.payload, one.payload))
        emulator.put(one.kind, kind.stamp(one.payload, Identity(marks.address_of(owner, one.key), rev), marks))
