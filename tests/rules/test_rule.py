"""Rules and their registry."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dd_sync.core.findings import Finding
from dd_sync.rules import RULES, check_dashboard, check_monitor, check_query, check_slo
from dd_sync.rules.rule import Broken, findings, mapping, number, rule
from tests.rules.payloads import dashboard, monitor, slo


@rule("no-sevens", "error")
def no_sevens(value: int) -> Iterator[Broken]:
    """Seven is bad luck.

    Source: folklore.
    """
    if value == 7:
        yield Broken("seven", "value", 0, 1, "take eight")


def test_a_rule_wraps_what_its_function_says() -> None:
    assert list(no_sevens.findings(7)) == [Finding("no-sevens", "error", "seven", "value", 0, 1, "take eight")]
    assert list(no_sevens.findings(8)) == []
    assert no_sevens.why == "Seven is bad luck.\n\nSource: folklore."
    assert len(findings((no_sevens, no_sevens), 7)) == 2


@pytest.mark.parametrize("id", sorted(RULES))
def test_every_rule_has_a_stable_id_and_a_reason(id: str) -> None:
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", id)
    assert RULES[id].id == id
    assert RULES[id].severity in ("error", "warning")
    assert len(RULES[id].why.split()) > 5


def test_definitions_in_order_have_no_findings() -> None:
    assert check_monitor(monitor()) == []
    assert check_slo(slo()) == []
    assert check_dashboard(dashboard("avg:x{*}", "top(avg:y{*} by {host}, 10, 'mean', 'desc')")) == []


def test_a_query_alone_is_checked_too() -> None:
    assert check_query("avg(last_5m):avg:x{*} > 5") == []
    assert [f.rule for f in check_query("avg(last_5m):avg:x{} > 5")] == ["query-syntax"]
    assert [f.rule for f in check_query("avg(last_99999h):avg:x{*} > 5")] == ["window-range"]
    assert check_query("avg:x{*}", "dashboard") == []
    assert [f.rule for f in check_query("avg:x{}", "slo")] == ["query-syntax"]
    assert [f.rule for f in check_query("query1 +", "formula")] == ["query-syntax"]


names = (
    "query type name message options thresholds critical tags variables widgets definition requests queries formulas"
    " q formula data_source monitor_ids sli_specification count time_slice template_variables defaults notify_by target"
)
scalars = st.one_of(st.none(), st.booleans(), st.integers(-5, 500), st.floats(allow_nan=False), st.text(max_size=8))
anything = st.recursive(
    scalars,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.sampled_from(names.split()), inner, max_size=5)
    ),
    max_leaves=20,
)


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(
    st.dictionaries(st.sampled_from(["query", "type", "options", "tags", "thresholds", "widgets", "message"]), anything)
)
def test_no_payload_however_odd_makes_a_check_raise(payload: dict[str, object]) -> None:
    for check in (check_monitor, check_slo, check_dashboard):
        assert all(isinstance(finding, Finding) for finding in check(payload))


def test_values_of_the_wrong_type_count_as_missing() -> None:
    assert mapping([1]) == {}
    assert mapping({"a": 1}) == {"a": 1}
    assert number("5") is None
    assert number(True) is None
    assert number(float("inf")) is None
    assert number(5) == 5.0
