"""Normal forms and what equals what in them; a glance at two payloads is never wrong about them."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dd_sync.core.normal import agree, clean, cut, names_below, own, own_below, same, without_defaults

leaves = st.sampled_from([0, 1, 2, 1.0, 0.0, 0.5, True, False, "", "a", "b"])
values = st.recursive(
    leaves,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
    max_leaves=6,
)


def exact(value: Any) -> Any:
    """A value in which `true` and 1 differ for Python too, and 1 and 1.0 do not."""
    match value:
        case bool():
            return ("flag", value)
        case int() | float():
            return ("number", float(value))
        case dict():
            return {name: exact(item) for name, item in value.items()}
        case list():
            return [exact(item) for item in value]
    return value


@given(values, values)
def test_true_is_not_one_at_any_depth(one: Any, other: Any) -> None:
    assert same(one, other) is (exact(one) == exact(other))


@pytest.mark.parametrize(("one", "other"), [({"a": [True]}, {"a": [1]}), ([0, {"b": False}], [0, {"b": 0}])])
def test_a_flag_and_a_number_are_told_apart_inside(one: Any, other: Any) -> None:
    assert one == other
    assert not same(one, other)


FIELDS = frozenset("abc")
DEFAULTS = {"a": [], "b": False, "c": 1}

payloads = st.dictionaries(st.sampled_from("abcdx"), values | st.none() | st.sampled_from([[], False, 1]), max_size=5)


@given(payloads, payloads | st.none())
def test_what_agrees_at_a_glance_has_one_normal_form(one: dict[str, Any], other: dict[str, Any] | None) -> None:
    other = {**one, "d": "of the server"} if other is None else other
    if agree(one, other, FIELDS, DEFAULTS):
        ours, theirs = (without_defaults(clean(own(side, FIELDS, one)), DEFAULTS) for side in (one, other))
        assert same(ours, theirs)


def test_what_stands_as_it_was_written_agrees() -> None:
    wanted = {"a": ["x"], "c": 2}
    stored = {"a": ["x"], "c": 2.0, "b": False, "d": "of the server", "e": None}
    assert agree(wanted, stored, FIELDS, DEFAULTS)
    assert not agree(wanted, {**stored, "b": True}, FIELDS, DEFAULTS)
    assert agree(wanted, {**stored, "b": True}, FIELDS, DEFAULTS, but=("b",))


def test_below_only_known_fields_count_and_those_the_other_side_names() -> None:
    live = {"a": [{"b": 1, "new": 2}, {"b": 3, "new": 4}], "new": 5}
    assert own_below(live, {"a", "b"}, {}) == {"a": [{"b": 1}, {"b": 3}]}
    assert own_below(live, {"a", "b"}, {"a": [{"new": 9}]}) == {"a": [{"b": 1, "new": 2}, {"b": 3}]}
    assert names_below(live, {"a", "b"}) == ["a.new", "new"]
    assert names_below({"a": {"new": None, "other": []}}, {"a"}) == []


@pytest.mark.parametrize(
    ("number", "places", "kept"),
    [(99.9999, 3, 99.999), (99.95, 2, 99.95), (99.999, 3, 99.999), (99, 2, 99), (0.1 + 0.2, 3, 0.3)],
)
def test_decimals_are_cut_and_never_rounded_up(number: float, places: int, kept: float) -> None:
    assert cut(number, places) == pytest.approx(kept, abs=1e-12)
