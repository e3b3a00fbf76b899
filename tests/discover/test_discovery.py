from __future__ import annotations

from typing import Any

import pytest

from dd_sync.discover import Schedule, Volume
from tests.discover.rendered import by_name, deployment, discovered, only, service


def cron_job(schedule: Any, **spec: Any) -> dict[str, Any]:
    pod = {"spec": {"containers": [{"name": "a", "image": "acme/report:1"}]}}
    return {
        "apiVersion": "batch/v1",
        "kind": "CronJob",
        "metadata": {"name": "report"},
        "spec": {"schedule": schedule, "jobTemplate": {"spec": {"template": pod}}, **spec},
    }


def test_a_cron_job_comes_with_its_period() -> None:
    found = only(cron_job("0 4 * * *"))
    assert found.schedule == Schedule("0 4 * * *", 86_400, suspended=False)
    assert found.facts["schedule"].source == "spec.schedule"


def test_a_schedule_nobody_can_read_is_a_notice() -> None:
    found = discovered(cron_job("sometimes", suspend=True))
    assert found.services[0].schedule == Schedule("sometimes", None, suspended=True)
    assert found.notices == ("<stdin>:1: cannot read the schedule 'sometimes'",)


@pytest.mark.parametrize("schedule", [None, "", [], {}])
def test_a_cron_job_without_a_schedule_has_none(schedule: Any) -> None:
    assert only(cron_job(schedule)).schedule is None


def test_claims_of_a_stateful_set_are_named_as_datadog_tags_them() -> None:
    template = {"metadata": {"name": "data"}, "spec": {"resources": {"requests": {"storage": "10Gi"}}}}
    found = only(deployment("kafka", kind="StatefulSet", spec={"volumeClaimTemplates": [template, None, {}]}))
    assert found.volumes == (Volume("data-kafka-*", "10Gi"),)
    assert found.facts["volumes"].source == "volumeClaimTemplates"


def test_a_claim_of_its_own_is_a_volume_too() -> None:
    body = deployment()
    claim = {"name": "files", "persistentVolumeClaim": {"claimName": "shared-files"}}
    body["spec"]["template"]["spec"]["volumes"] = [claim, {"name": "tmp", "emptyDir": {}}]
    found = only(body)
    assert found.volumes == (Volume("shared-files", None),)
    assert found.facts["volumes"].source == "persistentVolumeClaim"


def test_numbers_stay_as_the_manifest_has_them() -> None:
    resources = {"requests": {"cpu": 1, "memory": "64Mi"}, "limits": {"memory": "128Mi"}}
    found = only(deployment(spec={"replicas": 3}, resources=resources))
    assert found.replicas == 3
    assert (found.requests, found.limits) == ({"cpu": "1", "memory": "64Mi"}, {"memory": "128Mi"})
    assert found.facts["requests"].source == "resources.requests"


def test_zero_replicas_is_a_fact_and_no_replicas_is_none() -> None:
    assert only(deployment(spec={"replicas": 0})).facts["replicas"].value == 0
    assert "replicas" not in only(deployment()).facts


def test_what_is_unknown_is_none_and_no_fact() -> None:
    found = only(deployment(image="acme/cart"))
    assert (found.env, found.version, found.runtime, found.owner, found.tier) == (None,) * 5
    assert (found.namespace, found.hpa, found.queue, found.pdb) == (None,) * 4
    assert sorted(found.facts) == ["kind", "service"]


def test_every_fact_has_the_value_of_its_field_and_a_source() -> None:
    found = by_name(
        deployment(
            labels={"run": "cart", "team": "shop", "tags.datadoghq.com/env": "prod"},
            env={"DB_ADDR": "db:5432", "GOGC": "80"},
            ports=[8080],
            namespace="shop",
            readinessProbe={"grpc": {"port": 8080}},
        ),
        service("cart", 8080),
    )["cart"]
    assert {"runtime", "owner", "env", "dependencies", "unresolved", "probes", "ports"} <= found.facts.keys()
    for name, fact in found.facts.items():
        assert getattr(found, name) == fact.value
        assert fact.source


def test_a_budget_that_covers_it_is_named() -> None:
    budget = {
        "apiVersion": "policy/v1",
        "kind": "PodDisruptionBudget",
        "metadata": {"name": "cart-pdb"},
        "spec": {"selector": {"matchLabels": {"run": "cart"}}},
    }
    assert only(deployment(), budget).pdb == "cart-pdb"


def test_a_rollout_is_like_a_deployment() -> None:
    found = only(deployment(kind="Rollout", ports=[{"containerPort": 80, "name": "http"}]))
    assert (found.workload, found.kind) == ("Rollout/cart", "http")


def test_init_containers_do_not_count() -> None:
    body = deployment(image="acme/accounting:1")
    wait = {"name": "wait-for-kafka", "image": "busybox", "env": [{"name": "KAFKA_ADDR", "value": "kafka:9092"}]}
    body["spec"]["template"]["spec"]["initContainers"] = [wait | {"ports": [{"containerPort": 80}]}]
    found = only(body)
    assert (found.kind, found.dependencies, found.ports) == ("worker", (), ())


def test_sidecars_are_listed() -> None:
    body = deployment()
    body["spec"]["template"]["spec"]["containers"].append({"name": "istio-proxy", "image": "istio/proxyv2"})
    assert only(body).sidecars == ("istio-proxy",)


def test_manifests_without_a_workload_say_so() -> None:
    found = discovered(service())
    assert found.services == ()
    assert found.notices[0].startswith("no workload in these manifests")


def test_services_keep_the_order_of_the_manifests() -> None:
    names = ["c", "a", "b"]
    assert [each.service for each in discovered(*map(deployment, names)).services] == names
