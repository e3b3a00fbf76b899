"""Trace metrics of one kind of span: hits, errors and durations as Agents count them.

A minute without such a span has no point, and one without an error no point of errors. Nothing of them tells pods
apart. The tracer decides which service a span belongs to: calls of databases and queues are often another's.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import lru_cache

from dd_sync.gameday.source import Source
from dd_sync.gameday.track import Following, Reading, Track, Value, read
from dd_sync.gameday.world import World

MOST_SAMPLES = 40
"""Durations of a usual minute that are kept: so many tell its percentiles."""


class Spans:
    """One operation of one service: how often, how slow, how often wrong.

    `rate` is spans a minute; `errors` the share with an error; `median` and `p95` seconds; `slow` the share that takes
    `slowly` seconds instead.
    """

    def __init__(
        self,
        world: World,
        operation: str,
        service: str,
        env: str,
        rate: Value,
        *,
        p95: float,
        resources: Sequence[str],
        web: bool = True,
        grpc: bool = False,
        errors: float = 0.001,
        refusing: str | None = None,
    ) -> None:
        self.world = world
        self.operation = operation
        self.service = service
        self.env = env
        self.web = web
        self.grpc = grpc
        self.resources = resources
        self.refusing = refusing
        """Of calls to others: the classes of answers that the tracer takes for errors, `4xx` or `5xx` or both."""
        self.rate: Track = world.track(rate)
        self._each = max(1.0, float(self.rate.at(0)) / MOST_SAMPLES)
        self.errors: Track = world.track(errors)
        self.median: Track = world.track(p95 / 3)
        self.p95: Track = world.track(p95)
        self.slow: Track = world.track(0.0)
        self.slowly: Track = world.track(5.0)
        self.apdex: Track = world.track(0.96)
        self.refused: Track = world.track(0.0)
        """Of calls to others: the share that is answered with 429."""
        self.broken: Track = world.track(0.0)
        """Of calls to others: the share that is answered with 503."""
        self.heard: Track = world.track(1.0)
        """The share of spans that reach an Agent."""
        self.shares: dict[str, Track] = {}
        """How much of it each version does."""
        self.worse: dict[str, Track] = {}
        """The share of errors that a version adds."""
        self.version("v1", 1.0)

    def version(self, name: str, share: Value) -> None:
        """One more version, which does a share of the work; a number, or a function of the minute."""
        self.shares[name] = self.world.track(share)
        self.worse[name] = self.world.track(0.0)
        for n, resource in enumerate(self.resources):
            weight = 1.0 if len(self.resources) == 1 else (0.7, 0.3)[n]
            self._send(name, resource, weight, n)

    def deploys(self, name: str, start: int, end: int, *, errors: float = 0.0) -> None:
        """A new version takes over between two minutes, from the one before it."""
        before = list(self.shares.values())

        def taken(minute: int) -> float:
            return min(1.0, max(0.0, (minute - start) / max(1, end - start)))

        self.version(name, taken)
        self.world.undo.append(lambda: (self.shares.pop(name), self.worse.pop(name), None)[-1])
        for share in before:
            share.bend(lambda usual, minute: usual * (1 - taken(minute)), start)
        self.worse[name].set(errors, start)

    def _send(self, version: str, resource: str, weight: float, n: int) -> None:
        world, name = self.world, f"trace.{self.operation}"
        tags = {"service": self.service, "env": self.env, "version": version, "resource_name": resource}
        hits = _Counted(n, weight, self.rate, self.shares[version], self.heard)
        wrong = Following(lambda one, more: min(1.0, one + more), self.errors, self.worse[version])
        errors = _Counted(n + 3, 1.0, hits, wrong)
        fine = Following(lambda all_, bad: None if not all_ else (all_ - (bad or 0)) or None, hits, errors)
        for value, code, class_ in ((fine, "200", "2xx"), (errors, "500", "5xx")):
            told = {**tags, "http.status_code": code} if self.web else tags
            if self.grpc:
                told = {**tags, "rpc.grpc.status_code": "0" if code == "200" else "13"}
            world.add(Source(f"{name}.hits", told, value))
            if self.web:
                world.add(Source(f"{name}.hits.by_http_status", {**told, "http.status_class": class_}, value))
        failed = {**tags, "http.status_code": "500"} if self.web else tags
        world.add(Source(f"{name}.errors", failed, errors))
        if self.refusing is not None:
            self._answers(name, tags, hits)
        if self.web:
            world.add(Source(f"{name}.errors.by_http_status", {**failed, "http.status_class": "5xx"}, errors))
            apdex = Following(lambda all_, how: how if all_ else None, hits, self.apdex)
            world.add(Source(f"{name}.apdex", tags, apdex))
        took = Following(self._durations, hits, self.median, self.p95, self.slow, self.slowly)
        world.add(Source(name, tags, took))

    def _answers(self, name: str, tags: Mapping[str, str], hits: Reading) -> None:
        """What others answered, by status; which of it is an error the tracer decides."""
        for n, (code, class_, share) in enumerate((("429", "4xx", self.refused), ("503", "5xx", self.broken))):
            told = {**tags, "http.status_code": code}
            answered = _Counted(n + 5, 1.0, hits, share)
            self.world.add(Source(f"{name}.hits.by_http_status", {**told, "http.status_class": class_}, answered))
            if class_ in (self.refusing or ""):
                self.world.add(Source(f"{name}.errors", told, answered))
        fine = Following(lambda all_, no, bad: (all_ or 0) * (1 - no - bad) or None, hits, self.refused, self.broken)
        self.world.add(Source(f"{name}.hits.by_http_status", {**tags, "http.status_class": "2xx"}, fine))

    def _durations(
        self, hits: int | None, median: float, p95: float, slow: float, slowly: float
    ) -> Sequence[float] | None:
        """A minute's durations, log-normal about the median, and those that wait for something slow."""
        if not hits:
            return None
        count = math.ceil(hits / self._each)
        waiting = round(count * slow)
        spread = math.log(max(p95 / median, 1.0001)) / 1.6449
        usual = count - waiting
        return [*(median * math.exp(spread * _probit((n + 0.5) / usual)) for n in range(usual)), *[slowly] * waiting]


class _Counted:
    """A whole number of things a minute: the product of numbers, its fractions spread over the minutes; None for 0."""

    def __init__(self, salt: int, weight: float, *factors: Reading) -> None:
        self._salt = salt
        self._weight = weight
        self._factors = factors

    @property
    def touched(self) -> bool:
        return any(one.touched for one in self._factors)

    def at(self, minute: int) -> int | None:
        return self.values(minute, minute + 1)[0]

    def values(self, start: int, end: int) -> list[int | None]:
        """The number at each minute of a time."""
        products = [self._weight] * (end - start)
        for one in self._factors:
            products = [so_far * (value or 0) for so_far, value in zip(products, read(one, start, end), strict=True)]
        shift = self._salt * 0.37
        return [
            math.floor(product + (minute * 0.618034 + shift) % 1) or None
            for minute, product in zip(range(start, end), products, strict=True)
        ]


@lru_cache(maxsize=4096)
def _probit(share: float) -> float:
    """The quantile of the normal distribution, by a rational approximation that errs by less than 0.001."""
    if share < 0.5:
        return -_probit(1 - share)
    root = math.sqrt(-2 * math.log(1 - share))
    above = 2.515517 + 0.802853 * root + 0.010328 * root**2
    below = 1 + 1.432788 * root + 0.189269 * root**2 + 0.001308 * root**3
    return root - above / below


DATABASE_SPANS: Mapping[str, tuple[str, str]] = {
    "python": ("pymongo.cmd", "pymongo"),
    "node": ("mongodb.query", "{service}-mongodb"),
    "java": ("mongo.query", "mongo"),
    "go": ("mongodb.query", "mongo"),
    "dotnet": ("mongodb.query", "{service}-mongodb"),
    "ruby": ("mongo.cmd", "mongodb"),
    "php": ("mongodb.cmd", "mongodb"),
}
"""The operation of calls to MongoDB by runtime, and the service that the tracer's default gives their spans."""

CLIENT_SPANS: Mapping[str, tuple[str, str]] = {
    "python": ("requests.request", "requests"),
    "node": ("http.request", "{service}"),
    "java": ("http.request", "{service}"),
    "go": ("http.request", "{service}"),
    "dotnet": ("http.request", "{service}-http-client"),
    "ruby": ("http.request", "net/http"),
}
"""The same of outgoing HTTP calls."""

CLIENT_ERRORS: Mapping[str, str] = {"python": "5xx", "ruby": "4xx 5xx"}
"""The answers to outgoing calls that count as errors; elsewhere only 4xx do, and a 503 is none."""

GRPC_SPANS: Mapping[str, tuple[str, str]] = {
    "node": ("grpc.client", "{service}"),
    "java": ("grpc.client", "{service}"),
    "go": ("grpc.client", "grpc.client"),
    "python": ("grpc", "grpc-client"),
    "ruby": ("grpc.client", "grpc"),
    "dotnet": ("grpc.request", "{service}-grpc-client"),
}
"""The same of outgoing gRPC calls."""

TASK_SERVICES: Mapping[tuple[str, str], str] = {
    ("kafka.consume", "java"): "kafka",
    ("kafka.consume", "python"): "kafka",
    ("kafka.consume", "node"): "{service}-kafka",
    ("kafka.consume", "dotnet"): "{service}-kafka",
    ("bullmq.processJob", "node"): "{service}-bullmq",
    ("amqp.command", "node"): "{service}-amqp",
    ("amqp.receive", "node"): "{service}-amqp",
    ("amqp.command", "java"): "rabbitmq",
    ("amqp.command", "dotnet"): "{service}-rabbitmq",
    ("aws.request", "node"): "{service}-aws-sqs",
    ("aws.http", "java"): "sqs",
}
"""The service that a tracer's default gives the spans of tasks, by operation and runtime; else its own."""
