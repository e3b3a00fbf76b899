"""Comments at GitHub and GitLab: the paths, and whose comments count."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
import responses

from dd_sync.pull_requests.forges import Comment, forge
from dd_sync.pull_requests.place import PullRequest

GITHUB = PullRequest("github", "https://api.github.example", "acme/alerts", 17, "token")
GITLAB = PullRequest("gitlab", "https://gitlab.example/api/v4", "acme/sub/alerts", 17, "token")

COMMENTS = "https://api.github.example/repos/acme/alerts/issues"
NOTES = "https://gitlab.example/api/v4/projects/acme%2Fsub%2Falerts/merge_requests/17/notes"


def body(id: int, text: str, **more: Any) -> dict[str, Any]:
    return {"id": id, "body": text, **more}


@responses.activate
def test_comments_of_github_are_those_of_the_issue() -> None:
    responses.add("GET", f"{COMMENTS}/17/comments", json=[body(1, "a", html_url="https://g/1"), body(2, None)])  # type: ignore[arg-type]
    assert list(forge(GITHUB).comments()) == [Comment(1, "a", "https://g/1"), Comment(2, "")]


@responses.activate
def test_github_creates_at_the_issue_and_updates_at_the_comment() -> None:
    responses.add("POST", f"{COMMENTS}/17/comments", json=body(5, "new"), status=201)
    responses.add("PATCH", f"{COMMENTS}/comments/5", json=body(5, "newer"))
    github = forge(GITHUB)
    made = github.create("new")
    assert github.update(made, "newer") == Comment(5, "newer")
    assert [call.request.body for call in responses.calls] == [b'{"body": "new"}', b'{"body": "newer"}']
    assert responses.calls[0].request.headers["Authorization"] == "Bearer token"
    assert responses.calls[0].request.headers["X-GitHub-Api-Version"] == "2022-11-28"


@responses.activate
@pytest.mark.parametrize(("token", "ids"), [("ghs_x", [2]), ("ghp_x", [1]), ("github_pat_x", [1]), ("other", [1, 2])])
def test_a_comment_counts_where_this_token_may_have_written_it(token: str, ids: list[int]) -> None:
    found = [body(1, "a", user={"type": "User"}), body(2, "b", user={"type": "Bot"})]
    responses.add("GET", f"{COMMENTS}/17/comments", json=found)
    assert [one.id for one in forge(replace(GITHUB, token=token)).comments()] == ids


@responses.activate
def test_notes_of_gitlab_are_read_oldest_first_without_those_it_writes_itself() -> None:
    responses.add("GET", NOTES, json=[body(1, "assigned", system=True), body(2, "a", system=False)])
    assert list(forge(GITLAB).comments()) == [Comment(2, "a")]
    assert "sort=asc&order_by=created_at" in str(responses.calls[0].request.url)
    assert responses.calls[0].request.headers["PRIVATE-TOKEN"] == "token"


@responses.activate
def test_gitlab_creates_and_updates_at_the_merge_request() -> None:
    responses.add("POST", NOTES, json=body(5, "new"), status=201)
    responses.add("PUT", f"{NOTES}/5", json=body(5, "newer"))
    gitlab = forge(GITLAB)
    assert gitlab.update(gitlab.create("new"), "newer") == Comment(5, "newer")
