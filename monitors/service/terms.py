"""What the pack's monitors of a service have in common: how they alert, and what they count."""

from __future__ import annotations

from functools import partial
from typing import Literal

from dd_sync import Monitor, Service

Priority = Literal[1, 2, 3, 4, 5]
"""Who is paged follows from it: priorities 1 and 2 for services of tiers 1 and 2, 1 for tier 3, nobody for tier 4."""

alert = partial(Monitor, tags=("pack:service",), require_full_window=False)

ratio = partial(alert, evaluation_delay=60)
"""An alert on a division, a minute late, so that both its sides are complete (Datadog's docs, "Configure monitors")."""

polled = partial(alert, evaluation_delay=900)
"""An alert on metrics that Datadog polls from AWS a quarter of an hour late (Datadog's docs, "Cloud metric delay")."""

SETTLE_S = 300  # seconds in which a new pod or version may settle before it can alert


def hits(service: Service, *by: str, operation: str | None = None) -> str:
    """The requests, or the tasks of `operation`."""
    return f"sum:trace.{operation or service.op}.hits{service.scope(by=by)}.as_count()"


def errors(service: Service, *by: str, operation: str | None = None) -> str:
    """Those that failed. Datadog has no point where there was none, which must count as 0 and not as unknown."""
    return f"default_zero(sum:trace.{operation or service.op}.errors{service.scope(by=by)}.as_count())"


def by_pod(service: Service) -> str:
    return service.scope(by=["pod_name"])


def workload(service: Service) -> tuple[str, str]:
    """The tag of the workload's name, and the metric of its replicas that are up."""
    if service.stateful:
        return "kube_stateful_set", "kubernetes_state.statefulset.replicas_ready"
    return "kube_deployment", "kubernetes_state.deployment.replicas_available"


def desired(service: Service) -> str:
    """The metric of the replicas its workload wants."""
    return f"kubernetes_state.{'statefulset' if service.stateful else 'deployment'}.replicas_desired"


def unwanted(service: Service) -> str:
    """1 where its workload wants no replicas, or where nobody knows; else 0."""
    return f"is_less(default_zero(sum:{desired(service)}{service.scope()}), 1)"


def anomaly(name: str, values: str, deviations: int, direction: str, priority: Priority) -> Monitor:
    """Values outside the band of what is usual at this hour of the week, for most of a quarter of an hour."""
    return alert(
        name=name,
        query=f"avg(last_4h):anomalies({values}, 'agile', {deviations}, direction='{direction}', interval=60,"
        " alert_window='last_15m', count_default_zero='true', seasonality='weekly') >= 1",
        critical_recovery=0,
        threshold_windows={"trigger_window": "last_15m", "recovery_window": "last_15m"},
        on_missing_data="resolve",
        priority=priority,
    )
