"""The environments of a project: declared once, so that a misspelt one is an error and not an alert that is missing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from dd_sync.core.errors import DefinitionError, did_you_mean
from dd_sync.project.problems import OnError
from dd_sync.project.services import OURS, ServiceFile
from dd_sync.project.settings import ReadSettings, Settings

USUAL = frozenset(
    "prod production live staging stage stg dev development test testing qa uat preprod pre-prod demo sandbox perf load"
    " int integration preview canary dr".split()
)
"""Names that are environments everywhere. Where the project has no list, a service may be in one of them before any
target or cluster is."""


def declared_environments(settings: Settings) -> list[str]:
    """Those that `environments:` names; without it those of targets, clusters and databases, and of the targets that
    other folders apply. None where nothing names any: then every name is taken as it is."""
    if settings.environments is not None:
        return list(settings.environments)
    found = list(dict.fromkeys([*_of_targets(settings), *_of_inventory(settings)]))
    return list(dict.fromkeys([*found, *settings.applied_elsewhere])) if found else []


def default_environments(settings: Settings) -> list[str]:
    """The environments of services that name none: those of the targets, else those that are declared, else prod."""
    return list(dict.fromkeys(_of_targets(settings))) or list(settings.environments or ()) or ["prod"]


def check_environments(read: ReadSettings, services: Iterable[ServiceFile], on_error: OnError) -> None:
    """Tells of each name that is no declared environment, with `file:line` and the nearest one that is."""
    settings, file = read
    known = declared_environments(settings)
    if not known:
        return
    strict = settings.environments is not None
    found = [(name, file.at(steps)) for name, steps in (_named(settings) if strict else _named_by_teams(settings))]
    found += [(env, one.at(*OURS, "envs", *_step(one, env, n))) for one in services for n, env in enumerate(_envs(one))]
    for name, at in found:
        if name not in known and (strict or name not in USUAL):
            near = did_you_mean(name, known) or ("" if strict else did_you_mean(name, USUAL))
            on_error(DefinitionError(f'no environment "{name}".{near}', at=at, hint=_hint(settings, known)))


def _hint(settings: Settings, known: Sequence[str]) -> str:
    listed = ", ".join(known)
    if settings.environments is not None:
        return f"environments: in ddsync.yaml has {listed}; add it there if it is meant"
    return f"targets, clusters and databases have {listed}; any other is declared with environments: in ddsync.yaml"


def _envs(one: ServiceFile) -> Sequence[str]:
    return list(one.settings.envs)


def _step(one: ServiceFile, env: str, n: int) -> tuple[str | int, ...]:
    """Where an environment stands in its file, which has them as a list or by name."""
    ours = one.entity.extensions.get("ddsync")
    written = ours.get("envs") if isinstance(ours, Mapping) else None
    return (n,) if isinstance(written, list) else (env,)


def _of_targets(settings: Settings) -> Iterator[str]:
    yield from (env for target in settings.targets.values() for env in target.envs or ())


def _of_inventory(settings: Settings) -> Iterator[str]:
    yield from (cluster.env for cluster in settings.clusters)
    yield from (deployment.env for deployment in settings.mongodb)


def _named(settings: Settings) -> Iterator[tuple[str, tuple[str | int, ...]]]:
    """What `ddsync.yaml` itself names, where it declares them."""
    for name, target in settings.targets.items():
        yield from ((env, ("targets", name, "envs", n)) for n, env in enumerate(target.envs or ()))
    for section in ("clusters", "mongodb"):
        yield from ((entry.env, (section, n, "env")) for n, entry in enumerate(getattr(settings, section)))
    if "paging_envs" in settings.model_fields_set:
        yield from ((env, ("paging_envs", n)) for n, env in enumerate(settings.paging_envs))
    yield from _named_by_teams(settings)


def _named_by_teams(settings: Settings) -> Iterator[tuple[str, tuple[str | int, ...]]]:
    for team, facts in settings.teams.items():
        envs = facts.get("envs") if isinstance(facts, Mapping) else None
        for env in envs if isinstance(envs, Mapping) else ():
            yield str(env), ("teams", team, "envs", str(env))
