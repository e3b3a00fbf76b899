"""Creates of what is there already, under no identity or under another owner's."""

from __future__ import annotations

from typing import Any

import pytest

from dd_sync.core.identity import Identity, Owner
from dd_sync.core.live import Existing
from dd_sync.core.make_plan import compare
from dd_sync.core.plan import Ownership
from tests.core.things import KINDS, MARKS, OWNER, wish

WISH = wish("x/a")
PROD = Ownership(KINDS, OWNER, MARKS, siblings=frozenset([Owner("acme", "staging")]))


def beside(owner: Owner | None, key: str, title: str) -> list[tuple[str, ...]]:
    """The twins of a create where one object is there already: title and owner of each."""
    strangers = [] if owner is None else [(title, Identity(f"{owner}/{key}"), 7)]
    known = [one for one in strangers if PROD.foreign(one[1]) is not None]
    titles: dict[str, Any] = {title: [7]} if owner is None else {}
    there = Existing(titles=lambda kind: titles, foreigners=lambda kind: known if kind.name == "thing" else ())
    return [(twin.key, twin.owner) for twin in compare([WISH], there, PROD).twins]


@pytest.mark.parametrize(
    ("owner", "key", "title", "found"),
    [
        (None, "", "The x/a", [("x/a", "")]),
        (None, "", "another", []),
        (Owner("old", "prod"), "x/a", "another", [("x/a", "old/prod")]),
        (Owner("acme", "old"), "x/a", "another", [("x/a", "acme/old")]),
        (Owner("old", "elsewhere"), "x/b", "The x/a", [("x/a", "old/elsewhere")]),
        (Owner("old", "elsewhere"), "x/a", "another", []),
        (Owner("old", "prod"), "x/b", "another", []),
        (Owner("acme", "staging"), "x/a", "The x/a", []),
    ],
)
def test_what_is_there_is_known_by_its_title_or_by_its_key(
    owner: Owner | None, key: str, title: str, found: list[tuple[str, ...]]
) -> None:
    assert beside(owner, key, title) == found
