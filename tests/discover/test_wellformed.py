"""Objects that no cluster would take are errors with their place; everything else passes."""

from __future__ import annotations

import io
from typing import Any

import pytest
import yaml

from dd_sync.core.errors import DefinitionError
from dd_sync.discover import discover, read


def found(*objects: dict[str, Any]) -> int:
    """How many services the objects are; the first stands on line 1."""
    source = io.StringIO(yaml.safe_dump_all(objects))
    source.name = "rendered.yaml"
    return len(discover(read(source)).services)


def deployment(spec: Any, kind: str = "Deployment", version: str = "apps/v1") -> dict[str, Any]:
    return {"apiVersion": version, "kind": kind, "metadata": {"name": "cart"}, "spec": spec}


def pods(containers: Any) -> dict[str, Any]:
    return {"template": {"spec": {"containers": containers}}}


@pytest.mark.parametrize(
    ("kind", "version", "near"),
    [
        ("Deploymnt", "apps/v1", "Deployment"),
        ("deployment", "apps/v1", "Deployment"),
        ("Cronjob", "batch/v1", "CronJob"),
        ("Servce", "v1", "Service"),
        ("ScaledObjekt", "keda.sh/v1alpha1", "ScaledObject"),
    ],
)
def test_a_misspelt_kind_is_an_error_with_the_nearest(kind: str, version: str, near: str) -> None:
    with pytest.raises(DefinitionError, match=f'rendered.yaml:1: Kubernetes has no kind "{kind}"') as raised:
        found(deployment(pods([{"image": "cart:1"}]), kind, version))
    assert f"Did you mean {near}?" in raised.value.message


@pytest.mark.parametrize(
    ("kind", "version"),
    [("ServiceMonitor", "monitoring.coreos.com/v1"), ("Deploymnt", "acme.io/v1"), ("Gizmo", "v1"), ("PodList", "v1")],
)
def test_kinds_that_may_exist_are_left_out(kind: str, version: str) -> None:
    assert found(deployment({}, kind, version)) == 0


@pytest.mark.parametrize(
    ("spec", "text"),
    [
        (3, "spec is 3, expected a mapping"),
        ({"template": []}, "spec.template is a list, expected a mapping"),
        ({"template": {"spec": "x"}}, "spec.template.spec is text, expected a mapping"),
        (pods({"name": "main"}), "spec.template.spec.containers is a mapping, expected a list of containers"),
        (pods([{"image": "cart:1"}, "x"]), r"spec.template.spec.containers\[1\] is text, expected a container"),
    ],
)
def test_a_workload_of_the_wrong_shape_is_an_error_that_says_where(spec: Any, text: str) -> None:
    with pytest.raises(DefinitionError, match=f"rendered.yaml:1: malformed Deployment/cart: {text}"):
        found(deployment(spec))


def test_a_pod_and_a_cron_job_are_looked_through_to_their_containers() -> None:
    with pytest.raises(DefinitionError, match=r"malformed Pod/cart: spec.containers is a mapping"):
        found(deployment({"containers": {}}, "Pod", "v1"))
    with pytest.raises(DefinitionError, match=r"spec.jobTemplate.spec.template.spec.containers is text"):
        found(deployment({"jobTemplate": {"spec": pods("x")}}, "CronJob", "batch/v1"))


@pytest.mark.parametrize("spec", [None, {}, {"template": None}, pods(None), pods([])])
def test_what_a_template_left_out_is_no_error(spec: Any) -> None:
    assert found(deployment(spec)) in (0, 1)
