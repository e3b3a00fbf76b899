"""Ids of other objects in a live payload become references by name, wherever Datadog keeps them.

A composite names its monitors by number in its query, an SLO alert its SLO in quotes, an SLO its monitors in a list,
widgets and their queries in `alert_id` and `slo_id`, a downtime its monitor in `monitor_id`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from dd_sync.core.kind import Payload
from dd_sync.core.references import Name, ObjectId, Ref

Names = Mapping[tuple[str, ObjectId], Name]
"""What is to be named: the name of an object by its kind and id."""

_ID_FIELDS = {"alert_id": "monitor", "slo_id": "slo"}
_NUMBER = re.compile(r"\b\d+\b")
_WATCHED = re.compile(r'^(\s*\w+\(")([^"$]+)(?="\))')
"""The SLO of `burn_rate("…")` and `error_budget("…")`."""


def point_references(payload: Payload, names: Names) -> dict[str, Any]:
    """The payload with every id that `names` knows as `${kind:key}`; others stay as they are."""

    def one(kind: str, object_id: ObjectId) -> str | None:
        name = names.get((kind, object_id))
        return None if name is None else str(Ref[Any](*name))

    whole: dict[str, Any] = _walked(payload, one)
    query = whole.get("query")
    match whole.get("type"):
        case "composite" if isinstance(query, str):
            whole["query"] = _NUMBER.sub(lambda found: one("monitor", int(found[0])) or found[0], query)
        case "slo alert" if isinstance(query, str):
            whole["query"] = _WATCHED.sub(lambda found: found[1] + (one("slo", found[2]) or found[2]), query)
    return whole


def _walked(value: Any, one: Callable[[str, ObjectId], str | None]) -> Any:
    match value:
        case dict():
            return {name: _field(name, item, one) for name, item in value.items()}
        case list():
            return [_walked(item, one) for item in value]
        case _:
            return value


def _field(name: str, value: Any, one: Callable[[str, ObjectId], str | None]) -> Any:
    match value:
        case str() if name in _ID_FIELDS:
            kind = _ID_FIELDS[name]
            return one(kind, int(value) if kind == "monitor" and value.isdecimal() else value) or value
        case int() if name == "monitor_id":
            return one("monitor", value) or value
        case list() if name == "monitor_ids":
            return [one("monitor", item) or item if isinstance(item, int) else item for item in value]
        case _:
            return _walked(value, one)
