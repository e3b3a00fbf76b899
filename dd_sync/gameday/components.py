"""What runs in a cluster to run it: CoreDNS, Karpenter, KEDA, and the load balancer before it."""

from __future__ import annotations

from collections.abc import Mapping

from dd_sync.gameday.kubernetes import Kubernetes
from dd_sync.gameday.source import Source
from dd_sync.gameday.track import Constant, Following, Reading, Total, Track, ripple

_MONTH = 30 * 24 * 60


class CoreDNS:
    """Two pods that answer names. Durations are totals since each began, once by bucket and once for all (`none`)."""

    def __init__(self, cluster: Kubernetes) -> None:
        world = cluster.world
        self.workload = cluster.run("Deployment", "kube-system", "coredns", 2, memory=0.17)
        self.rate: Track = world.track(ripple(150.0))
        """Answers a second, of each pod."""
        self.latency: Track = world.track(0.002)
        """Seconds an answer takes."""
        self.failing: Track = world.track(0.0005)
        """The share of SERVFAIL."""
        self.rejects: Track = world.track(0)
        self.panics: Track = world.track(0)
        for pod in self.workload.pods:
            tags = {
                **pod.node.host_tags,
                "kube_namespace": "kube-system",
                "kube_deployment": "coredns",
                "dns-pod": f"10.0.9.{pod.name[-1]}",
                "server": "dns://:53",
            }
            there = (pod.node.agent, pod.available)
            for rcode, share in (("noerror", 0.45), ("nxdomain", 0.55), ("servfail", 0.0)):
                value = Following(
                    lambda rate, bad, r=rcode, s=share: 60 * rate * (bad if r == "servfail" else s * (1 - bad)),
                    self.rate,
                    self.failing,
                )
                world.add(Source("coredns.response_code_count", {**tags, "rcode": rcode}, value, there))
            world.add(Source("coredns.request_count", tags, Following(lambda rate: 60 * rate, self.rate), there))
            requests = Total(self.rate, _MONTH, world.undo)
            spent = Total(Following(lambda rate, took: rate * took, self.rate, self.latency), _MONTH, world.undo)
            name = "coredns.request_duration.seconds"
            world.add(Source(f"{name}.sum", tags, spent, there))
            for bound, share in (("0.004", 0.8), ("0.064", 0.97), ("8.192", 1.0), ("none", 1.0)):
                value = Following(lambda total, s=share: total * s, requests)
                world.add(Source(f"{name}.count", {**tags, "upper_bound": bound}, value, there))
            world.add(Source("coredns.panic_count.count", tags, self.panics, there))
            world.add(Source("coredns.forward_max_concurrent_rejects", tags, self.rejects, there))


class Karpenter:
    """The autoscaler of nodes. What it never counted has no series; when it is gone, all of it is."""

    def __init__(self, cluster: Kubernetes) -> None:
        world = cluster.world
        self.cluster = cluster
        self.workload = cluster.run("Deployment", "kube-system", "karpenter", 2)
        self.alive: Track = world.track(True)
        self.errors: dict[str, Track] = {}
        self.created: Track = world.track(None)
        self.terminated: Track = world.track(None)
        self.claims_created: Track = world.track(None)
        self.disrupted: Track = world.track(None)
        self.interruptions: Track = world.track(None)
        self.synced: Track = world.track(1)
        self.queue: Track = world.track(0)
        self.used: Track = world.track(120)
        """Cores the node pool has made, of 200."""
        self.unready_pools: Track = world.track(None)
        self.unregistered: Track = world.track(0)
        """NodeClaims whose machine has not become a node."""
        pod = self.workload.pods[0]
        self._tags = {**pod.node.host_tags, "kube_namespace": "kube-system", "kube_deployment": "karpenter"}
        pool = {"nodepool": "default"}
        self._send("nodes.created.count", self.created, pool)
        self._send("nodes.terminated.count", self.terminated, pool)
        self._send("nodeclaims_created.count", self.claims_created, {**pool, "reason": "provisioned"})
        self._send("nodeclaims_disrupted.count", self.disrupted, {**pool, "reason": "underutilized"})
        self._send("interruption.received_messages.count", self.interruptions, {"message_type": "spot_interrupted"})
        self._send("cluster_state.synced", self.synced, {})
        self._send("provisioner.scheduling.queue_depth", self.queue, {})
        self._send("nodepool_usage", self.used, {**pool, "resource_type": "cpu"})
        self._send("nodepool_limit", Constant(200), {**pool, "resource_type": "cpu"})
        claims = "operator.nodeclaim.status_condition_count"
        self._send(claims, Constant(20), {"type": "registered", "status": "true"})
        waiting = Following(lambda n: n or None, self.unregistered)
        self._send(claims, waiting, {"type": "registered", "status": "unknown"})
        self._send("operator.nodepool.status_condition_count", Constant(1), {"type": "ready", "status": "true"})
        unready = {"type": "ready", "status": "false"}
        self._send("operator.nodepool.status_condition_count", self.unready_pools, unready)
        for error in ("insufficientcapacityerror", "nodeclaimnotfounderror", ""):
            self.errors[error] = world.track(None)
            tags = {"error": error, "controller": "nodeclaim.lifecycle", "method": "Create"}
            self._send("cloudprovider.errors.count", self.errors[error], tags)

    def _send(self, name: str, value: Reading, tags: Mapping[str, str]) -> None:
        self.cluster.world.add(Source(f"karpenter.{name}", {**self._tags, **tags}, value, (self.alive,)))


class Keda:
    """The autoscaler of workers by what waits for them."""

    def __init__(self, cluster: Kubernetes) -> None:
        world = cluster.world
        self.cluster = cluster
        self.workload = cluster.run("Deployment", "keda", "keda-operator", 1)
        self.alive: Track = world.track(True)
        self.errors: dict[str, Track] = {}
        self._tags = {**self.workload.pods[0].node.host_tags, "kube_namespace": "keda"}
        self.job_errors: Track = world.track(None)
        job = {**self._tags, "namespace": "tools", "scaledjob": "export"}
        world.add(Source("keda.scaled_job.errors.count", job, self.job_errors, (self.alive,)))

    def scales(self, namespace: str, name: str) -> Track:
        """A ScaledObject of a workload: its errors a minute. Its own namespace is the tag `namespace`."""
        world = self.cluster.world
        errors = self.errors[name] = world.track(None)
        tags = {**self._tags, "namespace": namespace, "scaledobject": name, "scaler": "queue"}
        world.add(
            Source("keda.scaler.detail_errors.count", tags, errors, (self.alive,)),
            Source("keda.scaler.active", tags, Constant(1), (self.alive,)),
            Source("keda.scaled_object.errors.count", tags, errors, (self.alive,)),
        )
        return errors


class LoadBalancer:
    """An application load balancer before a service: points of a minute, which the crawler brings late.

    Its series carry AWS's names and no service.
    """

    def __init__(self, cluster: Kubernetes, name: str, hits: Reading, healthy: Reading, pods: Reading) -> None:
        world = cluster.world
        self.arrives: Track = world.track(True)
        """Whether clients reach it."""
        self.own_errors: Track = world.track(0.0)
        """The share it answers with 5xx of its own."""
        self.target_errors: Track = world.track(0.001)
        tags = {
            "loadbalancer": f"app/{name}/50dc6c",
            "name": name,
            "targetgroup": f"targetgroup/{name}/73e2d6",
            "host": name,
            "elbv2.k8s.aws/cluster": cluster.name,
            "region": cluster.facts.region or "eu-west-1",
        }
        requests = Following(lambda n, there: n if there and n else None, hits, self.arrives)
        unhealthy = Following(lambda all_, up: max(0, all_ - up), pods, healthy)
        figures: Mapping[str, Reading] = {
            "request_count": requests,
            "httpcode_elb_5xx": Following(lambda n, share: n * share or None if n else None, requests, self.own_errors),
            "httpcode_target_5xx": Following(
                lambda n, share: n * share or None if n else None, requests, self.target_errors
            ),
            "un_healthy_host_count.maximum": Following(lambda n, bad: bad if n else None, requests, unhealthy),
            "healthy_host_count.minimum": Following(lambda n, up: up if n else None, requests, healthy),
        }
        late = 12 if cluster.facts.cloudwatch_delay_s >= 900 else 3
        for metric, value in figures.items():
            world.add(Source(f"aws.applicationelb.{metric}", tags, value, late=late))
