"""What discovery finds: services and their facts, each with its place in the manifests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Kind = Literal["http", "grpc", "worker", "cron", "job", "datastore", "agent", "unknown"]
Runtime = Literal["python", "node", "java", "go", "dotnet", "ruby", "php"]


@dataclass(frozen=True)
class Fact:
    """A value and where it was read, for example `readinessProbe.grpc` or `env DD_SERVICE`."""

    value: Any
    source: str


@dataclass(frozen=True)
class Hpa:
    """What scales the workload; `min` 0 means that it may be scaled to nothing (KEDA)."""

    name: str
    min: int | None
    max: int | None


@dataclass(frozen=True)
class Queue:
    """The queue a worker reads, from a KEDA trigger; `group` is Kafka's consumer group."""

    type: str
    name: str | None
    group: str | None
    source: str


@dataclass(frozen=True)
class Schedule:
    """A CronJob's schedule; `period_s` is the longest time between two runs, None where it cannot be told."""

    cron: str
    period_s: int | None
    suspended: bool


@dataclass(frozen=True)
class Volume:
    """A persistent volume claim; of a StatefulSet, `claim` ends in `-*`, one for each pod."""

    claim: str
    size: str | None


@dataclass(frozen=True)
class Found:
    """One workload as a service. None and empty mean that the manifests do not say; nothing is guessed silently."""

    service: str
    kind: Kind
    workload: str
    """For example `Deployment/cart`."""
    where: str
    """`file:line` of the workload."""
    kinds: tuple[Kind, ...] = ()
    """All that it is, the main one first: an HTTP service that also reads a queue is `("http", "worker")`."""
    namespace: str | None = None
    runtime: Runtime | None = None
    ports: tuple[int, ...] = ()
    env: str | None = None
    version: str | None = None
    replicas: int | None = None
    hpa: Hpa | None = None
    queue: Queue | None = None
    schedule: Schedule | None = None
    volumes: tuple[Volume, ...] = ()
    dependencies: tuple[str, ...] = ()
    """Services by their names here, and hosts for what is not here."""
    unresolved: tuple[str, ...] = ()
    """Those of `dependencies` that no workload in these manifests answers for."""
    depends_on: tuple[str, ...] = ()
    """The others as the Software Catalog spells them: `service:cart`, `datastore:redis-cart`."""
    uses: tuple[str, ...] = ()
    """Technologies it talks to, from schemes of URLs and from known images: `mongodb`, `kafka`."""
    owner: str | None = None
    tier: str | None = None
    system: str | None = None
    requests: Mapping[str, str] = field(default_factory=dict)
    limits: Mapping[str, str] = field(default_factory=dict)
    probes: Mapping[str, str] = field(default_factory=dict)
    """By probe, for example `{"readinessProbe": "httpGet:8080/_healthz"}`."""
    image: str | None = None
    sidecars: tuple[str, ...] = ()
    pdb: str | None = None
    unified_tags: tuple[str, ...] = ()
    """Which of Datadog's `tags.datadoghq.com/{env,service,version}` labels the pods carry."""
    injected: bool = False
    """Whether Datadog's library injection is switched on for the pods."""
    facts: Mapping[str, Fact] = field(default_factory=dict)


@dataclass(frozen=True)
class Discovery:
    """The services in the order of the manifests, and what was skipped or is unclear."""

    services: tuple[Found, ...]
    notices: tuple[str, ...]
