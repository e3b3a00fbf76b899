"""What is learned of keys and the line to Datadog, from answers as they come: none, odd, or contradictory."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from email.utils import formatdate
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dd_sync.datadog.checkup import KEYS, USER, VALIDATE, KeyFacts, Listening, Room, key_facts
from dd_sync.datadog.client import Client
from dd_sync.datadog.clock import RealClock
from dd_sync.datadog.transport import Request, Response
from dd_sync.kinds.permissions import kinds_used

APP_KEY = "fedcba9876543210fedcba9876543210fedcba98"


class Told:
    """Answers by path; what is not named is allowed and empty."""

    def __init__(self, answers: Mapping[str, tuple[int, Any]]) -> None:
        self.answers = answers
        self.asked: list[Request] = []

    def __call__(self, request: Request) -> Response:
        self.asked.append(request)
        status, body = self.answers.get(request.path, (200, {}))
        return Response(status, {}, json.dumps(body).encode())

    def facts(self) -> KeyFacts:
        return key_facts(Client(self, RealClock()), APP_KEY, kinds_used(), 1_000_000.0)


def listed(*keys: Mapping[str, Any]) -> tuple[int, Any]:
    return 200, {"data": [{"type": "application_keys", "attributes": dict(key)} for key in keys]}


MINE = {"name": "ci", "last4": APP_KEY[-4:], "scopes": ["monitors_read"]}
OTHER = {"name": "other", "last4": "0000", "scopes": ["slos_write"]}
DENIED = (403, {"errors": ["Forbidden"]})


def test_everything_is_read_and_nothing_written() -> None:
    told = Told({})
    told.facts()
    assert {request.method for request in told.asked} == {"GET"}
    assert all(request.body is None for request in told.asked)


def test_an_api_key_that_is_not_accepted_ends_it() -> None:
    told = Told({VALIDATE: DENIED})
    assert not told.facts().api_valid
    assert len(told.asked) == 1


def test_the_key_is_known_among_others_by_its_end() -> None:
    facts = Told({KEYS: listed(OTHER, MINE)}).facts()
    assert (facts.name, facts.scopes) == ("ci", frozenset({"monitors_read"}))
    assert facts.may("slos_write") is False


def test_a_key_that_is_not_listed_tells_nothing() -> None:
    facts = Told({KEYS: listed(OTHER)}).facts()
    assert (facts.scopes, facts.unscoped, facts.may("slos_write")) == (None, False, None)


def test_a_read_that_was_answered_counts_more_than_what_is_said() -> None:
    facts = Told({KEYS: listed(MINE), "/api/v1/monitor": DENIED}).facts()
    assert facts.may("monitors_read") is False
    assert facts.may("slos_read") is True


@pytest.mark.parametrize("status", [400, 404])
def test_only_a_refusal_counts_as_one(status: int) -> None:
    facts = Told({"/api/v1/query": (status, {"errors": ["?"]})}).facts()
    assert facts.may("timeseries_query") is (True if status == 400 else None)


def test_when_everything_is_refused_it_is_the_application_key() -> None:
    paths = ("/api/v1/monitor", "/api/v1/slo", "/api/v1/dashboard", "/api/v1/metrics", "/api/v1/query")
    answers = dict.fromkeys([*paths, "/api/v2/audit/events", USER, KEYS], DENIED)
    assert Told(answers).facts().app_valid is False
    assert Told({**answers, "/api/v1/slo": (200, {})}).facts().app_valid is True


@pytest.mark.parametrize("body", [[], "x", {"data": "x"}, {"data": [1, {"attributes": None}]}, {"included": [1, {}]}])
def test_answers_of_another_form_tell_nothing(body: Any) -> None:
    facts = Told({KEYS: (200, body), USER: (200, body)}).facts()
    assert (facts.app_valid, facts.scopes, facts.permissions) == (True, None, None)


_SCOPES = st.frozensets(st.sampled_from(["a", "b", "c"]))


@given(st.none() | _SCOPES, st.none() | _SCOPES, st.booleans(), st.sampled_from(["a", "b", "c"]))
def test_a_permission_is_claimed_only_where_key_and_user_have_it(
    scopes: frozenset[str] | None, user: frozenset[str] | None, unscoped: bool, scope: str
) -> None:
    facts = KeyFacts(True, True, scopes=scopes, unscoped=unscoped and scopes is None, permissions=user)
    if facts.may(scope):
        assert scopes is None or scope in scopes
        assert user is None or scope in user
    if scopes is not None and scope not in scopes:
        assert facts.may(scope) is False


def heard(**headers: str) -> Listening:
    line = Listening(
        lambda request: Response(200, {name.replace("_", "-"): text for name, text in headers.items()}, b"")
    )
    line(Request("GET", "/api/v1/monitor"))
    return line


@pytest.mark.parametrize("ahead", [-7200, 0, 45])
def test_the_clock_is_compared_by_the_date_of_answers(ahead: int) -> None:
    line = heard(date=formatdate(time.time() + ahead, usegmt=True))
    assert line.ahead is not None
    assert abs(line.ahead - ahead) < 2


@pytest.mark.parametrize("date", ["", "yesterday", "Sun, 99 Foo 2026"])
def test_a_date_that_is_none_is_passed_over(date: str) -> None:
    assert heard(date=date).ahead is None


def test_room_is_read_from_the_headers_and_odd_ones_are_passed_over() -> None:
    numbers = {"x_ratelimit_remaining": "9", "x_ratelimit_limit": "10", "x_ratelimit_period": "60"}
    line = heard(**numbers, x_ratelimit_reset="3", x_ratelimit_name="monitors")
    assert line.rooms == {"monitors": Room("monitors", 9, 10, 60, 3)}
    assert heard(**numbers, x_ratelimit_reset="soon").rooms == {}
