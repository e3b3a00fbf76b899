"""What a workload lacks that its alerts and operators need."""

from __future__ import annotations

from collections.abc import Iterator

from dd_sync.discover.found import Found
from dd_sync.discover.identity import UNIFIED
from dd_sync.discover.workloads import image_tag

_RUN_ONCE = frozenset(("cron", "job"))
_SERVING = frozenset(("http", "grpc", "worker", "unknown"))


def lint(found: Found) -> list[str]:
    """Sentences, most useful first. What does not apply to the kind (probes of a CronJob) is left out."""
    return list(_missing(found))


def _missing(found: Found) -> Iterator[str]:
    lacking = [f"tags.datadoghq.com/{tag}" for tag in UNIFIED if tag not in found.unified_tags]
    if lacking:
        yield f"no label {', '.join(lacking)}: metrics, traces and logs do not line up by service"
    if not found.probes and found.kind not in _RUN_ONCE:
        yield "no probes: a hung pod keeps its traffic"
    elif "readinessProbe" not in found.probes and found.kind in ("http", "grpc"):
        yield "no readinessProbe: requests reach pods that are still starting"
    if not found.requests:
        yield "no resource requests: the scheduler places it blindly"
    if "memory" not in found.limits:
        yield "no memory limit: one leak takes the node's other pods along"
    yield from _image(found)
    if not found.pdb and found.kind in (*_SERVING, "datastore") and not found.workload.startswith("ScaledJob/"):
        yield "no PodDisruptionBudget: a node drain may stop every pod at once"
    if not found.hpa and found.kind in _SERVING and not found.workload.startswith("ScaledJob/"):
        yield "no HorizontalPodAutoscaler: load is met by a fixed number of pods"
    if found.schedule and found.schedule.suspended:
        yield "suspended: this CronJob does not run"


def _image(found: Found) -> Iterator[str]:
    if found.image is None or "@" in found.image:
        return
    tag = image_tag(found.image)
    if tag is None:
        yield f"image {found.image} without a tag: nobody can say which version runs"
    elif tag == "latest":
        yield f"image {found.image}: latest may be another version on each node"
