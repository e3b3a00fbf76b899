"""A diagnosis as people read it and as machines do."""

from __future__ import annotations

import json

import pytest

from dd_sync.core.diagnosis import Able, Check, Diagnosis
from dd_sync.reports.diagnosis import SHOWN, diagnosis_json, diagnosis_text


def diagnosis(*checks: Check, commands: tuple[Able, ...] = ()) -> Diagnosis:
    return Diagnosis("acme", "prod", "datadoghq.eu", checks, commands)


def test_a_check_is_a_line_with_what_to_do_under_it() -> None:
    text = diagnosis_text(diagnosis(Check("clock", "warning", "late", "set it")))
    assert text == "acme/prod at datadoghq.eu\n\nwarning  late\n         set it"


def test_details_are_shown_where_something_is_to_be_done_and_only_some() -> None:
    details = [{"kind": "monitor", "id": n, "url": "https://x", "why": "no-id"} for n in range(SHOWN + 2)]
    text = diagnosis_text(diagnosis(Check("strangers", "warning", "odd", details=details)))
    assert "· monitor:0 https://x\n" in text
    assert "no-id" not in text
    assert "· and 2 more" in text
    assert "·" not in diagnosis_text(diagnosis(Check("objects", "ok", "fine", details=details)))


@pytest.mark.parametrize(
    ("able", "says"),
    [
        (Able("plan"), "plan  yes"),
        (Able("plan", missing=[("slos_read", "to read SLOs")]), "plan  no: it lacks slos_read (to read SLOs)"),
        (Able("plan", unknown=[("x", "")]), "plan  not known: Datadog does not tell whether it has x"),
        (Able("plan", without=[("x", "more")]), "plan  yes, without x (more)"),
    ],
)
def test_what_a_command_may_do_is_one_line(able: Able, says: str) -> None:
    assert diagnosis_text(diagnosis(commands=(able,))).endswith(says)


def test_missing_counts_more_than_unknown() -> None:
    assert Able("x", missing=[("a", "")], unknown=[("b", "")]).able is False
    assert Able("x", unknown=[("b", "")]).able is None


def test_titles_of_others_cannot_move_the_cursor() -> None:
    detail = {"kind": "monitor", "id": 1, "title": "\x1b[2J\u202egone"}
    text = diagnosis_text(diagnosis(Check("strangers", "warning", "odd \x1b[2J", details=[detail])))
    assert "\x1b" not in text
    assert "\u202e" not in text


def test_colours_are_those_of_the_status() -> None:
    text = diagnosis_text(diagnosis(Check("x", "error", "bad")), lambda text, colour: f"<{colour}>{text.strip()}")
    assert "<red>error" in text


def test_the_json_holds_everything() -> None:
    details = [{"kind": "monitor", "id": n} for n in range(50)]
    able = Able("apply", missing=[("slos_write", "to write SLOs")])
    made = json.loads(diagnosis_json(diagnosis(Check("a", "error", "b", "c", details), commands=(able,))))
    assert (made["format"], made["ok"]) == (1, False)
    assert made["checks"] == [{"about": "a", "status": "error", "text": "b", "fix": "c", "details": details}]
    assert made["commands"][0]["able"] is False
    assert made["commands"][0]["missing"] == [{"scope": "slos_write", "for": "to write SLOs"}]
