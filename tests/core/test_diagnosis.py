"""What a diagnosis comes to."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from dd_sync.core.diagnosis import Able, Check, Diagnosis, Status

SCOPE = [("monitors_write", "to write monitors")]


def test_a_command_works_unless_something_is_missing_or_cannot_be_told() -> None:
    assert Able("plan").able is True
    assert Able("plan", without=SCOPE).able is True
    assert Able("apply", unknown=SCOPE).able is None
    assert Able("apply", missing=SCOPE, unknown=SCOPE).able is False


@pytest.mark.parametrize(("statuses", "ok"), [([], True), (["ok", "note", "warning"], True), (["ok", "error"], False)])
def test_only_an_error_keeps_a_target_from_working(statuses: Sequence[Status], ok: bool) -> None:
    assert Diagnosis("acme", "prod", "here", [Check("clock", status, "text") for status in statuses]).ok is ok
