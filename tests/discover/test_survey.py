from __future__ import annotations

from typing import Any

import pytest

from tests.discover.rendered import by_name, deployment, discovered, service

CHART = {"app.kubernetes.io/name": "shop", "app.kubernetes.io/instance": "release"}


def part(name: str, **template: Any) -> dict[str, Any]:
    return deployment(name, labels=CHART | {"app.kubernetes.io/component": name}, **template)


def test_workloads_under_one_chart_label_go_by_their_own_names() -> None:
    found = by_name(part("shop-web"), part("shop-worker"))
    assert sorted(found) == ["shop-web", "shop-worker"]
    assert found["shop-web"].facts["service"].source == (
        "metadata.name (label app.kubernetes.io/name shop is on 2 workloads)"
    )


def test_a_chart_with_one_workload_keeps_its_label() -> None:
    assert list(by_name(part("release-name-shop"))) == ["shop"]


def test_versions_behind_one_service_are_one_service() -> None:
    versions = [
        deployment(f"reviews-{each}", labels={"app": "reviews", "version": each}) for each in ("v1", "v2", "v3")
    ]
    found = discovered(*versions, service("reviews", selector={"app": "reviews"}))
    assert [each.service for each in found.services] == ["reviews"] * 3
    assert found.notices == (
        "service reviews is run by 3 workloads: Deployment/reviews-v1, Deployment/reviews-v2, Deployment/reviews-v3",
    )


def test_a_name_given_on_purpose_is_kept_though_two_share_it() -> None:
    env = {"DD_SERVICE": "shop"}
    found = discovered(deployment("web", env=env), deployment("worker", env=env))
    assert [each.service for each in found.services] == ["shop", "shop"]
    assert "2 workloads" in found.notices[0]


def test_one_name_in_two_namespaces_is_told_with_the_namespaces() -> None:
    found = discovered(deployment(namespace="a"), deployment(namespace="b"))
    assert [(each.service, each.namespace) for each in found.services] == [("cart", "a"), ("cart", "b")]
    assert found.notices == ("service cart is run by 2 workloads: Deployment/cart in a, Deployment/cart in b",)


def test_the_last_of_two_objects_of_one_name_counts() -> None:
    found = discovered(deployment(image="a:1"), deployment(image="a:2"))
    assert [each.version for each in found.services] == ["2"]
    assert [notice.partition(": ")[2] for notice in found.notices] == ["Deployment/cart again, replaces <stdin>:1"]


@pytest.mark.parametrize(
    ("hook", "kept"), [("test", 0), ("test-success", 0), ("pre-install, test", 0), ("pre-install", 1)]
)
def test_helms_test_pods_are_passed_over_and_other_hooks_are_not(hook: str, kept: int) -> None:
    body = deployment(kind="Job")
    body["metadata"]["annotations"] = {"helm.sh/hook": hook}
    found = discovered(body)
    assert len(found.services) == kept
    assert any("is a Helm test" in notice for notice in found.notices) is (kept == 0)


def test_a_workload_without_a_name_is_passed_over() -> None:
    body = deployment()
    body["metadata"] = {}
    found = discovered(body, deployment("web"))
    assert [each.service for each in found.services] == ["web"]
    assert found.notices == ("<stdin>:1: a Deployment without a name, skipped",)


def test_a_generated_name_is_a_name() -> None:
    body = deployment(kind="Job")
    body["metadata"] = {"generateName": "migrate-"}
    assert list(by_name(body)) == ["migrate-"]


def test_what_is_no_object_is_a_notice_with_its_place() -> None:
    assert discovered(deployment(), "replicas: 3\n").notices[0].endswith(": not a Kubernetes object, skipped")


def test_other_kinds_are_left_out_calmly() -> None:
    other = {"apiVersion": "x/v1", "kind": "Certificate", "metadata": {"name": "a"}, "spec": None}
    assert discovered(deployment(), other).notices == ()
