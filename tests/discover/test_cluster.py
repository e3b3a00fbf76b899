from __future__ import annotations

from typing import Any

import pytest
import yaml

from dd_sync.discover.cluster import Cluster, backends, cluster, together
from dd_sync.discover.workloads import workload
from tests.discover.rendered import deployment, manifests, service


def around(*objects: dict[str, Any]) -> Cluster:
    found = manifests("\n---\n".join(yaml.safe_dump(each) for each in objects))
    return cluster(found, [subject for each in found if (subject := workload(each)) is not None])


def names(found: Any) -> list[str]:
    return [each.name for each in found]


def test_a_service_leads_to_what_carries_all_its_labels() -> None:
    here = around(
        deployment("web", labels={"app": "shop", "role": "web"}),
        deployment("worker", labels={"app": "shop", "role": "worker"}),
        service("web", selector={"app": "shop", "role": "web"}),
        service("all", selector={"app": "shop"}),
    )
    web, worker = here.workloads
    assert names(here.services_of(web)) == ["web", "all"]
    assert names(here.services_of(worker)) == ["all"]
    assert names(here.behind(here.services_of(worker)[0])) == ["web", "worker"]


@pytest.mark.parametrize("selector", [{}, None, "app=shop", {"app": None}, {"app": "other"}])
def test_a_service_without_a_matching_selector_leads_nowhere(selector: Any) -> None:
    here = around(deployment(labels={"app": "shop"}), service() | {"spec": {"selector": selector}})
    assert here.services_of(here.workloads[0]) == []


def test_numbers_in_selectors_match_the_same_labels() -> None:
    here = around(deployment(labels={"rev": 1}), service(selector={"rev": "1"}))
    assert names(here.services_of(here.workloads[0])) == ["cart"]


def test_the_object_of_the_same_namespace_comes_first() -> None:
    here = around(deployment(namespace="b"), service(namespace="a"), service(), service(namespace="b"))
    for namespace, expected in (("a", "a"), ("b", "b"), ("c", None), (None, None)):
        found = here.named("Service", "cart", namespace)
        assert found is not None
        assert found.namespace == expected
    assert here.named("Service", "none", "a") is None


def test_a_workload_is_found_by_name_and_kind() -> None:
    here = around(deployment(kind="StatefulSet"), deployment())
    assert here.workload_named("cart", None, "Deployment") == here.workloads[1]
    assert here.workload_named("cart", "any") == here.workloads[0]
    assert here.workload_named("cart", None, "Job") is None


def test_budgets_cover_what_they_select() -> None:
    budget = {
        "apiVersion": "policy/v1",
        "kind": "PodDisruptionBudget",
        "metadata": {"name": "cart"},
        "spec": {"minAvailable": 1, "selector": {"matchLabels": {"run": "cart"}}},
    }
    here = around(deployment(), deployment("other"), budget)
    assert [names(here.budgets_of(each)) for each in here.workloads] == [["cart"], []]


def test_the_backends_of_old_and_new_routes_are_known() -> None:
    spec = {
        "backend": {"serviceName": "old"},
        "defaultBackend": {"service": {"name": "default"}},
        "rules": [
            {"http": {"paths": [{"backend": {"serviceName": "older"}}, {"backend": {"service": {"name": "new"}}}]}},
            {"backendRefs": [{"name": "gateway"}, None]},
        ],
    }
    (route,) = manifests(
        yaml.safe_dump({"apiVersion": "x/v1", "kind": "Ingress", "metadata": {"name": "a"}, "spec": spec})
    )
    assert list(backends(route)) == ["default", "old", "older", "new", "gateway"]


def test_namespaces_left_out_may_be_any() -> None:
    assert together(None, "a")
    assert together("a", "a")
    assert not together("a", "b")
