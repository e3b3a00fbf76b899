"""Microservices: one page a service, in the order one reads it in an incident.

Is the promise kept, what do users feel, does the work get done, is there room, what lies behind, what does the runtime
say. Every query follows `$env`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dd_sync import (
    Dashboard,
    EventStream,
    Formula,
    Group,
    MonitorSummary,
    NumberFormat,
    QueryValue,
    Request,
    Service,
    SLOList,
    SLOWidget,
    TemplateVariable,
    Timeseries,
    Toplist,
    Unit,
    WholeService,
    Widget,
    define,
)
from slos.service import availability

Queries = Mapping[str, str]
"""Queries by the name they are shown under and formulas use."""


@define
def overview(
    service: WholeService,
    *,
    error_budget: bool = True,  # off where the availability SLO is off
) -> Dashboard:
    """Everything about {service.name}: choose the environment at the top, read from the top."""
    requests = service.does("http", "grpc")
    groups = [
        _promise(service, error_budget=error_budget and requests),
        _requests(service) if requests else None,
        _work(service) if service.does("worker") else None,
        _runs(service) if service.main.cron else None,
        _room(service),
        _behind(service) if requests or service.does("worker") else None,
        _runtime(service),
    ]
    return Dashboard(
        title="Service / {service.name}",
        widgets=[group for group in groups if group is not None],
        template_variables=[
            TemplateVariable(
                name="env",
                prefix="env",
                available_values=[one.env for one in service.envs],
                defaults=[service.main.env],
            )
        ],
        tags=[f"team:{service.team}"] if service.team else None,
    )


def _promise(service: WholeService, *, error_budget: bool) -> Group:
    budget = SLOWidget(
        title="Error budget",
        slo_id=availability.ref(service.main),
        view_mode="overall",
        time_windows=["7d", "30d"],
        show_error_budget=True,
    )
    return Group(
        title="SLOs and monitors",
        widgets=[
            *([budget] if error_budget else []),
            SLOList(title="SLOs", requests=[f"service:{service.name}"]),
            MonitorSummary(
                title="Monitors",
                query=f"tag:(service:{service.name})",
                display_format="countsAndList",
                summary_type="monitors",
                hide_zero_counts=True,
            ),
            EventStream(title="Deploys", query=f"source:kubernetes service:{service.name} env:$env.value"),
        ],
    )


def _requests(service: WholeService) -> Group:
    spans = f"trace.{service.op}"
    here, by_version = service.scope("$env"), service.scope("$env", by=["version"])
    by_resource = service.scope("$env", by=["resource_name"])
    failed = {
        "errors": f"sum:{spans}.errors{by_version}.as_count()",
        "requests": f"sum:{spans}.hits{by_version}.as_count()",
    }
    widgets: list[Widget] = [
        _lines("Requests by version", "request/second", {"requests": f"sum:{spans}.hits{by_version}.as_rate()"}),
        _lines("Error rate by version", "percent", failed, {"errors": "100 * default_zero(errors) / requests"}),
        _lines("Latency", "second", {name: f"{name}:{spans}{here}" for name in ("p50", "p95", "p99")}),
    ]
    if service.does("http"):
        by_class = service.scope("$env", by=["http.status_class"])
        answers = {"answers": f"sum:{spans}.hits.by_http_status{by_class}.as_rate()"}
        widgets.append(_lines("Answers by status", "request/second", answers))
    widgets += [
        _top("Slowest resources (p95)", "second", f"p95:{spans}{by_resource}"),
        _top("Resources with most errors", "error", f"sum:{spans}.errors{by_resource}.as_count()"),
    ]
    return Group(title="Golden signals", widgets=widgets)


def _work(service: WholeService) -> Group | None:
    """What waits, what is done; by what the queue is."""
    queue, operation = service.main.queue, service.main.op_of("worker")
    widgets: list[Widget] = []
    if queue is not None and queue.type == "sqs" and queue.name:
        here = _of_queue(service, "queuename")
        messages = "sum:aws.sqs.approximate_number_of_messages"
        widgets += [
            _lines("Oldest message", "second", {"age": f"max:aws.sqs.approximate_age_of_oldest_message{here}"}),
            _lines(
                "Messages waiting and in flight",
                "message",
                {"waiting": f"{messages}_visible{here}", "in_flight": f"{messages}_not_visible{here}"},
            ),
        ]
    if queue is not None and queue.type == "kafka" and queue.group:
        here = queue.scope(f"consumer_group:{queue.group}", "$env", by=["topic"])
        widgets.append(_lines("Lag by topic", "second", {"lag": f"max:kafka.estimated_consumer_lag{here}"}))
    if queue is not None and queue.type == "rabbitmq" and queue.name:
        here = _of_queue(service, "rabbitmq_queue")
        widgets.append(_lines("Consumers", _label("consumers"), {"consumers": f"sum:rabbitmq.queue.consumers{here}"}))
    if operation is not None:
        by_task = service.scope("$env", by=["resource_name"])
        widgets += [
            _lines("Tasks", "task/second", {"tasks": f"sum:trace.{operation}.hits{by_task}.as_rate()"}),
            _lines("Failed tasks", "task", {"failed": f"sum:trace.{operation}.errors{by_task}.as_count()"}),
        ]
    return Group(title="Worker", widgets=widgets) if widgets else None


def _runs(service: WholeService) -> Group:
    cron = service.main.cron
    assert cron is not None
    here = f"{{kube_cronjob:{cron.name},$env}}"
    success = f"max:kubernetes_state.cronjob.duration_since_last_successful{here}"
    return Group(
        title="Scheduled job",
        widgets=[
            QueryValue(
                title="Since the last success", requests=[_request("second", {"since": success})], autoscale=True
            ),
            _lines("Duration of runs", "second", {"run": f"max:kubernetes_state.job.duration{here} by {{kube_job}}"}),
        ],
    )


def _room(service: WholeService) -> Group:
    here, by_pod = service.scope("$env"), service.scope("$env", by=["pod_name"])
    stateful = service.main.stateful
    owner, ready = ("statefulset", "ready") if stateful else ("deployment", "available")
    periods = "kubernetes.cpu.cfs"
    widgets: list[Widget] = [
        _lines(
            "CPU",
            "core",
            {
                "used": f"sum:container.cpu.usage{here}",
                "requested": f"sum:kubernetes.cpu.requests{here}",
                "limit": f"sum:kubernetes.cpu.limits{here}",
            },
            {"used": "used / 1000000000", "requested": "requested", "limit": "limit"},  # used is in nanocores
        ),
        _lines(
            "Memory",
            "byte",
            {
                "used": f"sum:container.memory.usage{here}",
                "requested": f"sum:kubernetes.memory.requests{here}",
                "limit": f"sum:kubernetes.memory.limits{here}",
            },
        ),
        _lines(
            "Replicas",
            _label("replicas"),
            {
                "desired": f"sum:kubernetes_state.{owner}.replicas_desired{here}",
                ready: f"sum:kubernetes_state.{owner}.replicas_{ready}{here}",
            },
        ),
        _lines(
            "CPU throttled",
            "percent",
            {"throttled": f"sum:{periods}.throttled.periods{here}", "periods": f"sum:{periods}.periods{here}"},
            {"throttled": "100 * throttled / periods"},
        ),
        _lines("Restarts", _label("restarts"), {"restarts": f"sum:kubernetes.containers.restarts{by_pod}"}),
    ]
    if service.main.kubernetes.hpa is not None:
        widgets.append(_autoscaler(service.main))
    return Group(title="Saturation (Kubernetes)", widgets=widgets)


def _autoscaler(service: Service) -> Widget:
    where = service.kubernetes
    namespace = f"kube_namespace:{where.namespace}," if where.namespace else ""
    here = f"{{horizontalpodautoscaler:{where.hpa},{namespace}$env}}"
    queries = {name: f"avg:kubernetes_state.hpa.{name}_replicas{here}" for name in ("current", "max")}
    return _lines("Autoscaler", _label("replicas"), queries)


def _behind(service: WholeService) -> Group | None:
    here, main = service.scope("$env"), service.main
    widgets: list[Widget] = []
    if main.uses_mongodb:
        spans = f"trace.{main.mongodb_op}"
        widgets += [
            _lines("MongoDB latency (p95)", "second", {"p95": f"p95:{spans}{here}"}),
            _lines("MongoDB calls", "operation/second", {"calls": f"sum:{spans}.hits{here}.as_rate()"}),
        ]
    if main.runtime in ("node", "java"):  # Go calls the requests it serves http.request too, Python none
        widgets.append(_lines("Outgoing HTTP latency (p95)", "second", {"p95": f"p95:trace.http.request{here}"}))
    return Group(title="Dependencies", widgets=widgets) if widgets else None


def _runtime(service: WholeService) -> Group | None:
    by_pod = service.scope("$env", by=["pod_name"])
    metrics: Sequence[tuple[str, str | NumberFormat, str]]
    match service.main.runtime:
        case "python":
            metrics = [
                ("Resident memory", "byte", "avg:runtime.python.mem.rss"),
                ("Full garbage collections", _label("collections"), "sum:runtime.python.gc.count.gen2"),
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
                ("Major collections", _label("collections/s"), "sum:jvm.gc.major_collection_count"),
                ("Threads", "thread", "avg:jvm.thread_count"),
            ]
        case "go":
            metrics = [
                ("Heap in use", "byte", "avg:runtime.go.mem_stats.heap_inuse"),
                ("Goroutines", _label("goroutines"), "avg:runtime.go.num_goroutine"),
                ("Garbage collection pause, longest", "nanosecond", "max:runtime.go.gc_stats.pause_quantiles.max"),
            ]
        case _:
            return None
    widgets = [_lines(title, unit, {"value": f"{metric}{by_pod}"}) for title, unit, metric in metrics]
    return Group(title=f"Runtime: {service.main.runtime}", widgets=widgets)


def _of_queue(service: WholeService, tag: str) -> str:
    """The scope of the queue of the chosen environment.

    Queues carry the environment in their name (`orders-prod`), or else a tag: AWS has none unless somebody sets it.
    """
    main = service.main.queue
    assert main is not None
    names = {one.env: one.queue.name or "" for one in service.envs if one.queue is not None}
    patterns = {name.replace(env, "$env.value") for env, name in names.items()}
    if len(patterns) == 1 and "$env.value" in next(iter(patterns)):
        return main.scope(f"{tag}:{patterns.pop()}")
    return main.scope(f"{tag}:{main.name}", "$env")


def _label(text: str) -> NumberFormat:
    """A unit Datadog does not know."""
    return NumberFormat(unit=Unit(type="custom_unit_label", label=text))


def _lines(title: str, unit: str | NumberFormat, queries: Queries, formulas: Queries | None = None) -> Timeseries:
    return Timeseries(title=title, show_legend=True, requests=[_request(unit, queries, formulas)])


def _top(title: str, unit: str, query: str) -> Toplist:
    return Toplist(title=title, requests=[_request(unit, {"value": query})])


def _request(unit: str | NumberFormat, queries: Queries, formulas: Queries | None = None) -> Request:
    """Queries and what is shown of them: formulas by their alias, or each query as it is."""
    shown = formulas or {name: name for name in queries}
    return Request(
        queries=dict(queries),
        formulas=[Formula(formula=formula, alias=alias, number_format=unit) for alias, formula in shown.items()],
    )
