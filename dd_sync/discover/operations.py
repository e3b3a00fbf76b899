"""The name of a service's primary spans by runtime and kind, where there is only one it can be.

Datadog's libraries name spans by framework, so HTTP in most languages has several candidates. Names are those of the
default naming scheme (v0), read in the libraries' sources.
"""

from __future__ import annotations

from collections.abc import Sequence

_HTTP = {
    "python": "fastapi.request flask.request django.request starlette.request tornado.request aiohttp.request "
    "wsgi.request asgi.request",
    "node": "web.request express.request fastify.request koa.request hapi.request",
    "java": "servlet.request netty.request undertow-http.request akka-http.request",
    "go": "http.request",
}
_GRPC = {"python": "grpc", "node": "grpc.server", "java": "grpc.server", "go": "grpc.server"}
_WORKER = {
    "python": "celery.run kafka.consume rq.job.perform",
    "node": "kafka.consume bullmq.processJob amqp.receive amqp.command aws.request",
    "java": "kafka.consume aws.http amqp.command",
    "go": "kafka.consume pubsub.receive",
}
_WORKER_BY_QUEUE = {
    ("python", "kafka"): "kafka.consume",
    ("node", "kafka"): "kafka.consume",
    ("java", "kafka"): "kafka.consume",
    ("go", "kafka"): "kafka.consume",
    ("node", "sqs"): "aws.request",
    ("java", "sqs"): "aws.http",
    ("node", "rabbitmq"): "amqp.receive amqp.command",
    ("java", "rabbitmq"): "amqp.command",
    ("go", "pubsub"): "pubsub.receive",
}


def operations(kind: str, runtime: str | None, queue: str | None) -> Sequence[str]:
    """Candidates, one when it is certain; without a runtime the first of each language, and none for other kinds."""
    match kind:
        case "http":
            table = _HTTP
        case "grpc":
            table = _GRPC
        case "worker":
            table = _WORKER if queue is None else _by_queue(queue)
        case _:
            return ()
    if runtime is not None:
        return tuple(table.get(runtime, "").split())
    return tuple(dict.fromkeys(names.split()[0] for names in table.values()))


def _by_queue(queue: str) -> dict[str, str]:
    return {runtime: names for (runtime, kind), names in _WORKER_BY_QUEUE.items() if kind == queue} or _WORKER
