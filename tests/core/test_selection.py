"""What of a project a run is about."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dd_sync.core.errors import UsageError
from dd_sync.core.resource import Desired
from dd_sync.core.selection import Shard, matcher_of, shard, within_all

KEYS = [f"a/k{n}" for n in range(30)]
edges = st.lists(st.tuples(st.sampled_from(KEYS), st.sampled_from(KEYS)), max_size=25)


def project(refers: list[tuple[str, str]]) -> list[Desired]:
    """Monitors, each with references in its query."""
    named: dict[str, list[str]] = {key: [] for key in KEYS}
    for one, other in refers:
        if one != other:
            named[one].append(other)
    texts = {key: " && ".join(f"${{monitor:{other}}}" for other in others) for key, others in named.items()}
    return [Desired("monitor", key, {"query": text}) for key, text in texts.items()]


@given(edges, st.integers(1, 7))
def test_every_object_is_in_exactly_one_shard(refers: list[tuple[str, str]], of: int) -> None:
    desired = project(refers)
    inside = [Shard(number, of).inside(desired) for number in range(1, of + 1)]
    names = [*(one.name for one in desired), ("monitor", "no/longer/defined"), ("slo", "a/k1")]
    assert all(sum(holds(*name) for holds in inside) == 1 for name in names)


@given(edges, st.integers(1, 7))
def test_what_refers_to_one_another_is_in_one_shard(refers: list[tuple[str, str]], of: int) -> None:
    desired = project(refers)
    for number in range(1, of + 1):
        holds = Shard(number, of).inside(desired)
        for one in desired:
            assert {holds(*other) for other in one.references} <= {holds(*one.name)}


@given(edges)
def test_the_order_of_definitions_does_not_count(refers: list[tuple[str, str]]) -> None:
    desired = project(refers)
    forth, back = (Shard(1, 3).inside(order) for order in (desired, desired[::-1]))
    assert [forth(*one.name) for one in desired] == [back(*one.name) for one in desired]


def test_shards_are_about_as_large() -> None:
    desired = [Desired("monitor", f"service/error-rate/s{n}/prod", {}) for n in range(4000)]
    shards = [Shard(number, 8).inside(desired) for number in range(1, 9)]
    sizes = [sum(holds(*one.name) for one in desired) for holds in shards]
    assert min(sizes) > 400
    assert max(sizes) < 600


@pytest.mark.parametrize("text", ["0/3", "4/3", "3", "a/b", "1/0", "-1/2", "1/2/3", ""])
def test_a_shard_that_cannot_be_is_refused_with_how_to_write_one(text: str) -> None:
    with pytest.raises(UsageError, match="no shard") as raised:
        shard(text)
    assert "2/5" in raised.value.hint


def test_a_shard_reads_back_as_it_was_written() -> None:
    assert str(shard(" 2/5 ")) == "2/5"


def test_filters_that_are_there_must_all_hold() -> None:
    assert within_all(None, None) is None
    holds = within_all(matcher_of(["service/*"]), None, lambda kind, key: kind == "slo")
    assert holds is not None
    assert holds("slo", "service/a")
    assert not holds("monitor", "service/a")
    assert not holds("slo", "eks/a")
