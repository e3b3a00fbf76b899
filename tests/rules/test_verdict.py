"""One query judged."""

from __future__ import annotations

from hypothesis import given

from dd_sync.rules.verdict import judge
from tests.query.spelling import typed

TAKEN = "Datadog takes 1 minute to 31 days"


def test_only_what_datadog_refuses_makes_a_query_not_ok() -> None:
    never = judge("avg(last_5m):avg:x{a:b,!a:b} > 5")
    assert [finding.severity for finding in never.findings] == ["error"]
    assert never.ok
    assert not judge("avg(last_5m):avg:x{*}").ok


def test_an_error_says_what_is_wrong_and_what_to_do() -> None:
    answer = judge("avg(last_999d):avg:x{*} > 5", "query alert").as_json()
    assert answer["errors"] == [f"the window is 999 days, {TAKEN}; between 1 minute and 31 days"]
    assert answer["findings"][0] | {"message": ""} == {
        "rule": "window-range",
        "severity": "error",
        "message": "",
        "start": 4,
        "end": 13,
        "fix": "between 1 minute and 31 days",
    }


@given(typed)
def test_what_can_be_read_has_words(written: tuple[str, str]) -> None:
    query, type_ = written
    assert judge(query, type_).explanation
