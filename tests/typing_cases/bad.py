"""Mistakes an editor must find before anything runs. Each line marked `# error` is one."""

from collections.abc import Iterator

from dd_sync import SLO, Cluster, Monitor, Number, Service, define


@define
def of_service(service: Service, *, critical: Number = 5) -> Monitor | None:
    """x"""
    return None


@define
def of_cluster(cluster: Cluster) -> Iterator[Monitor]:
    """x"""
    yield Monitor(key="a", name="x", query="q > 1")


@define
def promise(service: Service) -> SLO:
    """x"""
    return SLO(name="x", target=99, monitors=[of_service.ref(service)])


def use(service: Service, cluster: Cluster) -> None:
    of_service.ref(cluster)  # error: a wrong entry
    of_service(cluster)  # error: a wrong entry
    of_service(service, critcal=3)  # error: a misspelt tunable
    of_service(service, critical="3")  # error: a tunable of the wrong type
    of_cluster.ref(cluster)  # error: one of several, and which?
    SLO(name="x", target=99, monitors=[promise.ref(service)])  # error: a reference of the wrong kind


@define
def wrong_body(service: Service) -> Monitor:
    """x"""
    return SLO(name="x", target=99, monitors=[1])  # error: not what the annotation says


@define  # error: not a resource
def wrong_return(service: Service) -> int:
    """x"""
    return 3


@define  # error: not something of the inventory
def wrong_entry(name: str) -> Monitor:
    """x"""
    return Monitor(name=name, query="q > 1")
