"""Downtimes as public recordings of the endpoint show them."""

from __future__ import annotations

from typing import Any

import pytest

from dd_sync.emulator import Emulator
from tests.emulator.asking import ask

PATH = "/api/v2/downtime"
DOWNTIME: dict[str, Any] = {
    "message": "test message",
    "monitor_identifier": {"monitor_tags": ["cat:hat"]},
    "schedule": {"start": None},
    "scope": "test:a",
}


def document(id: str | None = None, **attributes: Any) -> dict[str, Any]:
    return {"data": {"type": "downtime", **({"id": id} if id else {}), "attributes": attributes}}


def create(emulator: Emulator, **changes: Any) -> dict[str, Any]:
    answered = ask(emulator, "POST", PATH, document(**{**DOWNTIME, **changes}))
    assert answered.status == 200, answered.body
    return {"id": answered.body["data"]["id"], **answered.body["data"]["attributes"]}


def read(emulator: Emulator, id: str) -> dict[str, Any]:
    found: dict[str, Any] = ask(emulator, "GET", f"{PATH}/{id}").body["data"]["attributes"]
    return found


def test_what_a_create_leaves_out_comes_back_filled_in(emulator: Emulator) -> None:
    made = create(emulator)
    assert made["schedule"] == {"start": made["schedule"]["start"], "end": None}
    assert made["schedule"]["start"][:4] >= "2020"
    assert (made["status"], made["canceled"], made["display_timezone"]) == ("active", None, "UTC")
    assert sorted(made["notify_end_states"]) == ["alert", "no data", "warn"]
    assert made["notify_end_types"] == ["expired"]
    assert made["mute_first_recovery_notification"] is False


def test_states_come_in_any_order(emulator: Emulator) -> None:
    id = create(emulator)["id"]
    assert len({tuple(read(emulator, id)["notify_end_states"]) for _ in range(30)}) > 1


def test_recurrences_keep_what_they_say_and_get_a_start(emulator: Emulator) -> None:
    recurrence = {"rrule": "FREQ=DAILY;INTERVAL=1", "duration": "1d", "start": "2022-07-13T01:02:03"}
    made = create(emulator, schedule={"timezone": "Europe/Berlin", "recurrences": [recurrence]})
    assert made["schedule"] == {"timezone": "Europe/Berlin", "recurrences": [recurrence]}
    made = create(emulator, schedule={"recurrences": [{"rrule": "FREQ=DAILY", "duration": "1h"}]})
    assert made["schedule"]["timezone"] == "UTC"
    assert len(made["schedule"]["recurrences"][0]["start"]) == len("2022-07-13T01:02:03")


def test_a_patch_keeps_what_it_does_not_name(emulator: Emulator) -> None:
    made = create(emulator)
    ask(emulator, "PATCH", f"{PATH}/{made['id']}", document(made["id"], message="light speed"))
    found = read(emulator, made["id"])
    assert (found["message"], found["scope"], found["schedule"]) == ("light speed", "test:a", made["schedule"])


def test_a_schedule_can_be_taken_away(emulator: Emulator) -> None:
    made = create(emulator, schedule={"recurrences": [{"rrule": "FREQ=DAILY", "duration": "1h"}]})
    ask(emulator, "PATCH", f"{PATH}/{made['id']}", document(made["id"], schedule={"start": None, "end": None}))
    assert set(read(emulator, made["id"])["schedule"]) == {"start", "end"}


def test_a_delete_cancels_and_the_downtime_stays_readable(emulator: Emulator) -> None:
    id = create(emulator)["id"]
    for _ in range(2):
        assert ask(emulator, "DELETE", f"{PATH}/{id}").pair() == (204, None)
    assert read(emulator, id)["status"] == "canceled"
    assert ask(emulator, "PATCH", f"{PATH}/{id}", document(id, message="x")).status == 404
    assert ask(emulator, "GET", PATH, query={"current_only": "true"}).body["data"] == []


def test_a_list_counts_all_and_gives_pages(emulator: Emulator) -> None:
    ids = [create(emulator, scope=f"test:{n}")["id"] for n in range(5)]
    answered = ask(emulator, "GET", PATH, query={"page[offset]": 2, "page[limit]": 2}).body
    assert [one["id"] for one in answered["data"]] == ids[2:4]
    assert answered["meta"]["page"]["total_filtered_count"] == 5


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"scope": "BAD_SCOPE_MISSING_KEY_VALUE_FORMAT"}, "All values must have a key"),
        ({"scope": None}, "'scope' is a required property"),
        ({"monitor_identifier": None}, "'monitor_identifier' is a required property"),
        ({"schedule": []}, "'schedule' should be object"),
        ({"schedule": {"end": "2020-01-02T22:00:00Z"}}, "Downtime cannot be scheduled in the past"),
        ({"schedule": {"start": "2020-01-02T22:00:00Z"}}, "Downtime cannot be scheduled in the past"),
    ],
)
def test_what_no_downtime_can_be_is_refused(emulator: Emulator, changes: dict[str, Any], said: str) -> None:
    answered = ask(emulator, "POST", PATH, document(**{**DOWNTIME, **changes}))
    assert answered.status == 400
    assert said in answered.body["errors"][0]


def test_an_unknown_one_is_not_found(emulator: Emulator) -> None:
    for method in ("GET", "DELETE"):
        assert ask(emulator, method, f"{PATH}/x").pair() == (404, {"errors": ["Downtime not found"]})
