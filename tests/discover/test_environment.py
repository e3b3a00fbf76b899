from __future__ import annotations

from typing import Any

import pytest
import yaml

from dd_sync.discover.cluster import cluster
from dd_sync.discover.environment import Environment, attributes, environment
from dd_sync.discover.found import Fact
from dd_sync.discover.workloads import workload
from tests.discover.rendered import deployment, manifests

SHOP = {
    "apiVersion": "v1",
    "kind": "ConfigMap",
    "metadata": {"name": "shop"},
    "data": {"DB_HOST": "db", "LEVEL": "info"},
}


def container(template: dict[str, Any] | None = None, **fields: Any) -> dict[str, Any]:
    body = deployment(**(template or {}))
    body["spec"]["template"]["spec"]["containers"][0] |= fields
    return body


def read(subject: dict[str, Any], *others: dict[str, Any]) -> Environment:
    found = manifests("\n---\n".join(yaml.safe_dump(each) for each in (subject, *others)))
    first = workload(found[0])
    assert first is not None
    return environment(first, cluster(found, [first]))


def listed(*env: Any, **template: Any) -> Environment:
    return read(container(template, env=list(env)))


def test_plain_values_are_sourced_by_their_name() -> None:
    assert listed({"name": "A", "value": "1"}) == {"A": Fact("1", "env A")}


def test_a_whole_config_map_is_read_with_its_prefix() -> None:
    found = read(container(envFrom=[{"prefix": "X_", "configMapRef": {"name": "shop"}}]), SHOP)
    assert found["X_DB_HOST"] == Fact("db", "env X_DB_HOST (ConfigMap shop)")


def test_one_key_of_a_config_map_is_read() -> None:
    reference = {"name": "HOST", "valueFrom": {"configMapKeyRef": {"name": "shop", "key": "DB_HOST"}}}
    assert read(container(env=[reference]), SHOP) == {"HOST": Fact("db", "env HOST (ConfigMap shop)")}
    assert read(container(env=[reference])) == {}


def field(name: str, path: str) -> dict[str, Any]:
    return {"name": name, "valueFrom": {"fieldRef": {"fieldPath": path}}}


def test_a_reference_to_a_label_or_annotation_is_resolved() -> None:
    found = listed(
        field("A", "metadata.labels['app.kubernetes.io/component']"),
        field("B", "metadata.annotations['team']"),
        labels={"app.kubernetes.io/component": "cart"},
        annotations={"team": "shop"},
    )
    assert found == {
        "A": Fact("cart", "env A (label app.kubernetes.io/component)"),
        "B": Fact("shop", "env B (annotation team)"),
    }


def test_the_namespace_is_known_where_the_manifest_has_it() -> None:
    assert listed(field("NS", "metadata.namespace"), namespace="shop") == {"NS": Fact("shop", "env NS (namespace)")}
    assert listed(field("NS", "metadata.namespace")) == {}


@pytest.mark.parametrize("path", ["status.hostIP", "metadata.name", "metadata.labels['none']", "", "metadata.labels"])
def test_what_only_the_cluster_knows_is_left_out(path: str) -> None:
    assert listed(field("A", path)) == {}


def test_secrets_are_never_read() -> None:
    secret = {"name": "PASSWORD", "valueFrom": {"secretKeyRef": {"name": "db", "key": "password"}}}
    assert listed(secret) == {}


def test_earlier_variables_are_substituted_and_unknown_ones_stay() -> None:
    found = listed(
        {"name": "HOST", "value": "collector"},
        {"name": "URL", "value": "http://$(HOST):4317/$(NODE)"},
        {"name": "LITERAL", "value": "$$(HOST)"},
    )
    assert found["URL"].value == "http://collector:4317/$(NODE)"
    assert found["LITERAL"].value == "$$(HOST)"


@pytest.mark.parametrize("env", [None, "text", {"A": "1"}, [None, 1, {}, {"value": "x"}, {"name": None, "value": "x"}]])
def test_an_environment_of_another_shape_is_empty(env: Any) -> None:
    assert read(container(env=env, envFrom=env)) == {}


def test_a_number_as_a_value_is_text() -> None:
    assert listed({"name": "PORT", "value": 8080})["PORT"].value == "8080"


def test_resource_attributes_split_into_pairs() -> None:
    setting = Fact("service.name=cart, service.version=1.4,broken,empty=", "env X")
    assert attributes(setting) == {"service.name": "cart", "service.version": "1.4"}
    assert attributes(None) == {}


def test_an_attribute_that_is_not_substituted_is_left_out() -> None:
    assert attributes(Fact("service.name=$(NAME),a=b", "env X")) == {"a": "b"}
