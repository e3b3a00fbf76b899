"""Keeping what somebody changed in Datadog: the numbers in YAML that say it, else the lines of Python."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from dd_sync.core.diff import FieldChange
from dd_sync.core.normal import same
from dd_sync.core.plan import Change, Plan
from dd_sync.core.secrets import Redactor
from dd_sync.definitions.inventory import Entry
from dd_sync.project.adoptions import FILE as ADOPTIONS
from dd_sync.project.build import Built, Origin
from dd_sync.project.project import Project
from dd_sync.project.retuning import place, retune
from dd_sync.reports.values import value_text
from dd_sync.runs.absorb_code import Edit, edits
from dd_sync.runs.session import Session

MERGE = "merge the two"
"""What a person has to do where the code changed the same thing."""


@dataclass(frozen=True)
class Absorption:
    """One object and what to write so that its definition says what Datadog has."""

    change: Change
    edits: Sequence[Edit]


def absorb_change(session: Session, project: Project, built: Built, plan: Plan, change: Change) -> Absorption:
    """The edits that keep what was changed in Datadog."""
    origin = built.origins.get(change.name)
    if origin is None:
        text = f"ddsync release {change.key} && ddsync import --id {change.kind}:{change.id}"
        return Absorption(change, [Edit("", 0, "command", text, "its definition is gone; this brings it back as code")])
    if change.twin is not None:
        return Absorption(change, [_taken_back(session, change)])
    if change.action == "create":
        return Absorption(change, [_switched_off(project, origin, change)])
    return Absorption(change, list(_edits(session, project, origin, plan, change)))


def _edits(session: Session, project: Project, origin: Origin, plan: Plan, change: Change) -> Iterator[Edit]:
    kind = session.rules.kinds[change.kind]
    live = kind.unstamp(change.live or {}, session.rules.marks)
    fields = _of_datadog(change)
    if origin.resource.verbatim is None and isinstance(origin.entry, Entry | None):
        found = retune(origin, live, fields, plan.ids)
        if found.values:
            where = place(project, origin, found.values)
            yield Edit(where.file, where.line, "yaml", where.text, _also(found.caused))
            fields = [field for field in fields if field.path not in found.solved]
    if change.source.startswith("dd_sync/packs/") and fields:
        pack = change.source.removeprefix("dd_sync/packs/").partition(".py:")[0]
        yield Edit("", 0, "command", f"ddsync eject {pack}", "first: the file is the pack's")
    base = session.receipts.image(change.kind, change.key, change.id) if change.conflict and change.id else None
    applied = None if base is None else kind.unstamp(base, session.rules.marks)
    ours = {one.path: one for one in change.conflict if one.known and not same(one.applied, one.code)}
    for edit in edits(change, live, fields, origin, kind, plan.ids, base=applied):
        both = [path for path in ours if edit.text.startswith(f"{path.split('.')[-1]}=")]
        note = f"the code changed it too, from {value_text(ours[both[0]].applied)}: {MERGE}" if both else ""
        yield replace(edit, note=", ".join(filter(None, (edit.note, note))))


def _of_datadog(change: Change) -> list[FieldChange]:
    """What somebody changed in Datadog: of a conflict that a receipt tells apart, not what the code changed."""
    if not any(one.known for one in change.conflict):
        return list(change.fields)
    return [FieldChange(one.path, one.datadog, one.code) for one in change.conflict if one.by_datadog]


def _taken_back(session: Session, change: Change) -> Edit:
    """An object that lives and lost its identity: the next apply is to take it over under its id."""
    text = f"{session.name}:\n  {change.kind}:{change.key}: {json.dumps(change.twin)}"
    return Edit(
        ADOPTIONS,
        1,
        "yaml",
        text,
        "the next apply gives it its identity back; or, if it is another one, apply --allow-twin",
    )


def _also(caused: Sequence[str] | frozenset[str]) -> str:
    return f"which changes {', '.join(sorted(caused))} too" if caused else ""


def _switched_off(project: Project, origin: Origin, change: Change) -> Edit:
    """An object that was deleted in Datadog: its definition is switched off for its entry, or goes."""
    if origin.entry is not None:
        where = place(project, origin, False)
        return Edit(where.file, where.line, "yaml", where.text, "it stays deleted")
    file, _, line = change.source.rpartition(":")
    return Edit(file, int(line), "python", f"# delete {origin.definition.function.__name__}", "it stays deleted")


def as_text(found: Sequence[Absorption]) -> str:
    """The edits for a person: where, and the lines."""
    lines: list[str] = []
    for one in found:
        lines += [f"{one.change.kind} {one.change.key}"]
        for edit in one.edits:
            where = f"{edit.file}:{edit.line}" if edit.file else "on the command line"
            note = f"  ({edit.note})" if edit.note else ""
            lines += ["", f"{where}{note}", *(f"    {line}".rstrip() for line in edit.text.split("\n"))]
        lines.append("")
    return "\n".join([*lines, "Then: ddsync plan shows nothing for it"])


def _edit(edit: Edit, placed: Sequence[Edit] | None) -> dict[str, Any]:
    return asdict(edit) if placed is None else {**asdict(edit), "written": any(edit is one for one in placed)}


def as_json(found: Sequence[Absorption], redactor: Redactor, placed: Sequence[Edit] | None = None) -> str:
    """The edits as one JSON document; each with `written` where they were `placed`."""
    body: list[dict[str, Any]] = [
        {"kind": one.change.kind, "key": one.change.key, "edits": [_edit(edit, placed) for edit in one.edits]}
        for one in found
    ]
    return json.dumps(redactor.json(body), indent=2, ensure_ascii=False)
