"""From manifests to services: each workload as a `Found`, every fact with its source."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from dd_sync.discover import identity
from dd_sync.discover.found import Discovery, Fact, Found, Schedule, Volume
from dd_sync.discover.manifests import Manifest
from dd_sync.discover.ports import probes
from dd_sync.discover.runtimes import injected_runtime, runtime
from dd_sync.discover.scaling import hpa
from dd_sync.discover.schedules import period_s
from dd_sync.discover.survey import Seen, survey
from dd_sync.discover.tree import branch, branches, number, text, texts
from dd_sync.discover.wellformed import check
from dd_sync.discover.workloads import Workload

_QUEUES = frozenset("kafka rabbitmq activemq nats pulsar mosquitto".split())


def discover(manifests: Iterable[Manifest]) -> Discovery:
    """The services that rendered manifests run, one for each workload.

    Kinds of objects it does not know are left out; what is skipped or cannot be told stands in the notices. Raises
    DefinitionError with `file:line` for an object that no cluster would take.
    """
    manifests = list(manifests)
    check(manifests)
    found = survey(manifests)
    services = tuple(_found(each, found.seen) for each in found.seen.values())
    notices = [
        f"{each.where}: cannot read the schedule {each.schedule.cron!r}"
        for each in services
        if each.schedule and each.schedule.period_s is None
    ]
    if not services:
        notices.append("no workload in these manifests: no Deployment, StatefulSet, DaemonSet, CronJob, Job or Pod")
    return Discovery(services, (*found.notices, *notices))


def _found(seen: Seen, others: dict[Workload, Seen]) -> Found:
    workload = seen.workload
    facts = _facts(seen, others)
    values: dict[str, Any] = {name: fact.value for name, fact in facts.items()}
    return Found(
        **values,
        workload=workload.title,
        where=workload.manifest.where,
        kinds=seen.kinds,
        namespace=workload.namespace,
        depends_on=tuple(dict.fromkeys(_depends_on(seen, others))),
        uses=tuple(dict.fromkeys(_uses(seen, others))),
        image=workload.image,
        sidecars=tuple(text(each.get("name")) or "?" for each in workload.sidecars),
        unified_tags=identity.unified_tags(workload),
        facts=facts,
    )


def _facts(seen: Seen, others: dict[Workload, Seen]) -> dict[str, Fact]:
    """By field of Found; a fact that is not known is not in it."""
    workload, env = seen.workload, seen.env
    container = workload.container
    possible = {
        "service": seen.service,
        "kind": seen.kind,
        "runtime": runtime(workload, env, own_image=seen.known is None and workload.kind != "DaemonSet"),
        "ports": _many(tuple(port.number for port in seen.ports), ", ".join(port.source for port in seen.ports)),
        "env": identity.environment_name(workload, env),
        "version": identity.version(workload, env),
        "replicas": _replicas(workload),
        "hpa": hpa(seen.scaled_by),
        "queue": seen.queue,
        "schedule": _schedule(workload),
        "volumes": _volumes(workload),
        **_dependencies(seen, others),
        "owner": identity.owner(workload),
        "tier": identity.tier(workload),
        "system": identity.system(workload),
        "requests": _many(texts(branch(container, "resources").get("requests")), "resources.requests"),
        "limits": _many(texts(branch(container, "resources").get("limits")), "resources.limits"),
        "probes": _many(checks := probes(workload), ", ".join(checks)),
        "pdb": Fact(seen.budget.name, f"PodDisruptionBudget/{seen.budget.name}") if seen.budget else None,
        "injected": injected_runtime(workload),
    }
    return {name: fact for name, fact in possible.items() if fact is not None}


def _many(values: Any, source: str) -> Fact | None:
    return Fact(values, source) if values else None


def _replicas(workload: Workload) -> Fact | None:
    replicas = number(workload.spec.get("replicas"))
    return Fact(replicas, "spec.replicas") if replicas is not None else None


def _schedule(workload: Workload) -> Fact | None:
    cron = text(workload.spec.get("schedule")) if workload.kind == "CronJob" else None
    if cron is None:
        return None
    return Fact(Schedule(cron, period_s(cron), workload.spec.get("suspend") is True), "spec.schedule")


def _volumes(workload: Workload) -> Fact | None:
    """Claims as the `persistentvolumeclaim` tag shows them: `data-kafka-0`, `data-kafka-1`, … are `data-kafka-*`."""
    made = tuple(
        Volume(f"{name}-{workload.name}-*", text(branch(each, "spec", "resources", "requests").get("storage")))
        for each in branches(workload.spec.get("volumeClaimTemplates"))
        if (name := text(branch(each, "metadata").get("name")))
    )
    named = tuple(
        Volume(claim, None)
        for each in branches(workload.pod.get("volumes"))
        if (claim := text(branch(each, "persistentVolumeClaim").get("claimName")))
    )
    places = [place for place, one in (("volumeClaimTemplates", made), ("persistentVolumeClaim", named)) if one]
    return _many(made + named, ", ".join(places))


def _dependencies(seen: Seen, others: dict[Workload, Seen]) -> dict[str, Fact | None]:
    """Every service it calls, and of those the ones nobody here answers for; itself left out."""
    named: dict[str, str] = {}
    missing: dict[str, str] = {}
    for call in seen.calls:
        source = seen.env[call.address.setting].source
        if not call.answered_by:
            missing.setdefault(call.host, source)
        for name in (others[each].service.value for each in call.answered_by) if call.answered_by else (call.host,):
            if name != seen.service.value:
                named.setdefault(name, source)
    return {
        "dependencies": _many(tuple(named), ", ".join(dict.fromkeys(named.values()))),
        "unresolved": _many(tuple(missing), ", ".join(dict.fromkeys(missing.values()))),
    }


def _depends_on(seen: Seen, others: dict[Workload, Seen]) -> Iterator[str]:
    """As the Software Catalog relates entities. Telemetry is left out: a service runs without it."""
    for call in seen.calls:
        for other in (others[each] for each in call.answered_by):
            is_telemetry = other.known is not None and other.known.role != "datastore"
            if other.service.value == seen.service.value or other.kind.value == "agent" or is_telemetry:
                continue
            if other.kind.value != "datastore":
                yield f"service:{other.service.value}"
            elif other.known and other.known.technology in _QUEUES:
                yield f"queue:{other.service.value}"
            else:
                yield f"datastore:{other.service.value}"


def _uses(seen: Seen, others: dict[Workload, Seen]) -> Iterator[str]:
    for call in seen.calls:
        if call.address.technology:
            yield call.address.technology
        yield from (known.technology for each in call.answered_by if (known := others[each].known))
    if seen.queue:
        yield seen.queue.value.type
