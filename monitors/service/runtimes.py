"""Runtimes. All but Java's and Go's need DD_RUNTIME_METRICS_ENABLED=true.

Runtime metrics carry no pod by default, and pods of one node overwrite each other there: what is seen is never more
than what is. Java's tell processes apart.
"""

from __future__ import annotations

from dd_sync import Monitor, Number, Service, define

from .terms import SETTLE_S, alert, by_host, by_process, ratio


@define(level="full")
def python_gc_pause(
    service: Service,
    *,
    critical: Number = 200_000_000,  # nanoseconds
    warning: Number | None = None,  # nanoseconds
    minutes: int = 10,
) -> Monitor | None:
    """Requests to {service.name} in {service.env} wait while Python collects garbage.

    First step: which code makes the objects: the profiler's allocations; `gc.freeze()` after start helps.

    Likely causes: many objects made in loops; a large cache that each full collection walks through.

    Over when: the longest pause is below the threshold for {minutes} minutes.
    """
    if service.runtime != "python":
        return None
    return alert(
        name="[{service.name}] Python pauses longer than {{threshold}}ns in {service.env}",
        query=f"avg(last_{minutes}m):max:runtime.python.gc.pause.max{service.scope()} > {critical}",
        warning=warning,
        on_missing_data="resolve",
        priority=4,
    )


@define(level="full")
def python_threads(
    service: Service,
    *,
    critical: Number = 200,  # threads
    warning: Number | None = None,  # threads
    minutes: int = 15,
) -> Monitor | None:
    """A pod of {service.name} in {service.env} has more and more threads; it will run out of memory.

    First step: `py-spy dump --pid 1` in a pod on {{host.name}}: where do the threads stand?

    Likely causes: threads that wait for ever on a call without a timeout; a pool made for each request.

    Over when: the number of threads stays below the threshold.
    """
    if service.runtime != "python":
        return None
    return alert(
        name="[{service.name}] Python threads above {{threshold}} in {service.env}",
        query=f"avg(last_{minutes}m):max:runtime.python.thread_count{by_host(service)} > {critical}",
        warning=warning,
        critical_recovery=0.75 * critical,
        on_missing_data="resolve",
        new_group_delay=SETTLE_S,
        priority=4,
    )


@define(level="standard")
def node_event_loop(
    service: Service,
    *,
    critical: Number = 200_000_000,  # nanoseconds
    warning: Number | None = None,  # nanoseconds
    minutes: int = 10,
) -> Monitor | None:
    """Everything {service.name} in {service.env} does waits for work that holds the event loop.

    First step: the profiler's wall time, or `node --cpu-prof`: the synchronous function that takes longest.

    Likely causes: parsing or encrypting something large; a regular expression that backtracks; synchronous files.

    Over when: the delay stays below the threshold for {minutes} minutes.
    """
    if service.runtime != "node":
        return None
    return alert(
        name="[{service.name}] Event loop delayed by more than {{threshold}}ns in {service.env}",
        query=f"min(last_{minutes}m):max:runtime.node.event_loop.delay.95percentile{service.scope()} > {critical}",
        warning=warning,
        critical_recovery=0.75 * critical,
        on_missing_data="resolve",
        priority=3,
    )


@define(level="standard")
def node_heap(
    service: Service,
    *,
    critical: Number = 90,  # percent of V8's limit
    warning: Number | None = None,  # percent of V8's limit
    minutes: int = 15,
) -> Monitor | None:
    """A pod of {service.name} in {service.env} is about to end with "heap out of memory".

    First step: a heap snapshot of a pod on {{host.name}} (`node --heapsnapshot-signal=SIGUSR2`), then restart it.

    Likely causes: a leak (listeners, caches, closures); one response that is built in memory.

    Over when: the heap stays below the threshold for {minutes} minutes after a collection.
    """
    if service.runtime != "node":
        return None
    scope = by_host(service)
    return ratio(
        name="[{service.name}] Node heap above {{threshold}}% of its limit in {service.env}",
        query=f"min(last_{minutes}m):100 * max:runtime.node.mem.heap_used{scope}"
        f" / max:runtime.node.heap.heap_size_limit{scope} > {critical}",
        warning=warning,
        critical_recovery=85 / 90 * critical,
        on_missing_data="resolve",
        new_group_delay=SETTLE_S,
        priority=3,
    )


@define(level="standard")
def java_heap(
    service: Service,
    *,
    critical: Number = 90,  # percent of the maximum
    warning: Number | None = None,  # percent of the maximum
    minutes: int = 15,
) -> Monitor | None:
    """A pod of {service.name} in {service.env} has nearly no heap left; it collects garbage instead of working.

    First step: `jcmd 1 GC.class_histogram` in a pod on {{host.name}}; a heap dump before it is restarted.

    Likely causes: a leak; a cache without a bound; a maximum (`-Xmx`) set too low.

    Over when: the heap stays below the threshold for {minutes} minutes.
    """
    if service.runtime != "java":
        return None
    scope = by_process(service)
    return ratio(
        name="[{service.name}] JVM heap above {{threshold}}% in {service.env}",
        query=f"min(last_{minutes}m):100 * max:jvm.heap_memory{scope} / max:jvm.heap_memory_max{scope} > {critical}",
        warning=warning,
        critical_recovery=85 / 90 * critical,
        on_missing_data="resolve",
        new_group_delay=SETTLE_S,
        priority=3,
    )


@define(level="standard")
def java_gc(
    service: Service,
    *,
    critical: Number = 100,  # milliseconds of each second
    warning: Number | None = None,  # milliseconds of each second
    minutes: int = 10,
) -> Monitor | None:
    """A pod of {service.name} in {service.env} stands still for garbage collection, {critical} ms of each second.

    First step: the heap of a pod on {{host.name}} on the service's dashboard: nearly full, or filled fast?

    Likely causes: too small a heap; a new version that allocates more; a leak.

    Over when: less than the threshold for {minutes} minutes.
    """
    if service.runtime != "java":
        return None
    return alert(
        name="[{service.name}] JVM collects garbage for {{threshold}} ms of each second in {service.env}",
        query=f"avg(last_{minutes}m):avg:jvm.gc.major_collection_time{by_process(service)} > {critical}",
        warning=warning,
        critical_recovery=0.8 * critical,
        on_missing_data="resolve",
        new_group_delay=SETTLE_S,
        priority=3,
    )


@define(level="full")
def java_threads(
    service: Service,
    *,
    critical: Number = 500,  # threads
    warning: Number | None = None,  # threads
    minutes: int = 15,
) -> Monitor | None:
    """A pod of {service.name} in {service.env} has more and more threads; it will run out of memory.

    First step: `jcmd 1 Thread.print` in a pod on {{host.name}}: where do most of them stand?

    Likely causes: calls without a timeout; a pool made for each request; a dependency that got slow.

    Over when: the number of threads stays below the threshold.
    """
    if service.runtime != "java":
        return None
    return alert(
        name="[{service.name}] JVM threads above {{threshold}} in {service.env}",
        query=f"avg(last_{minutes}m):avg:jvm.thread_count{by_process(service)} > {critical}",
        warning=warning,
        critical_recovery=0.8 * critical,
        on_missing_data="resolve",
        new_group_delay=SETTLE_S,
        priority=4,
    )


@define(level="full")
def go_goroutines(
    service: Service,
    *,
    critical: Number = 10_000,  # goroutines
    warning: Number | None = None,  # goroutines
    minutes: int = 15,
) -> Monitor | None:
    """A pod of {service.name} in {service.env} has more and more goroutines; it will run out of memory.

    First step: `curl localhost:6060/debug/pprof/goroutine?debug=1` in a pod on {{host.name}}: the largest group.

    Likely causes: a channel nobody reads; a call without a deadline; a response body that is not closed.

    Over when: the number of goroutines stays below the threshold.
    """
    if service.runtime != "go":
        return None
    return alert(
        name="[{service.name}] Goroutines above {{threshold}} in {service.env}",
        query=f"avg(last_{minutes}m):max:runtime.go.metrics.sched_goroutines.goroutines{by_host(service)} > {critical}",
        warning=warning,
        critical_recovery=0.8 * critical,
        on_missing_data="resolve",
        new_group_delay=SETTLE_S,
        priority=4,
    )


@define(level="full")
def go_gc_cpu(
    service: Service,
    *,
    critical: Number = 0.15,  # CPU seconds of collection in each second of a core
    minutes: int = 15,
) -> Monitor | None:
    """A pod of {service.name} in {service.env} spends much CPU time on garbage collection.

    First step: `go tool pprof` of allocations in a pod on {{host.name}}; compare GOMEMLIMIT with its memory limit.

    Likely causes: a memory limit close to what is used; a new version that allocates more.

    Over when: it stays below the threshold.
    """
    if service.runtime != "go":
        return None
    return alert(
        name="[{service.name}] Go spends more than {{threshold}} of a core on collection in {service.env}",
        query=f"min(last_{minutes}m):per_second(max:runtime.go.metrics.cpu_classes_gc_total.cpu_seconds"
        f"{by_host(service)}) > {critical}",
        critical_recovery=0.8 * critical,
        on_missing_data="resolve",
        new_group_delay=SETTLE_S,
        priority=4,
    )
