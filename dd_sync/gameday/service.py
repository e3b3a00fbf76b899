"""A service of the inventory in one environment: its requests or tasks, its pods, runtime, queue and jobs."""

from __future__ import annotations

from collections.abc import Mapping

from dd_sync.definitions import inventory
from dd_sync.gameday.autoscaler import Autoscaler
from dd_sync.gameday.cluster import Cluster
from dd_sync.gameday.components import LoadBalancer
from dd_sync.gameday.jobs import CronJob
from dd_sync.gameday.pod import Pod
from dd_sync.gameday.queues import Queue
from dd_sync.gameday.source import Source
from dd_sync.gameday.spans import CLIENT_ERRORS, CLIENT_SPANS, DATABASE_SPANS, GRPC_SPANS, TASK_SERVICES, Spans
from dd_sync.gameday.track import Following, Reading, Total, Track
from dd_sync.gameday.workload import Kind, Workload
from dd_sync.gameday.world import World

USUAL = 600.0
"""Requests a minute of a service that does not say; half as many tasks."""

_HOURS = (
    0.3,
    0.2,
    0.15,
    0.12,
    0.12,
    0.15,
    0.3,
    0.6,
    0.9,
    1.0,
    1.0,
    1.0,
    1.0,
    1.0,
    1.0,
    1.0,
    1.0,
    0.95,
    0.9,
    0.9,
    0.85,
    0.7,
    0.55,
    0.4,
)
"""Traffic by hour of the day, as a share of the busiest."""

REPLICAS = {1: 6, 2: 4, 3: 3, 4: 2}
"""Pods by tier."""


class Service:
    """One service. `requests` and `tasks` are its primary spans, None for what it does not do."""

    def __init__(self, world: World, facts: inventory.Service, cluster: Cluster) -> None:
        self.world = world
        self.facts = facts
        self.cluster = cluster
        self.name = facts.name
        self.labels = {"service": facts.name, "env": facts.env, "version": "v1"}
        self.workload: Workload | None = self._workload()
        self.autoscaler: Autoscaler | None = None
        where = facts.kubernetes
        if where.hpa and self.workload is not None:
            self.autoscaler = cluster.autoscale(self.workload, where.hpa, self.workload.replicas * 3)
            if cluster.keda is not None and facts.does("worker"):
                cluster.keda.scales(self.workload.namespace, self.workload.name)
        self.requests: Spans | None = self._requests()
        self.tasks: Spans | None = self._tasks()
        self.database: Spans | None = self._calls(DATABASE_SPANS, bool(facts.mongodb), 2.0)
        self.calls: Spans | None = self._calls(CLIENT_SPANS, self.spans_or_none is not None, 0.5)
        """What it asks of others over HTTP."""
        self.grpc_calls: Spans | None = self._calls(GRPC_SPANS, self.spans_or_none is not None, 0.5)
        """What it asks of others over gRPC."""
        self.queue = Queue(world, facts.queue, facts.queue.name) if facts.queue and facts.queue.name else None
        self.cron = self._cron()
        self.heap: Track = world.track(0.55)
        """The share of its heap in use."""
        self.loop: Track = world.track(8e6)
        """Nanoseconds of event-loop delay, or of a pause of the garbage collector."""
        self.threads: Track = world.track(60)
        self.collecting: Track = world.track(0.02)
        """The share of time or CPU that garbage collection takes."""
        self.balancer: LoadBalancer | None = None
        if self.workload is not None:
            for pod in self.workload.pods:
                self._runtime(pod)
            if self.requests is not None and facts.does("http"):
                self.balancer = self._balancer(self.workload, self.requests)

    @property
    def about(self) -> str:
        return f"service {self.facts.key}"

    @property
    def team(self) -> str:
        return self.facts.team

    @property
    def env(self) -> str:
        return self.facts.env

    @property
    def paged_for(self) -> int:
        return self.facts.paged_for if self.facts.paging else 0

    @property
    def spans(self) -> Spans:
        """Its primary spans: of its requests, else of its tasks. AttributeError for a mere CronJob."""
        found = self.requests or self.tasks
        if found is None:
            raise AttributeError(f"{self.name} has neither requests nor tasks")
        return found

    @property
    def spans_or_none(self) -> Spans | None:
        """Its primary spans, where it has any."""
        return self.requests or self.tasks

    @property
    def serves(self) -> bool:
        """Whether it answers requests."""
        return self.requests is not None

    @property
    def busy(self) -> bool:
        """Whether enough happens for shares to mean something."""
        return self.requests is not None and not self.facts.quiet

    def deploys(self, minute: int = 0, version: str = "v2", *, errors: float = 0.0, broken: bool = False) -> None:
        """A new version rolls out; `errors` is the share of its requests that fail, broken pods never get ready."""
        if self.workload is None:
            return
        self.workload.rolls(minute, version, broken=broken)
        for pod in self.workload.pods:
            if pod.version == version:
                self._runtime(pod)
                if broken:
                    pod.crashes(minute + 1)
        if not broken:
            takes = len(self.workload.pods)
            for spans in (self.requests, self.tasks):
                if spans is not None:
                    spans.deploys(version, minute, minute + takes, errors=errors)

    def fails(self, share: float, start: int = 0, end: int | None = None) -> None:
        """A share of its requests or tasks ends with an error."""
        self.spans.errors.set(share, start, end)

    def hour(self, minute: int) -> float:
        """Traffic at a minute, as a share of the busiest hour's."""
        at = self.world.clock(minute)
        day = _HOURS[at // 60 % 24] * (0.3 if at >= 5 * 1440 else 1.0)
        waves = (0.3, -0.7, 1.0, -0.2, 0.6, -1.0, 0.1, 0.8, -0.5, -0.4)
        return day * (1 + 0.05 * waves[minute * 7 % 10])

    def _workload(self) -> Workload | None:
        """Its pods, labelled with its name on the object too."""
        where = self.facts.kubernetes
        kind, _, name = (where.workload or f"Deployment/{self.name}").partition("/")
        if kind not in ("Deployment", "StatefulSet", "DaemonSet"):
            return None
        kinds: Mapping[str, Kind] = {"Deployment": "Deployment", "StatefulSet": "StatefulSet", "DaemonSet": "DaemonSet"}
        count = 20 if kind == "DaemonSet" else REPLICAS[self.facts.tier]
        namespace = where.namespace or self.name
        return self.cluster.run(kinds[kind], namespace, name, count, self.labels, claims=where.volumes)

    def _requests(self) -> Spans | None:
        work = next((kind for kind in ("http", "grpc") if kind in self.facts.kinds), None)
        operation = self.facts.op_of(work) if work in ("http", "grpc") else None  # type: ignore[arg-type]
        if work is None or operation is None:
            return None
        usual = self.facts.requests_per_minute or USUAL
        named = ("GET /items/{id}", "POST /items") if work == "http" else ("shop.Api/Get", "shop.Api/Put")
        return Spans(
            self.world,
            operation,
            self.name,
            self.env,
            lambda minute: usual * self.hour(minute),
            p95=0.12,
            resources=named,
            web=work == "http",
            grpc=work == "grpc",
        )

    def _tasks(self) -> Spans | None:
        operation = self.facts.op_of("worker") if self.facts.does("worker") else None
        if operation is None:
            return None
        named = TASK_SERVICES.get((operation, self.facts.runtime or ""), "{service}").format(service=self.name)
        usual = USUAL / 2
        return Spans(
            self.world,
            operation,
            named,
            self.env,
            lambda minute: usual * self.hour(minute),
            p95=1.5,
            resources=("work",),
            web=False,
        )

    def _calls(self, table: Mapping[str, tuple[str, str]], has: bool, each: float) -> Spans | None:
        """Calls to others: so many for each request or task, under the service the tracer gives them."""
        primary = self.requests or self.tasks
        runtime = self.facts.runtime or ""
        if not has or primary is None or runtime not in table:
            return None
        operation, service = table[runtime]
        if primary.operation == operation:
            return None
        rate = Following(lambda n: n * each, primary.rate)
        return Spans(
            self.world,
            operation,
            service.format(service=self.name),
            self.env,
            rate.at,
            p95=0.03,
            resources=("find",) if table is DATABASE_SPANS else ("GET",),
            web=False,
            errors=0.0005,
            refusing=None if table is not CLIENT_SPANS else CLIENT_ERRORS.get(runtime, "4xx"),
        )

    def _cron(self) -> CronJob | None:
        cron = self.facts.cron
        if cron is None:
            return None
        period = (cron.period_s or 86_400) // 60
        labels = {"service": self.name, "env": self.env}
        namespace = self.facts.kubernetes.namespace or self.name
        ago = min(480, period // 2)
        return CronJob(self.cluster, namespace, cron.name, labels, period=period, ago=ago, takes=min(20, period // 4))

    def _balancer(self, workload: Workload, requests: Spans) -> LoadBalancer:
        healthy = workload.count(lambda pod: pod.available)
        pods = workload.count(lambda pod: pod.exists)
        return LoadBalancer(self.cluster, self.name, requests.rate, healthy, pods)

    def _runtime(self, pod: Pod) -> None:
        """What its tracer says of each process. Without the orchestrator's cardinality nothing names the pod."""
        tags = {
            "service": self.name,
            "env": self.env,
            "version": pod.version,
            "host": pod.node.host,
            "kube_cluster_name": self.cluster.name,
            "kube_namespace": pod.workload.namespace,
            **pod.workload.owner_tags,
        }
        tags.pop("kube_replica_set", None)
        if self.facts.runtime in ("java", "dotnet"):
            tags["runtime-id"] = f"{pod.name}-1"
        heap = 512 * 2**20
        used = Following(lambda share: share * heap, self.heap)
        cpu = Following(lambda cores: cores * 100, pod.cpu)
        figures: Mapping[str, Mapping[str, Reading]] = {
            "python": {
                "runtime.python.cpu.percent": cpu,
                "runtime.python.mem.rss": pod.working_set,
                "runtime.python.thread_count": self.threads,
                "runtime.python.gc.pause.max": self.loop,
            },
            "node": {
                "runtime.node.cpu.total": cpu,
                "runtime.node.mem.heap_used": used,
                "runtime.node.heap.heap_size_limit": self.world.track(heap),
                "runtime.node.event_loop.delay.max": Following(lambda ns: ns * 3, self.loop),
                "runtime.node.event_loop.delay.95percentile": self.loop,
                "runtime.node.event_loop.delay.avg": Following(lambda ns: ns / 3, self.loop),
            },
            "java": {
                "jvm.heap_memory": used,
                "jvm.heap_memory_max": self.world.track(heap),
                "jvm.thread_count": self.threads,
                "jvm.gc.major_collection_time": Following(lambda share: share * 1000, self.collecting),
                "jvm.gc.major_collection_count": Following(lambda share: share * 2, self.collecting),
            },
            "go": {
                "runtime.go.num_goroutine": Following(lambda n: n * 5, self.threads),
                "runtime.go.mem_stats.heap_inuse": used,
                "runtime.go.mem_stats.gc_cpu_fraction": self.collecting,
                "runtime.go.gc_stats.pause_quantiles.max": self.loop,
                "runtime.go.metrics.cpu_classes_gc_total.cpu_seconds": Total(self.collecting, 5000, self.world.undo),
                "runtime.go.metrics.sched_goroutines.goroutines": Following(lambda n: n * 5, self.threads),
            },
            "dotnet": {
                "runtime.dotnet.gc.memory_load": Following(lambda share: share * 100, self.heap),
                "runtime.dotnet.threads.workers_count": self.threads,
            },
        }
        there = (pod.node.agent, pod.runs)
        for metric, value in figures.get(self.facts.runtime or "", {}).items():
            self.world.add(Source(metric, tags, value, there))
