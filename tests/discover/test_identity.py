from __future__ import annotations

from typing import Any

import pytest

from tests.discover.rendered import deployment, only


def fact(name: str, **template: Any) -> tuple[Any, str] | None:
    found = only(deployment(**template)).facts.get(name)
    return (found.value, found.source) if found else None


UNIFIED = {"tags.datadoghq.com/service": "a"}
CONTAINER = {"tags.datadoghq.com/main.service": "b"}
DATADOG = {"DD_SERVICE": "c"}
OTEL = {"OTEL_SERVICE_NAME": "d"}
ATTRIBUTES = {"OTEL_RESOURCE_ATTRIBUTES": "x=y,service.name=e,service.version=1.9,deployment.environment=dev"}
KUBERNETES = {"app.kubernetes.io/name": "f"}
APP = {"app": "g"}


@pytest.mark.parametrize(
    ("labels", "env", "service", "source"),
    [
        (UNIFIED | CONTAINER | KUBERNETES, DATADOG, "a", "label tags.datadoghq.com/service"),
        (CONTAINER | KUBERNETES, DATADOG, "b", "label tags.datadoghq.com/main.service"),
        (KUBERNETES, DATADOG | OTEL | ATTRIBUTES, "c", "env DD_SERVICE"),
        (KUBERNETES, OTEL | ATTRIBUTES, "d", "env OTEL_SERVICE_NAME"),
        (KUBERNETES, ATTRIBUTES, "e", "env OTEL_RESOURCE_ATTRIBUTES (service.name)"),
        (KUBERNETES | APP, {}, "f", "label app.kubernetes.io/name"),
        (APP, {}, "g", "label app"),
        ({}, {}, "cart", "metadata.name"),
        (APP, {"DD_SERVICE": "$(UNKNOWN)"}, "g", "label app"),
        ({"app": None, "tags.datadoghq.com/service": ""}, {}, "cart", "metadata.name"),
    ],
)
def test_the_service_comes_from_the_first_source_that_has_it(
    labels: dict[str, Any], env: dict[str, str], service: str, source: str
) -> None:
    assert fact("service", labels=labels, env=env) == (service, source)


def test_a_label_of_the_workload_serves_where_the_pods_have_none() -> None:
    body = deployment(labels={})
    body["metadata"]["labels"] = {"app": "shop-cart"}
    assert only(body).service == "shop-cart"


@pytest.mark.parametrize(
    ("labels", "env", "image", "expected"),
    [
        ({"tags.datadoghq.com/version": "1"}, {"DD_VERSION": "2"}, "a:3", ("1", "label tags.datadoghq.com/version")),
        ({}, {"DD_VERSION": "2"} | ATTRIBUTES, "a:3", ("2", "env DD_VERSION")),
        ({}, ATTRIBUTES, "a:3", ("1.9", "env OTEL_RESOURCE_ATTRIBUTES (service.version)")),
        ({"app.kubernetes.io/version": "4"}, {}, "a:3", ("4", "label app.kubernetes.io/version")),
        ({}, {}, "a:3", ("3", "image tag")),
        ({}, {}, "a:latest", None),
        ({}, {}, "a", None),
        ({}, {}, "a@sha256:1234", None),
    ],
)
def test_the_version_comes_from_the_first_source_that_has_it(
    labels: dict[str, str], env: dict[str, str], image: str, expected: tuple[str, str] | None
) -> None:
    assert fact("version", labels=labels, env=env, image=image) == expected


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ({"labels": {"tags.datadoghq.com/env": "prod"}}, ("prod", "label tags.datadoghq.com/env")),
        ({"env": {"DD_ENV": "prod"} | ATTRIBUTES}, ("prod", "env DD_ENV")),
        ({"env": ATTRIBUTES}, ("dev", "env OTEL_RESOURCE_ATTRIBUTES (deployment.environment)")),
        ({"annotations": {"ad.datadoghq.com/tags": '{"env": "qa"}'}}, ("qa", "annotation ad.datadoghq.com/tags")),
        ({"annotations": {"ad.datadoghq.com/tags": "not json"}}, None),
        ({"annotations": {"ad.datadoghq.com/tags": "[1]"}}, None),
        ({}, None),
    ],
)
def test_the_environment_is_known_only_where_something_says_it(
    template: dict[str, Any], expected: tuple[str, str] | None
) -> None:
    assert fact("env", **template) == expected


def test_owner_and_system_come_from_labels() -> None:
    labels = {"team": "checkout", "app.kubernetes.io/part-of": "shop"}
    assert fact("owner", labels=labels) == ("checkout", "label team")
    assert fact("system", labels=labels) == ("shop", "label app.kubernetes.io/part-of")
    assert fact("owner", labels={}) is None


@pytest.mark.parametrize(
    ("value", "tier"), [("1", "1"), ("tier2", "2"), ("Tier-3", "3"), ("backend", None), ("12", None), (2, "2")]
)
def test_a_tier_is_a_number_and_not_a_layer(value: Any, tier: str | None) -> None:
    assert only(deployment(labels={"tier": value})).tier == tier


def test_which_unified_tags_are_there_is_told() -> None:
    labels = {"tags.datadoghq.com/env": "prod", "tags.datadoghq.com/main.version": "1"}
    assert only(deployment(labels=labels)).unified_tags == ("env", "version")
