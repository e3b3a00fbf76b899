"""The objects around workloads, found by name or by selector: Services, scalers, budgets, settings, routes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from dd_sync.discover.manifests import Manifest
from dd_sync.discover.tree import branch, branches, text, texts
from dd_sync.discover.workloads import Workload

_KEPT = frozenset(
    "Service ConfigMap HorizontalPodAutoscaler ScaledObject PodDisruptionBudget Ingress HTTPRoute GRPCRoute".split()
)
_SELECTING = ("Service", "PodDisruptionBudget")


@dataclass(frozen=True)
class Cluster:
    """Workloads and their surroundings; build it with `cluster`."""

    workloads: tuple[Workload, ...]
    _named: dict[tuple[str, str], list[Manifest]] = field(repr=False)
    _workloads_named: dict[str, list[Workload]] = field(repr=False)
    _selected_by: dict[tuple[str, Workload], list[Manifest]] = field(repr=False)
    _selects: dict[int, list[Workload]] = field(repr=False)

    def all(self, kind: str) -> list[Manifest]:
        """Every kept object of a kind, in the order of the manifests."""
        return [each for (of, _), found in self._named.items() if of == kind for each in found]

    def named(self, kind: str, name: str, namespace: str | None) -> Manifest | None:
        """The object of that name in the namespace, or where one of the two names no namespace."""
        found = self._named.get((kind, name), [])
        exact = [each for each in found if each.namespace == namespace]
        return next(iter(exact or [each for each in found if together(each.namespace, namespace)]), None)

    def workload_named(self, name: str, namespace: str | None, kind: str | None = None) -> Workload | None:
        """The workload of that name, of any kind unless one is given."""
        found = [each for each in self._workloads_named.get(name, []) if kind in (None, each.kind)]
        exact = [each for each in found if each.namespace == namespace]
        return next(iter(exact or [each for each in found if together(each.namespace, namespace)]), None)

    def services_of(self, workload: Workload) -> list[Manifest]:
        """The Services that send traffic to the workload."""
        return self._selected_by.get(("Service", workload), [])

    def budgets_of(self, workload: Workload) -> list[Manifest]:
        """The PodDisruptionBudgets that cover the workload."""
        return self._selected_by.get(("PodDisruptionBudget", workload), [])

    def behind(self, service: Manifest) -> list[Workload]:
        """The workloads a Service selects."""
        return self._selects.get(id(service), [])


def cluster(manifests: Iterable[Manifest], workloads: Iterable[Workload]) -> Cluster:
    """Indexes the objects of the kinds it knows and leaves out the others."""
    named: dict[tuple[str, str], list[Manifest]] = defaultdict(list)
    for each in manifests:
        if each.kind in _KEPT:
            named[each.kind, each.name].append(each)
    workloads = tuple(workloads)
    by_name: dict[str, list[Workload]] = defaultdict(list)
    by_label: dict[tuple[str, str], list[Workload]] = defaultdict(list)
    for workload in workloads:
        by_name[workload.name].append(workload)
        for label in workload.labels.items():
            by_label[label].append(workload)
    selected: dict[tuple[str, Workload], list[Manifest]] = defaultdict(list)
    selects: dict[int, list[Workload]] = {}
    for each in (found for (kind, _), all_named in named.items() if kind in _SELECTING for found in all_named):
        selects[id(each)] = list(_selected(each, by_label))
        for workload in selects[id(each)]:
            selected[each.kind, workload].append(each)
    return Cluster(workloads, dict(named), dict(by_name), dict(selected), selects)


def together(one: str | None, other: str | None) -> bool:
    """Whether two objects may be in one namespace: charts often leave it out of some of them."""
    return one == other or one is None or other is None


def backends(route: Manifest) -> Iterator[str]:
    """Names of the Services that an Ingress or a Gateway API route leads to."""
    spec = branch(route.body, "spec")
    found = [branch(spec, "defaultBackend", "service").get("name"), branch(spec, "backend").get("serviceName")]
    for rule in branches(spec.get("rules")):
        for path in branches(branch(rule, "http").get("paths")):
            found += [branch(path, "backend", "service").get("name"), branch(path, "backend").get("serviceName")]
        found += [backend.get("name") for backend in branches(rule.get("backendRefs"))]
    yield from dict.fromkeys(name for each in found if (name := text(each)))


def _selected(by: Manifest, labelled: dict[tuple[str, str], list[Workload]]) -> Iterator[Workload]:
    selector = branch(by.body, "spec", "selector")
    wanted = texts(selector if by.kind == "Service" else selector.get("matchLabels")).items()
    if not wanted:
        return
    # The rarest label first: charts put their release's name on everything.
    for workload in min((labelled.get(label, []) for label in wanted), key=len):
        if together(by.namespace, workload.namespace) and wanted <= workload.labels.items():
            yield workload
