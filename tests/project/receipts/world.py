"""Receipts of an apply, and the Datadog after it, of the core's plain things."""

from __future__ import annotations

import json
from typing import Any

from dd_sync.core.identity import Identity, revision
from dd_sync.core.live import Live
from dd_sync.core.plan import Ownership
from dd_sync.project.receipts import Receipt, parse_receipt
from dd_sync.project.receipts.deeds import Now

MONITOR = {"type": "query alert", "query": "avg(last_5m):avg:a{*} > 1", "message": "", "options": {}}


def monitor(rules: Ownership, key: str, id: int, name: str = "x") -> dict[str, Any]:
    """A monitor as an apply leaves it."""
    kind = rules.kinds["monitor"]
    body = {**MONITOR, "name": name, "tags": []}
    identity = Identity(rules.marks.address_of(rules.owner, key), revision(kind.revision_form(body, body)))
    return {**kind.stamp(body, identity, rules.marks), "id": id}


def line(action: str, key: str, before: Any, after: Any, status: str = "done", **more: Any) -> dict[str, Any]:
    id = (after or before or {}).get("id")
    return {
        "action": action,
        "kind": "monitor",
        "key": key,
        "id": id,
        "status": status,
        "before": before,
        "after": after,
        **more,
    }


def receipt(*outcomes: dict[str, Any], begun: tuple[dict[str, Any], ...] = ()) -> Receipt:
    data = {"format": 1, "project": "acme", "target": "prod", "outcomes": list(outcomes), "begun": list(begun)}
    found = parse_receipt("20261201T000000Z-aaaa.json", json.dumps(data))
    return found if found is not None else Receipt("20261201T000000Z-aaaa.json", data)


def now(rules: Ownership, *bodies: dict[str, Any]) -> Now:
    kind = rules.kinds["monitor"]
    lives = [Live("monitor", one["id"], one, kind.identity(one, rules.marks)) for one in bodies]
    return Now({("monitor", one["id"]): one for one in bodies}, [live for live in lives if rules.owns(live.identity)])
