"""Rules that only Datadog's answers can judge have the facts that a page and a report need."""

from __future__ import annotations

from dd_sync.rules.asked import REJECTED, RULES


def test_each_has_a_name_of_its_own_a_severity_and_a_sentence() -> None:
    assert len({rule.id for rule in RULES}) == len(RULES)
    for rule in RULES:
        assert rule.severity in ("error", "warning")
        assert rule.why.strip().endswith(".")


def test_only_what_datadog_itself_refuses_is_an_error() -> None:
    assert [rule for rule in RULES if rule.severity == "error"] == [REJECTED]
    assert REJECTED.refused
