"""What is referred to comes before what refers to it; deletes go the other way round, rings as they come."""

from __future__ import annotations

from dd_sync.core.live import Live
from dd_sync.core.sequence import leaves_first
from tests.core.things import KINDS


def live(id: int, *links: int) -> Live:
    return Live("thing", id, {"id": id, "links": list(links)})


def test_who_refers_goes_before_what_is_referred_to() -> None:
    assert [one.id for one in leaves_first([live(1), live(2, 1), live(3, 2)], KINDS)] == [3, 2, 1]


def test_a_ring_that_people_made_is_left_in_its_order() -> None:
    assert [one.id for one in leaves_first([live(1, 2), live(2, 1)], KINDS)] == [1, 2]
