"""Documents whose aliases stand for more than anybody's memory, or for themselves."""

from __future__ import annotations

import pytest
import yaml

from dd_sync.core.aliases import MOST, alias_fault


def fault(text: str) -> tuple[int, str] | None:
    return alias_fault(yaml.compose(text))


def exploding(levels: int, width: int = 10) -> str:
    lines = [f"l0: &l0 [{', '.join('x' * width)}]"]
    lines += [f"l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * width)}]" for n in range(1, levels)]
    return "\n".join(lines)


def test_a_few_lines_that_stand_for_a_billion_values_are_told_with_the_line_that_goes_too_far() -> None:
    found = fault(exploding(9))
    assert found is not None
    line, problem = found
    assert f"more than {MOST:,} values" in problem
    assert line == 5


def test_what_fits_is_left_alone() -> None:
    assert fault(exploding(5)) is None
    assert fault("base: &base {a: 1}\none: *base\ntwo: {<<: *base, b: 2}\n") is None
    assert fault("x") is None


@pytest.mark.parametrize("text", ["a: &a [*a]\n", "x: 1\na: &a {b: [1, *a]}\n"])
def test_what_holds_itself_is_told(text: str) -> None:
    found = fault(text)
    assert found is not None
    assert found[1] == "it holds itself, by an alias"
