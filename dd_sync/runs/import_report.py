"""What an import did, as text and as JSON."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dd_sync.core.diff import FieldChange
from dd_sync.core.references import Name, ObjectId
from dd_sync.core.wording import quantity
from dd_sync.importing.modules import Imported
from dd_sync.kinds import KINDS
from dd_sync.project.adoptions import FILE
from dd_sync.reports.values import value_text
from dd_sync.runs.import_choice import Choice


@dataclass(frozen=True)
class Outcome:
    """What an import did."""

    choice: Choice
    made: Imported
    fitting: Mapping[Name, ObjectId]
    """Objects for which the project has a definition already."""
    wrong: Mapping[Name, Sequence[FieldChange]]
    """Where what was written does not give what Datadog has."""
    more: int
    """Objects that `--limit` left for the next run."""
    adopted: Mapping[Name, ObjectId]


def as_text(outcome: Outcome, folder: Path) -> str:
    """The import for a person; `folder` is where the files went."""
    return "\n".join(_lines(outcome, folder))


def _lines(outcome: Outcome, folder: Path) -> Iterator[str]:
    made = outcome.made
    counts = [(sum(kind == one for one, _ in made.ids), kind) for kind in KINDS]
    words = " · ".join(quantity(number, kind) for number, kind in counts if number)
    yield f"imported {words}" if words else "nothing to import"
    for file in made.files:
        yield f"  written  {folder / file}"
    for (kind, key), object_id in outcome.fitting.items():
        yield f"  defined  {kind} {key} is {object_id}"
    for why, lives in outcome.choice.passed.items():
        yield f"  passed   {len(lives)} {why}"
    for live, why in made.left:
        yield f"  left     {live.kind}:{live.id}: {why}"
    if made.verbatim:
        yield f"  verbatim {len(made.verbatim)} hold something that no type here expresses; from_api keeps it"
    for (kind, key), fields in outcome.wrong.items():
        yield f"  differs  {kind} {key}: this is a bug of ddsync, please report it"
        for one in itertools.islice(fields, 5):
            yield f"           {one.path}  {value_text(one.before)} in Datadog, {value_text(one.after)} as written"
    if made.ids and not outcome.wrong:
        yield "  proved   the definitions give exactly what Datadog has"
    if outcome.more:
        yield f"  left     {outcome.more} for the next run of the same command"
    if outcome.adopted:
        yield f"  adopted  with {FILE}: ddsync plan shows each, ddsync apply writes the identity and nothing else"


def as_json(outcome: Outcome, folder: Path) -> str:
    """The import as one JSON document."""
    made = outcome.made
    whole: dict[str, Any] = {
        "files": [str(folder / name) for name in made.files],
        "objects": [
            {"kind": kind, "key": key, "id": one, "verbatim": (kind, key) in made.verbatim}
            for (kind, key), one in made.ids.items()
        ],
        "defined": [{"kind": kind, "key": key, "id": one} for (kind, key), one in outcome.fitting.items()],
        "passed": {why: [f"{live.kind}:{live.id}" for live in lives] for why, lives in outcome.choice.passed.items()},
        "left": {f"{live.kind}:{live.id}": why for live, why in made.left},
        "differences": [
            {
                "kind": kind,
                "key": key,
                "fields": [{"path": f.path, "live": f.before, "written": f.after} for f in fields],
            }
            for (kind, key), fields in outcome.wrong.items()
        ],
        "more": outcome.more,
        "adopted": len(outcome.adopted),
    }
    return json.dumps(whole, indent=2, ensure_ascii=False)
