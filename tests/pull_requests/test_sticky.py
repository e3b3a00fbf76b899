"""One comment for each project and target, whatever happens on the way, against a server on this machine."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import pytest

from dd_sync.core.identity import Owner
from dd_sync.pull_requests.forges import Comment, Forge, forge
from dd_sync.pull_requests.place import PullRequest
from dd_sync.pull_requests.sticky import keep, mark
from dd_sync.pull_requests.wire import CommentError, Rejected, Unsure
from tests.pull_requests.server import TOKEN, Served, comment

PROD, STAGING = Owner("acme", "prod"), Owner("acme", "staging")


@pytest.fixture(params=["github", "gitlab"])
def place(request: pytest.FixtureRequest, provider: Served) -> Forge:
    repository = {"github": "acme/alerts", "gitlab": "42"}[request.param]
    return forge(PullRequest(request.param, provider.url, repository, 17, TOKEN), sleep=lambda seconds: None)


def written(place: Forge, owner: Owner, text: str) -> str:
    done, _ = keep(place, owner, text, sleep=lambda seconds: None)
    return done


def test_the_first_run_creates_and_the_next_ones_update(place: Forge, provider: Served) -> None:
    assert [written(place, PROD, text) for text in ("one", "two", "three")] == ["created", "updated", "updated"]
    assert provider.texts(17) == [f"{mark(PROD)}\nthree"]


def test_each_target_and_each_pull_request_has_its_own(place: Forge, provider: Served) -> None:
    written(place, PROD, "p")
    written(place, STAGING, "s")
    written(place, PROD, "p2")
    assert provider.texts(17) == [f"{mark(PROD)}\np2", f"{mark(STAGING)}\ns"]


def test_a_target_whose_name_begins_alike_is_another(place: Forge, provider: Served) -> None:
    written(place, Owner("acme", "prod-eu"), "eu")
    written(place, PROD, "p")
    assert len(provider.texts(17)) == 2


def test_comments_of_people_are_left_alone_even_when_they_quote_ours(place: Forge, provider: Served) -> None:
    provider.comments[17] = [comment(provider, "hello"), comment(provider, f"see:\n{mark(PROD)}\nold")]
    written(place, PROD, "new")
    assert provider.texts(17)[:2] == ["hello", f"see:\n{mark(PROD)}\nold"]
    assert provider.texts(17)[2].startswith(mark(PROD))


def test_the_comment_is_found_behind_hundreds_of_others(place: Forge, provider: Served) -> None:
    written(place, PROD, "one")
    provider.comments[17] = [{"id": 1000 + n, "body": "chat"} for n in range(250)] + provider.comments[17]
    assert written(place, PROD, "two") == "updated"
    assert len(provider.texts(17)) == 251


def test_one_that_may_not_be_edited_is_left_and_a_new_one_made(place: Forge, provider: Served) -> None:
    provider.comments[17] = [comment(provider, f"{mark(PROD)}\nsomebody's", locked=True)]
    assert [written(place, PROD, text) for text in ("ours", "ours again")] == ["created", "updated"]
    assert provider.texts(17) == [f"{mark(PROD)}\nsomebody's", f"{mark(PROD)}\nours again"]


class Meanwhile:
    """A provider at which another run writes its comment between our look and our create."""

    def __init__(self, place: Forge, other: Callable[[], object]) -> None:
        self._place, self._other = place, [other]

    def comments(self) -> Iterator[Comment]:
        yield from list(self._place.comments())
        while self._other:
            self._other.pop()()

    def create(self, body: str) -> Comment:
        return self._place.create(body)

    def update(self, comment: Comment, body: str) -> Comment:
        return self._place.update(comment, body)

    def delete(self, comment: Comment) -> None:
        self._place.delete(comment)


def test_two_runs_at_once_leave_one_comment(place: Forge, provider: Served) -> None:
    ours = Meanwhile(place, lambda: keep(place, PROD, "theirs"))
    done, comment = keep(ours, PROD, "ours")
    assert (done, comment.body) == ("updated", f"{mark(PROD)}\nours")
    assert provider.texts(17) == [f"{mark(PROD)}\nours"]


@pytest.mark.parametrize("running", [2, 5])
def test_many_runs_at_once_leave_one_comment(place: Forge, provider: Served, running: int) -> None:
    """All have looked before the first one writes."""
    forge: Forge = place
    for n in range(running - 1):
        forge = Meanwhile(place, lambda inner=forge, n=n: keep(inner, PROD, f"run {n}"))  # type: ignore[misc]
    keep(forge, PROD, "last")
    assert len(provider.texts(17)) == 1


def test_a_rate_limit_that_looks_like_a_refusal_makes_no_second_comment(place: Forge, provider: Served) -> None:
    written(place, PROD, "one")
    for limited in ({"X-RateLimit-Remaining": "0"}, {"message": "You have exceeded a secondary rate limit"}):
        provider.faults = [(403, limited.copy())]
        assert written(place, PROD, "two") == "updated"
    assert len(provider.texts(17)) == 1


def test_a_rate_limit_that_lasts_is_told_with_its_end(place: Forge, provider: Served) -> None:
    provider.faults = [(403, {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": str(int(time.time()) + 1799)})]
    with pytest.raises(CommentError, match="the rate limit is used up") as raised:
        written(place, PROD, "one")
    assert raised.value.hint == "run it again in 30 min"


def test_a_create_whose_answer_was_lost_makes_no_second_comment(place: Forge, provider: Served) -> None:
    provider.lose_after = ["POST"]
    assert written(place, PROD, "one") == "updated"
    assert provider.texts(17) == [f"{mark(PROD)}\none"]


def test_a_create_that_never_arrived_is_sent_again(place: Forge, provider: Served) -> None:
    provider.faults = [(200, {})]  # the list of comments, answered with what is no list
    with pytest.raises(Exception, match="no list"):
        written(place, PROD, "one")
    provider.lose_after = []
    assert written(place, PROD, "one") == "created"


def test_trouble_that_stays_is_an_error_in_the_end(place: Forge, provider: Served) -> None:
    provider.faults = [(503, {})] * 20
    with pytest.raises((Rejected, Unsure), match="503"):
        written(place, PROD, "one")


def test_a_wrong_token_is_told_as_such(provider: Served) -> None:
    wrong = forge(PullRequest("github", provider.url, "acme/alerts", 17, "ghp_wrongwrongwrong"))
    with pytest.raises(Rejected, match=r"401 to GET .*: Bad credentials") as raised:
        keep(wrong, PROD, "one")
    assert "ghp_wrong" not in raised.value.message


def test_the_mark_is_unseen_and_names_project_and_target() -> None:
    assert mark(PROD) == "<!-- ddsync acme/prod -->"
