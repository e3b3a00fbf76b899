from __future__ import annotations

from typing import Any

import pytest
import yaml

from dd_sync.discover.workloads import Workload, image_path, image_tag, workload
from tests.discover.rendered import deployment, manifests


def of(body: dict[str, Any]) -> Workload | None:
    return workload(manifests(yaml.safe_dump(body))[0])


@pytest.mark.parametrize("kind", ["Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "Rollout", "Job"])
def test_every_kind_with_a_pod_template_is_a_workload(kind: str) -> None:
    found = of(deployment(kind=kind))
    assert found is not None
    assert (found.title, found.image) == (f"{kind}/cart", "registry.example/shop/app:1.4.2")


def test_a_pod_is_its_own_template() -> None:
    found = of(
        {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a"}, "spec": {"containers": [{"image": "b:1"}]}}
    )
    assert found is not None
    assert found.image == "b:1"


def test_a_cron_job_keeps_its_template_deeper() -> None:
    template = {"spec": {"template": {"spec": {"containers": [{"image": "b:1"}]}}}}
    body = {"apiVersion": "batch/v1", "kind": "CronJob", "metadata": {"name": "a"}, "spec": {"jobTemplate": template}}
    found = of(body)
    assert found is not None
    assert found.image == "b:1"


@pytest.mark.parametrize("kind", ["ConfigMap", "Certificate", "Kustomization", "deployment"])
def test_other_kinds_are_no_workloads(kind: str) -> None:
    assert of(deployment(kind=kind)) is None


def test_what_a_controller_made_is_left_to_its_owner() -> None:
    body = deployment(kind="ReplicaSet")
    body["metadata"]["ownerReferences"] = [{"kind": "Deployment", "name": "cart"}]
    assert of(body) is None


@pytest.mark.parametrize("spec", [None, [], "text", {"template": None}, {"template": {"spec": None}}])
def test_a_workload_without_a_pod_is_none(spec: Any) -> None:
    assert of({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "a"}, "spec": spec}) is None


@pytest.mark.parametrize("containers", [None, [], "text", [None], [[]], {}])
def test_containers_of_another_shape_leave_an_empty_container(containers: Any) -> None:
    body = deployment()
    body["spec"]["template"]["spec"] = {"containers": containers, "restartPolicy": "Always"}
    found = of(body)
    assert found is not None
    assert (found.container, found.image, found.sidecars) == ({}, None, ())


def with_containers(*containers: dict[str, str], annotations: dict[str, str] | None = None) -> Workload:
    body = deployment(annotations=annotations)
    body["spec"]["template"]["spec"]["containers"] = list(containers)
    found = of(body)
    assert found is not None
    return found


APP = {"name": "app", "image": "shop/app:1"}


@pytest.mark.parametrize(
    "sidecar",
    [
        {"name": "istio-proxy", "image": "docker.io/istio/proxyv2:1.2"},
        {"name": "logs", "image": "fluent/fluent-bit:3"},
        {"name": "metrics", "image": "oliver006/redis-exporter"},
        {"name": "redis-exporter", "image": "x"},
    ],
)
def test_a_known_sidecar_is_not_the_main_container_wherever_it_stands(sidecar: dict[str, str]) -> None:
    assert with_containers(sidecar, APP).container == APP
    assert with_containers(APP, sidecar).sidecars == (sidecar,)


def test_the_first_container_is_the_main_one() -> None:
    assert with_containers(APP, {"name": "ui", "image": "shop/ui:1"}).container == APP


def test_the_annotated_default_container_is_the_main_one() -> None:
    ui = {"name": "ui", "image": "shop/ui:1"}
    found = with_containers(APP, ui, annotations={"kubectl.kubernetes.io/default-container": "ui"})
    assert (found.container, found.sidecars) == (ui, (APP,))


def test_a_pod_of_nothing_but_a_sidecar_image_is_about_that() -> None:
    envoy = {"name": "envoy", "image": "envoyproxy/envoy:1.30"}
    assert with_containers(envoy).container == envoy


@pytest.mark.parametrize(
    ("image", "path", "tag"),
    [
        ("redis", "redis", None),
        ("redis:7.2", "redis", "7.2"),
        ("ghcr.io:443/acme/cart", "ghcr.io:443/acme/cart", None),
        ("ghcr.io:443/acme/cart:1.4@sha256:abc", "ghcr.io:443/acme/cart", "1.4"),
        ("acme/cart@sha256:abc", "acme/cart", None),
        ("acme/cart:", "acme/cart:", None),
        ("", "", None),
    ],
)
def test_an_image_splits_into_path_and_tag(image: str, path: str, tag: str | None) -> None:
    assert (image_path(image), image_tag(image)) == (path, tag)
