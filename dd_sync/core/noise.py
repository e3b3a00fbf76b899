"""What alerts cost people: how often each monitor alerted, when, for how long, and the edit that would quieten it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class Quieter:
    """A change to a monitor that a backtest supports."""

    what: str
    """In words: `window 5m → 15m`."""
    payload: Mapping[str, Any]
    """The monitor with it."""
    before: int
    """Alerts of the replay as it is."""
    after: int
    """Alerts of the replay with the change."""
    incidents: int
    """Incidents that it alerted on, all of which it still does."""
    where: str = ""
    """`file:line` of the edit."""
    text: str = ""
    """The lines to write there."""


@dataclass(frozen=True)
class Noise:
    """One monitor's alerts in a span of time."""

    id: int
    title: str
    alerts: int
    night: int
    short: int
    """Alerts that resolved themselves within five minutes."""
    flapping: int
    """Alerts of a group that had alerted twice already within the hour."""
    minutes: int
    """Minutes in alert, of those that ended."""
    hours: Sequence[int]
    """Alerts by the hour of the day in which they began, in its team's time zone."""
    groups: Mapping[str, int]
    team: str = ""
    key: str = ""
    """The definition's; empty for a monitor of others."""
    edit: Quieter | None = None
    why_not: str = ""
    """Why there is no edit to propose, where one was looked for."""


@dataclass(frozen=True)
class NoiseReport:
    """All monitors of an account, the loudest first."""

    target: str
    since: datetime
    until: datetime
    monitors: Sequence[Noise]
    events: int
    unreadable: int
    pages: int
    never_fired: Sequence[str] = ()
    """Titles of monitors that did not alert."""
    always_firing: Sequence[str] = ()
    """Titles of monitors in alert all the time, so that nothing tells of it any more."""
    total: int = 0
    """How many monitors there are."""
    incidents: int = 0
    teams: Mapping[str, int] = field(default_factory=dict)

    @property
    def alerts(self) -> int:
        return sum(one.alerts for one in self.monitors)

    @property
    def night(self) -> int:
        return sum(one.night for one in self.monitors)
