"""Errors say what is wrong, where, and what to do next."""

from __future__ import annotations

import pytest

from dd_sync.core.errors import DefinitionError, Forbidden, Refused, Rejected, UsageError, did_you_mean


def test_a_place_begins_the_message_and_is_kept() -> None:
    error = DefinitionError("no such thing", at="monitors/x.py:3", hint="look")
    assert (error.message, error.at, error.problem, error.hint) == (
        "monitors/x.py:3: no such thing",
        "monitors/x.py:3",
        "no such thing",
        "look",
    )


def test_only_an_error_without_a_place_gets_one() -> None:
    bare, placed = DefinitionError("x", hint="h"), DefinitionError("x", at="a.py:1")
    assert bare.at_place("b.py:2").message == "b.py:2: x"
    assert bare.at_place("b.py:2").hint == "h"
    assert placed.at_place("b.py:2") is placed


def test_each_sort_has_its_exit_status() -> None:
    assert [error("").exit_status for error in (DefinitionError, Refused, UsageError)] == [1, 3, 64]


@pytest.mark.parametrize(
    ("errors", "message"), [(["a", "b"], "400 from Datadog: a; b"), ([], "400 from Datadog: no reason given")]
)
def test_a_rejection_repeats_datadogs_own_words(errors: list[str], message: str) -> None:
    assert Rejected(400, errors).message == message


def test_a_missing_permission_is_named() -> None:
    error = Forbidden(403, ["Forbidden"], scope="monitors_write")
    assert error.message == str(error) == "403 from Datadog: Forbidden (this needs monitors_write)"
    assert Forbidden(403, ["Forbidden"]).message == "403 from Datadog: Forbidden"


def test_the_nearest_name_is_offered_and_none_that_is_far() -> None:
    assert did_you_mean("eror-rate", ["latency", "error-rate"]) == " Did you mean error-rate?"
    assert did_you_mean("zzz", ["latency", "error-rate"]) == ""
