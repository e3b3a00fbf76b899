"""Values that are not of their type are told, or left out; what fits stays the same object."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dd_sync.core.shape import DEEPEST, misfits, sound, too_deep
from dd_sync.kinds import KINDS

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
)
SHAPE = {"tags": [str], "id": (int, str), "options": {"x": dict}}


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ({"tags": ["a"], "id": 1, "options": {"x": {}}, "more": object}, []),
        ({"tags": None, "id": "a"}, []),
        ({"id": "${monitor:a}"}, []),
        ({"tags": "a"}, [("tags", "a list")]),
        ({"tags": ["a", 1, None]}, [("tags[1]", "a text"), ("tags[2]", "a text")]),
        ({"id": True}, [("id", "a number or a text")]),
        ({"options": []}, [("options", "a mapping")]),
        ({"options": {"x": 1}}, [("options.x", "a mapping")]),
        ([], [("", "a mapping")]),
    ],
)
def test_what_does_not_fit_is_told_with_its_place(value: Any, told: list[tuple[str, str]]) -> None:
    assert list(misfits(value, SHAPE)) == told


def test_what_fits_comes_back_as_it_is() -> None:
    value = {"tags": ["a"], "id": 1}
    assert sound(value, SHAPE) is value
    assert sound({"tags": ["a", 1], "id": [], "more": 2}, SHAPE) == {"tags": ["a"], "id": None, "more": 2}


@pytest.mark.parametrize("name", KINDS)
@given(st.dictionaries(st.sampled_from(("id", "tags", "widgets", "options", "thresholds", "query", "name")), anything))
def test_a_sound_value_has_nothing_to_tell(name: str, value: dict[str, Any]) -> None:
    made = sound(value, KINDS[name].shape)
    assert list(misfits(made, KINDS[name].shape)) == []
    assert sound(made, KINDS[name].shape) == made or made != made  # NaN


def test_nesting_has_an_end() -> None:
    deep: Any = 1
    for _ in range(DEEPEST + 1):
        deep = [deep]
    assert too_deep(deep)
    assert not too_deep([[1], {"a": [2]}])


def test_a_reference_stands_for_an_id_and_never_for_a_mapping_or_a_list() -> None:
    assert list(misfits({"id": "${monitor:a/b}"}, {"id": (int, str)})) == []
    assert list(misfits({"n": "${monitor:a/b}"}, {"n": int})) == []
    assert list(misfits({"values": "${monitor:a/b}"}, {"values": dict})) == [("values", "a mapping")]
