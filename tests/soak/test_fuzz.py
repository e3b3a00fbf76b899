"""Twenty thousand damaged files, answers and comments: no trace, no bug of ours, no hang, nothing lost or doubled."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.soak.fuzzing import fuzz
from tests.soak.seeds import part


@pytest.mark.parametrize("number", range(100))
def test_two_hundred_cases(tmp_path: Path, number: int) -> None:
    first = part(number) * 1000
    with fuzz(tmp_path) as made:
        for case in range(first, first + 200):
            made.one(case)
