"""Who carries which identity, by address; whoever else's objects are counted by their own."""

from __future__ import annotations

import pytest

from dd_sync.core.carriers import carriers
from dd_sync.core.errors import Unreachable
from dd_sync.core.identity import Owner
from tests.core.things import KINDS, MARKS, Shop, applied, wish


def test_objects_are_counted_by_the_address_they_carry() -> None:
    shop = Shop.of(
        applied(wish("x/a"), 1),
        applied(wish("x/a"), 2),
        applied(wish("x/b"), 3),
        applied(wish("x/a", kind="gadget"), 4),
    )
    shop.objects["thing", 5] = {"id": 5, "name": "nobody's"}
    shop.objects["thing", 6] = dict(applied(wish("x/a"), 6, owner=Owner("other", "prod")).payload)
    assert carriers(KINDS["thing"], shop, MARKS) == {
        "acme/prod/x/a": [1, 2],
        "acme/prod/x/b": [3],
        "other/prod/x/a": [6],
    }


def test_who_cannot_be_asked_is_no_empty_answer() -> None:
    with pytest.raises(Unreachable):
        carriers(KINDS["thing"], Shop(troubles={"marked": [Unreachable("no line")]}), MARKS)
