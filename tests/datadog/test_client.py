"""Which call is repeated, how long, and what its failure means."""

from __future__ import annotations

from typing import Any

import pytest

from dd_sync.core.errors import DatadogError, Forbidden, NotFound, Overloaded, Rejected, Uncertain, Unreachable
from dd_sync.datadog.client import BUDGET_SECONDS, HASTE_SECONDS, REACH_SECONDS, Client
from dd_sync.datadog.transport import NoAnswer, Request, Response
from dd_sync.kinds.dashboard import KIND as DASHBOARD
from dd_sync.kinds.monitor import KIND as MONITOR
from dd_sync.kinds.monitor import MonitorKind
from dd_sync.kinds.slo import KIND as SLO
from dd_sync.kinds.slo import SLOKind
from dd_sync.kinds.synthetics_test import KIND as TEST
from tests.datadog.scripted import LOST, UNREACHED, Scripted, Step, answer, refusal

ONE = {"id": 1, "name": "one", "tags": ["managed_by:ddsync", "ddsync_id:acme/prod/a/one"]}
PASSING = [408, 429, 500, 501, 502, 503, 504, 507, 512, 520, 521, 522, 524, 530]
UNREADABLE: list[Step] = [
    LOST,
    Response(200, {}, b"<html>one moment</html>"),
    Response(200, {}, b'{"id": 1, "na'),
    Response(200, {}, b""),
    Response(200, {}, b"[" * 100_000),
    answer({"status": "ok"}),
    answer([]),
]


def client(*steps: Step, budget: float | None = None) -> tuple[Client, Scripted]:
    script = Scripted(list(steps))
    return Client(script, script.clock, budget=budget), script


# What is repeated


@pytest.mark.parametrize("status", PASSING)
@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_reads_replacements_and_deletes_are_repeated_until_answered(status: int, method: str) -> None:
    asking, script = client(refusal(status), refusal(status), answer(ONE))
    assert asking.call(method, "/api/v1/monitor/1", body={}) == ONE
    assert script.methods == [method] * 3
    assert script.clock.now() > 0.5


@pytest.mark.parametrize("status", [status for status in PASSING if status != 429])
def test_a_create_is_sent_once_and_its_outcome_left_open(status: int) -> None:
    asking, script = client(refusal(status), answer(ONE))
    with pytest.raises(Uncertain, match=str(status)):
        asking.create(MONITOR, {"name": "one"})
    assert script.methods == ["POST"]


@pytest.mark.parametrize("step", UNREADABLE)
def test_a_create_whose_answer_cannot_be_read_is_uncertain(step: Step) -> None:
    asking, script = client(step, answer(ONE))
    with pytest.raises(Uncertain):
        asking.create(MONITOR, {"name": "one"})
    assert script.methods == ["POST"]


@pytest.mark.parametrize("step", UNREADABLE)
def test_a_read_whose_answer_cannot_be_read_is_repeated(step: Step) -> None:
    asking, script = client(step, step, answer(ONE))
    assert asking.read(MONITOR, 1) == ONE
    assert len(script.asked) == 3


def test_a_create_that_was_refused_for_its_rate_is_sent_again() -> None:
    asking, script = client(refusal(429, x_ratelimit_reset="4"), answer(ONE))
    assert asking.create(MONITOR, {"name": "one"}) == ONE
    assert len(script.asked) == 2
    assert script.clock.now() >= 4


def test_a_create_that_never_left_is_sent_again() -> None:
    asking, script = client(UNREACHED, UNREACHED, answer(ONE))
    assert asking.create(MONITOR, {"name": "one"}) == ONE
    assert len(script.asked) == 3


def test_an_answer_about_another_object_is_not_believed() -> None:
    asking, script = client(answer({**ONE, "id": 2}), answer(ONE))
    assert asking.read(MONITOR, 1) == ONE
    assert len(script.asked) == 2


def test_a_number_and_its_text_are_one_id() -> None:
    asking, _ = client(answer(ONE))
    assert asking.read(MONITOR, "1") == ONE


# How long


@pytest.mark.parametrize("step", [refusal(503), LOST, Response(200, {}, b"<html>")])
def test_trouble_that_stays_ends_within_the_budget(step: Step) -> None:
    asking, script = client(step)
    with pytest.raises((Overloaded, Unreachable)):
        asking.read(MONITOR, 1)
    assert 60 < script.clock.now() <= BUDGET_SECONDS
    assert 6 < len(script.asked) < 20


def test_a_host_that_nothing_reaches_is_given_up_sooner() -> None:
    asking, script = client(UNREACHED)
    with pytest.raises(Unreachable, match="refused"):
        asking.read(MONITOR, 1)
    assert script.clock.now() <= REACH_SECONDS


def test_pauses_grow() -> None:
    asking, script = client(refusal(500))
    with pytest.raises(Overloaded):
        asking.read(MONITOR, 1)
    pauses = [later - earlier for earlier, later in zip(script.times, script.times[1:], strict=False)]
    assert pauses[0] <= 0.5
    assert 5 < max(pauses) <= 15
    assert pauses[3] > pauses[0]


def test_a_run_that_is_told_to_stop_gives_up_early() -> None:
    asking, script = client(refusal(500))
    asking.hasten()
    with pytest.raises(Overloaded):
        asking.read(MONITOR, 1)
    assert script.clock.now() <= HASTE_SECONDS


def test_a_sleep_ends_when_the_run_is_told_to_stop_meanwhile() -> None:
    asking, script = client(refusal(429, retry_after="80"), answer(ONE))
    sleep = script.clock.sleep

    def noticing(seconds: float) -> None:
        sleep(seconds)
        asking.hasten()

    script.clock.sleep = noticing  # type: ignore[method-assign]
    asking.read(MONITOR, 1)
    assert script.clock.now() < 10


@pytest.mark.parametrize("name", ["x-ratelimit-reset", "retry-after"])
def test_the_wait_that_datadog_names_is_kept(name: str) -> None:
    asking, script = client(answer({}, 429, {name: "12"}), answer(ONE))
    asking.read(MONITOR, 1)
    assert 12 <= script.clock.now() < 13


@pytest.mark.parametrize("named", ["Wed, 21 Oct 2015 07:28:00 GMT", "soon", "nan", "inf", "-5", ""])
def test_a_wait_that_cannot_be_read_is_our_own(named: str) -> None:
    asking, script = client(answer({}, 429, {"retry-after": named, "x-ratelimit-reset": named}), answer(ONE))
    asking.read(MONITOR, 1)
    assert 0 < script.clock.now() <= 0.5


def test_a_wait_beyond_the_budget_is_not_begun() -> None:
    asking, script = client(refusal(429, x_ratelimit_reset="3600"), answer(ONE))
    with pytest.raises(Overloaded, match="rate limit"):
        asking.read(MONITOR, 1)
    assert script.clock.now() < 1


def test_a_limit_that_is_used_up_for_an_hour_is_said_and_not_slept_through() -> None:
    used = {"x-ratelimit-limit": "9", "x-ratelimit-period": "3600", "x-ratelimit-remaining": "0"}
    asking, script = client(answer(ONE, headers={**used, "x-ratelimit-reset": "3000"}))
    asking.read(MONITOR, 1)
    with pytest.raises(Overloaded, match="used up for another 3000 s"):
        asking.read(MONITOR, 1)
    assert len(script.asked) == 1


# What a refusal means


@pytest.mark.parametrize("status", [400, 402, 405, 409, 413, 422])
@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE"])
def test_a_refusal_is_told_in_datadogs_words_and_not_repeated(status: int, method: str) -> None:
    asking, script = client(refusal(status, "first", "second"))
    with pytest.raises(Rejected) as raised:
        asking.call(method, "/api/v1/monitor", body={})
    assert raised.value.message == f"{status} from Datadog: first; second"
    assert len(script.asked) == 1


@pytest.mark.parametrize("status", [401, 403])
def test_keys_that_are_refused_are_an_error_of_their_own(status: int) -> None:
    asking, _ = client(refusal(status, "Forbidden"))
    with pytest.raises(Forbidden) as raised:
        asking.read(MONITOR, 1)
    assert "ddsync doctor" in raised.value.hint


def test_what_is_not_there_is_not_found() -> None:
    with pytest.raises(NotFound):
        client(refusal(404, "Monitor not found"))[0].read(MONITOR, 1)


def test_a_refusal_that_is_no_json_is_told_as_it_came() -> None:
    asking, _ = client(Response(413, {}, b"too large"))
    with pytest.raises(Rejected, match="413 from Datadog: too large"):
        asking.create(MONITOR, {})


def test_a_redirect_is_not_followed() -> None:
    asking, script = client(Response(302, {"location": "https://elsewhere"}, b""))
    with pytest.raises(Unreachable, match="a redirect"):
        asking.read(MONITOR, 1)
    assert len(script.asked) == 1


def test_deleting_what_is_gone_is_done() -> None:
    asking, script = client(refusal(502), refusal(404, "Monitor not found"))
    asking.delete(MONITOR, 1)
    assert script.methods == ["DELETE", "DELETE"]


# Bodies are made right before each try


def test_the_body_of_an_update_is_made_anew_for_every_try() -> None:
    asking, script = client(refusal(503), LOST, answer(ONE))
    made = iter(({"name": "a"}, {"name": "b"}, {"name": "c"}))
    asking.update(MONITOR, 1, lambda: next(made))
    assert [request.body["name"] for request in script.asked] == ["a", "b", "c"]


def test_what_making_a_body_raises_ends_the_update() -> None:
    asking, script = client(answer(ONE))

    def body() -> dict[str, Any]:
        raise KeyError("moved")

    with pytest.raises(KeyError, match="moved"):
        asking.update(MONITOR, 1, body)
    assert script.asked == []


def test_an_update_takes_a_plain_body_too() -> None:
    asking, script = client(refusal(503), answer(ONE))
    assert asking.update(MONITOR, 1, {"name": "a"}) == ONE
    assert [request.body for request in script.asked] == [{"name": "a"}] * 2


def test_a_delete_looks_before_every_try() -> None:
    asking, script = client(refusal(503), answer({"deleted_monitor_id": 1}))
    looked: list[int] = []
    asking.delete(MONITOR, 1, lambda: looked.append(len(script.asked)))
    assert looked == [0, 1]


# Lists


class Short(MonitorKind):
    """Monitors, two to a page."""

    endpoint = MonitorKind.endpoint._replace(page_size=2)


class ShortSLO(SLOKind):
    """SLOs, two to a page."""

    endpoint = SLOKind.endpoint._replace(page_size=2)


def monitors(*ids: int) -> Response:
    return answer([{"id": one} for one in ids])


def slos(*ids: int, total: int) -> Response:
    page = {"total_count": total, "total_filtered_count": total}
    return answer({"data": [{"id": str(one)} for one in ids], "metadata": {"page": page}})


def ids_of(asking: Client, kind: Any, tag: str = "") -> list[Any]:
    return [one["id"] for one in asking.list_objects(kind, tag)]


def test_pages_are_read_until_one_is_short() -> None:
    asking, script = client(monitors(1, 2), monitors(3, 4), monitors(5))
    assert ids_of(asking, Short()) == [1, 2, 3, 4, 5]
    assert [request.parameters["page"] for request in script.asked] == ["0", "1", "2"]


def test_an_offset_counts_objects_where_the_endpoint_counts_them() -> None:
    asking, script = client(slos(1, 2, total=3), slos(3, total=3))
    assert ids_of(asking, ShortSLO()) == ["1", "2", "3"]
    assert [request.parameters["offset"] for request in script.asked] == ["0", "2"]


def test_the_filter_by_tag_is_left_to_datadog_where_it_can() -> None:
    asking, script = client(monitors(1))
    ids_of(asking, Short(), "managed_by:ddsync")
    assert script.asked[0].parameters["monitor_tags"] == "managed_by:ddsync"
    asking, script = client(answer({"dashboards": [{"id": "a"}]}))
    ids_of(asking, DASHBOARD, "managed_by:ddsync")
    assert set(script.asked[0].parameters) == {"count", "start"}


def test_an_object_on_two_pages_is_counted_once() -> None:
    asking, _ = client(monitors(1, 2), monitors(2, 3), monitors(4))
    assert ids_of(asking, Short()) == [1, 2, 3, 4]


def test_a_page_that_came_twice_is_read_again() -> None:
    asking, script = client(monitors(1, 2), monitors(1, 2), monitors(3))
    assert ids_of(asking, Short()) == [1, 2, 3]
    assert [request.parameters["page"] for request in script.asked] == ["0", "1", "1"]


def test_a_page_that_keeps_coming_is_an_error_rather_than_the_end() -> None:
    asking, _ = client(monitors(1, 2))
    with pytest.raises(DatadogError, match="page 2 of the list of monitors repeats"):
        ids_of(asking, Short())


def test_an_empty_page_after_a_full_one_is_read_again() -> None:
    asking, _ = client(monitors(1, 2), monitors(), monitors(3))
    assert ids_of(asking, Short()) == [1, 2, 3]


def test_a_list_that_ends_with_a_full_page_ends() -> None:
    asking, script = client(monitors(1, 2), monitors())
    assert ids_of(asking, Short()) == [1, 2]
    assert script.clock.now() > 0, "a page may be lost for a while"


def test_who_has_other_ways_to_notice_a_lost_page_does_not_wait_for_one() -> None:
    asking, script = client(monitors(1, 2), monitors())
    assert [one["id"] for one in asking.list_objects(Short(), patient=False)] == [1, 2]
    assert [request.parameters["page"] for request in script.asked] == ["0", "1", "1"]
    assert script.clock.now() == 0
    asking, _ = client(monitors(1, 2), monitors(), monitors(3))
    assert [one["id"] for one in asking.list_objects(Short(), patient=False)] == [1, 2, 3]


def test_a_list_shorter_than_it_says_is_read_again() -> None:
    asking, script = client(slos(1, total=2), slos(1, 2, total=2), slos(total=2))
    assert ids_of(asking, ShortSLO()) == ["1", "2"]
    assert script.clock.now() > 0


def test_a_count_that_never_fits_is_not_insisted_on() -> None:
    asking, _ = client(slos(1, total=9))
    assert ids_of(asking, ShortSLO()) == ["1"]


def test_an_endpoint_that_gives_everything_at_once_is_read_once() -> None:
    asking, script = client(monitors(1, 2, 3, 4, 5))
    assert ids_of(asking, Short()) == [1, 2, 3, 4, 5]
    assert len(script.asked) == 1


@pytest.mark.parametrize("wrong", [answer({"status": "ok"}), answer([1, 2]), answer([{"name": "x"}]), answer("text")])
def test_what_is_no_list_is_asked_for_again_and_then_an_error(wrong: Response) -> None:
    assert ids_of(client(wrong, monitors(1))[0], Short()) == [1]
    with pytest.raises(Unreachable, match="no form that ddsync knows"):
        ids_of(client(wrong)[0], Short())


def test_an_object_is_found_by_its_whole_address() -> None:
    near = {**ONE, "id": 2, "tags": ["managed_by:ddsync", "ddsync_id:acme/prod/a/one-more"]}
    asking, _ = client(answer([ONE, near]))
    assert [one["id"] for one in asking.find(MONITOR, "acme/prod/a/one")] == [1]


def test_what_carries_no_address_is_not_marked() -> None:
    asking, _ = client(answer([ONE, {"id": 2, "tags": ["managed_by:ddsync"]}, {"id": 3, "tags": []}]))
    assert [one["id"] for one in asking.list_marked(MONITOR)] == [1]


# Objects inside answers


def test_an_slo_is_taken_out_of_its_wrapping() -> None:
    slo = {"id": "a", "name": "x"}
    assert client(answer({"data": slo}))[0].read(SLO, "a") == slo
    assert client(answer({"data": [slo], "error": None}))[0].create(SLO, {}) == slo


def test_overload_narrows_what_is_under_way() -> None:
    steps: list[Step] = [refusal(503), answer(ONE)]
    asking, _ = client(*steps)
    before = asking._turns.width.places
    asking.read(MONITOR, 1)
    assert asking._turns.width.places < before


def test_requests_say_what_is_asked() -> None:
    asking, script = client(answer(ONE))
    asking.read(MONITOR, 1)
    parameters = {"with_assets": "true", "with_downtimes": "true"}
    assert script.asked == [Request("GET", "/api/v1/monitor/1", parameters, None)]


def test_an_answer_that_never_comes_names_the_call() -> None:
    asking, _ = client(NoAnswer("no answer in time", sent=True))
    with pytest.raises(Unreachable, match="GET /api/v1/monitor/1: no answer in time"):
        asking.read(MONITOR, 1)


# An operation may be repeated for what it does, not for the method it takes


@pytest.mark.parametrize("step", [LOST, refusal(503), *UNREADABLE[1:3]])
def test_a_delete_by_post_is_repeated_and_lists_the_object(step: Step) -> None:
    asking, script = client(step, answer({"deleted_tests": []}))
    looks: list[int] = []
    asking.delete(TEST, "abc-def-ghi", lambda: looks.append(1))
    assert [(one.method, one.path) for one in script.asked] == [("POST", "/api/v1/synthetics/tests/delete")] * 2
    assert script.asked[-1].body == {"public_ids": ["abc-def-ghi"]}
    assert len(looks) == 2


def test_a_delete_by_post_that_finds_nothing_is_done() -> None:
    asking, _ = client(LOST, refusal(404))
    asking.delete(TEST, "abc-def-ghi")


def test_an_update_by_post_is_repeated_and_a_create_of_the_same_kind_is_not() -> None:
    posting = MonitorKind()
    posting.endpoint = MONITOR.endpoint._replace(update_method="POST")  # type: ignore[misc]
    asking, script = client(LOST, refusal(502), answer(ONE))
    assert asking.update(posting, 1, {"name": "one"}) == ONE
    assert [(one.method, one.path) for one in script.asked] == [("POST", "/api/v1/monitor/1")] * 3
    asking, script = client(LOST, answer(ONE))
    with pytest.raises(Uncertain):
        asking.create(posting, {"name": "one"})


def test_a_list_stands_at_its_own_path_and_what_else_it_holds_is_left_out() -> None:
    tests = [{"public_id": "a", "type": "api"}, {"public_id": "b", "type": "browser"}]
    asking, script = client(answer({"tests": tests, "total": 2}))
    assert [TEST.object_id(one) for one in asking.list_objects(TEST)] == ["a"]
    assert [one.path for one in script.asked] == ["/api/v1/synthetics/tests"]


def test_a_list_counts_its_objects_where_its_endpoint_says() -> None:
    one, two = ({"public_id": name, "type": "api"} for name in "ab")
    asking, _ = client(answer({"tests": [one], "total": 2}), answer({"tests": [one, two], "total": 2}))
    assert [TEST.object_id(one) for one in asking.list_objects(TEST)] == ["a", "b"]
