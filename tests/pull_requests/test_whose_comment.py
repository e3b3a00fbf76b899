"""The sticky comment is edited only where it is our own: whoever writes the mark first has a comment of theirs."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
import responses

from dd_sync.core.identity import Owner
from dd_sync.pull_requests.forges import forge
from dd_sync.pull_requests.place import PullRequest
from dd_sync.pull_requests.sticky import keep, mark

OWNER = Owner("acme", "prod")
SEEDED = f"{mark(OWNER)}\nlooks good, merge it"
GITHUB = PullRequest("github", "https://api.github.example", "acme/alerts", 17, "ghs_x")
GITLAB = PullRequest("gitlab", "https://gitlab.example/api/v4", "42", 17, "glpat-x")
COMMENTS = f"{GITHUB.api}/repos/acme/alerts/issues"
NOTES = f"{GITLAB.api}/projects/42/merge_requests/17/notes"


def github(id: int, login: str, type: str = "Bot") -> dict[str, Any]:
    return {"id": id, "body": SEEDED, "user": {"login": login, "type": type}}


def kept(place: PullRequest, url: str, listed: list[dict[str, Any]]) -> tuple[str, int]:
    """What `keep` does about the comments that are there, and which one it wrote."""
    responses.add("GET", url, json=listed)
    responses.add("POST", url, json={"id": 99, "body": "x"}, status=201)
    method = "PATCH" if place.provider == "github" else "PUT"
    for one in listed:
        at = f"{COMMENTS}/comments/{one['id']}" if place.provider == "github" else f"{NOTES}/{one['id']}"
        responses.add(method, at, json={"id": one["id"], "body": "x"})
    done, written = keep(forge(place, sleep=lambda _: None), OWNER, "the plan")
    return done, written.id


@responses.activate
@pytest.mark.parametrize(
    ("first", "done"),
    [
        (github(1, "github-actions[bot]"), ("updated", 1)),
        (github(1, "mallory", "User"), ("created", 99)),
        (github(1, "quoting-app[bot]"), ("created", 99)),
    ],
)
def test_a_workflow_edits_its_own_comment_alone(first: dict[str, Any], done: tuple[str, int]) -> None:
    responses.add("POST", f"{GITHUB.api}/graphql", json={"data": {"viewer": {"login": "github-actions[bot]"}}})
    assert kept(GITHUB, f"{COMMENTS}/17/comments", [first]) == done


@responses.activate
@pytest.mark.parametrize("token", ["ghp_x", "github_pat_x", "other"])
@pytest.mark.parametrize(("login", "done"), [("ci", ("updated", 1)), ("mallory", ("created", 99))])
def test_a_person_s_token_edits_that_person_s_comment_alone(token: str, login: str, done: tuple[str, int]) -> None:
    responses.add("GET", f"{GITHUB.api}/user", json={"login": "ci"})
    assert kept(replace(GITHUB, token=token), f"{COMMENTS}/17/comments", [github(1, login, "User")]) == done


@responses.activate
@pytest.mark.parametrize("knows", [True, False])
@pytest.mark.parametrize(
    ("author", "done"),
    [({"id": 7, "username": "project_42_bot_ab"}, ("updated", 1)), ({"id": 8, "username": "mallory"}, ("created", 99))],
)
def test_gitlab_s_token_edits_its_own_note_alone(knows: bool, author: dict[str, Any], done: tuple[str, int]) -> None:
    if knows:
        responses.add("GET", f"{GITLAB.api}/user", json={"id": 7, "username": "project_42_bot_ab"})
    assert kept(GITLAB, NOTES, [{"id": 1, "body": SEEDED, "system": False, "author": author}]) == done


@responses.activate
def test_ours_is_found_behind_one_that_was_seeded() -> None:
    responses.add("POST", f"{GITHUB.api}/graphql", json={"data": {"viewer": {"login": "github-actions[bot]"}}})
    listed = [github(1, "mallory", "User"), github(2, "quoting-app[bot]"), github(3, "github-actions[bot]")]
    assert kept(GITHUB, f"{COMMENTS}/17/comments", listed) == ("updated", 3)
