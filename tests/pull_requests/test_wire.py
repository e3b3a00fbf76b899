"""One call to a provider: what is tried again, what is not, and what never shows."""

from __future__ import annotations

from typing import Any

import pytest
import requests
import responses

from dd_sync.pull_requests.wire import TRIES, CommentError, Rejected, Unsure, Wire

BASE = "https://api.github.example"
TOKEN = "ghs_verysecrettoken"


class Pauses(list[float]):
    """Stands for sleeping."""

    def __call__(self, seconds: float) -> None:
        self.append(seconds)


@pytest.fixture
def pauses() -> Pauses:
    return Pauses()


@pytest.fixture
def wire(pauses: Pauses) -> Wire:
    return Wire(BASE, ("Authorization", f"Bearer {TOKEN}"), {"Accept": "application/json"}, sleep=pauses)


def answers(method: str, *found: dict[str, Any]) -> None:
    for one in found:
        responses.add(method, f"{BASE}/x", **one)


OK = {"json": {"id": 1}}


@responses.activate
def test_an_answer_is_its_json_and_the_request_carries_token_and_headers(wire: Wire) -> None:
    answers("GET", OK)
    assert wire.ask("GET", "/x") == {"id": 1}
    sent = responses.calls[0].request.headers
    assert (sent["Authorization"], sent["Accept"]) == (f"Bearer {TOKEN}", "application/json")


@responses.activate
@pytest.mark.parametrize("status", [408, 500, 502, 503, 504])
def test_trouble_that_may_pass_is_waited_out(status: int, wire: Wire, pauses: Pauses) -> None:
    answers("PATCH", {"status": status}, {"status": status}, OK)
    assert wire.ask("PATCH", "/x", {}) == {"id": 1}
    assert pauses == [1.0, 2.0]


@responses.activate
def test_trouble_that_stays_is_told_after_a_few_tries(wire: Wire) -> None:
    answers("GET", {"status": 503})
    with pytest.raises(Rejected, match="503 to GET /x"):
        wire.ask("GET", "/x")
    assert len(responses.calls) == TRIES


@responses.activate
@pytest.mark.parametrize(("status", "method"), [(429, "POST"), (403, "POST"), (429, "GET")])
def test_a_rate_limit_is_waited_out_for_as_long_as_it_says(
    status: int, method: str, wire: Wire, pauses: Pauses
) -> None:
    answers(method, {"status": status, "headers": {"Retry-After": "7"}}, OK)
    assert wire.ask(method, "/x", {}) == {"id": 1}
    assert pauses == [7.0]


@responses.activate
def test_nobody_waits_longer_than_a_minute(wire: Wire, pauses: Pauses) -> None:
    answers("GET", {"status": 429, "headers": {"Retry-After": "3600"}}, OK)
    with pytest.raises(CommentError, match="429 to GET /x: the rate limit is used up") as raised:
        wire.ask("GET", "/x")
    assert (pauses, raised.value.hint) == ([], "run it again in 60 min")


@responses.activate
@pytest.mark.parametrize(
    ("answer", "seconds"),
    [
        ({"status": 429, "headers": {"Retry-After": "7"}}, 7.0),
        ({"status": 403, "headers": {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "1000"}}, 1.0),
        ({"status": 403, "json": {"message": "You have exceeded a secondary rate limit."}}, 1.0),
        ({"status": 429, "headers": {"RateLimit-Reset": "1000"}}, 1.0),
    ],
)
def test_each_way_of_saying_that_a_limit_is_used_up_is_waited_for(
    answer: dict[str, object], seconds: float, wire: Wire, pauses: Pauses
) -> None:
    """GitHub's docs, "Rate limits for the REST API"; GitLab's, "Rate limits". A reset of long ago is a second."""
    answers("GET", answer, OK)
    wire.ask("GET", "/x")
    assert pauses == [seconds]


@responses.activate
def test_a_refusal_that_is_no_text_is_shown_all_the_same(wire: Wire) -> None:
    answers("GET", {"status": 400, "json": {"message": {"body": ["can't be blank"]}}})
    with pytest.raises(CommentError, match="can't be blank"):
        wire.ask("GET", "/x")


@responses.activate
def test_a_create_that_may_be_there_is_not_sent_again(wire: Wire) -> None:
    answers("POST", {"status": 502})
    with pytest.raises(Unsure):
        wire.ask("POST", "/x", {})
    responses.replace("POST", f"{BASE}/x", body=requests.ReadTimeout("slow"))
    with pytest.raises(Unsure):
        wire.ask("POST", "/x", {})
    assert len(responses.calls) == 2


@responses.activate
@pytest.mark.parametrize(
    ("status", "hint"), [(401, "the token"), (403, "pull-requests: write"), (404, "the number"), (422, "try again")]
)
def test_a_refusal_says_what_the_provider_said_and_what_to_do(status: int, hint: str, wire: Wire) -> None:
    answers("POST", {"status": status, "json": {"message": "Not you"}})
    with pytest.raises(Rejected, match=f"{status} to POST /x: Not you") as raised:
        wire.ask("POST", "/x", {})
    assert hint in raised.value.hint
    assert raised.value.status == status
    assert len(responses.calls) == 1


@responses.activate
def test_errors_hold_neither_the_token_nor_what_was_sent(wire: Wire) -> None:
    answers("GET", {"body": requests.ConnectionError(f"could not reach {TOKEN} at {BASE}")})
    with pytest.raises(CommentError) as raised:
        wire.ask("GET", "/x")
    assert TOKEN not in raised.value.message + raised.value.hint


@responses.activate
def test_a_redirect_is_not_followed(wire: Wire) -> None:
    answers("GET", {"status": 302, "headers": {"Location": "https://elsewhere.example/x"}})
    with pytest.raises(Rejected, match="302"):
        wire.ask("GET", "/x")
    assert len(responses.calls) == 1


@responses.activate
def test_what_is_no_json_is_an_error(wire: Wire) -> None:
    answers("GET", {"body": "<html>"})
    with pytest.raises(CommentError, match="is not JSON"):
        wire.ask("GET", "/x")


@responses.activate
def test_a_list_is_read_to_its_end(wire: Wire) -> None:
    answers("GET", {"json": [{"id": n} for n in range(100)]}, {"json": [{"id": 100}]})
    assert [one["id"] for one in wire.pages("/x", sort="asc")] == list(range(101))
    assert [call.request.url for call in responses.calls] == [
        f"{BASE}/x?sort=asc&per_page=100&page={page}" for page in (1, 2)
    ]


@responses.activate
def test_a_list_that_is_none_is_an_error(wire: Wire) -> None:
    answers("GET", {"json": {"message": "hm"}})
    with pytest.raises(CommentError, match="is no list"):
        list(wire.pages("/x"))


@responses.activate
def test_a_netrc_does_not_take_the_place_of_the_token(wire: Wire, tmp_path: Any, monkeypatch: Any) -> None:
    (tmp_path / ".netrc").write_text("machine api.github.example login somebody password else\n")
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
    answers("GET", OK)
    wire.ask("GET", "/x")
    assert responses.calls[0].request.headers["Authorization"] == f"Bearer {TOKEN}"
