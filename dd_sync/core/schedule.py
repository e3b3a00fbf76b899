"""Running tasks a few at a time, each after those it waits for."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence, Set
from concurrent.futures import Future, ThreadPoolExecutor
from graphlib import CycleError, TopologicalSorter
from queue import SimpleQueue
from typing import TypeVar

N = TypeVar("N")


def run(after: Mapping[N, Set[N]], task: Callable[[N], None], parallel: int) -> None:
    """Calls `task` for every name, those in `after[name]` first; names that are no tasks are not waited for.

    With `parallel` 1 everything runs in the calling thread, in a fixed order. An error of a task ends the run once
    what is under way has ended. Where names wait for each other in a ring, each waits only for those given before it.
    """
    order = _order({name: [other for other in others if other in after] for name, others in after.items()})
    if parallel <= 1:
        _run_in_turn(order, task)
    else:
        _run_together(order, task, parallel)


def _order(after: Mapping[N, Sequence[N]]) -> TopologicalSorter[N]:
    order = TopologicalSorter(after)
    try:
        order.prepare()
    except CycleError:  # people can make a ring of live objects in Datadog
        place = {name: n for n, name in enumerate(after)}
        earlier = {name: [one for one in others if place[one] < place[name]] for name, others in after.items()}
        order = TopologicalSorter(earlier)
        order.prepare()
    return order


def _run_in_turn(order: TopologicalSorter[N], task: Callable[[N], None]) -> None:
    while order.is_active():
        for name in order.get_ready():
            task(name)
            order.done(name)


def _run_together(order: TopologicalSorter[N], task: Callable[[N], None], parallel: int) -> None:
    ended: SimpleQueue[tuple[N, Future[None]]] = SimpleQueue()
    with ThreadPoolExecutor(max_workers=parallel, thread_name_prefix="write") as pool:

        def start(name: N) -> None:
            pool.submit(task, name).add_done_callback(lambda future: ended.put((name, future)))

        try:
            while order.is_active():
                for name in order.get_ready():
                    start(name)
                name, future = ended.get()
                future.result()
                order.done(name)
        except BaseException:
            pool.shutdown(wait=True, cancel_futures=True)
            raise
