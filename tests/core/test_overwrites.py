"""A create that replaces an object of that name never replaces somebody else's."""

from __future__ import annotations

from typing import Any

from dd_sync.core.overwrites import without_overwrites
from tests.core.things import OURS, applied, existing, wish

RULE, THING = wish("x/rule", kind="rule"), wish("x/a")


def theirs(kind: Any) -> dict[str, list[int]]:
    return {"The x/rule": [5], "The x/a": [6]}


def test_a_name_that_belongs_to_somebody_else_is_left_and_told() -> None:
    kept, (notice,) = without_overwrites([RULE, THING], existing(titles=theirs), OURS)
    assert kept == [THING]
    assert (notice.kind, notice.id) == ("rule", 5)
    assert notice.text.endswith("ddsync import --adopt --id rule:5")


def test_what_is_ours_already_is_kept_under_either_name() -> None:
    renamed = wish("x/new", kind="rule", renamed_from="x/rule")
    for one in (RULE, renamed):
        kept, notices = without_overwrites([one], existing(applied(RULE, 5), titles=theirs), OURS)
        assert (kept, notices) == ([one], ())


def test_an_adoption_is_meant() -> None:
    meant = wish("x/rule", kind="rule", adopt=5)
    assert without_overwrites([meant], existing(titles=theirs), OURS) == ([meant], ())


def test_a_free_name_is_kept() -> None:
    assert without_overwrites([RULE], existing(titles=lambda kind: {}), OURS) == ([RULE], ())


def test_titles_are_not_asked_for_where_no_create_replaces() -> None:
    def asked(kind: Any) -> dict[str, list[int]]:
        raise AssertionError("asked")

    assert without_overwrites([THING], existing(titles=asked), OURS) == ([THING], ())
