"""Nobody is woken for what rests: workloads scaled to zero, Jobs that are done, components that are not installed."""

from __future__ import annotations

from typing import Any

import pytest

from dd_sync.query.parse import parse
from dd_sync.query.parts import metrics
from dd_sync.testing import NotEvaluated, Series, evaluate
from tests.packs.building import paging
from tests.packs.projects import repository

PAGING = paging(repository())
MINUTES = 60

CLUSTER = {"kube_cluster_name": "prod-eu-1", "env": "prod", "kube_namespace": "shop"}


def series(name: str, value: float, **tags: str) -> Series:
    return Series(name, [value] * MINUTES, {**CLUSTER, **tags})


def resting() -> list[Series]:
    """A cluster that works, with workloads of services and of nobody that want no replicas, and Jobs that are done."""
    found = [series("kubernetes.pods.running", 5)]
    for service in ({}, {"service": "payments"}, {"service": "storefront"}, {"service": "search"}):
        for kind, tag, ready in (
            ("deployment", "kube_deployment", "available"),
            ("statefulset", "kube_stateful_set", "ready"),
        ):
            found += [
                series(f"kubernetes_state.{kind}.replicas_{what}", 0, **{tag: "idle"}, **service)
                for what in ("desired", ready)
            ]
        found += [
            series("kubernetes_state.job.completion.succeeded", 1, kube_job="done", **service),
            series("kubernetes_state.job.completion.failed", 0, kube_job="done", **service),
            series("kubernetes_state.job.duration", 40, kube_job="done", **service),
            series("kubernetes_state.pod.status_phase", 1, pod_name="done-x", pod_phase="succeeded", **service),
            series("kubernetes.containers.restarts", 0, pod_name="done-x", **service),
        ]
    return found


def asked(payload: dict[str, Any]) -> set[str]:
    """The metrics a monitor reads."""
    if payload["type"] not in ("query alert", "metric alert"):
        return set()
    return {metric.name for metric in metrics(parse(payload["query"], payload["type"]))}


@pytest.mark.parametrize("key", sorted(PAGING))
def test_what_rests_wakes_nobody(key: str) -> None:
    try:
        alert = evaluate(PAGING[key], *resting())
    except NotEvaluated:
        pytest.skip("takes a model to evaluate; the text of its query is looked at below")
    assert not [group for group in alert.groups if "alert" in group.states]


def test_what_pages_about_workloads_was_evaluated() -> None:
    """So that the test above cannot pass by skipping everything."""
    able = set()
    for key, payload in PAGING.items():
        try:
            evaluate(payload, *resting())
            able.add("/".join(key.split("/")[:2]))
        except NotEvaluated:
            continue
    assert {"eks/workload-deployment-zero", "eks/workload-statefulset-replicas", "eks/pods-unschedulable"} <= able
    assert {"service/error-rate", "service/cron-not-succeeded", "eks/agent-heartbeat"} <= able


def test_nothing_that_pages_reads_what_jobs_leave_behind() -> None:
    left = ("kubernetes_state.job.", "kubernetes_state.pod.status_phase", "kubernetes.containers.state.terminated")
    assert [key for key, payload in PAGING.items() if any(name.startswith(left) for name in asked(payload))] == []


def test_missing_metrics_wake_only_where_silence_is_the_outage() -> None:
    loud = {
        "/".join(key.split("/")[:2])
        for key, payload in PAGING.items()
        if "{{#is_no_data}}@pagerduty" in payload["message"]
    }
    assert loud == {
        "eks/agent-heartbeat",
        "eks/state-heartbeat",
        "eks/karpenter-silent",
        "mongodb/no-primary",
    }
