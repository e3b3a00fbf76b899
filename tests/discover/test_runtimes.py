from __future__ import annotations

from typing import Any

import pytest

from tests.discover.rendered import deployment, only


def runtime(**template: Any) -> tuple[Any, str] | None:
    fact = only(deployment(**template)).facts.get("runtime")
    return (fact.value, fact.source) if fact else None


@pytest.mark.parametrize(
    ("annotation", "language"),
    [
        ("admission.datadoghq.com/java-lib.version", "java"),
        ("admission.datadoghq.com/js-lib.custom-image", "node"),
        ("admission.datadoghq.com/main.python-lib.version", "python"),
        ("instrumentation.opentelemetry.io/inject-nodejs", "node"),
        ("instrumentation.opentelemetry.io/inject-dotnet", "dotnet"),
    ],
)
def test_an_annotation_for_injection_names_the_language(annotation: str, language: str) -> None:
    assert runtime(annotations={annotation: "v1"}, image="python:3.12") == (language, f"annotation {annotation}")


def test_injection_that_is_switched_off_says_nothing() -> None:
    assert runtime(annotations={"instrumentation.opentelemetry.io/inject-java": "false"}) is None


@pytest.mark.parametrize(
    ("variable", "language"),
    [
        ("NODE_OPTIONS", "node"),
        ("JAVA_TOOL_OPTIONS", "java"),
        ("SPRING_PROFILES_ACTIVE", "java"),
        ("PYTHONUNBUFFERED", "python"),
        ("OTEL_PYTHON_LOG_CORRELATION", "python"),
        ("GOMEMLIMIT", "go"),
        ("ASPNETCORE_URLS", "dotnet"),
        ("RAILS_ENV", "ruby"),
        ("OTEL_PHP_AUTOLOAD_ENABLED", "php"),
    ],
)
def test_a_variable_only_one_language_reads_names_it(variable: str, language: str) -> None:
    assert runtime(env={"PORT": "1", variable: "x"}) == (language, f"env {variable}")


def test_variables_of_two_languages_say_nothing() -> None:
    assert runtime(env={"NODE_ENV": "prod", "PYTHONPATH": "/app"}) is None


@pytest.mark.parametrize(
    ("container", "expected"),
    [
        ({"command": ["/usr/local/bin/gunicorn", "app:app"]}, ("python", "command gunicorn")),
        ({"command": ["python3.12", "-m", "app"]}, ("python", "command python3.12")),
        ({"args": ["node", "server.js"]}, ("node", "args node")),
        ({"command": ["/bin/sh", "-c", "java -jar app.jar"]}, None),
        ({"command": []}, None),
        ({"command": "java"}, None),
    ],
)
def test_the_program_that_is_started_names_the_language(container: dict[str, Any], expected: Any) -> None:
    assert runtime(**container) == expected


@pytest.mark.parametrize(
    ("image", "language"),
    [
        ("ghcr.io/acme/cart-go:1.4", "go"),
        ("node:20-alpine", "node"),
        ("acme/orders:9-jdk17", "java"),
        ("mcr.microsoft.com/dotnet/aspnet:8.0", "dotnet"),
        ("acme/django-app", None),
        ("go/cart:1.0", None),
        ("acme/nodes:1", None),
        ("acme/cargo:1", None),
    ],
)
def test_a_word_of_the_image_names_the_language(image: str, language: str | None) -> None:
    assert runtime(image=image) == ((language, "image name") if language else None)


@pytest.mark.parametrize(
    "template", [{"image": "amazon/aws-node:1", "kind": "DaemonSet"}, {"image": "prom/node-exporter:1"}]
)
def test_the_image_of_an_agent_is_no_hint(template: dict[str, Any]) -> None:
    assert runtime(**template) is None


def test_library_injection_is_a_fact() -> None:
    label = "admission.datadoghq.com/enabled"
    assert only(deployment(labels={label: "true"})).injected is True
    assert only(deployment(labels={label: True})).facts["injected"].source == f"label {label}"
    assert only(deployment(labels={label: "false"})).injected is False
