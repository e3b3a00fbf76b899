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
    here, main = service.scope("$env"), service.main
    widgets: list[Widget] = []
    if main.uses_mongodb:
        spans = f"trace.{main.mongodb_op}"
        widgets += [
            lines("MongoDB latency (p95)", "second", {"p95": f"p95:{spans}{here}"}),
            lines("MongoDB calls", "operation/second", {"calls": f"sum:{spans}.hits{here}.as_rate()"}),
        ]
    if main.runtime in ("node", "java"):  # Go calls the requests it serves http.request too, Python none
        widgets.append(lines("Outgoing HTTP latency (p95)", "second", {"p95": f"p95:trace.http.request{here}"}))
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
