"""A plan as a file: read back as it was written, refused when it was changed, told apart from what is true now."""

from __future__ import annotations

import json
from typing import Any

import pytest

from dd_sync.core.errors import DdsyncError
from dd_sync.core.make_plan import compare
from dd_sync.core.plan import Plan
from dd_sync.core.saved import (
    Saved,
    Tampered,
    changes_not_reviewed,
    definitions_digest,
    from_text,
    misfits,
    those_of,
    to_text,
)
from dd_sync.core.selection import Selection, Shard
from tests.core.things import OURS, applied, existing, wish

A, B = wish("x/a", value=1, tell=["@page"]), wish("x/b", value=2)


def made(*live: Any, desired: Any = None, **more: Any) -> Plan:
    return compare(list(desired or (A, wish("x/b", value=3))), existing(*live, **more), OURS)


FULL = made(applied(B, 2), applied(wish("x/gone"), 3), titles=lambda kind: {"The x/a": [9]})


def text(plan: Plan = FULL, **more: Any) -> str:
    return to_text(Saved(plan, "here", "digest", **more))


def test_a_saved_plan_reads_back_as_it_was() -> None:
    saved = from_text(text(part=Selection(("x/*",), Shard(2, 5))), "plan.json")
    assert saved.plan.fingerprint == FULL.fingerprint
    assert (saved.place, saved.definitions, saved.part) == ("here", "digest", Selection(("x/*",), Shard(2, 5)))
    for name in ("unchanged", "ids", "notices", "definitions", "twins", "unwatched", "vanished"):
        assert getattr(saved.plan, name) == getattr(FULL, name), name
    assert dict(saved.plan.live) == dict(FULL.live)
    assert [change.fields for change in saved.plan.changes] == [change.fields for change in FULL.changes]
    assert [change.key for change in saved.plan.changes] == [change.key for change in FULL.changes]


def test_a_plan_changed_by_hand_is_refused() -> None:
    body = json.loads(text())
    body["changes"][0]["desired"]["value"] = 7
    with pytest.raises(Tampered, match=r"plan\.json: the file was changed after it was written"):
        from_text(json.dumps(body), "plan.json")


def test_a_plan_sealed_anew_around_another_fingerprint_is_refused() -> None:
    from dd_sync.core.identity import digest

    body = json.loads(text())
    body.pop("seal")
    body["fingerprint"] = "sha256:0"
    with pytest.raises(Tampered, match="does not hold the plan it names"):
        from_text(json.dumps({**body, "seal": digest(body)}), "plan.json")


@pytest.mark.parametrize("broken", ["", "[]", "{}", "nonsense", "null", '{"seal": 1}', "[" * 100_000])
def test_what_is_no_plan_is_told_in_a_line(broken: str) -> None:
    with pytest.raises(DdsyncError, match=r"plan\.json: not a plan file"):
        from_text(broken, "plan.json")


def test_a_plan_of_another_format_says_which() -> None:
    body = {**json.loads(text()), "format": 99}
    with pytest.raises(DdsyncError, match="a plan of format 99; this version reads 1"):
        from_text(json.dumps(body), "plan.json")


def test_a_sealed_plan_that_lacks_something_is_told() -> None:
    from dd_sync.core.identity import digest

    body = json.loads(text())
    for name in ("seal", "ids"):
        body.pop(name)
    with pytest.raises(DdsyncError, match="not a plan this version can read"):
        from_text(json.dumps({**body, "seal": digest(body)}), "plan.json")


def test_definitions_are_bound_whatever_their_order() -> None:
    assert definitions_digest([A, B]) == definitions_digest([B, A])
    assert definitions_digest([A, B]) != definitions_digest([A, wish("x/b", value=9)])
    assert definitions_digest([A]) != definitions_digest([wish("x/c", value=1, tell=["@page"], name="The x/a")])


def whys(saved: Plan, fresh: Plan) -> dict[str, str]:
    return {change.key: why for change, why in misfits(saved, fresh)}


def test_each_misfit_says_what_happened() -> None:
    saved = made(applied(B, 2), applied(wish("x/gone"), 3))
    assert whys(saved, made(applied(B, 2), applied(wish("x/gone"), 3))) == {}
    now = made(applied(A, 1), applied(wish("x/b", value=3), 2))
    assert whys(saved, now) == {
        "x/a": "is there already",
        "x/b": "is as defined already",
        "x/gone": "is gone already",
    }
    assert whys(saved, made(applied(wish("x/gone"), 3)))["x/b"] == "deleted in Datadog since the plan"
    edited = made(applied(B, 2, {"value": 8}), applied(wish("x/gone"), 3))
    assert whys(saved, edited) == {"x/b": "changed in Datadog since the plan"}
    other = made(applied(B, 2), applied(wish("x/gone"), 3), desired=(A, wish("x/b", value=4)))
    assert whys(saved, other) == {"x/b": "is not what the plan says"}
    replaced = made(applied(B, 2), applied(wish("x/gone"), 3), desired=(A, wish("x/b", value=3, type="log")))
    assert whys(saved, replaced) == {"x/b": "would be a replace now"}


def test_of_a_fresh_plan_only_what_was_saved_is_kept() -> None:
    few = made(applied(B, 2), desired=(wish("x/b", value=3),))
    kept = those_of(Saved(few, "here", ""), FULL)
    assert [change.key for change in kept.changes] == ["x/b"]
    assert kept.twins == ()
    assert [twin.key for twin in those_of(Saved(FULL, "here", ""), FULL).twins] == ["x/a"]


def test_what_was_not_reviewed_is_what_differs_in_what_it_does() -> None:
    reviewed = made(applied(B, 2))
    assert changes_not_reviewed(made(applied(B, 2)), reviewed) == []
    assert [c.key for c in changes_not_reviewed(made(applied(B, 2), applied(wish("x/g"), 3)), reviewed)] == ["x/g"]
    lost = compare([A, wish("x/b", value=3)], existing(applied(B, 2)), OURS, known=[A.name])
    assert changes_not_reviewed(lost, reviewed) == []
