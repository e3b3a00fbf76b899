"""What a game day comes to."""

from __future__ import annotations

from typing import Any

import pytest

from dd_sync.core.gameday import GameDay, Notice, Played


def played(result: Any = "ok", expects: Any = "told", *noticed: Notice, name: str = "eks/node-lost") -> Played:
    return Played(name, "cluster a", "", expects, 15, noticed, result)


TOLD, WOKEN = Notice("eks/a", 3, False, "alert"), Notice("eks/b", 4, True, "alert")


def test_those_that_wake_are_among_those_that_tell_each_once() -> None:
    one = played("ok", "told", TOLD, WOKEN, Notice("eks/a", 9, False, "warn"))
    assert (one.pages, one.tells) == (["eks/b"], ["eks/a", "eks/b"])


@pytest.mark.parametrize(("result", "failed"), [("ok", False), ("late", False), ("missed", True), ("woken", True)])
def test_a_day_fails_by_what_nobody_notices_and_whom_normal_life_wakes(result: Any, failed: bool) -> None:
    assert GameDay([played(), played(result)], [], {}, {}).failed is failed


def test_situations_are_incidents_or_quiet() -> None:
    incident, quiet = played(), played("ok", "quiet")
    day = GameDay([incident, quiet], [], {}, {})
    assert (day.incidents, day.quiet) == ([incident], [quiet])


def test_each_alert_knows_in_which_situations_it_told_somebody() -> None:
    one, other = played("ok", "told", TOLD), played("ok", "told", TOLD, WOKEN, name="eks/other")
    fired = GameDay([one, other], ["eks/a", "eks/b", "eks/silent"], {}, {}).fired()
    assert fired == {"eks/a": ["eks/node-lost", "eks/other"], "eks/silent": [], "eks/b": ["eks/other"]}
