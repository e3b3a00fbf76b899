"""Whether what a receipt holds can be what one holds: it may come from a bucket or an artifact that others write to."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from dd_sync.core.keys import key_fault
from dd_sync.core.live import is_aside
from dd_sync.core.plan import ACTIONS
from dd_sync.kinds import KINDS

_ACTIONS = {*ACTIONS, "release"}
_STATUSES = {"done", "failed", "refused", "held", "skipped"}
_SHARD = re.compile(r"(?:[0-9]+/[0-9]+)?")


def receipt_fault(data: Mapping[str, Any]) -> str:
    """What is wrong with the facts and outcomes of a receipt, in words; empty for a sound one. Texts that only people
    read are not looked at."""
    objects, gone, shard = data.get("objects", {}), data.get("gone", []), data.get("shard", "")
    if not isinstance(objects, Mapping) or not all(_is_name(name) and _is_id(one) for name, one in objects.items()):
        return "its objects are not ids by kind and key"
    if not isinstance(gone, list) or not all(_is_name(name) for name in gone):
        return "what it deleted is no list of kinds and keys"
    if not isinstance(shard, str) or not _SHARD.fullmatch(shard):
        return "its shard is not a part like 2/5"
    for part in ("outcomes", "begun"):
        lines = data.get(part, [])
        if not isinstance(lines, list):
            return f"its {part} are no list"
        for n, line in enumerate(lines, 1):
            fault = _line_fault(line, over=part == "outcomes")
            if fault:
                return f"{part} {n}: {fault}"
    return ""


def _line_fault(line: Any, *, over: bool) -> str:
    if not isinstance(line, Mapping):
        return "it is no object"
    if str(line.get("action")) not in _ACTIONS or (over and str(line.get("status")) not in _STATUSES):
        return "it has no action and status that this version knows"
    if not _is_name(f"{line.get('kind')}:{line.get('key')}") or not isinstance(line.get("key"), str):
        return "it has no kind and key that this version knows"
    if line.get("id") is not None and not _is_id(line["id"]):
        return "its id is none"
    if not all(line.get(side) is None or isinstance(line[side], dict) for side in ("before", "after")):
        return "its images are no objects"
    return ""


def _is_name(text: Any) -> bool:
    kind, _, key = text.partition(":") if isinstance(text, str) else ("", "", "")
    return kind in KINDS and (is_aside(key) or not key_fault(key))


def _is_id(value: Any) -> bool:
    return isinstance(value, int | str) and not isinstance(value, bool)
