"""One comment for each project and target, found again by a mark that readers do not see, written in place."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Literal

from dd_sync.core.identity import Owner
from dd_sync.pull_requests.forges import Comment, Forge
from dd_sync.pull_requests.wire import FIRST_PAUSE, Rejected, Unsure

TRIES = 3


def mark(owner: Owner) -> str:
    """The first line of the comment: an HTML comment that names project and target."""
    return f"<!-- ddsync {owner} -->"


def keep(
    forge: Forge, owner: Owner, text: str, *, sleep: Callable[[float], None] = time.sleep
) -> tuple[Literal["created", "updated"], Comment]:
    """Writes the text into this owner's comment, making it when there is none.

    A create whose answer was lost is looked for before it is sent again, so that there is never a second comment.
    Raises CommentError.
    """
    body = f"{mark(owner)}\n{text}"
    for left in range(TRIES - 1, -1, -1):
        found = next((one for one in forge.comments() if one.body.startswith(mark(owner))), None)
        if found is not None and (updated := _updated(forge, found, body)):
            return "updated", updated
        try:
            return "created", forge.create(body)
        except Unsure:
            if not left:
                raise
            sleep(FIRST_PAUSE)
    raise AssertionError  # the last try returned or raised


def _updated(forge: Forge, found: Comment, body: str) -> Comment | None:
    """None when the comment is somebody else's or was deleted meanwhile: then a new one is made."""
    try:
        return forge.update(found, body)
    except Rejected as rejected:
        if rejected.status in (403, 404):
            return None
        raise
