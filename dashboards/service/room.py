"""Whether there is room: CPU, memory, replicas."""

from __future__ import annotations

from dd_sync import (
    Group,
    Service,
    WholeService,
    Widget,
)

from .widgets import label, lines


def room_group(service: WholeService) -> Group:
    here, by_pod = service.scope("$env"), service.scope("$env", by=["pod_name"])
    stateful = service.main.stateful
    owner, ready = ("statefulset", "ready") if stateful else ("deployment", "available")
    periods = "kubernetes.cpu.cfs"
    widgets: list[Widget] = [
        lines(
            "CPU",
            "core",
            {
                "used": f"sum:container.cpu.usage{here}",
                "requested": f"sum:kubernetes.cpu.requests{here}",
                "limit": f"sum:kubernetes.cpu.limits{here}",
            },
            {"used": "used / 1000000000", "requested": "requested", "limit": "limit"},  # used is in nanocores
        ),
        lines(
            "Memory",
            "byte",
            {
                "used": f"sum:container.memory.working_set{here}",
                "requested": f"sum:kubernetes.memory.requests{here}",
                "limit": f"sum:kubernetes.memory.limits{here}",
            },
        ),
        lines(
            "Replicas",
            label("replicas"),
            {
                "desired": f"sum:kubernetes_state.{owner}.replicas_desired{here}",
                ready: f"sum:kubernetes_state.{owner}.replicas_{ready}{here}",
            },
            deploys_of=service,
        ),
        lines(
            "CPU throttled",
            "percent",
            {"throttled": f"sum:{periods}.throttled.periods{here}", "periods": f"sum:{periods}.periods{here}"},
            {"throttled": "100 * throttled / periods"},
        ),
        lines(
            "Restarts",
            label("restarts"),
            {"restarts": f"sum:kubernetes.containers.restarts{by_pod}"},
            {"restarts": "monotonic_diff(restarts)"},
        ),
    ]
    if service.main.kubernetes.hpa is not None:
        widgets.append(_autoscaler(service.main))
    return Group(title="Saturation (Kubernetes)", widgets=widgets)


def _autoscaler(service: Service) -> Widget:
    where = service.kubernetes
    namespace = f"kube_namespace:{where.namespace}," if where.namespace else ""
    here = f"{{horizontalpodautoscaler:{where.hpa},{namespace}$env}}"
    queries = {name: f"avg:kubernetes_state.hpa.{name}_replicas{here}" for name in ("current", "max")}
    return lines("Autoscaler", label("replicas"), queries)
