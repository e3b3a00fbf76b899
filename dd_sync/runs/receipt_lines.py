"""A receipt as people read it: when, what, by whom, how it ended."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from dd_sync.core.secrets import Redactor
from dd_sync.project.receipts import Receipt


def row(receipt: Receipt) -> dict[str, Any]:
    """A receipt in one JSON object, without images."""
    project, target, place = receipt.belongs_to
    return {
        "receipt": receipt.name,
        "project": project,
        "target": target,
        "place": place,
        "command": receipt.data.get("command"),
        "undoes": receipt.data.get("undoes"),
        "started": receipt.started,
        "ended": receipt.data.get("ended"),
        "by": receipt.data.get("by"),
        "done": dict(_done(receipt)),
        "begun": len(receipt.begun),
        "not_done": sum(outcome["status"] not in ("done", "held") for outcome in receipt.outcomes),
    }


def line(receipt: Receipt) -> str:
    """`20260101T101502Z-9f3a11c0  prod  apply by sam: 4 created, 2 updated`."""
    _, target, _ = receipt.belongs_to
    command = str(receipt.data.get("command"))
    if receipt.data.get("undoes"):
        command += f" of {receipt.data['undoes']}"
    done = ", ".join(f"{number} {_PAST.get(action, action)}" for action, number in _done(receipt).items())
    failed = sum(outcome["status"] not in ("done", "held") for outcome in receipt.outcomes)
    parts = [done or "nothing done"] + [f"{failed} not done"] * bool(failed)
    parts += ["did not come to its end"] * (not receipt.sealed)
    by = f" by {receipt.data['by']}" if receipt.data.get("by") else ""
    return f"{receipt.name.rpartition('.')[0]}  {target}  {command}{by}: {', '.join(parts)}"


def outcome_lines(receipt: Receipt) -> Iterator[str]:
    """What became of each object."""
    for outcome in receipt.outcomes:
        reason = f": {outcome['reason']}" if outcome.get("reason") else ""
        yield f"  {outcome['status']:<8} {outcome['action']:<8} {outcome['kind']} {outcome['key']}{reason}"
    for begun in receipt.begun:
        yield f"  {'begun':<8} {begun['action']:<8} {begun['kind']} {begun['key']}: the run ended before its answer"


def receipt_text(outcome: Mapping[str, Any], redactor: Redactor) -> Any:
    """An outcome for people: secrets inside its images masked."""
    return redactor.json(dict(outcome))


_PAST = {
    "create": "created",
    "update": "updated",
    "replace": "replaced",
    "adopt": "adopted",
    "delete": "deleted",
    "release": "released",
}


def _done(receipt: Receipt) -> Counter[str]:
    names = {(one["action"], one["kind"], one["key"]) for one in receipt.outcomes if one["status"] == "done"}
    return Counter(action for action, _, _ in sorted(names))
