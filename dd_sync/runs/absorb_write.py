"""`ddsync absorb --write`: puts the edits into their files, and says of what it could not place where it belongs.

A file is changed only where the result is read again and says what was meant; when the project no longer loads, all
files are as before.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from dd_sync.core.errors import DdsyncError
from dd_sync.core.references import Name
from dd_sync.core.resource import Desired
from dd_sync.disk.files import check_inside, write_file
from dd_sync.project.adoptions import FILE as ADOPTIONS
from dd_sync.project.adoptions import add_adoptions
from dd_sync.project.project import Project, load_project
from dd_sync.project.yaml_merge import merge_yaml
from dd_sync.runs.absorb import MERGE, Absorption
from dd_sync.runs.absorb_code import Edit
from dd_sync.runs.absorb_python import edit_python


@dataclass
class Written:
    """What became of the edits: those that are in their files, those that are not, and what else changed by them."""

    placed: list[Edit] = field(default_factory=list)
    left: list[Edit] = field(default_factory=list)
    others: list[Name] = field(default_factory=list)
    """Objects beside the absorbed ones that are defined otherwise now: a definition may be repeated over many."""


def write_edits(project: Project, target: str, found: Sequence[Absorption], before: Sequence[Desired]) -> Written:
    """Puts all edits into their files. Raises DdsyncError, all files as before, when the project no longer loads."""
    root, written = project.root, Written()
    every = [(one, edit) for one in found for edit in one.edits]
    kept: dict[Path, str] = {}
    # From the end of each file, so that lines above stay where they are.
    for one, edit in sorted(every, key=lambda pair: (pair[1].file, -pair[1].line)):
        path = root / edit.file
        if edit.file and path not in kept and path.is_file():
            kept[path] = path.read_text(encoding="utf-8")
        if edit.file == ADOPTIONS and one.change.twin is not None:
            add_adoptions(root, target, project.settings.targets, {one.change.name: one.change.twin})
            written.placed.append(edit)
            continue
        (written.placed if _placed(root, edit) else written.left).append(edit)
    try:
        again = load_project(root)
        after = again.build(again.settings.targets[target]).desired
    except DdsyncError:
        for path, text in kept.items():
            write_file(path, text)
        raise
    absorbed, was = {one.change.name for one in found}, {one.name: one.payload for one in before}
    written.others = [one.name for one in after if one.name not in absorbed and was.get(one.name) != one.payload]
    return written


def _placed(root: Path, edit: Edit) -> bool:
    """Whether an edit is in its file now."""
    if not edit.file or MERGE in edit.note or edit.file.startswith("dd_sync/"):
        return False
    check_inside(root, edit.file)
    path = root / edit.file
    if not path.is_file():
        return False
    text = path.read_text(encoding="utf-8")
    how: Callable[[str, Edit], str | None] = _yaml if edit.form == "yaml" else edit_python
    changed = how(text, edit)
    if changed is None:
        return False
    write_file(path, changed)
    return True


def _yaml(text: str, edit: Edit) -> str | None:
    wanted = yaml.safe_load(edit.text)
    return merge_yaml(text, wanted, edit.line) if isinstance(wanted, dict) else None


def written_text(written: Written) -> str:
    """What was written, for a person; then what was not, with its place and its lines."""
    lines = [f"written  {edit.file}:{edit.line}  {' '.join(edit.text.split())[:60]}" for edit in written.placed]
    for kind, key in written.others[:10]:
        lines.append(f"changes  {kind} {key} too: the definition makes it as well")
    lines += [f"changes  {len(written.others) - 10} more"] * (len(written.others) > 10)
    for edit in written.left:
        where = f"{edit.file}:{edit.line}" if edit.file else "on the command line"
        lines += [f"not placed  {where}" + (f"  ({edit.note})" if edit.note else "")]
        lines += [f"    {line}".rstrip() for line in edit.text.split("\n")]
    return "\n".join([*lines, "Then: ddsync plan shows what is left"])
