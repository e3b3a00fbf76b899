"""Coverage for people and programs: services down, aspects across, the gaps below in words."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator
from typing import Any

from dd_sync.core.coverage import ASPECTS, Coverage, Row
from dd_sync.core.wording import quantity
from dd_sync.reports.escaping import code, inline

Paint = Callable[[str, str], str]

FORMAT = 1
SIGNS = {"yes": "✓", "no": "✗", "n/a": "·"}
COLOURS = {"yes": "green", "no": "red", "n/a": "dim"}


def coverage_json(found: Coverage, project: str) -> str:
    """The public format: of each service its aspects, each with its state and the keys of what watches it."""
    body = {
        "format": FORMAT,
        "project": project,
        "covered": percent(found.share),
        "services": [_service(row) for row in found.rows],
    }
    return json.dumps(body, indent=2, ensure_ascii=False)


def _service(row: Row) -> dict[str, Any]:
    aspects = {
        aspect.replace(" ", "_"): {"state": cell.state, "by": list(cell.by)}
        | ({"hint": cell.hint} if cell.hint else {})
        for aspect, cell in row.cells.items()
    }
    return {
        "service": row.service,
        "tier": row.tier,
        "team": row.team or None,
        "where": row.where,
        "listed": row.listed,
        "covered": percent(row.share),
        "aspects": aspects,
    }


def percent(share: float | None) -> float | None:
    """A share with one digit, rounded down: 100 only where nothing is missing."""
    return None if share is None else math.floor(10 * share + 1e-9) / 10


def shown_services(share: float | None) -> str:
    """`97.5 %`, `100 %`; nothing to watch is "—"."""
    return "—" if share is None else f"{percent(share):g} %"


def coverage_text(found: Coverage, paint: Paint = lambda text, colour: text) -> str:
    """A table of signs, the gaps in words, and the share of all."""
    if not found.rows:
        return "no services"
    names = [f"{row.service}{_tier(row)}" for row in found.rows]
    wide = max(map(len, names))
    lines = [" " * wide + "".join(f"  {aspect}" for aspect in ASPECTS)]
    for name, row in zip(names, found.rows, strict=True):
        cells = (
            f"  {paint(SIGNS[row.cells[aspect].state], COLOURS[row.cells[aspect].state])}{' ' * (len(aspect) - 1)}"
            for aspect in ASPECTS
        )
        lines.append(f"{name:<{wide}}{''.join(cells)}".rstrip())
    gaps = list(_gaps(found))
    if gaps:
        lines += ["", *gaps]
    unlisted = sum(not row.listed for row in found.rows)
    tail = f", {unlisted} without a service file" if unlisted else ""
    return "\n".join([*lines, "", f"{shown_services(found.share)} covered · {_services(len(found.rows))}{tail}"])


def _tier(row: Row) -> str:
    return "" if row.tier is None else f" T{row.tier}"


def _services(number: int) -> str:
    return quantity(number, "service")


def _gaps(found: Coverage) -> Iterator[str]:
    """One line for each service with gaps: what is missing, and what would bring it."""
    for row in found.rows:
        if row.listed and row.gaps:
            yield f"{row.service}: no {', no '.join(row.gaps)} ({row.where})"
            yield from (f"  {aspect}: {row.cells[aspect].hint}" for aspect in row.gaps if row.cells[aspect].hint)
    unlisted = [row.service for row in found.rows if not row.listed]
    if unlisted:
        yield f"no service file: {', '.join(unlisted)} (ddsync discover MANIFESTS --write makes them)"


def coverage_markdown(found: Coverage) -> str:
    """A table for a pull request or a wiki; texts of others are shown and never obeyed."""
    if not found.rows:
        return "No services.\n"
    lines = [
        f"**{shown_services(found.share)} covered** · {_services(len(found.rows))}",
        "",
        f"| service | tier | team | {' | '.join(ASPECTS)} |",
        f"|---|---|---|{':-:|' * len(ASPECTS)}",
    ]
    for row in found.rows:
        cells = " | ".join(SIGNS[row.cells[aspect].state] for aspect in ASPECTS)
        lines.append(f"| {inline(row.service)} | {row.tier or ''} | {inline(row.team)} | {cells} |")
    gaps = [f"- {code(line.strip())}" for line in _gaps(found)]
    return "\n".join([*lines, *(["", *gaps] if gaps else [])]) + "\n"
