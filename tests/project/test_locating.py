"""Where a finding is mended."""

from __future__ import annotations

import pytest

from dd_sync.core.errors import DefinitionError
from dd_sync.core.findings import Finding, Located
from dd_sync.project.locating import broken_file, in_order, value_at

PAYLOAD = {"query": "a > 5", "options": {"thresholds": {"critical": 5}}, "widgets": [{"definition": {"title": "T"}}]}


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("query", "a > 5"),
        ("options.thresholds.critical", 5),
        ("widgets[0].definition.title", "T"),
        ("widgets[1].definition.title", None),
        ("options.critical.thresholds", None),
        ("query.text", None),
    ],
)
def test_a_path_leads_to_a_value_or_to_nothing(path: str, value: object) -> None:
    assert value_at(PAYLOAD, path) == value


@pytest.mark.parametrize(
    ("message", "rule", "place", "said"),
    [
        ("services/a.yaml:3: kind is missing", "inventory", ("services/a.yaml", 3), "kind is missing"),
        ("monitors/eks.py:41: boom: twice", "definition", ("monitors/eks.py", 41), "boom: twice"),
        ("ddsync.yaml: no such file", "inventory", ("ddsync.yaml", None), "no such file"),
        ("something is wrong", "definition", ("", None), "something is wrong"),
    ],
)
def test_an_error_of_a_file_is_a_finding_of_that_line(
    message: str, rule: str, place: tuple[str, int | None], said: str
) -> None:
    found = broken_file(DefinitionError(message, hint="do this"))
    assert (found.finding.rule, found.place, found.finding.message, found.finding.fix) == (rule, place, said, "do this")


def test_findings_stand_in_the_order_of_the_files_errors_first() -> None:
    def at(source: str, severity: str) -> Located:
        return Located(Finding("rule", "error" if severity == "error" else "warning", "", ""), source)

    mixed = [at("b.py:2", "error"), at("a.py:10", "error"), at("a.py:9", "warning"), at("a.py:9", "error")]
    ordered = [(one.source, one.finding.severity) for one in in_order(mixed)]
    assert ordered == [("a.py:9", "error"), ("a.py:9", "warning"), ("a.py:10", "error"), ("b.py:2", "error")]
