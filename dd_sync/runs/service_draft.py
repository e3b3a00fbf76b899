"""The text of a service file from what was given and what manifests say; what nobody knows stays open, and is told."""

from __future__ import annotations

import re
import typing
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from dd_sync.core.errors import DefinitionError, did_you_mean
from dd_sync.core.span_operations import candidates, operation
from dd_sync.definitions.routing import LEAST_PAGED
from dd_sync.definitions.service import Runtime, Work
from dd_sync.discover import Found, entity
from dd_sync.project.project import Project

KINDS_OF_WORK: tuple[str, ...] = typing.get_args(Work)
RUNTIMES: tuple[str, ...] = typing.get_args(Runtime)
TIERS = tuple(str(tier) for tier in LEAST_PAGED)


@dataclass(frozen=True)
class Given:
    """What the command line says of a new service; None and empty where it says nothing."""

    name: str
    manifests: str | None = None
    team: str | None = None
    tier: str | None = None
    kinds: tuple[str, ...] = ()
    runtime: str | None = None
    envs: tuple[str, ...] = ()
    operation: str | None = None


@dataclass(frozen=True)
class Draft:
    """A service file that is not written yet, and what its author should know."""

    found: Found
    text: str
    open: tuple[str, ...]
    """What is not known, or guessed."""


def draft_service(given: Given, found: Found, project: Project) -> Draft:
    """The text of a service file. Raises DefinitionError where not even the kind of work is known."""
    kinds = given.kinds or work(found)
    if not kinds:
        raise DefinitionError(
            f"{given.name} not written: {_nature(found)}",
            hint=f"say what it does: --kind with one or more of {', '.join(KINDS_OF_WORK)}",
        )
    found, left_out = _usable(found, project)
    owner = given.team or found.owner or _only_team(project)
    if owner is None:
        raise DefinitionError(
            f"{given.name} not written: {'; '.join([*left_out, 'whose it is is not known'])}",
            hint=f"say whose it is: --team with one of {', '.join(project.teams) or 'your teams'}",
        )
    runtime = given.runtime or found.runtime
    name, doubt = _operation(given, found, kinds, runtime)
    text = entity(
        found,
        owner=owner,
        tier=given.tier,
        kinds=kinds,
        runtime=runtime,
        envs=given.envs,
        operation=name,
        doubt=doubt,
    )
    facts = {n: fact for n, fact in found.facts.items() if n != "runtime" or not given.runtime}
    facts = {n: fact for n, fact in facts.items() if n != "kind" or not given.kinds}
    shown = replace(found, kinds=typing.cast(typing.Any, kinds), runtime=typing.cast(typing.Any, runtime), facts=facts)
    return Draft(shown, text, (*left_out, *_open(given, shown, name, doubt)))


def work(found: Found) -> tuple[str, ...]:
    return tuple(kind for kind in found.kinds if kind in KINDS_OF_WORK)


def api(kinds: Sequence[str]) -> str | None:
    return next((kind for kind in kinds if kind in ("http", "grpc")), None)


def _nature(found: Found) -> str:
    if found.kind == "unknown":
        return "what it does is not known"
    source = f" ({found.facts['kind'].source})" if "kind" in found.facts else ""
    return f"its kind is {found.kind}{source}, which alerts for services say nothing about"


def _only_team(project: Project) -> str | None:
    """The owner of everything, where there is one team."""
    return next(iter(project.teams)) if len(project.teams) == 1 else None


def _usable(found: Found, project: Project) -> tuple[Found, list[str]]:
    """The facts that fit the project; a label may name a team or a tier that means nothing here."""
    left_out = []
    if found.owner and project.teams and found.owner not in project.teams:
        near = did_you_mean(found.owner, project.teams)
        left_out.append(f"owner: {found.facts['owner'].source} says {found.owner}, no team of ddsync.yaml.{near}")
        found = replace(found, owner=None)
    if found.tier and found.tier not in TIERS:
        left_out.append(f"tier: {found.facts['tier'].source} says {found.tier}; a tier is {', '.join(TIERS)}")
        found = replace(found, tier=None)
    return replace(found, depends_on=(*found.depends_on, *_deployments(found, project))), left_out


def _deployments(found: Found, project: Project) -> list[str]:
    """MongoDB deployments of the project among the hosts it calls that are not in the manifests."""
    names = [deployment.name for deployment in project.settings.mongodb] if "mongodb" in found.uses else []
    hosts = [host for host in found.unresolved if host not in names]
    called = [name for name in names if any(re.match(rf"{re.escape(name)}([.-]|$)", host) for host in hosts)]
    return [f"datastore:{name}" for name in called if f"datastore:{name}" not in found.depends_on]


_ANY_RUNTIME: Mapping[str, str] = {"http": "http.server.request", "grpc": "grpc.server"}
"""Where the runtime is not known: what OpenTelemetry and the tracers' scheme v1 call HTTP requests everywhere, and
what most tracers call gRPC's."""


def _operation(given: Given, found: Found, kinds: Sequence[str], runtime: str | None) -> tuple[str | None, str]:
    """The operation to write and what is doubtful about it. Alerts on requests cannot be without one, so where it can
    be one of several the likeliest is written and marked."""
    main = api(kinds)
    if given.operation or main is None or operation(main, runtime, found.queue.type if found.queue else None):
        return given.operation, ""
    names = candidates(main, runtime)
    likely = names[0] if runtime and names else _ANY_RUNTIME[main]
    others = [name for name in names if name != likely]
    shown = ", ".join(others[:3]) + (" and others" if len(others) > 3 else "")
    return likely, "a guess" + (f"; it may be {shown}" if others else "") + "; APM shows it"


def _open(given: Given, found: Found, name: str | None, doubt: str) -> list[str]:
    """What the author should look at, each with what is done until then."""
    parts = []
    if not (given.tier or found.tier):
        parts.append("tier: taken as 3 until spec.tier says")
    if not found.runtime:
        parts.append("runtime: alerts on a runtime's own metrics wait for spec.languages")
    if not (given.envs or found.env):
        parts.append("environments: all of the targets' until extensions.ddsync.envs says")
    if doubt:
        parts.append(f"operation: {name} is {doubt}")
    if "worker" in found.kinds and not found.queue:
        parts.append("queue: alerts on waiting work wait for extensions.ddsync.queue")
    return parts
