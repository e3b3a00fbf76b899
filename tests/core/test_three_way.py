"""A conflict side by side: only what somebody changed, and who."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from dd_sync.core.three_way import three_ways
from tests.core.things import KINDS

THING = KINDS["thing"]

payloads: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {}, optional={"name": st.sampled_from("abc"), "value": st.integers(0, 3), "type": st.sampled_from("xy")}
)


def test_each_place_has_three_sides_and_says_who_changed_it() -> None:
    found = three_ways(THING, {"name": "a", "value": 1}, {"name": "b", "value": 1}, {"name": "a", "value": 2})
    assert [(one.path, one.applied, one.code, one.datadog, one.by_datadog) for one in found] == [
        ("name", "a", "b", "a", False),
        ("value", 1, 1, 2, True),
    ]


def test_without_what_was_applied_every_difference_may_be_datadogs() -> None:
    (one,) = three_ways(THING, None, {"name": "a", "value": 1}, {"name": "a", "value": 2})
    assert (one.known, one.applied, one.code, one.datadog, one.by_datadog) == (False, None, 1, 2, True)


@given(applied=payloads, code=payloads, datadog=payloads)
def test_there_is_a_place_exactly_where_code_and_datadog_differ(
    applied: dict[str, Any], code: dict[str, Any], datadog: dict[str, Any]
) -> None:
    found = {one.path: one for one in three_ways(THING, applied, code, datadog)}
    assert found.keys() == {name for name in {*code, *datadog} if code.get(name) != datadog.get(name)}
    for name, one in found.items():
        assert (one.applied, one.code, one.datadog) == (applied.get(name), code.get(name), datadog.get(name))
