"""The ports a workload listens on, with their protocols and sources."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Literal

from dd_sync.discover.cluster import Cluster
from dd_sync.discover.found import Fact
from dd_sync.discover.manifests import Manifest
from dd_sync.discover.tree import Tree, branch, branches, number, strings, text
from dd_sync.discover.workloads import Workload

Protocol = Literal["http", "grpc"]
PROBES = ("readinessProbe", "livenessProbe", "startupProbe")

_HTTP_WORDS = frozenset("http https web ui www http1 http2 rest websocket ws".split())
# Ports beside the one the service is for: a worker with a metrics port is still a worker.
_SIDE_WORDS = frozenset(
    "metrics metric prometheus prom health healthz healthcheck probe probes liveness readiness admin management mgmt "
    "actuator debug debugger jmx pprof profiling profiler monitoring telemetry statsd status".split()
)
_CARRIERS = frozenset("http https tcp grpc port web server".split())


@dataclass(frozen=True)
class Port:
    """A port of the main container; `service_ports` are the numbers Services offer it under."""

    number: int
    name: str | None
    source: str
    service_ports: tuple[int, ...] = ()
    speaks: Fact | None = None
    is_side: bool = False


def ports(workload: Workload, around: Cluster) -> tuple[Port, ...]:
    """Declared container ports, and those only a Service names; UDP and the sidecars' ports are left out."""
    services = around.services_of(workload)
    declared = {each: text(port.get("name")) for port, each in _declared(workload.container)}
    beside = {each for sidecar in workload.sidecars for _, each in _declared(sidecar)} - declared.keys()
    sources = {each: f"containerPort {each}" + (f" (name {name})" if name else "") for each, name in declared.items()}
    for service in services:
        for port in _service_ports(service):
            target = _target(port, declared)
            if target is not None and target not in beside and target not in sources:
                sources[target] = f"Service {service.name} port {number(port.get('port'))} → {target}"
    scraped = number(workload.annotations.get("prometheus.io/port"))
    found = (_port(each, declared.get(each), source, services, declared) for each, source in sources.items())
    return tuple(
        # A port that nothing but Prometheus reads.
        replace(port, is_side=True) if port.number == scraped and not (port.service_ports or port.speaks) else port
        for port in found
    )


def is_served(workload: Workload, around: Cluster, listens: tuple[Port, ...]) -> bool:
    """Whether a Service leads here, be it through a sidecar, for more than metrics or health."""
    declared = {port.number: port.name for port in listens}
    side = {port.number for port in listens if port.is_side}
    return any(
        not _is_side(text(port.get("name"))) and _target(port, declared) not in side
        for service in around.services_of(workload)
        for port in _service_ports(service)
    )


def probes(workload: Workload) -> dict[str, str]:
    """Each probe in short: `grpc:9555`, `httpGet:8080/_healthz`, `tcpSocket:6379`, `exec`."""
    found = {}
    for name in PROBES:
        probe = branch(workload.container, name)
        for how in ("grpc", "httpGet", "tcpSocket", "exec"):
            if how in probe:
                port = text(branch(probe, how).get("port"))
                path = text(branch(probe, how).get("path")) if how == "httpGet" else None
                found[name] = how + (f":{port}" if port else "") + (path or "")
                break
    return found


def grpc_probe(workload: Workload) -> Fact | None:
    """A gRPC health check, Kubernetes' own or the `grpc_health_probe` program."""
    for name in PROBES:
        probe = branch(workload.container, name)
        if "grpc" in probe:
            return Fact("grpc", f"{name}.grpc")
        if any("grpc_health_probe" in word for word in strings(branch(probe, "exec").get("command"))):
            return Fact("grpc", f"{name}.exec grpc_health_probe")
    return None


def http_probe(workload: Workload, among: Iterable[Port]) -> Fact | None:
    """An HTTP health check on a port that is not there for health checks alone."""
    side = {key for port in among if port.is_side for key in (str(port.number), port.name)}
    for name in PROBES:
        probe = branch(workload.container, name, "httpGet")
        if probe and text(probe.get("port")) not in side:
            return Fact("http", f"{name}.httpGet")
    return None


def protocol_of(name: str | None) -> Protocol | None:
    """What a port's name or appProtocol says: `grpc-api`, `http`, `kubernetes.io/ws`."""
    words = set(re.split(r"[^a-z0-9]+", (name or "").lower()))
    if any(word.startswith("grpc") for word in words):
        return "grpc"
    return "http" if words & _HTTP_WORDS else None


def _declared(container: Tree) -> Iterator[tuple[Tree, int]]:
    for port in branches(container.get("ports")):
        each = number(port.get("containerPort"))
        if each and each < 65536 and _is_tcp(port):
            yield port, each


def _service_ports(service: Manifest) -> Iterator[Tree]:
    return (port for port in branches(branch(service.body, "spec").get("ports")) if _is_tcp(port))


def _is_tcp(port: Tree) -> bool:
    return (text(port.get("protocol")) or "TCP").upper() == "TCP"


def _target(port: Tree, declared: dict[int, str | None]) -> int | None:
    """The container's port a Service's port leads to: a number, a name, or the same number."""
    target = text(port.get("targetPort")) or text(port.get("port"))
    by_name = next((each for each, name in declared.items() if name is not None and name == target), None)
    return by_name if by_name is not None else number(target)


def _port(each: int, name: str | None, source: str, services: list[Manifest], declared: dict[int, str | None]) -> Port:
    offered = [(service, port) for service in services for port in _service_ports(service)]
    leading = [(service, port) for service, port in offered if _target(port, declared) == each]
    names = [name, *(text(port.get("name")) for _, port in leading)]
    is_side = any(_is_side(one) for one in names) and not any(
        one is not None and not _is_side(one) and protocol_of(one) for one in names
    )
    return Port(
        number=each,
        name=name,
        source=source,
        service_ports=tuple(found for _, port in leading if (found := number(port.get("port"))) is not None),
        speaks=None if is_side else _speaks(name, each, leading),
        is_side=is_side,
    )


def _speaks(name: str | None, each: int, leading: list[tuple[Manifest, Tree]]) -> Fact | None:
    own = protocol_of(name)
    for service, port in leading:
        for key in ("appProtocol", "name"):
            value = text(port.get(key))
            offered = protocol_of(value)
            # `appProtocol` is the explicit word; a container port's name comes before a Service port's.
            if offered and (key == "appProtocol" or own is None):
                return Fact(offered, f"Service {service.name} port {number(port.get('port'))} ({key} {value})")
    return Fact(own, f"containerPort {each} (name {name})") if own else None


def _is_side(name: str | None) -> bool:
    words = set(re.split(r"[^a-z0-9]+", (name or "").lower()))
    return bool(words & _SIDE_WORDS) and words <= _SIDE_WORDS | _CARRIERS
