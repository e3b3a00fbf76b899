"""Who changed an object: the code, somebody in Datadog, or both. Nothing is taken for ours on the strength of a tag.

The revision mark says what was applied last, which makes three sides of two. Anybody can write tags, so a mark counts
only where it can be read; where it cannot, a receipt may remember what was written, and where that is not so either,
nobody knows, and the object is left until a person says what it is.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

from dd_sync.core.identity import Marks, fits, is_readable
from dd_sync.core.kind import Kind, Payload
from dd_sync.core.live import Live, Memory
from dd_sync.core.normal import same
from dd_sync.core.three_way import three_ways

Cause = Literal["code", "drift", "both"]

UNMARKED = "it carries our identity without a revision mark that can be read, and no receipt remembers it"
"""Why an object is left whose last definition nobody knows."""


class Finding(NamedTuple):
    """Who changed an object, and what a person should know about how that is known."""

    cause: Cause
    reason: str = ""
    applied: Payload | None = None
    """What a receipt says was applied last, without marks; only of a conflict."""


class Causes(NamedTuple):
    """What tells causes: the names of the marks, and what receipts remember."""

    marks: Marks
    remembered: Memory

    def of_change(self, kind: Kind, key: str, payload: Payload, live: Live) -> Finding:
        """The cause of a live object's not being as it is defined; `payload` is the definition, references resolved."""
        stored = kind.unstamp(live.payload, self.marks)
        mark = live.identity.revision if live.identity else ""
        if fits(mark, kind.marked_forms(stored, payload, None)):
            return Finding("code")
        if fits(mark, kind.marked_forms(payload, payload)):
            return Finding("drift")
        image = self._image(kind, key, live)
        if image is None:
            return Finding("both", "" if is_readable(mark) else UNMARKED)
        applied = kind.unstamp(image, self.marks)
        places = three_ways(kind, applied, payload, stored)
        if not any(one.by_datadog for one in places):  # what was changed in Datadog is in the code by now
            return Finding("code")
        if all(same(one.applied, one.code) for one in places):
            return Finding("drift")
        return Finding("both", "", applied)

    def of_delete(self, kind: Kind, live: Live) -> Finding:
        """Whether an object without a definition may go unasked: it is ours, and as we left it."""
        assert live.identity is not None
        stored, mark = kind.unstamp(live.payload, self.marks), live.identity.revision
        # What the definition named is not known any more: everything, nothing, or all that was stored.
        if fits(mark, kind.marked_forms(stored, None, {}, stored)):
            return Finding("code")
        image = self._image(kind, live.identity.key, live)
        if image is not None and same(*kind.comparable(kind.unstamp(image, self.marks), stored)):
            return Finding("code")
        return Finding("both", "" if is_readable(mark) or image is not None else UNMARKED)

    def _image(self, kind: Kind, key: str, live: Live) -> Payload | None:
        """What was last written of an object, if it is the object with this identity."""
        image = self.remembered(kind.name, key, live.id)
        identity = None if image is None else kind.identity(image, self.marks)
        same_one = identity and live.identity and identity.address == live.identity.address
        return image if same_one else None

    def is_outdated(self, kind: Kind, payload: Payload, live: Live) -> bool:
        """Whether an object that is as defined carries a mark of something else, or none: the next edit of it would be
        told as a change of the code too. A mark of a scheme that this version does not know is nobody's business."""
        mark = live.identity.revision if live.identity else ""
        if fits(mark, kind.marked_forms(payload, payload)):
            return False
        if mark and not is_readable(mark):
            return False
        stored = kind.unstamp(live.payload, self.marks)
        return not fits(mark, kind.marked_forms(stored, payload, None))
