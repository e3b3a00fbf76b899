"""What lies behind: dependencies, and what the runtime says."""

from __future__ import annotations

from collections.abc import Sequence

from dd_sync import (
    Group,
    NumberFormat,
    WholeService,
    Widget,
)

from .widgets import label, lines


def behind_group(service: WholeService) -> Group | None:
    main = service.main
    widgets: list[Widget] = []
    client = main.span_service(main.mongodb_op)
    if main.uses_mongodb and client is not None:
        spans, here = f"trace.{main.mongodb_op}", f"{{service:{client},$env}}"
        widgets += [
            lines("MongoDB latency (p95)", "second", {"p95": f"p95:{spans}{here}"}),
            lines("MongoDB calls", "operation/second", {"calls": f"sum:{spans}.hits{here}.as_rate()"}),
        ]
    if main.outgoing is not None:  # Go calls the requests it serves http.request too, Python's are one for all services
        calls, here = f"trace.{main.outgoing}", f"{{service:{main.span_service(main.outgoing)},$env}}"
        failed = {"failed": f"sum:{calls}.errors{here}.as_count()", "calls": f"sum:{calls}.hits{here}.as_count()"}
        widgets += [
            lines("Outgoing HTTP latency (p95)", "second", {"p95": f"p95:{calls}{here}"}),
            lines("Outgoing HTTP failures", "percent", failed, {"failed": "100 * failed / calls"}),
        ]
    return Group(title="Dependencies", widgets=widgets) if widgets else None


def runtime_group(service: WholeService) -> Group | None:
    by_pod = service.scope("$env", by=["pod_name"])
    metrics: Sequence[tuple[str, str | NumberFormat, str]]
    match service.main.runtime:
        case "python":
            metrics = [
                ("Resident memory", "byte", "avg:runtime.python.mem.rss"),
                ("Full garbage collections", label("collections"), "sum:runtime.python.gc.count.gen2"),
                ("CPU", "percent", "avg:runtime.python.cpu.percent"),
                ("Threads", "thread", "avg:runtime.python.thread_count"),
            ]
        case "node":
            metrics = [
                ("Heap used", "byte", "avg:runtime.node.mem.heap_used"),
                ("Event loop delay, longest", "nanosecond", "max:runtime.node.event_loop.delay.max"),
                ("CPU", "percent", "avg:runtime.node.cpu.total"),
            ]
        case "java":
            metrics = [
                ("Heap used", "byte", "avg:jvm.heap_memory"),
                ("Heap, maximum", "byte", "avg:jvm.heap_memory_max"),
                ("Major collections", label("GCs/s"), "sum:jvm.gc.major_collection_count"),
                ("Threads", "thread", "avg:jvm.thread_count"),
            ]
        case "go":
            metrics = [
                ("Heap in use", "byte", "avg:runtime.go.mem_stats.heap_inuse"),
                ("Goroutines", label("goroutines"), "avg:runtime.go.num_goroutine"),
                ("Garbage collection pause, longest", "nanosecond", "max:runtime.go.gc_stats.pause_quantiles.max"),
            ]
        case _:
            return None
    widgets = [lines(title, unit, {"value": f"{metric}{by_pod}"}) for title, unit, metric in metrics]
    return Group(title=f"Runtime: {service.main.runtime}", widgets=widgets)
