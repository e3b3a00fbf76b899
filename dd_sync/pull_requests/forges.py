"""The comments of a pull request at GitHub and of a merge request at GitLab, read and written alike."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol
from urllib.parse import quote

from dd_sync.pull_requests.place import PullRequest
from dd_sync.pull_requests.wire import CommentError, Wire

MARK = "<!-- ddsync "
"""How the comments begin that ddsync keeps."""


@dataclass(frozen=True)
class Comment:
    """One comment: its id, its text, its page."""

    id: int
    body: str
    url: str = ""


class Forge(Protocol):
    """Where a pull request's comments are. Calls raise CommentError."""

    def comments(self) -> Iterator[Comment]:
        """Those that this token may have written, the oldest first."""
        ...

    def create(self, body: str) -> Comment: ...

    def update(self, comment: Comment, body: str) -> Comment: ...

    def delete(self, comment: Comment) -> None: ...


class GitHub:
    """Comments of a pull request are those of its issue."""

    def __init__(self, place: PullRequest, wire: Wire) -> None:
        repository = quote(place.repository, safe="/")
        self._wire = wire
        self._all = f"/repos/{repository}/issues/{place.number}/comments"
        self._one = f"/repos/{repository}/issues/comments"
        self._app = {"ghs_": True, "ghp_": False, "gith": False}.get(place.token[:4])

    def comments(self) -> Iterator[Comment]:
        for found in self._wire.pages(self._all):
            author = _part(found, "user")
            by_app = author.get("type") == "Bot"
            # A workflow's token may edit anybody's comment: one that somebody seeded with our mark stays theirs.
            if (self._app is None or self._app == by_app) and self._ours(found, author):
                yield _github_comment(found)

    def _ours(self, found: dict[str, object], author: dict[str, object]) -> bool:
        """Whether a comment with our mark is by whoever this token is; other comments are not asked about."""
        if not _marked(found) or not author.get("login"):
            return True
        return self._login is None or self._login == author["login"]

    @cached_property
    def _login(self) -> object:
        """Who the token is; None where that is not told."""
        if self._app:  # an app's token has no user; GitHub's GraphQL tells its name (docs, "viewer")
            answer = self._wire.ask_once("POST", "/graphql", {"query": "{viewer{login}}"})
            return _part(_part(answer, "data"), "viewer").get("login")
        return _part(self._wire.ask_once("GET", "/user")).get("login")

    def create(self, body: str) -> Comment:
        return _github_comment(self._wire.ask("POST", self._all, {"body": body}))

    def update(self, comment: Comment, body: str) -> Comment:
        return _github_comment(self._wire.ask("PATCH", f"{self._one}/{comment.id}", {"body": body}))

    def delete(self, comment: Comment) -> None:
        self._wire.ask("DELETE", f"{self._one}/{comment.id}")


def _github_comment(found: dict[str, object]) -> Comment:
    return Comment(_id(found), _text(found.get("body")), _text(found.get("html_url")))


class GitLab:
    """Comments of a merge request are its notes, less those GitLab writes itself."""

    def __init__(self, place: PullRequest, wire: Wire) -> None:
        self._wire = wire
        self._all = f"/projects/{quote(place.repository, safe='')}/merge_requests/{place.number}/notes"

    def comments(self) -> Iterator[Comment]:
        for found in self._wire.pages(self._all, sort="asc", order_by="created_at"):
            if not found.get("system") and self._ours(found, _part(found, "author")):
                yield _note(found)

    def _ours(self, found: dict[str, object], author: dict[str, object]) -> bool:
        """Whether a note with our mark is by whoever this token is: the scope api allows edits of others, too."""
        if not _marked(found) or "id" not in author:
            return True
        return self._user == author["id"] if self._user is not None else _is_bot(author)

    @cached_property
    def _user(self) -> object:
        """The id of the token's user; None where that is not told."""
        return _part(self._wire.ask_once("GET", "/user")).get("id")

    def create(self, body: str) -> Comment:
        return _note(self._wire.ask("POST", self._all, {"body": body}))

    def update(self, comment: Comment, body: str) -> Comment:
        return _note(self._wire.ask("PUT", f"{self._all}/{comment.id}", {"body": body}))

    def delete(self, comment: Comment) -> None:
        self._wire.ask("DELETE", f"{self._all}/{comment.id}")


def _note(found: dict[str, object]) -> Comment:
    return Comment(_id(found), _text(found.get("body")))


def _is_bot(author: dict[str, object]) -> bool:
    """Whether a name is that of a project's or a group's access token (GitLab's docs, "Bot users for projects")."""
    return re.match(r"(?:project|group)_\d+_bot", _text(author.get("username"))) is not None


def _marked(found: dict[str, object]) -> bool:
    return _text(found.get("body")).startswith(MARK)


def _part(found: object, name: str = "") -> dict[str, object]:
    """A part of an answer that is an object; an empty one in place of anything else."""
    part = found.get(name) if name and isinstance(found, dict) else found
    return part if isinstance(part, dict) else {}


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _id(found: dict[str, object]) -> int:
    number = found.get("id") if isinstance(found, dict) else None
    if isinstance(number, bool) or not isinstance(number, int):
        raise CommentError("the provider's answer is no comment", hint="try again; the plan itself is untouched")
    return number


def forge(place: PullRequest, *, sleep: Callable[[float], None] = time.sleep) -> Forge:
    """The provider of a pull request, ready to be asked."""
    match place.provider:
        case "github":
            headers = {"Accept": "application/vnd.github+json", "X-GitHub-Api-Version": "2022-11-28"}
            return GitHub(place, Wire(place.api, ("Authorization", f"Bearer {place.token}"), headers, sleep=sleep))
        case "gitlab":
            return GitLab(place, Wire(place.api, ("PRIVATE-TOKEN", place.token), {}, sleep=sleep))
