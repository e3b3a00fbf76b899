"""One comment for each project and target, found by a hidden mark and updated in place."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Literal

from dd_sync.core.identity import Owner
from dd_sync.pull_requests.forges import MARK, Comment, Forge
from dd_sync.pull_requests.wire import FIRST_PAUSE, Rejected, Unsure

TRIES = 3


def mark(owner: Owner) -> str:
    """The first line of the comment: an HTML comment that names project and target."""
    return f"{MARK}{owner} -->"


def keep(
    forge: Forge, owner: Owner, text: str, *, sleep: Callable[[float], None] = time.sleep
) -> tuple[Literal["created", "updated"], Comment]:
    """Writes the text into this owner's comment, making it when there is none.

    A create whose answer was lost is looked for before it is sent again, and one that was made beside another's is
    taken back, so that there is never a second comment. Raises CommentError.
    """
    body = f"{mark(owner)}\n{text}"
    for left in range(TRIES - 1, -1, -1):
        if updated := _updated(forge, _marked(forge, owner), body):
            return "updated", updated
        try:
            return _alone(forge, owner, forge.create(body))
        except Unsure:
            if not left:
                raise
            sleep(FIRST_PAUSE)
    raise AssertionError  # the last try returned or raised


def _marked(forge: Forge, owner: Owner) -> list[Comment]:
    """The comments of this owner, the oldest first."""
    return [one for one in forge.comments() if one.body.startswith(mark(owner))]


def _updated(forge: Forge, found: Sequence[Comment], body: str) -> Comment | None:
    """The first that can be written; None when each is somebody else's or was deleted meanwhile."""
    for one in found:
        try:
            return forge.update(one, body)
        except Rejected as rejected:
            if rejected.status not in (403, 404):
                raise
    return None


def _alone(forge: Forge, owner: Owner, made: Comment) -> tuple[Literal["created", "updated"], Comment]:
    """The comment that was made, or an older one of another run that looked at the same moment: then ours goes."""
    older = [one for one in _marked(forge, owner) if one.id < made.id]
    kept = _updated(forge, older, made.body)
    if kept is None:
        return "created", made
    forge.delete(made)
    return "updated", kept
