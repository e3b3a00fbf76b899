"""The API server of an EKS cluster, as the Agent scrapes it where an annotation asks for it."""

from __future__ import annotations

from collections.abc import Mapping

from dd_sync.gameday.kubernetes import Kubernetes
from dd_sync.gameday.source import Source
from dd_sync.gameday.track import Constant, Following, Total, Track, ripple

_VERBS = (("GET", 0.6), ("LIST", 0.1), ("PATCH", 0.15), ("PUT", 0.15))


class ControlPlane:
    """Requests, what becomes of them, and what waits for them."""

    def __init__(self, cluster: Kubernetes) -> None:
        world = cluster.world
        self.alive: Track = world.track(True)
        self.rate: Track = world.track(ripple(200.0))
        """Requests a second."""
        self.errors: Track = world.track(0.0005)
        """The share of 5xx."""
        self.throttled: Track = world.track(0.0)
        """The share of 429."""
        self.latency: Track = world.track(0.02)
        """Seconds a request takes, watches left out."""
        self.failed_open: Track = world.track(None)
        """Webhook calls a minute that failed open."""
        self.pending: dict[str, Track] = {name: world.track(0) for name in ("active", "backoff", "unschedulable")}
        self.inflight: Track = world.track(20)
        self.apiservices: Track = world.track("true")
        """Whether the metrics API is available."""
        host = cluster.nodes[1].host_tags
        there = (self.alive, cluster.nodes[1].agent)
        for verb, share in _VERBS:
            for code in ("200", "404", "429", "500"):
                part = Following(
                    lambda rate, bad, slow, s=share, c=code: 60 * rate * s * _part(c, bad, slow) or None,
                    self.rate,
                    self.errors,
                    self.throttled,
                )
                tags = {**host, "verb": verb, "code": code, "resource": "pods", "scope": "namespace"}
                world.add(Source("kube_apiserver.apiserver_request_total.count", tags, part, there))
            asked = Total(Following(lambda rate, s=share: rate * s, self.rate), 10_000, world.undo)
            spent = Total(
                Following(lambda rate, took, s=share: rate * s * took, self.rate, self.latency), 10_000, world.undo
            )
            name = "kube_apiserver.request_duration_seconds"
            world.add(Source(f"{name}.sum", {**host, "verb": verb}, spent, there))
            for bound in ("0.1", "1", "none"):
                world.add(Source(f"{name}.count", {**host, "verb": verb, "upper_bound": bound}, asked, there))
        rejected = Following(lambda rate, slow: 60 * rate * slow or None, self.rate, self.throttled)
        flow = {**host, "priority_level": "workload-low", "flow_schema": "service-accounts", "reason": "queue-full"}
        world.add(Source("kube_apiserver.flowcontrol_rejected_requests_total", flow, rejected, there))
        for kind in ("mutating", "readonly"):
            tags = {**host, "request_kind": kind}
            world.add(Source("kube_apiserver.current_inflight_requests", tags, self.inflight, there))
        hook = {**host, "name": "policy.webhook.svc", "type": "admit"}
        name = "kube_apiserver.apiserver_admission_webhook_fail_open_count.count"
        world.add(Source(name, hook, self.failed_open, there))
        for queue, depth in self.pending.items():
            world.add(Source("kube_scheduler.pending_pods", {**host, "queue": queue}, depth, there))
        self._keep(cluster, host)

    def _keep(self, cluster: Kubernetes, host: Mapping[str, str]) -> None:
        """What the API server says of its metrics API and of what it keeps."""
        world, there = cluster.world, (self.alive, cluster.nodes[1].agent)
        for status in ("true", "false", "unknown"):
            tags = {**cluster.tags, "apiservice": "v1beta1.metrics.k8s.io", "condition": "available", "status": status}
            value = Following(lambda now, s=status: int(now == s), self.apiservices)
            world.add(Source("kubernetes_state.apiservice.condition", tags, value, (cluster.ksm,)))
        self.stored: Track = world.track(1.2 * 2**30)
        """Bytes of what it keeps."""
        world.add(
            Source("kube_apiserver.etcd.db.total_size", {**host, "storage_cluster_id": "etcd-0"}, self.stored, there)
        )
        world.add(Source("kube_apiserver.storage_objects", {**host, "resource": "pods"}, Constant(900), there))


def _part(code: str, errors: float, throttled: float) -> float:
    match code:
        case "500":
            return errors
        case "429":
            return throttled
        case "404":
            return 0.02
    return max(0.0, 0.98 - errors - throttled)
