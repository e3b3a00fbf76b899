"""A game day: every situation with everybody it can happen to, and what the project's alerts make of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from dd_sync.core.gameday import Expected, Notice, Played, Result
from dd_sync.core.kind import Recipients
from dd_sync.gameday.picture import scene
from dd_sync.gameday.situation import Situation
from dd_sync.gameday.stage import Alert, Moment, Play
from dd_sync.gameday.world import Subject, World

AFTER = 25
"""Minutes that are watched after a situation is over: counters begin anew, late points arrive."""

Wakes = Callable[[str], bool]
"""Whether a handle wakes somebody."""

Paging = Callable[[Subject], bool]
"""Whether anybody can be woken for a subject: its team names whom to page."""

Usual = dict[tuple[str, tuple[tuple[str, str], ...]], str]
"""The states that alerts have while nothing happens, by key and group; those that are ok are left out."""


def play(
    world: World,
    alerts: Sequence[Alert],
    situations: Iterable[Situation],
    wakes: Wakes,
    paging: Paging,
    *,
    pictures: bool = False,
) -> Iterator[Played]:
    """Plays each situation with each subject it concerns; first of all, that nothing happens. `pictures` keeps a scene
    of each."""
    usual: Usual = {}
    yield _nothing(world, alerts, wakes, usual)
    kept: dict[Any, Any] = {}
    for situation in situations:
        for subject in world.subjects:
            if situation.concerns(subject):
                yield _played(world, alerts, situation, subject, wakes, paging(subject), kept, usual, pictures)


def _nothing(world: World, alerts: Sequence[Alert], wakes: Wakes, usual: Usual) -> Played:
    """An ordinary hour. What alerts in it does so for ever, and tells nothing of anything else."""
    stage = Play(world, 0, 3)
    noticed: list[Notice] = []
    for alert in alerts:
        moments = list(alert.states(stage))
        for moment in moments:
            if moment.state != "ok":
                usual[alert.key, tuple(sorted(moment.group.items()))] = moment.state
        noticed += messages_of(alert, moments, wakes, {})
    result, why = verdict("quiet", 0, noticed)
    story = "Nothing happens at all."
    return Played("life/an-ordinary-hour", "everything", story, "quiet", 0, noticed, result, why)


def _played(
    world: World,
    alerts: Sequence[Alert],
    situation: Situation,
    subject: Subject,
    wakes: Wakes,
    paging: bool,
    kept: dict[Any, Any],
    usual: Usual,
    pictures: bool,
) -> Played:
    try:
        situation.function(subject)
        end = max(situation.lasts, situation.within) + AFTER
        stage = Play(world, 0, end, list(world.touched()), kept)
        changed = stage.metrics
        heard = [one for one in alerts if one.metrics & changed]
        moments = {one.key: list(one.states(stage)) for one in heard}
        noticed = [notice for one in heard for notice in messages_of(one, moments[one.key], wakes, usual)]
        noticed.sort(key=lambda one: (one.minute, one.key))
        picture = scene(stage, heard, moments, noticed) if pictures else None
    finally:
        world.calm()
    expects = expectation_of(situation, subject, paging)
    result, why = verdict(expects, situation.within, noticed)
    return Played(
        situation.name,
        subject.about,
        situation.story,
        expects,
        situation.within,
        noticed,
        result,
        why,
        picture,
        [one.key for one in heard],
    )


def expectation_of(situation: Situation, subject: Subject, paging: bool) -> Expected:
    """What should come of a situation for this subject: where nobody is woken for its priority, a message will do."""
    if situation.expects != "paged":
        return situation.expects
    least = (situation.priority or 1) <= subject.paged_for
    return "paged" if paging and least else "told"


def messages_of(alert: Alert, moments: Iterable[Moment], wakes: Wakes, usual: Usual) -> Iterator[Notice]:
    """The first page and the first message among the states of an alert, less what is so at any time."""
    first: dict[bool, Notice] = {}
    for moment in moments:
        handles = handles_of(alert.recipients, moment.state)
        if not handles or usual.get((alert.key, tuple(sorted(moment.group.items())))) == moment.state:
            continue
        pages = any(map(wakes, handles))
        if pages not in first or moment.minute < first[pages].minute:
            first[pages] = Notice(alert.key, moment.minute, pages, moment.state, tuple(handles), moment.group)
    yield from first.values()


def handles_of(recipients: Recipients, state: str) -> Sequence[str]:
    """Who is told of a state; nobody of ok."""
    name = {"alert": "alert", "warn": "warning", "no data": "no_data"}.get(state, "")
    return tuple(recipients.get(name, ()))


def verdict(expects: Expected, within: int, noticed: Sequence[Notice]) -> tuple[Result, str]:
    """What is to be said of it, and why."""
    pages = [one for one in noticed if one.pages]
    if expects == "quiet":
        return (
            ("woken", f"{pages[0].key} pages {', '.join(pages[0].handles)} after {pages[0].minute} min")
            if pages
            else ("ok", "")
        )
    fitting = pages if expects == "paged" else list(noticed)
    if fitting and fitting[0].minute <= within:
        return "ok", ""
    if fitting:
        return "late", f"{fitting[0].key} after {fitting[0].minute} min (expected {within})"
    if noticed:
        first = noticed[0]
        return "missed", f"nobody is woken: {first.key} tells {', '.join(first.handles)} after {first.minute} min"
    return "missed", f"nobody notices within {within} min"
