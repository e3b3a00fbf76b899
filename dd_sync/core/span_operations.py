"""The name of a service's primary spans by runtime and kind of work, where there is only one it can be.

Trace metrics are named after it: `trace.fastapi.request.hits`. Names are those of the tracers' default naming scheme
(v0), read in the sources of ddtrace 4.16, dd-trace-js 5.132, dd-trace-java and dd-trace-go; with
`DD_TRACE_SPAN_ATTRIBUTE_SCHEMA=v1` they are `http.server.request` and `grpc.server.request` everywhere, and a service
file has to say so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import zip_longest

_NAMES: Mapping[tuple[str, str], str] = {
    ("python", "http"): "fastapi.request flask.request django.request starlette.request tornado.request"
    " aiohttp.request wsgi.request asgi.request",
    ("node", "http"): "web.request express.request fastify.request koa.request hapi.request",
    ("java", "http"): "servlet.request netty.request undertow-http.request akka-http.request",
    ("go", "http"): "http.request",
    ("python", "grpc"): "grpc",
    ("node", "grpc"): "grpc.server",
    ("java", "grpc"): "grpc.server",
    ("go", "grpc"): "grpc.server",
    ("python", "worker"): "celery.run kafka.consume rq.job.perform",
    ("node", "worker"): "kafka.consume bullmq.processJob amqp.receive amqp.command aws.request",
    ("java", "worker"): "kafka.consume aws.http amqp.command",
    ("go", "worker"): "kafka.consume pubsub.receive",
}

_BY_QUEUE: Mapping[str, Mapping[str, str]] = {
    "kafka": dict.fromkeys(("python", "node", "java", "go"), "kafka.consume"),
    "sqs": {"node": "aws.request", "java": "aws.http"},
    "rabbitmq": {"node": "amqp.receive amqp.command", "java": "amqp.command"},
    "pubsub": {"go": "pubsub.receive"},
}
"""What a worker's spans are called when its queue is known; node names RabbitMQ's in two ways."""

MONGODB: Mapping[str, str] = {
    "python": "pymongo.cmd",
    "node": "mongodb.query",
    "java": "mongo.query",
    "go": "mongodb.query",
    "dotnet": "mongodb.query",
    "ruby": "mongo.cmd",
    "php": "mongodb.cmd",
}
"""What a call to MongoDB is called."""

OUTGOING: Mapping[str, str] = {"node": "http.request", "java": "http.request", "dotnet": "http.request"}
"""What a call to another service by HTTP is called, where no request that comes in has the same name."""

_FILED_UNDER: Mapping[str, Mapping[str, str]] = {
    "node": {
        "mongodb.query": "-mongodb",
        "redis.command": "-redis",
        "pg.query": "-postgres",
        "kafka.consume": "-kafka",
        "kafka.produce": "-kafka",
        "bullmq.processJob": "-bullmq",
        "amqp.command": "-amqp",
        "amqp.receive": "-amqp",
        "aws.request": "-aws-sqs",
    },
    "dotnet": {
        "http.request": "-http-client",
        "mongodb.query": "-mongodb",
        "redis.command": "-redis",
        "kafka.consume": "-kafka",
        "amqp.command": "-rabbitmq",
        "sqs.request": "-aws.sqs",
    },
}
"""What these tracers put behind the service's name for spans of databases and queues."""

_SHARED: Mapping[str, frozenset[str]] = {
    "python": frozenset({"pymongo.cmd", "kafka.consume", "kafka.produce", "requests.request", "redis.command"}),
    "java": frozenset({"mongo.query", "kafka.consume", "kafka.produce", "amqp.command", "aws.http", "redis.query"}),
    "go": frozenset({"mongodb.query", "kafka.produce", "grpc.client", "sqs.request"}),
    "ruby": frozenset({"mongo.cmd", "http.request", "grpc.client", "racecar.message", "redis.command"}),
    "php": frozenset({"mongodb.cmd", "amqp.basic.deliver", "kafka.consume"}),
}
"""Spans that these tracers file under one name for all services (`pymongo`, `kafka`), so that none is told apart."""


def span_service(service: str, runtime: str | None, name: str) -> str | None:
    """The service that spans of an operation carry by default; None where it is one for all services."""
    if name in _SHARED.get(runtime or "", ()):
        return None
    return service + _FILED_UNDER.get(runtime or "", {}).get(name, "")


def candidates(kind: str, runtime: str | None, queue: str | None = None) -> Sequence[str]:
    """What the primary spans of this kind of work may be called; of every runtime where it is unknown.

    `queue` is the type of a worker's queue.
    """
    if kind == "worker" and queue is not None and queue in _BY_QUEUE:
        table = {(language, kind): names for language, names in _BY_QUEUE[queue].items()}
    else:
        table = dict(_NAMES)
    found = [names.split() for (language, work), names in table.items() if work == kind and runtime in (None, language)]
    likeliest_first = (name for rank in zip_longest(*found) for name in rank if name is not None)
    return tuple(dict.fromkeys(likeliest_first))


def operation(kind: str, runtime: str | None, queue: str | None = None) -> str | None:
    """The name of the primary spans, or None where it can be one of several, or the runtime is not known.

    `queue` is the type of a worker's queue.
    """
    names = candidates(kind, runtime, queue) if runtime is not None else ()
    return names[0] if len(names) == 1 else None
