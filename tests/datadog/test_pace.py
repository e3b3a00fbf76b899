"""Calls wait before Datadog has to refuse them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dd_sync.core.identity import Marks
from dd_sync.datadog.client import Client
from dd_sync.datadog.pace import JITTER_SECONDS, JITTER_SHARE, Pace, pause_after
from dd_sync.emulator.limits import Limits
from dd_sync.kinds.monitor import KIND as MONITOR
from tests.trust.wire import FakeClock, TimedEmulator, Wire

READ = ("GET", "api/v1/monitor")
WRITE = ("PUT", "api/v1/monitor")
ELSEWHERE = ("GET", "api/v1/slo")


def headers(
    remaining: int, reset: float = 10, limit: int = 5, period: int = 10, name: str = "monitor"
) -> dict[str, str]:
    return {
        "x-ratelimit-name": name,
        "x-ratelimit-limit": str(limit),
        "x-ratelimit-period": str(period),
        "x-ratelimit-remaining": str(remaining),
        "x-ratelimit-reset": str(reset),
    }


def test_nothing_waits_before_anything_is_known() -> None:
    pace = Pace(FakeClock())
    assert [pace.take(READ) for _ in range(100)] == [0.0] * 100


def test_a_limit_that_is_used_up_is_waited_out() -> None:
    clock = FakeClock()
    pace = Pace(clock)
    pace.learn(READ, headers(2, reset=7))
    assert [pace.take(READ) for _ in range(3)] == [0.0, 0.0, 7.0]
    clock.sleep(7)
    assert pace.take(READ) == 0.0


def test_a_new_period_does_not_begin_with_a_rush() -> None:
    clock = FakeClock()
    pace = Pace(clock)
    pace.learn(READ, headers(0, reset=3, limit=5))
    clock.sleep(20)
    assert [pace.take(READ) > 0 for _ in range(6)] == [False] * 5 + [True]


def test_calls_of_one_limit_share_it_by_its_name() -> None:
    pace = Pace(FakeClock())
    pace.learn(READ, headers(1))
    pace.learn(WRITE, headers(1))
    assert pace.take(WRITE) == 0.0
    assert pace.take(READ) > 0


def test_a_call_that_was_never_answered_counts_with_its_collection() -> None:
    pace = Pace(FakeClock())
    pace.learn(READ, headers(0))
    assert pace.take(WRITE) > 0
    assert pace.take(ELSEWHERE) == 0.0


def test_answers_that_overtake_each_other_do_not_raise_the_count() -> None:
    pace = Pace(FakeClock())
    pace.learn(READ, headers(1))
    pace.learn(READ, headers(4))
    assert [pace.take(READ) > 0 for _ in range(2)] == [False, True]


def test_a_refusal_uses_the_limit_up_whatever_it_says() -> None:
    pace = Pace(FakeClock())
    pace.learn(READ, headers(3, reset=4), refused=True)
    assert pace.take(READ) == 4.0


@pytest.mark.parametrize("reset", ["", "soon", "nan", "inf", "-1"])
def test_headers_that_say_nothing_are_not_believed(reset: str) -> None:
    pace = Pace(FakeClock())
    pace.learn(READ, {**headers(0), "x-ratelimit-reset": reset})
    assert pace.take(READ) == 0.0


def test_a_limit_without_a_name_or_a_size_is_kept_too() -> None:
    clock = FakeClock()
    pace = Pace(clock)
    pace.learn(READ, {"x-ratelimit-remaining": "0", "x-ratelimit-reset": "5"})
    assert pace.take(READ) == 5.0
    clock.sleep(5)
    assert pace.take(READ) == 0.0


@pytest.mark.parametrize(
    ("named", "seconds"),
    [
        ({}, None),
        ({"retry-after": "3"}, 3.0),
        ({"x-ratelimit-reset": "2", "retry-after": "3"}, 2.0),
        ({"retry-after": "Wed, 21 Oct 2015 07:28:00 GMT"}, None),
        ({"x-ratelimit-reset": "nonsense", "retry-after": "3"}, 3.0),
    ],
)
def test_a_pause_is_read_from_either_header(named: dict[str, str], seconds: float | None) -> None:
    assert pause_after(named) == seconds


@given(
    limit=st.integers(1, 20),
    period=st.sampled_from((1, 10, 60)),
    start=st.floats(0, 60),
    works=st.lists(st.floats(0, 0.3), min_size=1, max_size=80),
)
def test_no_period_ever_sees_more_than_its_calls(limit: int, period: int, start: float, works: list[float]) -> None:
    clock = FakeClock()
    clock.sleep(start)
    pace = Pace(clock)
    pace.learn(READ, headers(limit, reset=period, limit=limit, period=period))
    sent: list[float] = []
    for work in works:
        while (wait := pace.take(READ)) > 0:
            clock.sleep(wait)
        sent.append(clock.now())
        clock.sleep(work)
    for first, last in zip(sent, sent[limit:], strict=False):
        assert last - first >= period + min(JITTER_SECONDS, JITTER_SHARE * period) - 1e-6


def test_calls_that_go_together_get_their_places_together() -> None:
    clock = FakeClock()
    pace = Pace(clock)
    pace.learn(READ, headers(1, reset=6))
    assert pace.take(WRITE, READ) == 6.0
    assert pace.take(WRITE) == 0.0
    clock.sleep(6)
    assert pace.take(WRITE, READ) == 0.0


def test_a_limit_below_what_goes_together_does_not_wait_for_ever() -> None:
    clock = FakeClock()
    pace = Pace(clock)
    pace.learn(READ, headers(1, limit=1))
    clock.sleep(11)
    assert pace.take(WRITE, READ) == 0.0
    assert pace.take(READ) > 0


@pytest.mark.parametrize("limit", [2, 3, 10, 50])
def test_after_its_first_second_an_emulator_that_limits_refuses_nothing(limit: int) -> None:
    clock = FakeClock()
    emulator = TimedEmulator(clock, rate_limit=limit)
    client = Client(Wire(emulator, clock), clock, Marks())
    object_id = emulator.put("monitor", {"name": "a", "type": "query alert", "query": "avg(last_5m):avg:a{*} > 1"})
    client.read(MONITOR, object_id)
    clock.sleep(1)
    emulator.calls.clear()
    for _ in range(60):
        client.update(MONITOR, object_id, lambda: client.read(MONITOR, object_id))
    assert [(seen.method, seen.status) for seen in emulator.calls] == [("GET", 200), ("PUT", 200)] * 60


def written_under_a_limit(phase: float, others: int) -> tuple[int, float]:
    """How many of 401 writes were refused where 20 calls a second pass, and how long they took; the run begins at this
    part of a second, and somebody else makes so many calls in each."""
    clock, limits = FakeClock(), Limits(20)
    clock.sleep(phase)
    pace, done, refused, second, first = Pace(clock), 0, 0, -1, -1.0
    while done < 401:
        if (wait := pace.take(WRITE)) > 0:
            clock.sleep(wait)
            continue
        clock.sleep(0.004)
        if int(clock.now() - 0.3) != second:
            second = int(clock.now() - 0.3)
            for _ in range(others):
                limits.count("monitor", clock.now())
        passes, said = limits.count("monitor", clock.now())
        first = clock.now() if first < 0 else first
        pace.learn(WRITE, {name.lower(): value for name, value in said.items()}, refused=not passes)
        done, refused = done + passes, refused + (not passes)
    return refused, clock.now() - first


@pytest.mark.parametrize("phase", [n / 20 for n in range(20)])
def test_a_limit_used_by_nobody_else_is_used_whole_whenever_the_run_begins(phase: float) -> None:
    """Datadog says in whole seconds when a period ends: believed to the letter, every other one could be lost."""
    refused, seconds = written_under_a_limit(phase, others=0)
    assert refused == 0
    assert seconds <= 1.05 * 400 / 20


@pytest.mark.parametrize("others", [1, 5, 10, 15])
def test_who_shares_a_limit_is_refused_once_at_most(others: int) -> None:
    assert max(written_under_a_limit(n / 20, others)[0] for n in range(20)) <= 1


def test_a_limit_that_others_use_too_is_waited_out() -> None:
    clock = FakeClock()
    pace = Pace(clock)
    pace.learn(READ, headers(4, reset=10))
    clock.sleep(12)
    assert pace.take(READ) == 0.0
    pace.learn(READ, headers(0, reset=8))
    assert pace.take(READ) == pytest.approx(8.0), "four of the five calls are not ours"
