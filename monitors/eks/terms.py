"""What the pack's monitors of a cluster have in common: how they alert, and what one alert is about."""

from __future__ import annotations

from functools import partial
from typing import Literal

from dd_sync import Monitor, by

LINKS = (
    "Look next: [dashboard]({app}/dashboard/lists?q=EKS%3A%20{cluster.name})"
    " · [pods]({app}/orchestration/explorer/pod?query=kube_cluster_name%3A{cluster.name})"
    " · [Kubernetes events]({app}/event/explorer?query=source%3Akubernetes"
    '&from_ts={{eval "last_triggered_at_epoch-3600000"}}&to_ts={{eval "last_triggered_at_epoch+600000"}}&live=false)'
)

alert = partial(Monitor, tags=("pack:eks",), new_group_delay=300, require_full_window=False, links=LINKS)
"""Nodes and pods come and go: a new one has five minutes to settle, and need not have been there all the time."""

ratio = partial(alert, evaluation_delay=60)
"""An alert on a quotient, a minute late: its two sides come from different checks, and a quotient of which one side
is missing jumps (Datadog's docs, "as_count() in monitor evaluations")."""

polled = partial(alert, new_group_delay=None)
"""An alert on metrics of AWS, which come as late as the cluster says."""

CLUSTER = by("kube_cluster_name")
NODE = by("kube_cluster_name", "node")
HOST = by("kube_cluster_name", "host")
NAMESPACE = by("kube_cluster_name", "kube_namespace")
POD = by("kube_cluster_name", "kube_namespace", "pod_name")
CONTAINER = by("kube_cluster_name", "kube_namespace", "pod_name", "kube_container_name")
DEPLOYMENT = by("kube_cluster_name", "kube_namespace", "kube_deployment")
STATEFULSET = by("kube_cluster_name", "kube_namespace", "kube_stateful_set")
DAEMONSET = by("kube_cluster_name", "kube_namespace", "kube_daemon_set")
JOB = by("kube_cluster_name", "kube_namespace", "kube_job")
HPA = by("kube_cluster_name", "kube_namespace", "horizontalpodautoscaler")
PDB = by("kube_cluster_name", "kube_namespace", "poddisruptionbudget")
PVC = by("kube_cluster_name", "kube_namespace", "persistentvolumeclaim")

Per = Literal["pod", "namespace"]
NOTIFY_BY = {"pod": None, "namespace": ("kube_cluster_name", "kube_namespace")}
"""What one message is about. Of a whole namespace it lists the pods, and `{{pod_name.name}}` in its text is empty."""


def zeroed(query: str) -> str:
    """A metric that is sent only while something is wrong: silence is 0, at once.

    Without `.fill(zero)` Datadog carries the last value on for five minutes, and a blip lasts six (its docs,
    "Interpolation and the Fill Modifier").
    """
    return f"default_zero({query}.fill(zero))"
