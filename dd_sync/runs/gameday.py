"""A game day of a project: its inventory as a world, its own situations beside those of ddsync, its alerts in them."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from dd_sync.core.gameday import GameDay
from dd_sync.core.selection import matcher_of
from dd_sync.gameday.building import world_of
from dd_sync.gameday.compile import compile_query
from dd_sync.gameday.finding import choose, in_modules, shipped_situations
from dd_sync.gameday.playing import play
from dd_sync.gameday.situation import Situation
from dd_sync.gameday.world import Subject
from dd_sync.project.loading import load_situations
from dd_sync.project.project import Project, load_project
from dd_sync.project.settings import find_root
from dd_sync.reports.gameday import gameday_json, gameday_text
from dd_sync.runs.console import console
from dd_sync.runs.plan import pagers_of


class GameDayRequest(NamedTuple):
    """What was asked for: patterns of situations and of alerts, all without any."""

    situations: Sequence[str] = ()
    only: Sequence[str] = ()
    target: str | None = None
    format: str = "text"
    verbose: bool = False


def report_gameday(start: Path, asked: GameDayRequest) -> GameDay:
    """Plays a game day of the project around a folder and prints it."""
    began = time.monotonic()
    tty = console()
    project = load_project(find_root(start))
    situations = situations_of(project, asked.situations)
    day = play_gameday(project, asked.target, situations, asked.only, pictures=asked.format == "html")
    match asked.format:
        case "json":
            tty.result(gameday_json(day))
        case "html":
            from dd_sync.reports.gameday_page import gameday_html

            tty.result(gameday_html(day, project.settings.project))
        case _:
            seconds = time.monotonic() - began
            tty.result(gameday_text(day, project.settings.project, seconds, tty.paint, verbose=asked.verbose))
    return day


def report_situations(start: Path, asked: GameDayRequest) -> None:
    """Prints the situations there are, with what each expects."""
    found = situations_of(load_project(find_root(start)), asked.situations)
    wide = max((len(one.name) for one in found), default=0)
    console().result("\n".join(f"{one.name:{wide}}  {one.expects:6}  {one.story}" for one in found))


def situations_of(project: Project, patterns: Sequence[str] = ()) -> list[Situation]:
    """The situations of ddsync and of the project's `gameday/*.py`. Raises DefinitionError, UsageError."""
    return choose([*shipped_situations(), *in_modules(load_situations(project.root))], patterns)


def noticing_alerts(project: Project, targets: Sequence[str]) -> frozenset[str]:
    """The keys of the alerts of some targets that tell of an incident when all situations are played."""
    situations = situations_of(project)
    days = [play_gameday(project, target, situations) for target in targets]
    return frozenset(key for day in days for key in day.noticing())


def play_gameday(
    project: Project,
    target: str | None,
    situations: Sequence[Situation],
    only: Sequence[str] = (),
    *,
    pictures: bool = False,
) -> GameDay:
    """Plays situations against the alerts of a target: those that `only` names and what they are about, all without.
    `pictures` keeps a scene of each.

    Raises DefinitionError where the project cannot be built.
    """
    _, chosen_target = project.settings.choose_target(target)
    built = project.build(chosen_target)
    world = world_of(project.inventory(chosen_target))
    inside = matcher_of(only)
    made = compile_query(built, world, inside)
    if inside is not None:
        entries = [origin.entry for name, origin in built.origins.items() if inside(*name)]
        world.subjects = [one for one in world.subjects if one.facts in entries]
    pagers = pagers_of(project.settings)

    def paging(subject: Subject) -> bool:
        team = project.teams.get(subject.team)
        return team is not None and any(map(pagers.wakes, team.page)) and subject.env in project.settings.paging_envs

    played = list(play(world, made.alerts, situations, pagers.wakes, paging, pictures=pictures))
    seen = {key for one in played for key in one.tells}
    blind = {key: reason for key, reason in made.blind.items() if key not in seen}
    return GameDay(played, [one.key for one in made.alerts], made.not_played, blind)
