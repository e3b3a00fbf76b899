"""The comments of a pull request at GitHub and of a merge request at GitLab, read and written alike."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import quote

from dd_sync.pull_requests.place import PullRequest
from dd_sync.pull_requests.wire import Wire


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
            by_app = (found.get("user") or {}).get("type") == "Bot"
            # A workflow's token may edit anybody's comment: one that a person seeded with our mark stays theirs.
            if self._app is None or self._app == by_app:
                yield _github_comment(found)

    def create(self, body: str) -> Comment:
        return _github_comment(self._wire.ask("POST", self._all, {"body": body}))

    def update(self, comment: Comment, body: str) -> Comment:
        return _github_comment(self._wire.ask("PATCH", f"{self._one}/{comment.id}", {"body": body}))

    def delete(self, comment: Comment) -> None:
        self._wire.ask("DELETE", f"{self._one}/{comment.id}")


def _github_comment(found: dict[str, object]) -> Comment:
    return Comment(int(str(found["id"])), str(found.get("body") or ""), str(found.get("html_url") or ""))


class GitLab:
    """Comments of a merge request are its notes, less those GitLab writes itself."""

    def __init__(self, place: PullRequest, wire: Wire) -> None:
        self._wire = wire
        self._all = f"/projects/{quote(place.repository, safe='')}/merge_requests/{place.number}/notes"

    def comments(self) -> Iterator[Comment]:
        for found in self._wire.pages(self._all, sort="asc", order_by="created_at"):
            if not found.get("system"):
                yield _note(found)

    def create(self, body: str) -> Comment:
        return _note(self._wire.ask("POST", self._all, {"body": body}))

    def update(self, comment: Comment, body: str) -> Comment:
        return _note(self._wire.ask("PUT", f"{self._all}/{comment.id}", {"body": body}))

    def delete(self, comment: Comment) -> None:
        self._wire.ask("DELETE", f"{self._all}/{comment.id}")


def _note(found: dict[str, object]) -> Comment:
    return Comment(int(str(found["id"])), str(found.get("body") or ""))


def forge(place: PullRequest, *, sleep: Callable[[float], None] = time.sleep) -> Forge:
    """The provider of a pull request, ready to be asked."""
    match place.provider:
        case "github":
            headers = {"Accept": "application/vnd.github+json", "X-GitHub-Api-Version": "2022-11-28"}
            return GitHub(place, Wire(place.api, ("Authorization", f"Bearer {place.token}"), headers, sleep=sleep))
        case "gitlab":
            return GitLab(place, Wire(place.api, ("PRIVATE-TOKEN", place.token), {}, sleep=sleep))
