"""What is referred to comes before what refers to it; a ring is an error that shows the ring."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dd_sync.core.order import Cycle, by_dependency
from dd_sync.core.references import Name


def name(n: int) -> Name:
    return "thing", str(n)


@given(st.dictionaries(st.integers(0, 12), st.sets(st.integers(0, 12))))
def test_everything_comes_after_what_it_refers_to(raw: dict[int, set[int]]) -> None:
    refers = {name(n): {name(other) for other in others if other < n} for n, others in raw.items()}
    order = by_dependency(refers)
    assert sorted(order) == sorted(refers)
    place = {one: n for n, one in enumerate(order)}
    assert all(place[other] < place[one] for one, others in refers.items() for other in others if other in place)


def test_what_is_not_among_them_is_taken_as_given() -> None:
    assert by_dependency({name(1): {name(7)}}) == [name(1)]


def test_a_ring_is_told_from_where_it_begins() -> None:
    with pytest.raises(Cycle) as told:
        by_dependency({name(1): {name(2)}, name(2): {name(1)}, name(3): set()})
    assert set(told.value.ring) == {name(1), name(2)}
    assert told.value.ring[0] == told.value.ring[-1]
    assert "a ring of references: thing" in told.value.message
    assert "take one of these references out" in told.value.hint
