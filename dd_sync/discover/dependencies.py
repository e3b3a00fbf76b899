"""What a workload talks to, read from addresses in its environment; of a URL only the host is kept."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator
from dataclasses import dataclass

from dd_sync.discover.cluster import Cluster
from dd_sync.discover.environment import Environment
from dd_sync.discover.tree import branch, text
from dd_sync.discover.workloads import Workload

_URL = re.compile(r"([a-z][a-z0-9+.-]{0,30})://([^\s\"'<>]+)", re.IGNORECASE)
_HOST = re.compile(r"[a-z0-9](?:[-a-z0-9_.]*[a-z0-9])?", re.IGNORECASE)
_HOST_AND_PORT = re.compile(rf"({_HOST.pattern}):(\d{{1,5}})", re.IGNORECASE)
_KEY_AND_HOST = re.compile(
    r"(?:^|[;\s])(?:host|server|data source)\s*=\s*(?:tcp:)?([a-z0-9][-a-z0-9_.]*)", re.IGNORECASE
)
_NO_NETWORK = frozenset("file unix s3 gs oci docker git ssh about data classpath npipe".split())
# A variable of such a name holds an address; without it `level:5` and `redis:7` might be anything.
_ADDRESS_NAME = re.compile(
    r"(?:^|[_.-])(?:ADDR|ADDRESS|ADDRESSES|HOST|HOSTS|HOSTNAME|URL|URLS|URI|URIS|ENDPOINT|ENDPOINTS|SERVER|SERVERS|"
    r"BROKER|BROKERS|BOOTSTRAP|DSN|TARGET|UPSTREAM|CONNECTION(?:_?STRINGS?)?)(?:$|[_.-])",
    re.IGNORECASE,
)
_LONGEST = 4_096
_TECHNOLOGIES = {
    "mongodb": "mongodb",
    "mongodb+srv": "mongodb",
    "postgres": "postgres",
    "postgresql": "postgres",
    "mysql": "mysql",
    "mariadb": "mariadb",
    "sqlserver": "sqlserver",
    "redis": "redis",
    "rediss": "redis",
    "amqp": "rabbitmq",
    "amqps": "rabbitmq",
    "kafka": "kafka",
    "nats": "nats",
}
_SPEAKS = {"http": "http", "https": "http", "grpc": "grpc", "grpcs": "grpc", "dns": "grpc", "xds": "grpc"}


@dataclass(frozen=True)
class Address:
    """A host somewhere in the environment. `certain` is False when it may be no address at all."""

    host: str
    port: int | None
    scheme: str
    setting: str
    certain: bool = True

    @property
    def technology(self) -> str | None:
        return _TECHNOLOGIES.get(self.scheme)

    @property
    def speaks(self) -> str | None:
        """The protocol the caller expects. OpenTelemetry writes `http://` for gRPC too: its variables say nothing."""
        return None if "OTEL_" in self.setting else _SPEAKS.get(self.scheme)


@dataclass(frozen=True)
class Call:
    """An address and the workloads that answer there; `host` is what to call it when there are none."""

    address: Address
    host: str
    answered_by: tuple[Workload, ...]


def calls(workload: Workload, env: Environment, around: Cluster) -> tuple[Call, ...]:
    """Every address of the environment, resolved within these manifests as the cluster's DNS would."""
    found = []
    for name, setting in env.items():
        if len(setting.value) > _LONGEST:
            continue
        for address in _addresses(name, setting.value):
            if _is_elsewhere(address.host):
                host, answered_by = _resolved(address.host, workload, around)
                if answered_by or address.certain:
                    found.append(Call(address, host, answered_by))
    return tuple(found)


def _addresses(name: str, value: str) -> Iterator[Address]:
    if "://" in value:
        for match in _URL.finditer(value):
            yield from _of_url(name, match[1].lower(), match[2])
        return
    certain = _ADDRESS_NAME.search(name) is not None
    parts = [part for part in re.split(r"[,;\s]+", value) if part]
    matches = [_HOST_AND_PORT.fullmatch(part) for part in parts]
    if parts and all(matches):
        for found in matches:
            if found and 0 < int(found[2]) < 65536:
                yield Address(found[1], int(found[2]), "", name, certain)
    elif certain and _HOST.fullmatch(value):
        yield Address(value, None, "", name, certain=False)
    else:
        for match in _KEY_AND_HOST.finditer(value):
            yield Address(match[1], None, "", name, certain)


def _of_url(name: str, scheme: str, rest: str) -> Iterator[Address]:
    """`mongodb://user:password@a:27017,b:27017/db` holds several hosts; gRPC's `dns:///a:80` has an empty authority."""
    if scheme in _NO_NETWORK:
        return
    authority = re.split(r"[/?#;]", rest.lstrip("/") if scheme in ("dns", "xds") else rest, maxsplit=1)[0]
    if "@" in rest and "@" not in authority:
        return  # A password with a slash in it: better no host than a piece of the password.
    for part in authority.rpartition("@")[2].split(","):
        host, _, port = part.partition(":")
        if _HOST.fullmatch(host) and (port.isdigit() or ":" not in part):
            yield Address(host, int(port) if port and len(port) < 6 else None, scheme, name)


def _is_elsewhere(host: str) -> bool:
    """Not this machine, and not a bare IP address, which says nothing about who answers."""
    if host.lower() in ("localhost", "host.docker.internal") or host.lower().endswith(".localhost"):
        return False
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return any(letter.isalpha() for letter in host)
    return False


def _resolved(host: str, workload: Workload, around: Cluster) -> tuple[str, tuple[Workload, ...]]:
    """`cart`, `cart.shop`, `cart.shop.svc.cluster.local`, and `kafka-0.kafka.shop…` for one pod of a StatefulSet."""
    parts = host.lower().removesuffix(".").split(".")
    candidates = [parts, parts[1:]] if len(parts) > 1 and re.search(r"-\d+$", parts[0]) else [parts]
    for name, *rest in candidates:
        if len(rest) > 1 and rest[1] != "svc":
            continue  # A public name such as cart.example.com.
        namespace = rest[0] if rest else workload.namespace
        service, direct = around.named("Service", name, namespace), around.workload_named(name, namespace)
        if service is not None and _is_there(service.namespace, rest):
            external = text(branch(service.body, "spec").get("externalName"))
            return external or host, tuple(around.behind(service))
        if direct is not None and _is_there(direct.namespace, rest):
            return host, (direct,)
    return host, ()


def _is_there(namespace: str | None, rest: list[str]) -> bool:
    """`redis.io` is not the Service `redis` only because the manifests leave its namespace out."""
    return not rest or namespace == rest[0] or len(rest) > 1
