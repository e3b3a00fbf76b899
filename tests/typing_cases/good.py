"""What people write, and what an editor must not complain about."""

from collections.abc import Iterable, Iterator

from dd_sync import SLO, Cluster, Dashboard, Group, Monitor, Note, Number, Service, Timeseries, WholeService, define


@define
def one(service: Service, *, critical: Number = 5, minutes: int = 5) -> Monitor:
    """x"""
    return Monitor(name="x", query=f"avg(last_{minutes}m):avg:x{service.scope()} > {critical}")


@define
def maybe(service: Service, *, critical: Number = 5) -> Monitor | None:
    """x"""
    return None if service.tier > 2 else one(service, critical=critical)


@define
def several(cluster: Cluster) -> Iterator[Monitor]:
    """x"""
    for way in ("read", "write"):
        yield Monitor(key=way, name=way, query="avg(last_5m):avg:x{*} > 1", warning=0.5)


@define
def once() -> Iterable[Monitor]:
    """x"""
    return [Monitor.from_api({"name": "x"}, key="x")]


@define(renamed_from="a/b", protect=True, level="full")
def kept(cluster: Cluster, *, n: int = 3) -> Monitor:
    """x"""
    return Monitor(name="x", query=f"avg(last_5m):avg:x{cluster.scope()} > {n}")


@define
def promise(service: Service, *, target: Number = 99.9) -> SLO:
    """x"""
    return SLO(name="x", target=target, monitors=[one.ref(service), maybe.ref(service)])


@define
def overview(service: WholeService) -> Dashboard:
    """x"""
    return Dashboard(
        title="x",
        widgets=[Group(title="Traffic", widgets=[Timeseries(title="Hits", requests=["sum:x{*}"])]), Note(content="n")],
    )


def use(service: Service, cluster: Cluster) -> None:
    several.ref(cluster, "read")
    once.ref("x")
    kept(cluster, n=4)
    query: str = one(service).query
    print(query, f"{promise.ref(service)}")
