"""What a request passes before an endpoint sees it: keys, rate limits, and paths that do not exist."""

from __future__ import annotations

import time
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dd_sync.emulator import Emulator
from dd_sync.emulator.limits import Limits, bucket
from tests.emulator.asking import KEYS, ask
from tests.emulator.bodies import dashboard, monitor, slo

LIMIT_HEADERS = {f"x-ratelimit-{name}" for name in ("limit", "period", "remaining", "reset", "name")}


# Keys


def test_any_keys_are_good_unless_some_are_named(emulator: Emulator) -> None:
    assert ask(emulator, "GET", "/api/v1/monitor").status == 200


@pytest.mark.parametrize("missing", KEYS)
def test_a_missing_key_is_unauthorized(emulator: Emulator, missing: str) -> None:
    headers = {name: key for name, key in KEYS.items() if name != missing}
    answered = ask(emulator, "GET", "/api/v1/monitor", headers=headers)
    assert answered.pair() == (401, {"errors": ["Unauthorized"]})


@pytest.mark.parametrize("wrong", [{"api_keys": {"other"}}, {"app_keys": {"other"}}])
def test_a_wrong_key_is_forbidden(wrong: dict[str, set[str]]) -> None:
    emulator = Emulator(api_keys=wrong.get("api_keys"), app_keys=wrong.get("app_keys"))
    assert ask(emulator, "GET", "/api/v1/monitor").pair() == (403, {"errors": ["Forbidden"]})


def test_a_read_only_key_reads_and_does_not_write() -> None:
    emulator = Emulator(read_only_app_keys={"key"})
    assert ask(emulator, "GET", "/api/v1/monitor").status == 200
    assert ask(emulator, "POST", "/api/v1/monitor", monitor()).status == 403
    assert emulator.objects("monitor") == []


def test_validating_a_key_needs_no_application_key(emulator: Emulator) -> None:
    only_api = {"DD-API-KEY": "key"}
    assert ask(emulator, "GET", "/api/v1/validate", headers=only_api).pair() == (200, {"valid": True})
    assert ask(emulator, "GET", "/api/v2/validate", headers=only_api).status == 200
    assert ask(emulator, "GET", "/api/v1/validate", headers={}).pair() == (403, {"errors": ["Forbidden"]})
    assert ask(emulator, "GET", "/api/v2/validate_keys", headers=only_api).status == 401
    assert ask(emulator, "GET", "/api/v2/validate_keys").status == 200


# Rate limits


def test_every_answer_says_how_much_room_is_left(emulator: Emulator) -> None:
    for method, path in (("GET", "/api/v1/monitor"), ("GET", "/api/v1/slo/abc"), ("POST", "/api/v1/dashboard")):
        assert ask(emulator, method, path).headers.keys() >= LIMIT_HEADERS


def test_over_the_limit_requests_are_refused_and_not_carried_out() -> None:
    emulator = Emulator(rate_limit=2)
    emulator.limits.period = 10_000_000  # one window for the whole test
    statuses = [ask(emulator, "POST", "/api/v1/monitor", monitor(name=f"m{number}")).status for number in range(3)]
    assert statuses == [200, 200, 429]
    assert len(emulator.objects("monitor")) == 2


def test_each_family_of_endpoints_has_a_limit_of_its_own() -> None:
    emulator = Emulator(rate_limit=1)
    emulator.limits.period = 10_000_000
    assert ask(emulator, "GET", "/api/v1/monitor").status == 200
    assert ask(emulator, "GET", "/api/v1/slo").status == 200
    assert ask(emulator, "GET", "/api/v1/monitor/search").status == 429


@given(st.lists(st.floats(0, 20), min_size=1, max_size=60).map(sorted), st.integers(1, 5), st.integers(1, 10))
def test_no_window_ever_lets_more_than_its_limit_pass(times: list[float], limit: int, period: int) -> None:
    limits = Limits(limit, period)
    passed: dict[int, int] = {}
    for now in times:
        passes, headers = limits.count("monitor", now)
        window = int(now // period)
        passed[window] = passed.get(window, 0) + passes
        assert int(headers["X-RateLimit-Remaining"]) == limit - passed[window]
        assert 1 <= int(headers["X-RateLimit-Reset"]) <= period
    assert max(passed.values()) <= limit


def test_the_bucket_is_the_family_of_the_path() -> None:
    assert {bucket("/api/v1/slo/correction/1"), bucket("/api/v1/slo")} == {"slo"}
    assert bucket("/") == "other"


# Paths and bodies


def test_unknown_paths_and_methods_are_told_apart(emulator: Emulator) -> None:
    assert ask(emulator, "GET", "/api/v1/weather").status == 404
    assert ask(emulator, "PATCH", "/api/v1/monitor/1").status == 405


def test_a_body_that_is_not_json_is_refused(emulator: Emulator) -> None:
    assert ask(emulator, "POST", "/api/v1/monitor", b"{").status == 400


def test_every_request_is_noted_with_its_status(emulator: Emulator) -> None:
    ask(emulator, "GET", "/api/v1/monitor", query={"page": 0})
    ask(emulator, "GET", "/api/v1/slo/abc")
    assert emulator.calls == [("GET", "/api/v1/monitor", 200), ("GET", "/api/v1/slo/abc", 404)]
    emulator.calls.clear()
    assert emulator.calls == []


def test_old_requests_are_forgotten_before_they_fill_the_memory(
    emulator: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dd_sync.emulator.emulator._REMEMBERED", 3)
    for number in range(10):
        emulator.saw("GET", f"/{number}", 200)
    assert [seen.path for seen in emulator.calls] == ["/6", "/7", "/8", "/9"]


def test_every_answer_takes_its_latency() -> None:
    emulator = Emulator(latency_ms=30)
    began = time.monotonic()
    ask(emulator, "GET", "/api/v1/monitor")
    assert time.monotonic() - began >= 0.03


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
_ENDPOINTS = {"/api/v1/monitor": monitor(), "/api/v1/dashboard": dashboard(), "/api/v1/slo": slo()}


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_whatever_is_sent_is_answered(data: st.DataObject) -> None:
    path = data.draw(st.sampled_from(sorted(_ENDPOINTS)))
    good = _ENDPOINTS[path]
    extra = ["options", "tags", "monitor_ids", "template_variables", "tabs", "sli_specification", "notify_list"]
    changed = data.draw(st.dictionaries(st.sampled_from([*good, *extra]), _json, max_size=2))
    body = data.draw(st.sampled_from([good | changed, changed, list(changed)]))
    assert ask(Emulator(), "POST", path, body).status in (200, 400)


# Permissions


def test_a_scoped_key_does_what_its_scopes_allow_and_nothing_else() -> None:
    emulator = Emulator(app_key_scopes={"key": ["monitors_read"]})
    assert ask(emulator, "GET", "/api/v1/monitor").status == 200
    assert ask(emulator, "GET", "/api/v1/slo").pair() == (
        403,
        {"errors": ["Forbidden", "Failed permission authorization checks"]},
    )
    assert ask(emulator, "POST", "/api/v1/monitor", monitor()).status == 403
    assert ask(emulator, "POST", "/api/v1/monitor/validate", monitor()).status == 200
    assert emulator.objects("monitor") == []


def test_a_key_without_scopes_has_what_its_user_has() -> None:
    emulator = Emulator(user_permissions=["dashboards_read"])
    assert ask(emulator, "GET", "/api/v1/dashboard").status == 200
    assert ask(emulator, "POST", "/api/v1/dashboard", dashboard()).status == 403
    told = ask(emulator, "GET", "/api/v2/current_user").body
    assert [one["attributes"]["name"] for one in told["included"]] == ["dashboards_read"]


def test_scopes_allow_nothing_that_the_user_may_not() -> None:
    emulator = Emulator(app_key_scopes={"key": ["slos_read", "slos_write"]}, user_permissions=["slos_read"])
    assert ask(emulator, "GET", "/api/v1/slo").status == 200
    assert ask(emulator, "POST", "/api/v1/slo", slo()).status == 403


def test_scoped_keys_are_listed_by_their_last_characters_a_page_at_a_time() -> None:
    scopes = {f"key-{number:04}": ["user_app_keys"] for number in range(12)}
    emulator = Emulator(app_key_scopes={**scopes, "key": ["user_app_keys"]})
    path = "/api/v2/current_user/application_keys"
    first = ask(emulator, "GET", path, query={"page[size]": 10, "page[number]": 0}).body
    rest = ask(emulator, "GET", path, query={"page[size]": 10, "page[number]": 1}).body
    assert (len(first["data"]), len(rest["data"])) == (10, 3)
    assert first["meta"]["page"]["total_filtered_count"] == 13
    assert {"0000", "0011"} <= {one["attributes"]["last4"] for one in first["data"] + rest["data"]}


def test_every_answer_says_what_time_it_is(emulator: Emulator) -> None:
    emulator.world.clock = lambda: datetime(2026, 1, 31, 12, 0, tzinfo=UTC)
    for path in ("/api/v1/validate", "/api/v1/weather"):
        assert ask(emulator, "GET", path).headers["date"] == "Sat, 31 Jan 2026 12:00:00 GMT"
