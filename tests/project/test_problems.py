"""What becomes of errors: the first ends the run, or all are noted, each once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from dd_sync.core.errors import DefinitionError
from dd_sync.project.problems import Faults, Noted, attempt, raise_problems

ONE, TWO = DefinitionError("one", at="a:1"), DefinitionError("two", at="a:2")


def two_then(error: DefinitionError) -> Iterator[int]:
    yield 1
    yield 2
    raise error


def test_what_came_before_an_error_is_kept_and_the_error_passed_on() -> None:
    noted = Noted()
    assert list(attempt(two_then(ONE), noted)) == [1, 2]
    assert noted.errors == [ONE]
    with pytest.raises(DefinitionError, match="one"):
        list(attempt(two_then(ONE), raise_problems))


def test_several_errors_of_one_file_are_shown_as_the_first_and_noted_as_all() -> None:
    several = Faults([ONE, TWO])
    assert str(several) == str(ONE)
    assert several.hint == "and 1 more, which ddsync validate shows"
    noted = Noted()
    noted(several)
    assert noted.errors == [ONE, TWO]


def test_an_error_that_breaks_many_files_is_noted_once() -> None:
    noted = Noted()
    for _ in range(3):
        noted(DefinitionError("one", at="a:1"))
    assert len(noted) == 1
