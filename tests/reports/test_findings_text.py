"""Findings as a person reads them."""

from __future__ import annotations

from dd_sync.core.findings import Finding, Located, Severity
from dd_sync.reports.findings_text import as_json, finding_lines, findings_text, groups_line, summary_line

QUERY = "avg(last_5m):avg:{env:prod} by {host} > 90"


def unreadable(key: str = "eks/cpu/one", message: str = 'expected a metric name after "avg:", found "{"') -> Located:
    finding = Finding("query-syntax", "error", message, "query", 17, 18)
    return Located(finding, "monitors/eks.py:31", "monitor", key, QUERY, {"critical": "services/a.yaml:17"}, ("prod",))


def mild(severity: Severity = "warning") -> Located:
    return Located(
        Finding("raw-id", severity, "named by its id", "alert_id", fix="${monitor:key}"), "a.py:1", "slo", "k"
    )


def test_a_finding_tells_place_reason_query_object_and_number() -> None:
    assert findings_text([unreadable()]).splitlines() == [
        'monitors/eks.py:31: error: expected a metric name after "avg:", found "{" [query-syntax]',
        "  avg(last_5m):avg:{env:prod} by {host} > 90",
        "                   ^",
        "  monitor eks/cpu/one",
        "  critical comes from services/a.yaml:17",
    ]


def test_what_is_no_text_has_no_caret_and_names_its_field() -> None:
    assert findings_text([mild()]).splitlines() == [
        "a.py:1: warning: named by its id [raw-id]",
        "  slo k, alert_id",
        "  ${monitor:key}",
    ]


def test_the_same_finding_of_many_objects_is_told_once() -> None:
    told = findings_text([unreadable(f"eks/cpu/{n}") for n in range(120)])
    assert told.count("query-syntax") == 1
    assert "monitor eks/cpu/0, monitor eks/cpu/1, monitor eks/cpu/2 and 117 more" in told


def test_of_many_that_are_alike_the_first_are_shown() -> None:
    told = findings_text([unreadable(f"eks/cpu/{n}", f"no tag {n}") for n in range(10)])
    assert told.count("[query-syntax]") == 3
    assert "and 7 more like it" in told


def test_the_last_line_counts() -> None:
    objects = {"prod": 240, "local": 1}
    assert summary_line([], objects) == "ok: prod 240 objects · local 1 object"
    assert summary_line([mild(), mild()], objects) == "2 warnings · prod 240 objects · local 1 object"
    assert summary_line([mild("error"), mild()], {"prod": 2}) == "1 error, 1 warning · prod 2 objects"


def test_as_json_everything_has_a_name() -> None:
    found = as_json(unreadable())
    assert (found["file"], found["line"]) == ("monitors/eks.py", 31)
    assert found["text"][found["start"] : found["end"]] == "{"
    assert (found["kind"], found["key"], found["targets"]) == ("monitor", "eks/cpu/one", ["prod"])
    assert found["set_at"] == {"critical": "services/a.yaml:17"}


def test_a_finding_is_a_line_errors_first_and_alike_ones_once() -> None:
    lines = finding_lines([mild(), unreadable("eks/cpu/one"), unreadable("eks/cpu/two")])
    assert lines == [
        'monitors/eks.py:31: error: expected a metric name after "avg:", found "{" [query-syntax] (2 times)',
        "a.py:1: warning: named by its id [raw-id]",
    ]


def test_of_many_lines_the_first_are_shown() -> None:
    lines = finding_lines([unreadable("k", f"no tag {n}") for n in range(12)], most=10)
    assert (len(lines), lines[-1]) == (11, "and 2 more: ddsync validate")


def test_groups_are_told_the_largest_first() -> None:
    assert groups_line({}) == ""
    assert groups_line({"monitor:a": 2, "monitor:b": 12}) == "groups: monitor:b 12 · monitor:a 2"
    assert groups_line({f"monitor:{n}": n for n in range(10)}, most=1) == "groups: monitor:9 9 · and 9 more"
