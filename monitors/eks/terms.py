"""What the pack's monitors of a cluster have in common: how they alert, and what one alert is about."""

from __future__ import annotations

from functools import partial
from typing import Literal

from dd_sync import Monitor, by

alert = partial(Monitor, tags=("pack:eks",), new_group_delay=300, require_full_window=False)
"""Nodes and pods come and go: a new one has five minutes to settle, and need not have been there all the time."""

ratio = partial(alert, evaluation_delay=60)
"""An alert on a quotient, a minute late: its two sides come from different checks, and a quotient of which one side
is missing jumps (Datadog's docs, "as_count() in monitor evaluations")."""

CLUSTER = by("kube_cluster_name")
NODE = by("kube_cluster_name", "node")
HOST = by("kube_cluster_name", "host")
NAMESPACE = by("kube_cluster_name", "kube_namespace")
POD = by("kube_cluster_name", "kube_namespace", "pod_name")
DEPLOYMENT = by("kube_cluster_name", "kube_namespace", "kube_deployment")
STATEFULSET = by("kube_cluster_name", "kube_namespace", "kube_stateful_set")
DAEMONSET = by("kube_cluster_name", "kube_namespace", "kube_daemon_set")
HPA = by("kube_cluster_name", "kube_namespace", "horizontalpodautoscaler")
PDB = by("kube_cluster_name", "kube_namespace", "poddisruptionbudget")
PVC = by("kube_cluster_name", "kube_namespace", "persistentvolumeclaim")
Per = Literal["pod", "namespace"]
NOTIFY_BY = {"pod": None, "namespace": ("kube_cluster_name", "kube_namespace")}
"""What one message is about. Of a whole namespace it lists the pods, and `{{pod_name.name}}` in its text is empty."""
