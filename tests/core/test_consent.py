"""Consent that stands in the reviewed change: what it covers, when it ends, how it is written down."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from dd_sync.core.consent import GRACE, Consent, Limits, WrittenConsent, common, from_data, proposal, valid
from dd_sync.core.limits import refusals, uses
from dd_sync.core.plan import Change, Plan
from tests.core.test_limits import deletes, plan
from tests.core.things import change

DAY = date(2026, 12, 1)


def written(action: Any = "delete", number: int = 3, only: str = "*", until: date = DAY) -> WrittenConsent:
    return WrittenConsent(action, number, only, until.isoformat(), "retired", "ddsync.yaml:9")


def refused(made: Plan, *consents: WrittenConsent, limits: Limits | None = None) -> list[str]:
    made = replace(made, consents=consents, limits=limits or made.limits)
    return [one.message for one in refusals(made, Consent())]


def gone(*keys: str) -> list[Change]:
    return [change("delete", key) for key in keys]


def test_it_holds_through_its_last_day_and_not_a_day_longer() -> None:
    assert valid([written()], DAY) == (written(),)
    assert valid([written()], DAY + timedelta(days=1)) == ()


def test_it_is_overdue_after_a_month() -> None:
    assert not written().overdue(DAY + GRACE)
    assert written().overdue(DAY + GRACE + timedelta(days=1))


def test_what_it_covers_counts_for_no_limit() -> None:
    made = plan(*deletes(30), live={"thing": 30})
    assert refused(made) != []
    assert refused(made, written(number=30)) == []
    assert refused(made, written(number=29)) != []


def test_it_covers_only_what_it_names() -> None:
    made = plan(*gone("a/x/1", "a/x/2", "a/x/3", "b/y/1", "b/y/2", "b/y/3"), live={"thing": 20})
    (message,) = refused(made, written(only="a/*"))
    assert "3 of 20" in message, "what nobody consented to is still held against the limits"
    assert refused(made, written(only="a/*"), written(only="b/*")) == []
    assert refused(made, written("replace", 6)) != []


def test_a_change_that_two_of_them_name_counts_for_the_first() -> None:
    made = plan(*gone("a/x/1", "a/x/2", "b/y/1"), live={"thing": 3})
    first, second = uses(replace(made, consents=(written(number=2, only="a/*"), written(number=1, only="*"))))
    assert [one.key for one in first.changes] == ["a/x/1", "a/x/2"]
    assert [one.key for one in second.changes] == ["b/y/1"]
    assert refused(made, written(number=2, only="a/*"), written(number=1, only="*")) == []


def test_it_never_covers_what_is_protected() -> None:
    kept = replace(change("delete", "a/x/1"), protected=True)
    (message, *_) = refused(plan(kept, live={"thing": 100}), written())
    assert "protected" in message


def test_the_refusal_says_which_consent_is_too_small() -> None:
    made = replace(plan(*deletes(12), live={"thing": 1000}), consents=(written(number=11),))
    (one,) = refusals(made, Consent())
    assert "ddsync.yaml:9 is for 11 of *, and there are 12" in (one.hint or "")


def test_a_project_sets_its_own_limits() -> None:
    made = plan(*deletes(11), live={"thing": 1000})
    assert refused(made, limits=Limits(deletes=11)) == []
    assert refused(plan(*deletes(5), live={"thing": 10}), limits=Limits(share=0.5)) == []
    assert refused(plan(change("replace", "x/a"), live={"thing": 10}), limits=Limits(replaces=1)) == []
    (message,) = refused(plan(*deletes(2), live={"thing": 1000}), limits=Limits(deletes=1))
    assert "(limit 1)" in message


@given(
    st.sampled_from(["delete", "replace"]),
    st.integers(1, 10**6),
    st.text(min_size=1).filter(str.strip),
    st.dates(),
    st.text(min_size=1).filter(str.strip),
)
def test_what_is_written_down_is_read_back(action: Any, number: int, only: str, until: date, why: str) -> None:
    one = WrittenConsent(action, number, only, until.isoformat(), why, "x:1")
    assert from_data(one.as_data) == one


@pytest.mark.parametrize(
    "broken",
    [
        {"delete": 0, "only": "*", "until": "2026-12-01", "why": "x"},
        {"delete": True, "only": "*", "until": "2026-12-01", "why": "x"},
        {"delete": "3", "only": "*", "until": "2026-12-01", "why": "x"},
        {"delete": 3, "only": "*", "until": "soon", "why": "x"},
        {"delete": 3, "only": "*", "until": "2026-12-01", "why": " "},
        {"delete": 3, "only": ["*"], "until": "2026-12-01", "why": "x"},
        {"only": "*", "until": "2026-12-01", "why": "x"},
    ],
)
def test_anything_else_is_none(broken: dict[str, Any]) -> None:
    with pytest.raises((ValueError, KeyError, TypeError)):
        from_data(broken)


def test_only_what_stands_on_both_sides_counts() -> None:
    here, moved = written(), WrittenConsent(**{**vars(written()), "source": "ddsync.yaml:20"})
    assert common([here], [moved]) == (here,)
    assert common([here], [written(number=4)]) == ()


def test_the_proposed_line_is_yaml_that_consents_for_two_weeks() -> None:
    (entry,) = yaml.safe_load(proposal("delete", 41, "service/*/cart", DAY))["consent"]
    assert entry["delete"] == 41
    assert entry["only"] == "service/*/cart"
    assert entry["until"] == date(2026, 12, 15)
