"""A microservice as definitions see it: one in one environment, or one in all of them."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal, NamedTuple

from pydantic import Field

from dd_sync.core.errors import DefinitionError
from dd_sync.core.span_operations import MONGODB, OUTGOING, candidates, operation, span_service
from dd_sync.definitions import text
from dd_sync.definitions.entry import Entry, Facts, Name

Work = Literal["http", "grpc", "worker", "cron"]
"""What a service does; several may hold."""

Runtime = Literal["python", "node", "java", "go", "dotnet", "ruby", "php"]

LEAST_PAGED = {1: 2, 2: 2, 3: 1, 4: 0}
"""The lowest priority that wakes somebody, by tier: P1 and P2 for tiers 1 and 2, P1 for tier 3, nobody for tier 4."""

QUIET_BELOW = 20
"""Requests per minute. With fewer, less than ten failed requests would set off a burn-rate alert over an hour."""


class Queue(Facts):
    """What a worker takes its work from. SQS, Kafka and RabbitMQ have alerts; the other types are facts."""

    type: Literal[
        "sqs",
        "kafka",
        "rabbitmq",
        "activemq",
        "azure-queue",
        "kinesis",
        "mongodb",
        "nats",
        "pubsub",
        "pulsar",
        "redis",
        "servicebus",
        "temporal",
    ] = "sqs"
    """What kind of queue it is."""
    name: str | None = None
    """Of the queue; Kafka: of the topic."""
    dlq: str | None = None
    """The dead-letter queue."""
    group: str | None = None
    """Kafka: the consumer group."""
    tags: Sequence[str] = ()
    """Further filters that tell it from its namesakes: `aws_account:123456789012`, `region:eu-west-1`."""
    delay_s: int = Field(default=900, ge=0)
    """SQS: how late its metrics are; 900 by crawler, 300 by CloudWatch Metric Streams."""
    data_streams: bool = False
    """Kafka: whether Data Streams Monitoring tells the lag in seconds; messages are counted otherwise."""
    by_queue: bool = True
    """RabbitMQ: whether its metrics tell queues apart, as the management plugin's do and those of the Prometheus plugin
    as it is shipped do not."""

    def scope(self, *filters: str, by: Sequence[str] = ()) -> str:
        """The scope of a metric query about it. Its metrics carry its own tags, not the service's."""
        return text.scope(*filters, *self.tags, by=by)


class Cron(Facts):
    """A scheduled job."""

    name: str
    """Of the CronJob."""
    period_s: int | None = Field(default=None, gt=0)
    """Seconds from one run to the next."""


class Kubernetes(Facts):
    """Where a service runs."""

    cluster: str | None = None
    """The cluster's name, where the namespace does not tell it."""
    namespace: str | None = None
    """Its namespace."""
    workload: str | None = None
    """What runs it: `Deployment/cart`."""
    hpa: str | None = None
    """The name of its HorizontalPodAutoscaler."""
    volumes: Sequence[str] = ()
    """Persistent volume claims; of a StatefulSet `data-ledger-*`, one for each pod."""


class Workload(NamedTuple):
    """What runs a service, in the words of its metrics."""

    tag: str
    desired: str
    up: str


_WORKLOADS: Mapping[str, Workload | None] = {
    kind: Workload(tag, f"kubernetes_state.{metric}.{wanted}", f"kubernetes_state.{metric}.{up}")
    for kind, tag, metric, wanted, up in (
        ("Deployment", "kube_deployment", "deployment", "replicas_desired", "replicas_available"),
        ("StatefulSet", "kube_stateful_set", "statefulset", "replicas_desired", "replicas_ready"),
        ("DaemonSet", "kube_daemon_set", "daemonset", "desired", "ready"),
    )
}


class Service(Entry):
    """One service in one environment."""

    name: Name
    env: Name
    team: Name
    tier: int = Field(default=3, ge=1, le=4)
    """1 is what the company lives on, 4 what nobody misses for a day."""
    kinds: Sequence[Work] = ()
    runtime: Runtime | None = None
    operation: str | None = None
    """The primary span of its work: `fastapi.request`; trace metrics are named after it. Of its requests where it
    takes requests, else of its tasks."""
    operations: Mapping[Work, str] = Field(default_factory=dict)
    """The same by kind of work, for services that do several."""
    queue: Queue | None = None
    cron: Cron | None = None
    kubernetes: Kubernetes = Kubernetes.model_construct()
    depends_on: Sequence[str] = ()
    mongodb: Sequence[str] = ()
    """The MongoDB deployments among what it depends on."""
    requests_per_minute: float | None = None
    """Usual traffic, where known: small services get slower alerts instead of one page for each failed request."""
    span_services: Mapping[str, str] = Field(default_factory=dict)
    """The service under which APM has the spans of an operation, where that is not the tracer's usual:
    `{pymongo.cmd: cart-mongodb}`."""
    integration_names_removed: bool = False
    """Whether `DD_TRACE_REMOVE_INTEGRATION_SERVICE_NAMES_ENABLED` (or OpenTelemetry) files all spans under the
    service's own name."""
    numbers: Mapping[str, Any] = Field(default_factory=dict)
    """The numbers of its monitors that are not the packs', by definition, and false for those that are off:
    `{latency-p95: {critical: 0.6}}`. For dashboards, which draw them."""
    renamed_from: Name | None = None
    """What it was called before: its objects of that name stay, under the new one."""
    paging: bool = True
    """Whether anybody is woken in this environment (`paging_envs` of ddsync.yaml)."""
    source: str = ""
    """The file it is written in."""

    @property
    def key(self) -> str:
        return f"{self.name}/{self.env}"

    @property
    def former_key(self) -> str | None:
        return f"{self.renamed_from}/{self.env}" if self.renamed_from else None

    @property
    def owner(self) -> str:
        return self.team

    @property
    def environment(self) -> str:
        return self.env

    @property
    def paged_for(self) -> int:
        return LEAST_PAGED[self.tier]

    def filters(self) -> Sequence[str]:
        return (f"service:{self.name}", f"env:{self.env}")

    def tags(self) -> Sequence[str]:
        return [f"service:{self.name}", *super().tags()]

    def does(self, *kinds: Work) -> bool:
        """Whether it does one of these kinds of work."""
        return any(kind in self.kinds for kind in kinds)

    @property
    def quiet(self) -> bool:
        """Whether it is known to have so little traffic that single failures would look like outages."""
        return self.requests_per_minute is not None and self.requests_per_minute < QUIET_BELOW

    @property
    def busy(self) -> bool:
        """Whether it is known to have so much traffic that five minutes tell."""
        return self.requests_per_minute is not None and not self.quiet

    @property
    def stateful(self) -> bool:
        """Whether it runs as a StatefulSet; as a Deployment where nothing is said."""
        return (self.kubernetes.workload or "").startswith("StatefulSet/")

    @property
    def op(self) -> str:
        """The primary operation of its requests, else of its tasks.

        Raises DefinitionError when the service file does not say and it cannot be told.
        """
        kind = self._primary
        found = self.op_of(kind)
        if found is None:
            raise DefinitionError(
                f"the primary operation of {self.name}'s {kind} work is unknown",
                at=self.source or self.name,
                hint=f"set extensions.ddsync.operation in its service file to what APM shows, for example"
                f" {', '.join(candidates(kind, self.runtime)[:3])}",
            )
        return found

    def op_of(self, kind: Work) -> str | None:
        """The primary operation of one kind of work: as written, else the only one it can be, else None."""
        written = self.operations.get(kind) or (self.operation if kind == self._primary else None)
        return written or operation(kind, self.runtime, self.queue.type if self.queue is not None else None)

    @property
    def _primary(self) -> Work:
        """The work a bare `operation` is about."""
        return next((kind for kind in self.kinds if kind in ("http", "grpc")), "worker")

    @property
    def uses_mongodb(self) -> bool:
        """Whether it depends on a MongoDB deployment."""
        return bool(self.mongodb)

    @property
    def mongodb_op(self) -> str:
        """The operation of its calls to MongoDB."""
        return MONGODB.get(self.runtime or "", "mongodb.query")

    @property
    def outgoing(self) -> str | None:
        """The operation of its HTTP calls to others, where they can be told from its requests and are its own."""
        found = OUTGOING.get(self.runtime or "")
        return found if found is not None and self.span_service(found) is not None else None

    def span_service(self, operation: str) -> str | None:
        """The service that its spans of an operation carry; None where one name stands for those of all services."""
        if operation in self.span_services:
            return self.span_services[operation]
        return self.name if self.integration_names_removed else span_service(self.name, self.runtime, operation)

    @property
    def workload(self) -> Workload | None:
        """What runs it, a Deployment where nothing is said; None for what kube-state-metrics do not know (Rollouts)."""
        kind = (self.kubernetes.workload or "Deployment/").partition("/")[0]
        return _WORKLOADS.get(kind)

    def workload_scope(self, *filters: str, by: Sequence[str] = ()) -> str:
        """The scope of metrics of the workload itself, which carry that object's labels and not its pods': by its name
        where the service file knows it."""
        found, name = self.workload, (self.kubernetes.workload or "").partition("/")[2]
        if found is None or not name or not self.kubernetes.namespace:
            return text.scope(*self.filters(), *filters, by=by)
        return self.kubernetes_scope(f"{found.tag}:{name}", *filters, by=by)

    def kubernetes_scope(self, *filters: str, by: Sequence[str] = ()) -> str:
        """The scope of metrics about objects that do not carry the pods' tags: autoscalers, CronJobs, Jobs.

        They carry no env either, so that it is asked for only where neither cluster nor namespace is known.
        """
        where = self.kubernetes
        places = [
            f"kube_namespace:{where.namespace}" if where.namespace else "",
            f"kube_cluster_name:{where.cluster}" if where.cluster else "",
        ]
        return text.scope(*filters, *(places if any(places) else [f"env:{self.env}"]), by=by)


class WholeService(Entry):
    """One service in all its environments of this target: for a dashboard with an `$env` variable."""

    name: Name
    team: Name
    envs: Sequence[Service]

    @property
    def key(self) -> str:
        return self.name

    @property
    def former_key(self) -> str | None:
        return self.main.renamed_from

    @property
    def owner(self) -> str:
        return self.team

    @property
    def environments(self) -> Sequence[str]:
        return [service.env for service in self.envs]

    def filters(self) -> Sequence[str]:
        return (f"service:{self.name}",)

    def tags(self) -> Sequence[str]:
        return [f"service:{self.name}", *super().tags()]

    def does(self, *kinds: Work) -> bool:
        """Whether it does one of these kinds of work anywhere."""
        return any(service.does(*kinds) for service in self.envs)

    @property
    def main(self) -> Service:
        """The environment that matters most: the first in which anybody is woken, else the first."""
        return next((service for service in self.envs if service.paging), self.envs[0])

    @property
    def paged_for(self) -> int:
        return self.main.paged_for

    @property
    def op(self) -> str:
        """The primary operation, the same in every environment. Raises DefinitionError when it is unknown."""
        return self.main.op
