"""Downtimes: once, again and again; and what Datadog makes of them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from dd_sync.core.identity import Identity, Marks
from dd_sync.core.references import Ref
from dd_sync.core.resource import Context
from dd_sync.kinds.downtime import KIND, Downtime

MARKS = Marks()

# As the endpoint answers (public recordings).
ONCE: dict[str, Any] = {
    "id": "865c7f20-0187-11ee-ac0a-da7ad0900002",
    "scope": "env:test",
    "monitor_identifier": {"monitor_tags": ["cat:hat"]},
    "message": "test message",
    "schedule": {"start": "2023-06-02T20:53:28.134493+00:00", "end": None},
    "notify_end_states": ["no data", "warn", "alert"],
    "notify_end_types": ["expired"],
    "display_timezone": "UTC",
    "mute_first_recovery_notification": False,
    "status": "active",
    "created": "2023-06-02T20:53:28.147387+00:00",
    "modified": "2023-06-02T20:53:28.147387+00:00",
    "canceled": None,
}
AGAIN: dict[str, Any] = {
    **ONCE,
    "display_timezone": "America/New_York",
    "schedule": {
        "timezone": "America/New_York",
        "recurrences": [{"rrule": "FREQ=DAILY;INTERVAL=1", "start": "2022-07-13T01:02:03", "duration": "1d"}],
        "current_downtime": {"start": "2023-07-10T05:02:03+00:00", "end": "2023-07-17T05:02:03+00:00"},
    },
}


def downtime(**fields: Any) -> dict[str, Any]:
    made = Downtime(**{"scope": "env:test", "monitor_identifier": {"monitor_tags": ["cat:hat"]}, **fields})
    return made.complete(Context("test message"))


def same(wanted: dict[str, Any], live: dict[str, Any]) -> bool:
    ours, theirs = KIND.comparable(wanted, live)
    return ours == theirs


def test_without_a_schedule_the_time_it_was_made_is_no_difference() -> None:
    assert same(downtime(), ONCE)
    assert same(downtime(schedule={"start": None, "end": None}), ONCE)


def test_a_start_that_is_named_counts_in_any_spelling() -> None:
    named = {"start": "2023-06-02T20:53:28.134493Z"}
    assert same(downtime(schedule=named), ONCE)
    assert not same(downtime(schedule={"start": "2023-06-03T00:00:00Z"}), ONCE)
    assert not same(downtime(schedule={"end": "2023-06-03T00:00:00Z"}), ONCE)


def test_a_schedule_that_recurs_is_compared_without_what_is_on_now() -> None:
    recurring = {
        "timezone": "America/New_York",
        "recurrences": [{"rrule": "FREQ=DAILY;INTERVAL=1", "duration": "1d", "start": "2022-07-13T01:02:03"}],
    }
    assert same(downtime(display_timezone="America/New_York", schedule=recurring), AGAIN)
    unnamed = {**recurring, "recurrences": [{"rrule": "FREQ=DAILY;INTERVAL=1", "duration": "1d"}]}
    assert same(downtime(display_timezone="America/New_York", schedule=unnamed), AGAIN)
    longer = {**recurring, "recurrences": [{**recurring["recurrences"][0], "duration": "2d"}]}  # type: ignore[dict-item]
    assert not same(downtime(display_timezone="America/New_York", schedule=longer), AGAIN)
    more = {**recurring, "recurrences": [*recurring["recurrences"], {"rrule": "FREQ=WEEKLY", "duration": "1h"}]}
    assert not same(downtime(display_timezone="America/New_York", schedule=more), AGAIN)


def test_the_order_of_states_is_chance() -> None:
    assert same(downtime(notify_end_states=["alert", "warn", "no data"]), ONCE)
    assert not same(downtime(notify_end_states=["alert"]), ONCE)


def test_a_cancelled_downtime_counts_as_gone_though_it_can_be_read() -> None:
    assert KIND.is_gone({**ONCE, "status": "canceled", "canceled": "2023-06-02T21:00:00+00:00"})
    assert not KIND.is_gone(ONCE)
    assert not KIND.is_gone({**ONCE, "status": "ended"})


def test_the_identity_is_the_last_line_of_the_message() -> None:
    identity = Identity("acme/prod/nights/quiet", "1-0123abcd")
    stamped = KIND.stamp(downtime(), identity, MARKS)
    assert stamped["message"].splitlines() == [
        "test message",
        "managed_by:ddsync ddsync_id:acme/prod/nights/quiet ddsync_rev:1-0123abcd",
    ]
    assert KIND.identity(stamped, MARKS) == identity
    assert same(downtime(), KIND.unstamp({**ONCE, "message": stamped["message"]}, MARKS))


def test_all_monitors_are_meant_unless_it_says_which() -> None:
    assert Downtime(scope="*").complete(Context(""))["monitor_identifier"] == {"monitor_tags": ["*"]}


def test_it_may_be_about_one_monitor_of_the_project() -> None:
    payload = downtime(monitor_identifier={"monitor_id": Ref("monitor", "service/error-rate/cart/prod")})
    assert payload["monitor_identifier"] == {"monitor_id": "${monitor:service/error-rate/cart/prod}"}
    assert KIND.refers_to({"monitor_identifier": {"monitor_id": 12}}) == [("monitor", 12)]
    assert KIND.refers_to(ONCE) == []


def test_an_update_sends_as_usual_what_the_definition_lacks() -> None:
    body = KIND.update_body({"scope": "env:test"}, {**AGAIN, "mute_first_recovery_notification": True})
    assert body["schedule"] == {"start": None, "end": None}
    assert body["mute_first_recovery_notification"] is False
    assert body["display_timezone"] == "UTC"


@pytest.mark.parametrize(
    ("payload", "title"),
    [
        ({"scope": "env:test", "message": "Nights.\nMore."}, "env:test: Nights."),
        ({"scope": "env:test", "message": None}, "env:test"),
        ({}, "*"),
    ],
)
def test_people_know_it_by_its_scope_and_its_first_line(payload: dict[str, Any], title: str) -> None:
    assert KIND.title(payload) == title


def test_a_start_to_the_minute_is_one_with_seconds() -> None:
    def starts(text: str) -> dict[str, Any]:
        rule = {"rrule": "FREQ=DAILY", "duration": "2h", "start": text}
        return downtime(schedule={"timezone": "Europe/Paris", "recurrences": [rule]})

    assert same(starts("2037-01-02T23:59"), starts("2037-01-02T23:59:00"))
    assert not same(starts("2037-01-02T23:59"), starts("2037-01-02T23:58:00"))


def test_a_schedule_that_is_as_it_was_is_not_sent_again() -> None:
    begun = {**ONCE, "schedule": {"start": "2023-06-02T20:00:00+00:00", "end": "2099-06-03T20:00:00+00:00"}}
    as_it_was = downtime(schedule={"start": "2023-06-02T20:00Z", "end": "2099-06-03T20:00:00Z"})
    assert "schedule" not in KIND.update_body({**as_it_was, "message": "other"}, begun)
    assert "schedule" not in KIND.update_body(downtime(message="other"), ONCE)
    longer = downtime(schedule={"start": "2023-06-02T20:00Z", "end": "2099-06-04T20:00:00Z"})
    assert KIND.update_body(longer, begun)["schedule"] == {"end": "2099-06-04T20:00:00Z"}
    waiting = {**begun, "status": "scheduled"}
    assert KIND.update_body(longer, waiting)["schedule"] == longer["schedule"]


NOW = datetime(2026, 12, 1, tzinfo=UTC).timestamp()


def once(start: str | None, end: str | None) -> dict[str, Any]:
    return downtime(schedule={name: value for name, value in (("start", start), ("end", end)) if value})


@pytest.mark.parametrize(
    ("wanted", "live", "told"),
    [
        (once(None, "2026-11-30T00:00Z"), None, "take the definition out"),
        (once(None, "2026-11-30T00:00Z"), ONCE, "take the definition out"),
        (once("2026-11-30T00:00Z", "2026-12-05T00:00Z"), None, "leave start out"),
        (once("2026-11-30T00:00Z", "2026-12-05T00:00Z"), once("2026-11-30T00:00:00+00:00", None), ""),
        (once("2026-11-29T00:00Z", None), once("2026-11-30T00:00:00+00:00", None), "leave start out"),
        (once("2026-12-02T00:00Z", "2026-12-05T00:00Z"), None, ""),
        (downtime(), ONCE, ""),
        (downtime(schedule={"recurrences": [{"rrule": "FREQ=DAILY;UNTIL=20260101"}]}), ONCE, "take the definition out"),
        (downtime(schedule={"recurrences": [{"rrule": "FREQ=DAILY;UNTIL=20270101T000000Z"}]}), None, ""),
        (downtime(schedule={"recurrences": [{"rrule": "FREQ=DAILY", "start": "2022-01-01T00:00"}]}), None, ""),
    ],
)
def test_what_has_begun_or_ended_is_told_with_what_to_do(
    wanted: dict[str, Any], live: dict[str, Any] | None, told: str
) -> None:
    found = KIND.over(wanted, live, NOW)
    assert told in found if told else found == ""
