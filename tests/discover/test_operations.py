from __future__ import annotations

import pytest

from dd_sync.discover.operations import operations


@pytest.mark.parametrize(
    ("kind", "runtime", "queue", "expected"),
    [
        ("grpc", "java", None, ("grpc.server",)),
        ("grpc", "go", None, ("grpc.server",)),
        ("grpc", "python", None, ("grpc",)),
        ("http", "go", None, ("http.request",)),
        ("worker", "java", "sqs", ("aws.http",)),
        ("worker", "node", "sqs", ("aws.request",)),
        ("worker", "go", "kafka", ("kafka.consume",)),
    ],
)
def test_one_name_where_only_one_is_possible(
    kind: str, runtime: str, queue: str | None, expected: tuple[str, ...]
) -> None:
    assert operations(kind, runtime, queue) == expected


@pytest.mark.parametrize(
    ("kind", "runtime", "queue", "among"),
    [
        ("http", "python", None, "django.request"),
        ("http", "java", None, "servlet.request"),
        ("worker", "python", None, "celery.run"),
        ("worker", "node", "rabbitmq", "amqp.command"),
        ("worker", "python", "temporal", "celery.run"),
        ("http", None, None, "http.request"),
        ("grpc", None, None, "grpc.server"),
    ],
)
def test_candidates_where_the_framework_decides(kind: str, runtime: str | None, queue: str | None, among: str) -> None:
    found = operations(kind, runtime, queue)
    assert among in found
    assert len(found) == len(set(found)) > 1


@pytest.mark.parametrize(
    ("kind", "runtime"), [("cron", "go"), ("datastore", None), ("", None), ("http", "ruby"), ("grpc", "dotnet")]
)
def test_nothing_where_nothing_is_known(kind: str, runtime: str | None) -> None:
    assert operations(kind, runtime, None) == ()
