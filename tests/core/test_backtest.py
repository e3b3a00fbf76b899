"""What a backtest comes to: alerts, minutes, groups, fidelity."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from dd_sync.core.backtest import Backtest, Fidelity, Firing, MonitorBacktest, Outcome

BEGIN = datetime(2026, 11, 1, tzinfo=UTC)


def firing(minute: int, minutes: int, state: Any = "alert", group: str = "host:a") -> Firing:
    since = BEGIN + timedelta(minutes=minute)
    return Firing(group, state, since, since + timedelta(minutes=minutes))


OUTCOME = Outcome([firing(0, 5), firing(9, 20, "warning"), firing(30, 12, group="host:b"), firing(60, 1)], night=1)


def test_only_alerts_count_as_alerts() -> None:
    assert [one.minutes for one in OUTCOME.alerts] == [5, 12, 1]
    assert (OUTCOME.minutes, OUTCOME.longest) == (18, 12)
    assert OUTCOME.by_group == {"host:a": 2, "host:b": 1}
    assert list(OUTCOME.by_group) == ["host:a", "host:b"]


def test_of_nothing_there_is_no_longest() -> None:
    assert (Outcome([]).longest, Outcome([]).minutes, Outcome([]).night) == (0, 0, 0)


@pytest.mark.parametrize(
    ("events", "reproduced", "replayed", "percent"),
    [(31, 29, 29, 94), (10, 10, 10, 100), (10, 5, 10, 33), (0, 0, 0, None), (0, 0, 3, 0)],
)
def test_fidelity_is_what_both_have_of_what_either_has(
    events: int, reproduced: int, replayed: int, percent: int | None
) -> None:
    assert Fidelity(events, reproduced, replayed).percent == percent


def test_alerts_a_week_are_those_of_the_days_looked_at() -> None:
    fortnight = Backtest("prod", BEGIN, BEGIN + timedelta(days=14), [MonitorBacktest("a/b", "A", "evaluated")])
    assert fortnight.days == 14
    assert fortnight.a_week(OUTCOME) == 1.5
    assert fortnight.a_week(None) == 0
