from __future__ import annotations

from typing import Any

import pytest

from dd_sync.discover import lint
from tests.discover.rendered import deployment, discovered, only, service

COMPLETE: dict[str, Any] = {
    "labels": {"run": "cart"} | {f"tags.datadoghq.com/{tag}": "1" for tag in ("env", "service", "version")},
    "ports": [{"containerPort": 80, "name": "http"}],
    "readinessProbe": {"httpGet": {"port": 80}},
    "resources": {"requests": {"cpu": "1"}, "limits": {"memory": "1Gi"}},
}
AROUND: list[dict[str, Any]] = [
    service(),
    {
        "apiVersion": "policy/v1",
        "kind": "PodDisruptionBudget",
        "metadata": {"name": "cart"},
        "spec": {"selector": {"matchLabels": {"run": "cart"}}},
    },
    {
        "apiVersion": "autoscaling/v2",
        "kind": "HorizontalPodAutoscaler",
        "metadata": {"name": "cart"},
        "spec": {"scaleTargetRef": {"kind": "Deployment", "name": "cart"}, "maxReplicas": 3},
    },
]


def lacks(around: list[dict[str, Any]] = AROUND, **changes: Any) -> list[str]:
    (found,) = discovered(deployment(**(COMPLETE | changes)), *around).services
    return lint(found)


def test_a_complete_workload_lacks_nothing() -> None:
    assert lacks() == []


@pytest.mark.parametrize(
    ("changes", "start"),
    [
        (
            {"labels": {"run": "cart"}},
            "no label tags.datadoghq.com/env, tags.datadoghq.com/service, tags.datadoghq.com/v",
        ),
        ({"readinessProbe": None}, "no probes"),
        ({"readinessProbe": None, "livenessProbe": {"httpGet": {"port": 80}}}, "no readinessProbe"),
        ({"resources": {"limits": {"memory": "1Gi"}}}, "no resource requests"),
        ({"resources": {"requests": {"cpu": 1}, "limits": {"cpu": 1}}}, "no memory limit"),
        ({"image": "acme/cart"}, "image acme/cart without a tag"),
        ({"image": "acme/cart:latest"}, "image acme/cart:latest"),
    ],
)
def test_one_thing_missing_is_one_sentence(changes: dict[str, Any], start: str) -> None:
    (sentence,) = lacks(**changes)
    assert sentence.startswith(start)


def test_an_image_pinned_by_digest_is_fine() -> None:
    assert lacks(image="acme/cart@sha256:123") == []


def test_a_missing_budget_and_autoscaler_are_told() -> None:
    assert [sentence.partition(":")[0] for sentence in lacks(AROUND[:1])] == [
        "no PodDisruptionBudget",
        "no HorizontalPodAutoscaler",
    ]


def test_a_job_is_not_asked_for_what_only_servers_need() -> None:
    changes = COMPLETE | {"readinessProbe": None, "ports": None}
    assert lint(only(deployment(kind="Job", **changes))) == []


def test_a_database_is_not_asked_for_an_autoscaler_nor_an_agent_for_a_budget() -> None:
    database = lint(only(deployment(**(COMPLETE | {"image": "redis:7"}))))
    assert [sentence.partition(":")[0] for sentence in database] == ["no PodDisruptionBudget"]
    assert lint(only(deployment(kind="DaemonSet", **COMPLETE))) == []


def test_a_suspended_cron_job_is_told() -> None:
    body = deployment(kind="CronJob", spec={"schedule": "@daily", "suspend": True})
    body["spec"]["jobTemplate"] = {"spec": {"template": body["spec"].pop("template")}}
    assert "suspended: this CronJob does not run" in lint(only(body))
