"""Objects whose marks cannot be right: found in a list of everything, and nothing else is."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dd_sync.core.census import Why, census, missing_from_census
from dd_sync.core.identity import Marks, Owner
from dd_sync.core.live import aside
from dd_sync.core.references import Name, ObjectId
from dd_sync.kinds import KINDS

MARKS, OWNER = Marks(), Owner("acme", "prod")
MONITOR, DASHBOARD = KINDS["monitor"], KINDS["dashboard"]


def monitor(id: int, *tags: str) -> dict[str, Any]:
    return {"id": id, "name": f"monitor {id}", "tags": list(tags), "message": "see managed_by:ddsync ddsync_id:x"}


def dashboard(id: str, description: str | None) -> dict[str, Any]:
    return {"id": id, "title": f"board {id}", "description": description}


def whys(*listed: dict[str, Any], kind: Any = MONITOR) -> list[Why]:
    return [one.why for one in census(kind, listed, MARKS, OWNER, {"prod", "staging"}).strangers]


@pytest.mark.parametrize(
    ("tags", "why"),
    [
        (["managed_by:ddsync"], "no-id"),
        (["ddsync_rev:1-abcdef01"], "no-id"),
        (["managed_by:ddsync", "ddsync_id:acme"], "malformed-id"),
        (["managed_by:ddsync", "ddsync_id:acme/prod"], "malformed-id"),
        (["managed_by:ddsync", "ddsync_id:acme//x"], "malformed-id"),
        (["managed_by:ddsync", "ddsync_id:acme/test/eks/x"], "unknown-target"),
        (["managed_by:ddsync", f"ddsync_id:acme/prod/{aside('eks/x', 7)}"], "put-aside"),
    ],
)
def test_marks_that_make_no_sense_are_told_apart(tags: list[str], why: Why) -> None:
    assert whys(monitor(1, *tags)) == [why]


@pytest.mark.parametrize(
    "tags",
    [
        [],
        ["team:platform"],
        ["managed_by:terraform"],
        ["managed_by:ddsync", "ddsync_id:acme/prod/eks/x"],
        ["managed_by:ddsync", "ddsync_id:acme/staging/eks/x"],
        ["managed_by:ddsync", "ddsync_id:web/whatever/eks/x"],
    ],
)
def test_other_objects_are_no_strangers(tags: list[str]) -> None:
    assert whys(monitor(1, *tags)) == []


@pytest.mark.parametrize(
    ("description", "why"),
    [
        ("Ours.\nmanaged_by:ddsync ddsync_id:acme/prod/x/y ddsync_rev:1-abcdef01", []),
        ("managed_by:ddsync ddsync_id:acme/prod/x/y\nSomebody wrote below.", ["no-id"]),
        ("Tidied: managed_by:ddsync", ["no-id"]),
        ("Nobody's.", []),
        (None, []),
    ],
)
def test_a_dashboard_carries_its_marks_in_its_last_line_alone(description: str | None, why: list[Why]) -> None:
    assert whys(dashboard("abc", description), kind=DASHBOARD) == why


@given(st.lists(st.sampled_from(["acme/prod/a", "acme/prod/b", "acme/staging/a", "web/prod/a", ""]), max_size=8))
def test_everything_is_counted_once_and_doubles_are_those_of_the_owner(addresses: list[str]) -> None:
    listed = [monitor(id, *([f"ddsync_id:{address}"] if address else [])) for id, address in enumerate(addresses)]
    found = census(MONITOR, listed, MARKS, OWNER, {"prod", "staging"})
    assert found.total == len(listed) == len(found.owned) + sum(found.others.values()) + addresses.count("")
    doubles = {double.address: list(double.ids) for double in found.doubles}
    assert doubles == {
        address: [id for id, other in enumerate(addresses) if other == address]
        for address in ("acme/prod/a", "acme/prod/b")
        if addresses.count(address) > 1
    }


def test_what_a_receipt_names_and_the_list_lacks_is_missed() -> None:
    listed = [monitor(1, "ddsync_id:acme/prod/eks/a"), monitor(2, "team:platform")]
    known: dict[Name, ObjectId] = {
        ("monitor", "eks/a"): 1,
        ("monitor", "eks/b"): 2,
        ("monitor", "eks/c"): 3,
        ("slo", "eks/d"): "4",
    }
    found = [(one.why, one.id, one.address) for one in missing_from_census(MONITOR, listed, MARKS, known)]
    assert found == [("identity-lost", 2, "eks/b"), ("gone", 3, "eks/c")]
