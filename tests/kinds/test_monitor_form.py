"""What means the same of a monitor, and what does not: the rules of its normal form, one by one."""

from __future__ import annotations

from typing import Any

import pytest

from dd_sync.core.identity import fits, revision
from dd_sync.core.normal import same
from dd_sync.kinds.monitor import KIND
from dd_sync.kinds.monitor_form import OLDER_OPTION_DEFAULTS, normal_form

BASE: dict[str, Any] = {"name": "Load", "type": "query alert", "query": "avg(last_5m):avg:load{*} > 4", "message": "m"}


def equal(desired: dict[str, Any], live: dict[str, Any]) -> bool:
    return same(*KIND.comparable(BASE | desired, BASE | live))


def options(**values: Any) -> dict[str, Any]:
    return {"options": values}


# An editor's save, as exports of published monitors hold it.
@pytest.mark.parametrize(
    "written",
    [
        {"timeout_h": 0},
        {"renotify_interval": 0},
        {"renotify_occurrences": 0},
        {"renotify_statuses": []},
        {"escalation_message": ""},
        {"evaluation_delay": 0},
        {"timeout_h": None, "renotify_interval": None},
    ],
)
def test_the_zeros_of_an_editor_are_nothing(written: dict[str, Any]) -> None:
    assert equal({}, options(**written))
    assert equal(options(**written), {})


@pytest.mark.parametrize(
    "said",
    [
        {"new_group_delay": 0},
        {"new_host_delay": 0},
        {"timeout_h": 1},
        {"include_tags": False},
        {"on_missing_data": "default"},
        {"on_missing_data": "resolve"},
        {"notify_no_data": True},
    ],
)
def test_what_changes_what_the_monitor_does_is_a_difference(said: dict[str, Any]) -> None:
    assert not equal({}, options(**said))
    assert not equal(options(**said), {})


def test_no_two_ways_of_missing_data_are_one() -> None:
    ways: list[dict[str, Any]] = [
        {},
        *({"on_missing_data": value} for value in ("default", "resolve", "show_no_data", "show_and_notify_no_data")),
        {"notify_no_data": True},
    ]
    assert [[equal(options(**one), options(**other)) for other in ways] for one in ways] == [
        [n == m for m in range(len(ways))] for n in range(len(ways))
    ]


def test_with_a_schedule_default_is_what_there_is() -> None:
    """Datadog drops the word from some of these answers (seen in recordings)."""
    schedule = {"scheduling_options": {"evaluation_window": {"day_starts": "04:00"}}}
    assert equal(options(**schedule, on_missing_data="default"), options(**schedule))


def test_sets_have_no_order() -> None:
    assert equal(options(renotify_statuses=["warn", "alert"]), options(renotify_statuses=["alert", "warn"]))
    assert equal({"tags": ["team:b", "env:a"]}, {"tags": ["env:a", "team:b"]})
    assert not equal({"tags": ["team:b"]}, {"tags": ["team:b", "env:a"]})
    assert not equal({"tags": ["Team:b"]}, {"tags": ["team:b"]})  # kept as they are written (seen in recordings)


def test_what_datadog_makes_up_for_a_definition_without_is_no_difference() -> None:
    """A name, and the type and query that an update keeps (seen in recordings)."""
    live = {**BASE, "name": "**load** was > 4", "tags": []}
    assert same(*KIND.comparable({"message": "m"}, live))
    assert KIND.why_replace({"message": "m"}, live) == ""
    assert not same(*KIND.comparable({"message": "other"}, live))


def test_a_message_of_nothing_is_none() -> None:
    assert equal({"message": None}, {"message": ""})


def test_locked_is_the_older_word_for_restricted_roles() -> None:
    restricted = {"restricted_roles": ["role"]}
    assert equal(restricted, {**restricted, **options(locked=True)})
    assert not equal({}, options(locked=True))
    assert equal({**restricted, **options(locked=True)}, {**restricted, **options(locked=True)})


def test_a_restriction_policy_counts_where_it_is_declared_and_has_no_order() -> None:
    one = {"bindings": [{"relation": "editor", "principals": ["role:a", "role:b"]}, {"relation": "viewer"}]}
    other = {"bindings": [{"relation": "viewer"}, {"relation": "editor", "principals": ["role:b", "role:a"]}]}
    assert equal({"restriction_policy": one}, {"restriction_policy": other})
    assert equal({}, {"restriction_policy": one})
    assert not equal({"restriction_policy": one}, {})
    assert not equal({"restriction_policy": one}, {"restriction_policy": {"bindings": []}})


def test_thresholds_by_query_pass_through() -> None:
    dynamic = options(thresholds={"critical_query": "avg:limit{*}"})
    payload = {**BASE, **dynamic, "query": 'formula("a").last("5m") > threshold', "type": "query alert"}
    assert KIND.create_body(payload) == payload
    assert same(*KIND.comparable(payload, {**payload, "id": 1}))
    changed = options(thresholds={"critical_query": "max:limit{*}"})
    assert not same(*KIND.comparable(payload, {**payload, **changed}))


@pytest.mark.parametrize("type_", ["deployments alert", "something-new alert"])
def test_a_type_of_the_future_passes_through(type_: str) -> None:
    payload = {**BASE, "type": type_}
    assert KIND.create_body(payload) == payload
    assert same(*KIND.comparable(payload, {**payload, "id": 1, "options": {}}))


def test_a_mark_of_the_version_before_is_known() -> None:
    """It took `on_missing_data: default` for nothing and an editor's zeros for something."""
    payload = {**BASE, "tags": ["b", "a"], **options(on_missing_data="default", timeout_h=0, notify_audit=False)}
    mark = revision(normal_form(payload, payload, OLDER_OPTION_DEFAULTS))
    assert mark != revision(KIND.revision_form(payload, payload))
    assert fits(mark, KIND.marked_forms(payload, payload))
    assert not fits(mark, KIND.marked_forms({**payload, "name": "other"}, payload))
