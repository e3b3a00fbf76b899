"""What a receipt may hold: it can come from a bucket or an artifact that others write to."""

from __future__ import annotations

from typing import Any

import pytest

from dd_sync.project.receipts.soundness import receipt_fault

LINE = {"action": "update", "status": "done", "kind": "monitor", "key": "a/b", "id": 3, "before": {}, "after": {}}
SOUND: dict[str, Any] = {"objects": {"monitor:a/b": 3}, "gone": ["slo:a/up"], "shard": "2/5", "outcomes": [LINE]}


def test_a_sound_one_has_no_fault() -> None:
    assert receipt_fault(SOUND) == ""
    assert receipt_fault({}) == ""
    begun = {name: LINE[name] for name in ("action", "kind", "key", "id")}
    assert receipt_fault({**SOUND, "begun": [begun]}) == "", "what was begun has no status yet"


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"objects": []}, "its objects are not ids"),
        ({"objects": {"monitor:a/../b": 3}}, "its objects are not ids"),
        ({"objects": {"mystery:a/b": 3}}, "its objects are not ids"),
        ({"objects": {"monitor:a/b": True}}, "its objects are not ids"),
        ({"gone": "slo:a"}, "what it deleted"),
        ({"gone": [3]}, "what it deleted"),
        ({"shard": "5"}, "its shard"),
        ({"outcomes": {}}, "its outcomes are no list"),
        ({"outcomes": [3]}, "outcomes 1: it is no object"),
        ({"outcomes": [LINE, {**LINE, "action": "explode"}]}, "outcomes 2: it has no action"),
        ({"outcomes": [{**LINE, "status": None}]}, "outcomes 1: it has no action and status"),
        ({"outcomes": [{**LINE, "key": "../b"}]}, "it has no kind and key"),
        ({"outcomes": [{**LINE, "kind": "mystery"}]}, "it has no kind and key"),
        ({"outcomes": [{**LINE, "id": []}]}, "its id is none"),
        ({"outcomes": [{**LINE, "before": "x"}]}, "its images are no objects"),
        ({"begun": [{**LINE, "action": 3}]}, "begun 1: it has no action"),
    ],
)
def test_anything_else_is_told_in_words(change: dict[str, Any], says: str) -> None:
    assert says in receipt_fault({**SOUND, **change})
