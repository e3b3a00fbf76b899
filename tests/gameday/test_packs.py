"""The packs in the world of this repository's inventory: every alert has something to notice, and things to bear."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from dd_sync.core.gameday import GameDay
from dd_sync.gameday.finding import shipped_situations
from dd_sync.project.build import Built
from dd_sync.project.project import load_project
from dd_sync.runs.gameday import play_gameday

ROOT = Path(__file__).parent.parent.parent

NOT_YET: frozenset[str] = frozenset()
"""Alerts that no situation makes fire, as they read what their senders do not send; to become fewer."""


@pytest.fixture(scope="module")
def built() -> Built:
    project = load_project(ROOT)
    return project.build(project.settings.choose_target("prod")[1])


@pytest.fixture(scope="module")
def day() -> GameDay:
    return play_gameday(load_project(ROOT), "prod", shipped_situations())


def by_definition(built: Built, found: Mapping[str, list[str]]) -> dict[str, set[str]]:
    """The situations of all alerts of a definition together."""
    listed: dict[str, set[str]] = {}
    for (_, key), origin in built.origins.items():
        if key in found:
            name = f"{origin.definition.module}/{origin.definition.name}"
            listed.setdefault(name, set()).update(found[key])
    return listed


def test_every_alert_fires_in_an_incident(built: Built, day: GameDay) -> None:
    without = {name for name, situations in by_definition(built, day.fired()).items() if not situations}
    assert without - NOT_YET == set()


def test_every_alert_bears_two_situations_in_silence(built: Built, day: GameDay) -> None:
    few = {name for name, situations in by_definition(built, day.silent()).items() if len(situations) < 2}
    assert few == set()


def test_what_is_not_played_is_of_a_sort_the_world_cannot_know(day: GameDay) -> None:
    known = ("anomalies()", "the window next_", "the error budget", "the world has no events of mongodb_atlas")
    assert [
        why
        for why in day.not_played.values()
        if not why.startswith((*known, "min() of as_count()", "a monitor of type log alert"))
    ] == []
