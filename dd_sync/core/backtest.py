"""What a backtest found: what each monitor would have done, before and after a change, and how far to trust it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

Status = Literal["evaluated", "partly", "refused"]

FiringState = Literal["alert", "warning", "no data"]


@dataclass(frozen=True)
class Firing:
    """One group in one state, from one moment up to another; `group` is its tags, sorted, empty for none."""

    group: str
    state: FiringState
    since: datetime
    until: datetime

    @property
    def minutes(self) -> int:
        return int((self.until - self.since) / timedelta(minutes=1))


@dataclass(frozen=True)
class Outcome:
    """What a monitor would have done. `night` is how many of its alerts began at night, in its team's time zone."""

    firings: Sequence[Firing]
    night: int = 0

    @property
    def alerts(self) -> Sequence[Firing]:
        return [one for one in self.firings if one.state == "alert"]

    @property
    def minutes(self) -> int:
        """Minutes in alert, of all groups together."""
        return sum(one.minutes for one in self.alerts)

    @property
    def longest(self) -> int:
        """Minutes of its longest alert."""
        return max((one.minutes for one in self.alerts), default=0)

    @property
    def by_group(self) -> Mapping[str, int]:
        """Alerts of each group, most first."""
        return dict(Counter(one.group for one in self.alerts).most_common())


@dataclass(frozen=True)
class Fidelity:
    """How the replay of the live monitor compares with what really fired since it was last changed."""

    events: int
    """Alerts Datadog told of."""
    reproduced: int
    """Those of them that the replay has too, within minutes."""
    replayed: int
    """Alerts of the replay in the same time."""
    unreadable: int = 0
    """Events that could not be read."""

    @property
    def percent(self) -> int | None:
        """What both have, as a share of what either has; None where there is nothing to compare."""
        either = self.events + self.replayed - self.reproduced
        return round(100 * self.reproduced / either) if either else None


@dataclass(frozen=True)
class Suggestion:
    """A threshold that would have alerted about as often as was asked for, and what else was tried."""

    critical: float
    alerts_a_week: float
    tried: Sequence[tuple[float, float]] = ()
    """Other thresholds, each with its alerts a week."""


@dataclass(frozen=True)
class Line:
    """The values of one group of a monitor, a point for each step of time; for pictures."""

    group: str
    values: Sequence[float | None]
    step: int
    """Minutes from one value to the next."""


@dataclass(frozen=True)
class MonitorBacktest:
    """What became of one monitor. `before` is None where it is not live, `after` where it is refused or goes."""

    key: str
    title: str
    status: Status
    reason: str = ""
    before: Outcome | None = None
    after: Outcome | None = None
    fidelity: Fidelity | None = None
    suggested: Suggestion | None = None
    tells: Sequence[str] = ()
    """Who would have been told of its alerts."""
    lines: Sequence[Line] = ()
    thresholds: tuple[float | None, float | None] = (None, None)
    """The critical threshold before and after."""


@dataclass(frozen=True)
class Backtest:
    """All monitors over one span of time; `calls` is how often Datadog was asked for series."""

    target: str
    since: datetime
    until: datetime
    monitors: Sequence[MonitorBacktest]
    calls: int = 0
    notices: Sequence[str] = field(default=())

    @property
    def days(self) -> float:
        return (self.until - self.since) / timedelta(days=1)

    def a_week(self, outcome: Outcome | None) -> float:
        """Alerts a week."""
        return 0.0 if outcome is None else len(outcome.alerts) * 7 / self.days
