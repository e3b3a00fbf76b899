"""SARIF 2.1.0: what its schema requires, and that places and rules are the findings' own."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from dd_sync.core.findings import Finding, Located, Severity
from dd_sync.reports.sarif import sarif

WHYS = {"query-syntax": "The query can be read.\n\nDatadog answers 400."}
QUERY = "avg(last_5m):avg:{a:b} > 5"
UNREADABLE = Located(
    Finding("query-syntax", "error", "expected a metric name", "query", 17, 18, "a name"),
    "monitors/eks.py:41",
    "monitor",
    "eks/cpu/one",
    QUERY,
    {"critical": "services/payments.yaml:14"},
    ("prod",),
)
BROKEN = Located(Finding("inventory", "error", "kind is missing", ""), "services/a.yaml:3")


def log(findings: Sequence[Located]) -> Any:
    return json.loads(sarif(findings, WHYS, "1.2.3"))


def check_required(found: Any) -> None:
    """The properties SARIF 2.1.0 requires, and the constraints it puts on those that are used here."""
    assert found["version"] == "2.1.0"
    for run in found["runs"]:
        driver = run["tool"]["driver"]
        assert driver["name"]
        ids = [rule["id"] for rule in driver["rules"]]
        assert len(ids) == len(set(ids))
        for rule in driver["rules"]:
            assert rule["shortDescription"]["text"]
            assert rule["fullDescription"]["text"]
            assert rule["help"]["text"]
            assert rule["defaultConfiguration"]["level"] in ("none", "note", "warning", "error")
        for result in run["results"]:
            assert result["message"]["text"]
            assert result["level"] in ("none", "note", "warning", "error")
            assert ids[result["ruleIndex"]] == result["ruleId"]
            for location in (*result["locations"], *result.get("relatedLocations", ())):
                place = location["physicalLocation"]
                assert place["artifactLocation"]["uri"]
                assert place["region"]["startLine"] >= 1


def test_a_finding_is_a_result_at_its_line() -> None:
    [result] = log([UNREADABLE])["runs"][0]["results"]
    place = result["locations"][0]["physicalLocation"]
    assert (place["artifactLocation"]["uri"], place["region"]["startLine"]) == ("monitors/eks.py", 41)
    assert result["locations"][0]["logicalLocations"][0]["fullyQualifiedName"] == "monitor:eks/cpu/one"
    assert result["message"]["text"] == "expected a metric name\na name"


def test_the_yaml_that_set_a_number_is_a_related_location() -> None:
    [related] = log([UNREADABLE])["runs"][0]["results"][0]["relatedLocations"]
    assert related["physicalLocation"]["artifactLocation"]["uri"] == "services/payments.yaml"
    assert related["physicalLocation"]["region"]["startLine"] == 14
    assert "critical" in related["message"]["text"]


def test_each_rule_is_explained_once() -> None:
    rules = log([UNREADABLE, BROKEN, UNREADABLE])["runs"][0]["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == ["query-syntax", "inventory"]
    assert rules[0]["shortDescription"]["text"] == "The query can be read."
    assert "ignore=" in rules[0]["help"]["markdown"]
    assert "ignore=" not in rules[1]["help"]["markdown"]


def test_nothing_wrong_is_a_run_without_results() -> None:
    found = log([])
    check_required(found)
    assert found["runs"][0]["results"] == []


def test_secrets_are_masked() -> None:
    leaking = Located(Finding("secret", "error", "password=hunter2hunter2", "message"), "a.py:1", "monitor", "k")
    assert "hunter2" not in sarif([leaking], {})


severities: st.SearchStrategy[Severity] = st.sampled_from(["error", "warning"])
findings = st.lists(
    st.builds(
        Located,
        st.builds(Finding, st.sampled_from(["a", "b"]), severities, st.text(min_size=1), st.text()),
        st.sampled_from(["a.py:1", "b.yaml:3", "c.yaml", ""]),
        st.sampled_from(["", "monitor"]),
        st.text(),
        st.text(),
        st.dictionaries(st.text(), st.just("x.yaml:9"), max_size=2),
    ),
    max_size=5,
)


@given(findings)
def test_whatever_is_found_the_log_has_what_the_standard_requires(found: list[Located]) -> None:
    made = log(found)
    check_required(made)
    assert len(made["runs"][0]["results"]) == len(found)


@given(findings)
def test_two_different_findings_have_different_fingerprints(found: list[Located]) -> None:
    results = log(found)["runs"][0]["results"]
    told = {(f.finding.rule, f.kind, f.key, f.finding.path, f.finding.message) for f in found}
    assert len({result["partialFingerprints"]["ddsync/v1"] for result in results}) == len(told)
