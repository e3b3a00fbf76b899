"""Status corrections of SLOs: what Datadog does to one, as public recordings show it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import ValidationError

from dd_sync.core.resource import Context
from dd_sync.kinds.slo_correction import KIND, SLOCorrection

SENT: dict[str, Any] = {
    "category": "Scheduled Maintenance",
    "description": "test correction",
    "end": 1775829016,
    "slo_id": "934d62cd701853e3abda4d16ea28c92d",
    "start": 1775818216,
    "timezone": "UTC",
}
ITEM: dict[str, Any] = {
    "type": "correction",
    "id": "b174d560-34c2-11f1-b18b-da7ad0902002",
    "attributes": {
        **SENT,
        "created_at": 1775814623,
        "modified_at": 1775814623,
        "rrule": None,
        "duration": None,
        "creator": {"data": {"type": "users", "id": "u", "attributes": {"name": "Sam"}}},
        "modifier": None,
    },
}
START, END = datetime(2027, 1, 15, 8, tzinfo=UTC), datetime(2027, 1, 15, 10, tzinfo=UTC)


def correction(**fields: Any) -> SLOCorrection:
    return SLOCorrection(**{"category": "Deployment", "slo_id": "abc", "start": START, "end": END, **fields})


def test_a_recorded_answer_equals_what_was_sent_and_holds_nothing_unknown() -> None:
    live = KIND.receive(ITEM, {"data": ITEM})
    wanted, found = KIND.comparable(SENT, live)
    assert wanted == found
    assert KIND.unknown_fields(live) == []
    assert KIND.modified_at(live) == 1775814623
    assert KIND.refers_to(live) == [("slo", SENT["slo_id"])]


def test_times_are_sent_in_seconds() -> None:
    payload = correction().render(Context("A deploy."))
    assert (payload["start"], payload["end"]) == (1_800_000_000, 1_800_007_200)
    assert payload["description"] == "A deploy."
    assert correction(start=1_800_000_000, end=1_800_007_200).render(Context("A deploy.")) == payload


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"slo_query": "env:prod"}, "give slo_id or slo_query"),
        ({"slo_id": None}, "give slo_id or slo_query"),
        ({"rrule": "FREQ=DAILY"}, "rrule and duration belong together"),
        ({"end": None}, "give end, or rrule and duration"),
        ({"rrule": "FREQ=DAILY", "duration": 60}, "give end, or rrule and duration"),
        ({"start": datetime(2027, 1, 15)}, "start needs a time zone"),
        ({"end": START}, "end must be after start"),
    ],
)
def test_what_datadog_could_not_mean_is_refused(fields: dict[str, Any], why: str) -> None:
    with pytest.raises(ValidationError, match=why):
        correction(**fields)


def test_a_correction_of_another_slo_is_a_new_one() -> None:
    live = KIND.receive(ITEM, {"data": ITEM})
    assert KIND.why_replace({**SENT, "slo_id": "other"}, live)
    assert not KIND.why_replace(SENT, live)
    assert "slo_id" not in KIND.update_body(SENT, live)


def test_what_a_definition_no_longer_says_is_taken_back() -> None:
    live = {"id": "1", **SENT, "end": None, "rrule": "FREQ=DAILY", "duration": 60}
    body = KIND.update_body(SENT, live)
    assert (body["rrule"], body["duration"], body["end"]) == (None, None, SENT["end"])
