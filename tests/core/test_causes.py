"""Who changed an object, as the revision mark tells it, as receipts remember it, and where nobody knows."""

from __future__ import annotations

from typing import Any

import pytest

from dd_sync.core.causes import UNMARKED, Causes
from dd_sync.core.kind import Payload
from dd_sync.core.live import Live
from dd_sync.core.resource import Desired
from tests.core.things import KINDS, MARKS, applied, wish

A = wish("x/a", value=1)
THING = KINDS["thing"]
BARE = ["managed_by:ddsync", "ddsync_id:acme/prod/x/a"]


def causes(image: Payload | None = None) -> Causes:
    return Causes(MARKS, lambda kind, key, object_id: image)


def of_change(now: Desired, live: Live, image: Payload | None = None) -> tuple[str, str]:
    found = causes(image).of_change(THING, "x/a", now.payload, live)
    return found.cause, found.reason


def edited(**edit: Any) -> Live:
    return applied(A, 1, edit)


def marked(live: Live, *tags: str) -> Live:
    """The object with other marks."""
    payload = {**live.payload, "tags": [*BARE, *tags]}
    return live._replace(payload=payload, identity=THING.identity(payload, MARKS))


NEW = wish("x/a", value=2)


@pytest.mark.parametrize(
    ("now", "live", "cause"),
    [(NEW, edited(), "code"), (A, edited(value=9), "drift"), (NEW, edited(value=9), "both")],
)
def test_a_mark_makes_three_sides_of_two(now: Desired, live: Live, cause: str) -> None:
    assert of_change(now, live) == (cause, "")


@pytest.mark.parametrize("tags", [(), ("ddsync_rev:9-abcdef01",), ("ddsync_rev:nonsense",)])
def test_without_a_mark_that_can_be_read_nobody_knows_and_it_is_held(tags: tuple[str, ...]) -> None:
    assert of_change(NEW, marked(edited(), *tags)) == ("both", UNMARKED)


def test_a_receipt_remembers_what_a_mark_does_not_tell() -> None:
    image = applied(A, 1).payload
    assert of_change(NEW, marked(edited()), image) == ("code", "")
    assert of_change(A, marked(edited(value=9)), image) == ("drift", "")
    assert of_change(NEW, marked(edited(value=9)), image) == ("both", "")


def of_delete(live: Live, image: Payload | None = None) -> tuple[str, str]:
    found = causes(image).of_delete(THING, live)
    return found.cause, found.reason


def test_only_what_is_as_we_left_it_may_go_unasked() -> None:
    assert of_delete(edited()) == ("code", "")
    assert of_delete(edited(value=9)) == ("both", "")
    assert of_delete(marked(edited())) == ("both", UNMARKED)
    assert of_delete(marked(edited()), applied(A, 1).payload) == ("code", "")
    assert of_delete(marked(edited(value=9)), applied(A, 1).payload) == ("both", "")


def test_a_mark_of_something_else_on_what_is_as_defined_is_outdated() -> None:
    def outdated(now: Desired, live: Live) -> bool:
        return causes().is_outdated(THING, now.payload, live)

    assert not outdated(A, edited())
    assert outdated(wish("x/a", value=9), edited(value=9))
    assert outdated(A, marked(edited()))
    assert not outdated(A, marked(edited(), "ddsync_rev:9-abcdef01"))
