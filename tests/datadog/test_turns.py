"""A write and the look before it go together, whatever else is going on."""

from __future__ import annotations

import threading

import pytest

from dd_sync.datadog.turns import Turns
from tests.trust.wire import FakeClock

READ, WRITE = ("GET", "api/v1/monitor"), ("PUT", "api/v1/monitor")


def turns(remaining: int) -> tuple[Turns, FakeClock]:
    clock = FakeClock()
    made = Turns(clock)
    made.learn(
        READ,
        {
            "x-ratelimit-name": "monitor",
            "x-ratelimit-limit": "4",
            "x-ratelimit-period": "10",
            "x-ratelimit-remaining": str(remaining),
            "x-ratelimit-reset": "10",
        },
        refused=False,
    )
    return made, clock


def test_the_look_inside_a_write_waits_for_nothing() -> None:
    made, clock = turns(2)
    with made.turn(WRITE, (READ,), clock.sleep):
        with made.turn(READ, (), clock.sleep):
            pass
        assert clock.now() == 0


def test_a_write_waits_until_there_is_room_for_its_look_too() -> None:
    made, clock = turns(1)
    with made.turn(WRITE, (READ,), clock.sleep):
        assert clock.now() == 10
        with made.turn(READ, (), clock.sleep):
            assert clock.now() == 10


def test_a_second_look_inside_a_write_takes_a_place_of_its_own() -> None:
    made, clock = turns(2)
    with made.turn(WRITE, (READ,), clock.sleep):
        for _ in range(2):
            with made.turn(READ, (), clock.sleep):
                pass
    assert clock.now() == 10


def test_a_look_needs_no_second_place_among_the_calls_under_way() -> None:
    made, clock = turns(4)
    made.width.places = 1
    with made.turn(WRITE, (READ,), clock.sleep) as outer, made.turn(READ, (), clock.sleep) as inner:
        assert inner is outer


def test_what_was_kept_for_a_look_is_not_kept_for_later_calls() -> None:
    made, clock = turns(2)
    with pytest.raises(KeyError), made.turn(WRITE, (READ,), clock.sleep):
        raise KeyError
    with made.turn(READ, (), clock.sleep):
        assert clock.now() == 10


def test_the_look_of_one_thread_is_not_that_of_another() -> None:
    made, clock = turns(2)
    waited: list[float] = []

    def wait(seconds: float) -> None:
        waited.append(seconds)
        clock.sleep(seconds)

    def other() -> None:
        with made.turn(READ, (), wait):
            pass

    with made.turn(WRITE, (READ,), clock.sleep):
        thread = threading.Thread(target=other)
        thread.start()
        thread.join()
    assert waited == [10.0]
