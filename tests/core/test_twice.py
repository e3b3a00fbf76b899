"""Names given twice, wherever they stand."""

from __future__ import annotations

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from dd_sync.core.twice import twice_fault


def fault(text: str) -> tuple[int, str] | None:
    return twice_fault(yaml.compose(text))


@pytest.mark.parametrize(
    ("text", "line", "first"),
    [
        ("a: 1\nb: 2\na: 3\n", 2, 1),
        ("x:\n  - k: 1\n    k: 2\n", 2, 2),
        ("x: {y: {z: 1,\n z: 2}}\n", 1, 1),
        ("- 1\n- {a: 1, b: 2, a: 3}\n", 1, 2),
    ],
)
def test_both_lines_are_named(text: str, line: int, first: int) -> None:
    found = fault(text)
    assert found is not None
    assert found[0] == line
    assert found[1].endswith(f"is given twice, here and on line {first}")


@pytest.mark.parametrize(
    "text", ["a: 1\nb: {a: 1}\n", "1: x\n'1': y\n", "- a: 1\n- a: 2\n", "x: &x {a: 1}\ny: *x\n", "1"]
)
def test_the_same_name_in_two_places_or_of_another_type_is_none(text: str) -> None:
    assert fault(text) is None


@given(st.recursive(st.integers(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=20))
def test_what_a_program_writes_has_none(value: object) -> None:
    assert fault(yaml.safe_dump(value, allow_unicode=True)) is None
