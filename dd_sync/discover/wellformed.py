"""Refuses what Kubernetes itself would refuse: unknown kinds of its groups, and workloads of the wrong shape.

What is merely absent stays unknown, and kinds of groups that anybody may define are none of ours.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from dd_sync.core.errors import DefinitionError, did_you_mean
from dd_sync.discover.manifests import Manifest
from dd_sync.discover.tree import text
from dd_sync.discover.workloads import TEMPLATES

_KINDS: dict[str, str] = {
    "": "Pod PodTemplate ReplicationController Service Endpoints ConfigMap Secret Namespace Node PersistentVolume"
    " PersistentVolumeClaim ServiceAccount LimitRange ResourceQuota Event Binding ComponentStatus List",
    "apps": "Deployment StatefulSet DaemonSet ReplicaSet ControllerRevision",
    "batch": "Job CronJob",
    "autoscaling": "HorizontalPodAutoscaler Scale",
    "policy": "PodDisruptionBudget PodSecurityPolicy Eviction",
    "keda.sh": "ScaledObject ScaledJob TriggerAuthentication ClusterTriggerAuthentication",
}
"""The kinds of the groups that facts are read from."""


def check(manifests: Iterable[Manifest]) -> None:
    """Raises DefinitionError with `file:line` for the first object that no cluster would take."""
    for manifest in manifests:
        if manifest.kind:
            _check_kind(manifest)
        if manifest.kind in TEMPLATES:
            _check_shape(manifest)


def _check_kind(manifest: Manifest) -> None:
    version = text(manifest.body.get("apiVersion")) or ""
    group = version.rpartition("/")[0]
    known = _KINDS.get(group, "").split()
    if manifest.kind in known or manifest.kind.endswith("List"):
        return
    near = did_you_mean(manifest.kind, known)
    if near:  # a kind that is like none of them is one that this table does not have yet
        raise DefinitionError(
            f'{manifest.where}: Kubernetes has no kind "{manifest.kind}" in {version}.{near}',
            hint=f"{group or 'v1'} has {', '.join(known[:6])}",
        )


def _check_shape(manifest: Manifest) -> None:
    steps: list[str] = []
    value: Any = manifest.body
    for step in ("spec", *TEMPLATES[manifest.kind][1:], *(("spec",) if TEMPLATES[manifest.kind] else ())):
        steps.append(step)
        value = value.get(step)
        if value is None:
            return
        if not isinstance(value, Mapping):
            raise _wrong(manifest, steps, value, "a mapping")
    containers = value.get("containers")
    if containers is not None and not isinstance(containers, list):
        raise _wrong(manifest, [*steps, "containers"], containers, "a list of containers")
    for n, item in _odd(containers or []):
        raise _wrong(manifest, [*steps, f"containers[{n}]"], item, "a container")


def _odd(containers: list[Any]) -> Iterator[tuple[int, Any]]:
    return ((n, item) for n, item in enumerate(containers) if item is not None and not isinstance(item, Mapping))


def _wrong(manifest: Manifest, steps: list[str], value: Any, expected: str) -> DefinitionError:
    shown = {"dict": "a mapping", "list": "a list", "str": "text"}.get(type(value).__name__, repr(value))
    name = f"{manifest.kind}/{manifest.name}"
    return DefinitionError(
        f"{manifest.where}: malformed {name}: {'.'.join(steps)} is {shown}, expected {expected}",
        hint="kubectl apply --dry-run=client -f FILE says more",
    )
