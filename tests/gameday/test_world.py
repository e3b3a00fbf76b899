"""The world before anything happens, and after it has happened: quiet, and as it was."""

from __future__ import annotations

from pathlib import Path

import pytest

from dd_sync.gameday.building import world_of
from dd_sync.gameday.finding import shipped_situations
from dd_sync.gameday.situation import Situation
from dd_sync.gameday.world import Subject, World
from dd_sync.project.project import load_project

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture(scope="module")
def world() -> World:
    project = load_project(ROOT)
    return world_of(project.inventory(project.settings.choose_target("prod")[1]))


def snapshot(world: World) -> dict[str, int]:
    return {metric: len(sources) for metric, sources in world.sources.items() if sources}


def test_a_quiet_world_is_touched_by_nothing(world: World) -> None:
    assert list(world.touched()) == []


@pytest.mark.parametrize("situation", shipped_situations(), ids=lambda one: one.name)
def test_a_situation_touches_something_and_leaves_the_world_as_it_was(world: World, situation: Situation) -> None:
    concerned: list[Subject] = [one for one in world.subjects if situation.concerns(one)]
    before = snapshot(world)
    for subject in concerned:
        situation.function(subject)
        assert list(world.touched()) or world.events, "it changes nothing that is sent"
        world.calm()
        assert list(world.touched()) == []
        assert snapshot(world) == before
        assert world.events == []


def test_every_situation_says_what_happens(world: World) -> None:
    assert [one.name for one in shipped_situations() if not one.story.endswith((".", "?"))] == []
    names = [one.name for one in shipped_situations()]
    assert len(names) == len(set(names))
