"""What a workload is: an API, a worker, a scheduled job, a datastore, an agent; and the source of that.

The order, first hit wins: the kind of object; well-known images and names; a gRPC probe; nobody can call it, so it
is a worker; the names of ports; an HTTP probe; routes; its own settings; how others call it; well-known programs,
ports and words. The later ones are guesses, which is why the source is always told.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from dd_sync.discover.environment import Environment
from dd_sync.discover.found import Fact, Kind
from dd_sync.discover.ports import Port, grpc_probe, http_probe
from dd_sync.discover.wellknown import Known, by_image, by_name
from dd_sync.discover.workloads import Workload, image_path

_BY_OBJECT: dict[str, Kind] = {"CronJob": "cron", "Job": "job", "ScaledJob": "worker", "DaemonSet": "agent"}
_ROLES: dict[str, Kind] = {"datastore": "datastore", "telemetry": "datastore", "agent": "agent"}
_WORKER_WORDS = frozenset("worker workers consumer consumers processor listener subscriber sidekiq celery".split())
_WEB_SERVERS = frozenset("nginx nginx-unprivileged httpd apache caddy envoy traefik haproxy openresty".split())
# Registered with IANA for HTTP; other numbers are habits.
_WEB_PORTS = (80, 443)
_WEB_WORDS = frozenset("frontend front web webapp website webui ui portal".split())
_STORE_WORDS = frozenset("db database cache queue broker mq".split())
_STORE_PORTS = {27017: "mongodb", 5432: "postgres", 3306: "mysql", 6379: "redis", 9092: "kafka", 5672: "rabbitmq"}


@dataclass(frozen=True)
class Circumstances:
    """What surrounds a workload, as far as it tells what the workload is."""

    workload: Workload
    ports: tuple[Port, ...]
    is_served: bool
    """A Service leads here, for more than metrics or health."""
    queue: Fact | None
    env: Environment = field(default_factory=dict)
    routes: tuple[Fact, ...] = ()
    """How Ingresses and routes lead here, as facts with the value http or grpc."""
    called_as: tuple[Fact, ...] = ()
    """The same for URLs in other workloads' environment."""


def nature(here: Circumstances) -> tuple[Fact, tuple[Kind, ...]]:
    """The kind with its source, and all kinds with that one first."""
    main = next(_reasons(here), Fact("unknown", "no port, probe, name, image or caller says"))
    kinds = {main.value: None}
    if main.value in ("http", "grpc"):
        kinds |= {port.speaks.value: None for port in here.ports if port.speaks}
        if here.queue:
            kinds["worker"] = None
    return main, tuple(kinds)


def known_nature(workload: Workload, ports: tuple[Port, ...], is_served: bool) -> tuple[Known, str] | None:
    """The database, queue, agent and the like that this is, and whether the image or the name says so.

    A name with other words in it, `orders-redis`, counts only where something can connect, and not for what
    answers HTTP or gRPC probes as databases do not.
    """
    found_by_image, found_by_name = by_image(workload.image), by_name(workload.name)
    if found_by_image and found_by_image.sure:
        return found_by_image, "image name"
    if found_by_name and found_by_name.sure:
        return found_by_name, "workload name"
    can_be_reached = bool(ports) or is_served or workload.kind == "StatefulSet"
    probed = grpc_probe(workload) or http_probe(workload, ports)
    for found, source in ((found_by_image, "image name"), (found_by_name, "workload name")):
        if found and can_be_reached and (found.role != "datastore" or not probed):
            return found, source
    if probed or any(port.speaks for port in ports):
        return None
    return next(_store_by_port(workload, ports), None)


def _reasons(here: Circumstances) -> Iterator[Fact]:
    workload = here.workload
    if workload.kind in _BY_OBJECT:
        yield Fact(_BY_OBJECT[workload.kind], workload.kind)
    recognised = known_nature(workload, here.ports, here.is_served)
    if recognised:
        found, source = recognised
        yield Fact(_ROLES[found.role], f"{source} ({found.technology})")
    yield from _some(grpc_probe(workload))
    if not here.is_served:
        yield from _unserved(here)
    main_ports = [port for port in here.ports if not port.is_side]
    yield from (port.speaks for port in main_ports if port.speaks)
    yield from _some(http_probe(workload, here.ports))
    yield from here.routes
    yield from _own_settings(here.env, main_ports)
    yield from here.called_as
    if image_path(workload.image or "").rpartition("/")[2] in _WEB_SERVERS:
        yield Fact("http", "image name")
    yield from _web_ports(main_ports)
    words = _words(workload)
    if here.is_served and words & _WEB_WORDS:
        yield Fact("http", f"workload name ({min(words & _WEB_WORDS)})")


def _words(workload: Workload) -> set[str]:
    return set(re.split(r"[^a-z0-9]+", workload.name.lower()))


def _some(fact: Fact | None) -> Iterable[Fact]:
    return (fact,) if fact else ()


def _unserved(here: Circumstances) -> Iterator[Fact]:
    """No Service leads here: what reads a queue, is called a worker, or listens on nothing is a worker."""
    if here.queue:
        yield Fact("worker", f"{here.queue.source}, no Service")
    if _words(here.workload) & _WORKER_WORDS:
        yield Fact("worker", "workload name, no Service")
    if all(port.is_side for port in here.ports):
        yield Fact("worker", "no Service, no ports")


def _store_by_port(workload: Workload, ports: Iterable[Port]) -> Iterator[tuple[Known, str]]:
    """A database behind an image of one's own: the port is called `mongo`, or `orders-db` listens on 27017."""
    for port in ports:
        found = by_name(port.name or "")
        if found and found.role == "datastore":
            yield found, port.source
        elif port.number in _STORE_PORTS and _words(workload) & _STORE_WORDS:
            yield Known(_STORE_PORTS[port.number], "datastore", sure=False), port.source


def _own_settings(env: Environment, ports: list[Port]) -> Iterator[Fact]:
    """`GRPC_PORT=9000`, where 9000 is one of its ports."""
    numbers = {str(port.number) for port in ports}
    for name, setting in env.items():
        match = re.fullmatch(r"(?:.*_)?(GRPC|HTTP)_(?:SERVER_|LISTEN_)?PORT", name)
        if match and setting.value in numbers:
            yield Fact(match[1].lower(), setting.source)


def _web_ports(ports: list[Port]) -> Iterator[Fact]:
    for port in ports:
        for number in (port.number, *port.service_ports):
            if number in _WEB_PORTS:
                yield Fact("http", f"port {number}")
