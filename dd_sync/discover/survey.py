"""All workloads seen together: names that do not clash, who calls whom, what each one is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from dd_sync.discover import identity
from dd_sync.discover.cluster import Cluster, backends, cluster
from dd_sync.discover.dependencies import Call, calls
from dd_sync.discover.environment import Environment, environment
from dd_sync.discover.found import Fact, Kind
from dd_sync.discover.manifests import Manifest
from dd_sync.discover.nature import Circumstances, known_nature, nature
from dd_sync.discover.ports import Port, is_served, ports
from dd_sync.discover.scaling import queue, scalers
from dd_sync.discover.tree import branch, text, texts
from dd_sync.discover.wellknown import Known
from dd_sync.discover.workloads import TEMPLATES, Workload, workload


@dataclass(frozen=True)
class Seen:
    """One workload with everything that the others say about it."""

    workload: Workload
    env: Environment
    service: Fact
    kind: Fact
    kinds: tuple[Kind, ...]
    known: Known | None
    ports: tuple[Port, ...]
    calls: tuple[Call, ...]
    scaled_by: tuple[Manifest, ...]
    queue: Fact | None
    budget: Manifest | None


@dataclass(frozen=True)
class Survey:
    """The workloads in the order of the manifests, and what was passed over."""

    seen: dict[Workload, Seen]
    notices: tuple[str, ...]


def survey(manifests: Iterable[Manifest]) -> Survey:
    """Reads the objects together; the order of the manifests does not matter but for the order of the result."""
    kept, notices = _kept(manifests)
    workloads = tuple(found for each in kept if (found := workload(each)) is not None)
    around = cluster(kept, workloads)
    scaled, unmatched = scalers(around)
    envs = {each: environment(each, around) for each in workloads}
    reached = {each: calls(each, envs[each], around) for each in workloads}
    names = _names({each: identity.service(each, envs[each]) for each in workloads}, around)
    routes, called_as = _routes(around), _called_as(reached)
    seen = {}
    for each in workloads:
        scaled_by = tuple(scaled.get(each, ()))
        listens, reads = ports(each, around), queue(each, scaled_by, envs[each])
        served = is_served(each, around, listens)
        here = Circumstances(each, listens, served, reads, envs[each], tuple(routes[each]), tuple(called_as[each]))
        kind, kinds = nature(here)
        recognised = known_nature(each, listens, served)
        seen[each] = Seen(
            workload=each,
            env=envs[each],
            service=names[each],
            kind=kind,
            kinds=kinds,
            known=recognised[0] if recognised else None,
            ports=listens,
            calls=reached[each],
            scaled_by=scaled_by,
            queue=reads,
            budget=next(iter(around.budgets_of(each)), None),
        )
    return Survey(seen, (*notices, *unmatched, *_clashes(seen.values())))


def _kept(manifests: Iterable[Manifest]) -> tuple[list[Manifest], list[str]]:
    """The objects, the last of each name as `kubectl apply` would have it, without Helm's test pods."""
    kept: dict[tuple[str, str, str, str | None], Manifest] = {}
    notices = []
    for each in manifests:
        if not each.kind:
            notices.append(f"{each.where}: not a Kubernetes object, skipped")
        elif _is_test(each):
            notices.append(f"{each.where}: {each.kind}/{each.name} is a Helm test, skipped")
        elif not each.name and each.kind in TEMPLATES:
            notices.append(f"{each.where}: a {each.kind} without a name, skipped")
        else:
            key = (text(each.body.get("apiVersion")) or "", each.kind, each.name, each.namespace)
            if key in kept:
                notices.append(f"{each.where}: {each.kind}/{each.name} again, replaces {kept[key].where}")
            kept[key] = each
    return list(kept.values()), notices


def _is_test(manifest: Manifest) -> bool:
    hooks = texts(branch(manifest.body, "metadata").get("annotations")).get("helm.sh/hook", "")
    return any(hook.strip().startswith("test") for hook in hooks.split(","))


def _names(found: dict[Workload, Fact], around: Cluster) -> dict[Workload, Fact]:
    """A label that names the chart stands on its web and its worker alike: then each goes by its own name.

    Versions of one service, `reviews-v1` and `reviews-v2`, share a label too; one Service leads to all of them.
    """
    named_alike: dict[tuple[str | None, str], list[Workload]] = defaultdict(list)
    for each, name in found.items():
        if identity.is_shared(name):
            named_alike[each.namespace, name.value].append(each)
    names = dict(found)
    for alike in named_alike.values():
        together = (set(around.behind(service)) for service in around.services_of(alike[0]))
        if len(alike) > 1 and not any(set(alike) <= selected for selected in together):
            for each in alike:
                why = f"{found[each].source} {found[each].value} is on {len(alike)} workloads"
                names[each] = Fact(each.name, f"metadata.name ({why})")
    return names


def _routes(around: Cluster) -> dict[Workload, list[Fact]]:
    found: dict[Workload, list[Fact]] = defaultdict(list)
    for kind, speaks in (("GRPCRoute", "grpc"), ("HTTPRoute", "http"), ("Ingress", "http")):
        for route in around.all(kind):
            annotations = texts(branch(route.body, "metadata").get("annotations"))
            protocol = annotations.get("nginx.ingress.kubernetes.io/backend-protocol", "").lower()
            fact = Fact("grpc" if protocol.startswith("grpc") else speaks, f"{kind}/{route.name}")
            for name in backends(route):
                service = around.named("Service", name, route.namespace)
                for reached in around.behind(service) if service else ():
                    found[reached].append(fact)
    return found


def _called_as(reached: dict[Workload, tuple[Call, ...]]) -> dict[Workload, list[Fact]]:
    """How others spell a workload's address. A guess, since gRPC clients may be given `http://` as well."""
    found: dict[Workload, list[Fact]] = defaultdict(list)
    for caller, made in reached.items():
        for call in made:
            for called in call.answered_by:
                if call.address.speaks and called != caller:
                    source = f"called as {call.address.scheme}:// by {caller.title} (env {call.address.setting})"
                    found[called].append(Fact(call.address.speaks, source))
    return found


def _clashes(seen: Iterable[Seen]) -> Sequence[str]:
    by_name: dict[str, list[Workload]] = defaultdict(list)
    for each in seen:
        by_name[each.service.value].append(each.workload)
    return [
        f"service {name} is run by {len(workloads)} workloads: {', '.join(map(_place, workloads))}"
        for name, workloads in by_name.items()
        if len(workloads) > 1
    ]


def _place(workload: Workload) -> str:
    return f"{workload.title} in {workload.namespace}" if workload.namespace else workload.title
