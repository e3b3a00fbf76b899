"""Tasks a few at a time, each after those it waits for."""

from __future__ import annotations

import threading

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dd_sync.core.schedule import run


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(st.integers(0, 9), st.sets(st.integers(0, 9))), st.sampled_from([1, 3]))
def test_each_task_runs_once_and_after_what_it_waits_for(raw: dict[int, set[int]], parallel: int) -> None:
    after = {n: {other for other in others if other < n} for n, others in raw.items()}
    done: list[int] = []
    lock = threading.Lock()

    def task(n: int) -> None:
        with lock:
            assert all(other in done for other in after[n] if other in after)
            done.append(n)

    run(after, task, parallel)
    assert sorted(done) == sorted(after)


def test_no_more_run_at_once_than_is_asked_for() -> None:
    under_way, most = 0, 0
    lock, gate = threading.Lock(), threading.Barrier(3, timeout=10)

    def task(n: int) -> None:
        nonlocal under_way, most
        with lock:
            under_way += 1
            most = max(most, under_way)
        gate.wait()
        with lock:
            under_way -= 1

    run({n: set() for n in range(9)}, task, 3)
    assert most == 3


def test_one_writer_is_the_calling_thread() -> None:
    threads = set()
    run({1: set(), 2: {1}}, lambda n: threads.add(threading.current_thread()), 1)
    assert threads == {threading.current_thread()}


@pytest.mark.parametrize("parallel", [1, 2])
def test_an_error_of_a_task_ends_the_run(parallel: int) -> None:
    done: list[int] = []

    def task(n: int) -> None:
        if n == 2:
            raise ValueError("two")
        done.append(n)

    with pytest.raises(ValueError, match="two"):
        run({1: set(), 2: {1}, 3: {2}}, task, parallel)
    assert done == [1]


@pytest.mark.parametrize("parallel", [1, 2])
def test_in_a_ring_each_waits_for_those_given_before_it(parallel: int) -> None:
    done: list[int] = []
    run({1: {3}, 2: {1}, 3: {2}}, done.append, parallel)
    assert done == [1, 2, 3]
