"""Numbers with their nouns."""

from __future__ import annotations

import pytest

from dd_sync.core.wording import quantity


@pytest.mark.parametrize(
    ("number", "noun", "plural", "said"),
    [
        (0, "alert", "", "0 alerts"),
        (1, "alert", "", "1 alert"),
        (2, "alert", "", "2 alerts"),
        (1, "entry", "entries", "1 entry"),
        (3, "entry", "entries", "3 entries"),
    ],
)
def test_one_is_one_and_all_else_is_many(number: int, noun: str, plural: str, said: str) -> None:
    assert quantity(number, noun, plural) == said
