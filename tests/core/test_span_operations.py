"""The names of primary spans: told where there is one, left open where there are several."""

from __future__ import annotations

import pytest

from dd_sync.core.errors import DefinitionError
from dd_sync.core.span_operations import candidates, operation
from dd_sync.definitions.service import Queue, Runtime, Service, Work


@pytest.mark.parametrize(
    ("kind", "runtime", "queue", "name"),
    [
        ("grpc", "go", None, "grpc.server"),
        ("grpc", "java", None, "grpc.server"),
        ("grpc", "node", None, "grpc.server"),
        ("grpc", "python", None, "grpc"),
        ("http", "go", None, "http.request"),
        ("http", "python", None, None),
        ("http", "node", None, None),
        ("http", "java", None, None),
        ("grpc", None, None, None),
        ("http", "ruby", None, None),
        ("worker", "java", "kafka", "kafka.consume"),
        ("worker", "java", "sqs", "aws.http"),
        ("worker", "node", "sqs", "aws.request"),
        ("worker", "python", "sqs", None),
        ("worker", "node", "rabbitmq", None),
        ("worker", "go", "pubsub", "pubsub.receive"),
        ("worker", "python", None, None),
        ("cron", "go", None, None),
    ],
)
def test_a_name_is_told_only_where_there_is_one(
    kind: str, runtime: str | None, queue: str | None, name: str | None
) -> None:
    assert operation(kind, runtime, queue) == name


def test_candidates_are_those_of_the_runtime_or_of_all() -> None:
    assert "fastapi.request" in candidates("http", "python")
    assert candidates("http", "go") == ("http.request",)
    assert set(candidates("http", "go")) < set(candidates("http", None))
    assert candidates("cron", "go") == candidates("http", "ruby") == candidates("", None) == ()


def test_without_a_runtime_the_likeliest_of_each_come_first() -> None:
    assert candidates("http", None)[:4] == ("fastapi.request", "web.request", "servlet.request", "http.request")


def test_a_known_queue_narrows_the_candidates_and_another_does_not() -> None:
    assert candidates("worker", "node", "rabbitmq") == ("amqp.receive", "amqp.command")
    assert candidates("worker", "python", "temporal") == candidates("worker", "python")
    assert candidates("worker", "python", "sqs") == ()


def service(kinds: list[Work], runtime: Runtime | None = "python", **facts: object) -> Service:
    return Service.model_validate(
        {"name": "cart", "env": "prod", "team": "shop", "kinds": kinds, "runtime": runtime, **facts}
    )


def test_a_bare_operation_is_that_of_requests_else_of_tasks() -> None:
    both = service(["worker", "http"], operation="flask.request")
    assert (both.op, both.op_of("worker")) == ("flask.request", None)
    assert service(["worker"], operation="celery.run").op_of("worker") == "celery.run"
    assert service(["worker"], operation="celery.run").op == "celery.run"


def test_operations_may_be_given_by_kind() -> None:
    both = service(["http", "worker"], operations={"http": "flask.request", "worker": "celery.run"})
    assert (both.op, both.op_of("worker")) == ("flask.request", "celery.run")


def test_what_is_written_goes_before_what_is_told() -> None:
    assert service(["grpc"], "go", operation="grpc.server.request").op == "grpc.server.request"
    kafka = service(["worker"], "java", queue=Queue(type="kafka"))
    assert kafka.op_of("worker") == "kafka.consume"


def test_an_unknown_operation_is_an_error_that_names_some() -> None:
    with pytest.raises(DefinitionError, match="cart: the primary operation of cart's http work is unknown") as raised:
        _ = service(["http"], "node").op
    assert "web.request, express.request" in raised.value.hint


def test_calls_to_mongodb_are_named_by_the_runtime() -> None:
    assert [service([], runtime).mongodb_op for runtime in ("python", "java", "go")] == [
        "pymongo.cmd",
        "mongo.query",
        "mongodb.query",
    ]
