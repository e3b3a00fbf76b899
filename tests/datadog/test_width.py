"""Fewer calls under way after overload, more again when it is calm."""

from __future__ import annotations

import threading

import pytest

from dd_sync.datadog.width import CALM, Width


def fail(width: Width, together: int = 1) -> None:
    """So many calls that are under way at once, all of them overloaded."""
    if together == 0:
        return
    with width.place() as place:
        fail(width, together - 1)
        place.ended(overloaded=True)


def succeed(width: Width, times: int) -> None:
    for _ in range(times):
        with width.place() as place:
            place.ended(overloaded=False)


def test_overload_halves_what_is_under_way() -> None:
    width = Width(32)
    with width.place(), width.place(), width.place():
        fail(width)
    assert width.places == 2
    with width.place():
        fail(width)
    assert width.places == 1


def test_calls_that_fail_together_are_one_sign() -> None:
    width = Width(32)
    fail(width, together=16)
    assert width.places == 8


def test_one_place_is_always_left() -> None:
    width = Width(32)
    for _ in range(5):
        fail(width)
    assert width.places == 1


def test_a_calm_stretch_gives_a_place_back_up_to_all() -> None:
    width = Width(3)
    fail(width)
    succeed(width, CALM)
    assert width.places == 2
    succeed(width, 10 * CALM)
    assert width.places == 3


def test_overload_ends_a_calm_stretch() -> None:
    width = Width(3)
    fail(width)
    succeed(width, CALM - 1)
    fail(width)
    succeed(width, CALM - 1)
    assert width.places == 1


def test_no_more_are_under_way_than_there_are_places() -> None:
    width = Width(3)
    under_way, most, lock = 0, 0, threading.Lock()

    def call() -> None:
        nonlocal under_way, most
        for _ in range(50):
            with width.place() as place:
                with lock:
                    under_way += 1
                    most = max(most, under_way)
                with lock:
                    under_way -= 1
                place.ended(overloaded=False)

    threads = [threading.Thread(target=call) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert 1 <= most <= 3


def test_a_place_is_given_back_whatever_happens() -> None:
    width = Width(1)
    for _ in range(3):
        with pytest.raises(KeyboardInterrupt), width.place():
            raise KeyboardInterrupt
    succeed(width, 1)
