"""A receipt is a claim: whoever wrote it, an undo touches what carries our identity with that key, and nothing else."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.workbench import Workbench

KEY = "eks/cpu-high/prod-eu-1"
THEIRS = {"name": "theirs", "type": "query alert", "query": "avg(last_5m):avg:a.b{*} > 1", "message": "call us @them"}

Json = dict[str, Any]


def forged(bench: Workbench, change: Callable[[Json, Json], object]) -> Path:
    """The receipt of an apply, changed by somebody: `change` gets it and its outcome."""
    bench.apply()
    (path,) = (bench.root / ".ddsync/receipts").glob("*.json")
    body = json.loads(path.read_text())
    change(body, body["outcomes"][0])
    made = bench.root / "forged.json"
    made.write_text(json.dumps(body))
    return made


def marked(payload: Json, key: str, project: str = "acme") -> Json:
    return {**payload, "tags": ["managed_by:ddsync", f"ddsync_id:{project}/prod/{key}", "ddsync_rev:1-01234567"]}


CLAIMS: dict[str, Json] = {
    "nobody's": THEIRS,
    "another project's": marked(THEIRS, KEY, "other"),
    "another key's": marked(THEIRS, "eks/else/prod-eu-1"),
    "that of a key that begins alike": marked(THEIRS, f"{KEY}-2"),
}


@pytest.mark.parametrize("action", ["create", "update", "adopt", "delete", "replace", "release"])
@pytest.mark.parametrize("claim", CLAIMS)
def test_an_object_that_is_not_ours_with_that_key_is_left_and_named(bench: Workbench, action: str, claim: str) -> None:
    theirs = 4711
    live: Json = {}

    def change(body: Json, outcome: Json) -> None:
        bench.emulator.put("monitor", CLAIMS[claim], theirs)
        live.update(next(one for one in bench.live("monitor") if one["id"] == theirs))
        before = None if action == "create" else {**live, "message": "changed by a forger"}
        after = None if action == "delete" else live
        outcome.update(action=action, id=theirs, before=before, after=after)

    receipt = forged(bench, change)
    for more in ((), ("--drift", "revert")):
        ran = bench.ddsync("undo", "--yes", str(receipt), *more, status=1)
        assert f"left: monitor {KEY} ({theirs}): not ours" in ran.err
        assert next(one for one in bench.live("monitor") if one["id"] == theirs) == live
    assert len(bench.live("monitor")) == 2


@pytest.mark.parametrize("claim", CLAIMS)
def test_nothing_comes_back_under_an_identity_that_is_not_ours(bench: Workbench, claim: str) -> None:
    def change(body: Json, outcome: Json) -> None:
        image = {**outcome["after"], "id": 99, "name": "forged", "tags": CLAIMS[claim].get("tags", [])}
        outcome.update(action="delete", id=99, before=image, after=None)

    receipt = forged(bench, change)
    ran = bench.ddsync("undo", "--yes", str(receipt), status=1)
    assert "not ours" in ran.err
    assert [one["name"] for one in bench.live("monitor") if one["name"] == "forged"] == []


def test_an_update_is_not_undone_into_an_identity_of_somebody_else(bench: Workbench) -> None:
    def change(body: Json, outcome: Json) -> None:
        outcome.update(action="update", before=marked(outcome["after"], KEY, "other"))

    receipt = forged(bench, change)
    before = bench.live("monitor")
    bench.ddsync("undo", "--yes", str(receipt), status=1)
    assert bench.live("monitor") == before


DAMAGES: dict[str, Callable[[Json, Json], object]] = {
    "outcomes": lambda body, outcome: body.update(outcomes={"a": 1}),
    "an outcome": lambda body, outcome: body.update(outcomes=[5]),
    "an action": lambda body, outcome: outcome.update(action="destroy"),
    "a status": lambda body, outcome: outcome.update(status=None),
    "a kind": lambda body, outcome: outcome.update(kind="user"),
    "a key": lambda body, outcome: outcome.update(key="../../etc/passwd"),
    "an id": lambda body, outcome: outcome.update(id={"$gt": 0}),
    "an image": lambda body, outcome: outcome.update(after=[1]),
    "no image": lambda body, outcome: outcome.pop("after"),
    "objects": lambda body, outcome: body.update(objects={"monitor:a": [1]}),
    "names of objects": lambda body, outcome: body.update(objects={"a": 1}),
    "what is gone": lambda body, outcome: body.update(gone="monitor:a"),
    "a shard": lambda body, outcome: body.update(shard="all"),
    "an image without id": lambda body, outcome: outcome.update(before={"name": "x"}, after={"name": "y"}),
    "tags of an image": lambda body, outcome: outcome.update(before={**outcome["after"], "tags": 7}),
    "options of an image": lambda body, outcome: outcome.update(
        before={**outcome["after"], "options": "none", "thresholds": 4}
    ),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_receipt_is_refused_and_stops_nothing_else(bench: Workbench, damage: str) -> None:
    receipt = forged(bench, DAMAGES[damage])
    before = bench.live("monitor")
    ran = bench.ddsync("undo", "--yes", str(receipt), status=None)
    assert ran.status in (1, 3)
    assert "damaged" in ran.err
    assert bench.live("monitor") == before
    (path,) = (bench.root / ".ddsync/receipts").glob("*.json")
    path.write_text(receipt.read_text())  # where every plan reads it
    bench.write("monitors/eks.py", (bench.root / "monitors/eks.py").read_text().replace("= 90", "= 80"))
    assert [change["action"] for change in bench.plan()["changes"]] == ["update"]
