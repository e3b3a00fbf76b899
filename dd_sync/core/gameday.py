"""What became of a game day: each situation with whoever it happened to, who heard of it and when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

Expected = Literal["quiet", "told", "paged"]
"""What should come of a situation: nobody hears of it, somebody is told, somebody is woken."""

Result = Literal["ok", "missed", "late", "woken"]


@dataclass(frozen=True)
class Notice:
    """That an alert told somebody: the first time it did so in this way, `minute` minutes after the begin."""

    key: str
    minute: int
    pages: bool
    state: str
    """alert, warn or no data."""
    handles: Sequence[str] = ()
    group: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Line:
    """A series as it was in a situation: a value for each minute from the scene's start on, None where it is silent."""

    name: str
    values: Sequence[float | None]


@dataclass(frozen=True)
class Bar:
    """The states of an alert, each from a minute on; all its groups together, the worst of them counts."""

    key: str
    states: Sequence[tuple[int, str]]


@dataclass(frozen=True)
class Scene:
    """What a picture of a situation shows: from minute `start` to minute `end`, the series and the alerts."""

    start: int
    end: int
    lines: Sequence[Line]
    bars: Sequence[Bar]


@dataclass(frozen=True)
class Played:
    """What became of one situation with one subject. `why` says what is wrong, in words."""

    name: str
    about: str
    story: str
    expects: Expected
    within: int
    noticed: Sequence[Notice]
    result: Result
    why: str = ""
    scene: Scene | None = None
    """Its picture, where one was asked for."""
    heard: Sequence[str] = ()
    """The alerts that read something it changed, whether or not they told anybody."""

    @property
    def pages(self) -> list[str]:
        """The alerts that woke somebody."""
        return list(dict.fromkeys(one.key for one in self.noticed if one.pages))

    @property
    def tells(self) -> list[str]:
        """The alerts that told somebody, those that woke somebody included."""
        return list(dict.fromkeys(one.key for one in self.noticed))


@dataclass(frozen=True)
class GameDay:
    """Everything that was played; what was not, and what sees nothing, each by the alert's key with the reason."""

    played: Sequence[Played]
    alerts: Sequence[str]
    not_played: Mapping[str, str]
    blind: Mapping[str, str]

    @property
    def failed(self) -> bool:
        """Whether an incident is noticed by nobody, or normal life wakes somebody."""
        return any(one.result in ("missed", "woken") for one in self.played)

    @property
    def incidents(self) -> list[Played]:
        return [one for one in self.played if one.expects != "quiet"]

    @property
    def quiet(self) -> list[Played]:
        return [one for one in self.played if one.expects == "quiet"]

    def of(self, name: str) -> list[Played]:
        """What became of one situation, with each subject it happened to."""
        return [one for one in self.played if one.name == name]

    @property
    def unnoticed(self) -> list[Played]:
        """Incidents that nobody notices, or too late."""
        return [one for one in self.played if one.result in ("missed", "late")]

    @property
    def woken(self) -> list[Played]:
        """Normal life that wakes somebody."""
        return [one for one in self.played if one.result == "woken"]

    def noticing(self) -> frozenset[str]:
        """The alerts that tell of an incident, at least once."""
        return frozenset(key for one in self.incidents for key in one.tells)

    def fired(self) -> dict[str, list[str]]:
        """For each alert the incidents of which it told somebody."""
        found: dict[str, list[str]] = {key: [] for key in self.alerts}
        for one in self.incidents:
            for key in one.tells:
                found[key].append(one.name)
        return found

    def silent(self) -> dict[str, list[str]]:
        """For each alert the situations that changed what it reads, and of which it told nobody."""
        found: dict[str, list[str]] = {key: [] for key in self.alerts}
        for one in self.played:
            for key in one.heard:
                if key not in one.tells:
                    found[key].append(one.name)
        return found
