"""Service files: Software Catalog entities, one microservice each, with our settings under `extensions.ddsync`."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, get_args

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from dd_sync.core.errors import DefinitionError, did_you_mean
from dd_sync.definitions.inventory import Cron, Kubernetes, Name, Queue, Runtime, Service, Work
from dd_sync.project.entity_words import misspelt
from dd_sync.project.problems import OnError, attempt, raise_problems
from dd_sync.project.settings import FILE, Overridden
from dd_sync.project.yaml_file import Steps, YamlFile

OURS: Steps = ("extensions", "ddsync")


def _known_kinds(value: object) -> object:
    for kind in value if isinstance(value, dict) else ():
        if kind not in get_args(Work):
            near = did_you_mean(str(kind), get_args(Work))
            raise ValueError(f'no kind of work "{kind}".{near}')
    return value


Operation = Annotated[str | Mapping[Work, str], BeforeValidator(_known_kinds)]
"""The primary operation: one name, or one for each kind of work, `{http: fastapi.request, worker: celery.run}`."""

_TIERS = {"1": 1, "2": 2, "3": 3, "4": 4, "critical": 1, "high": 2, "medium": 3, "low": 4}
_RUNTIMES: Mapping[str, Runtime] = {
    "python": "python",
    "js": "node",
    "node": "node",
    "nodejs": "node",
    "java": "java",
    "go": "go",
    "dotnet": "dotnet",
    "ruby": "ruby",
    "php": "php",
}


def _several(value: object) -> object:
    return [value] if isinstance(value, str) else value


def _environments(value: object) -> object:
    if not isinstance(value, list):
        return value
    if not all(isinstance(name, str) for name in value):
        raise ValueError("expected the names of environments, as in [prod, staging]")
    return dict.fromkeys(value)


class Environment(Overridden):
    """What differs in one environment."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    operation: Operation | None = None
    """Its primary operation, where it differs."""
    queue: Queue | None = None
    """Its queue."""
    cron: Cron | None = None
    """Its schedule."""
    kubernetes: Kubernetes | None = None
    """Where it runs there."""
    requests_per_minute: float | None = None
    """Its usual traffic there."""


class ServiceSettings(Overridden):
    """`extensions.ddsync` of a service file."""

    kind: Annotated[Sequence[Work], BeforeValidator(_several)]
    """What it does: `http`, `grpc`, `worker`, `cron`; one, or several as a list."""
    envs: Annotated[Mapping[Name, Environment | None], BeforeValidator(_environments)] = Field(default_factory=dict)
    """Its environments: a list, or a map of what differs in each."""
    targets: Annotated[Sequence[Name], Field(min_length=1)] | None = None
    """The targets it belongs to; all that have its environments where it is left out."""
    renamed_from: Name | None = None
    """What the service was called before: its objects of that name stay, under the new one."""
    operation: Operation | None = None
    """Its primary operation in APM, or one for each kind of work: `{http: fastapi.request, worker: celery.run}`."""
    runtime: Runtime | None = None
    """What it runs on, where `spec.languages` does not say."""
    queue: Queue | None = None
    """The queue a worker takes from."""
    cron: Cron | None = None
    """The schedule of a cron job."""
    kubernetes: Kubernetes = Kubernetes.model_construct()
    """Where it runs."""
    requests_per_minute: float | None = None
    """Usual traffic, where known: small services get slower alerts instead of a page for each failed request."""
    span_services: Mapping[str, str] = Field(default_factory=dict)
    """The service under which APM has the spans of an operation, where that is not the tracer's usual."""
    integration_names_removed: bool = False
    """Whether all its spans are filed under its own name (`DD_TRACE_REMOVE_INTEGRATION_SERVICE_NAMES_ENABLED`)."""


class _Read(BaseModel):
    """A part of an entity as far as it is read here; the rest is Datadog's."""

    model_config = ConfigDict(defer_build=True)


class _Metadata(_Read):
    name: Name
    owner: Name | None = None


class _Spec(_Read):
    tier: str | int | None = None
    languages: Sequence[str] = ()
    dependsOn: Sequence[str] = ()  # noqa: N815 - Datadog's spelling


class Entity(_Read):
    """A Software Catalog v3 entity of kind service, as far as ddsync reads it."""

    metadata: _Metadata
    spec: _Spec = _Spec.model_construct()
    extensions: Mapping[str, Any] = Field(default_factory=dict)


@dataclass(frozen=True)
class ServiceFile:
    """One service as its file has it, and where that is."""

    file: YamlFile
    document: int
    entity: Entity
    settings: ServiceSettings
    pinned_from: str = ""
    """Where it is kept, for a service that the lock holds."""

    @property
    def name(self) -> str:
        return self.entity.metadata.name

    def at(self, *steps: str | int) -> str:
        return self.file.at(steps, self.document)

    def services(
        self, default_envs: Sequence[str], paging_envs: Sequence[str] = ("prod",), deployments: Sequence[str] = ()
    ) -> Iterator[tuple[Service, Environment]]:
        """The service in each of its environments, with what differs there. `deployments` are the names of the
        project's MongoDB deployments."""
        entity, ours = self.entity, self.settings
        if not entity.metadata.owner:
            raise DefinitionError(f"{self.at('metadata')}: metadata.owner is missing: the team that owns the service")
        for env, differs in (ours.envs or dict.fromkeys(default_envs)).items():
            there = differs or Environment()
            written = there.operation or ours.operation
            service = Service(
                name=self.name,
                env=env,
                team=entity.metadata.owner or "",
                tier=self._tier(),
                kinds=tuple(ours.kind),
                runtime=ours.runtime or _runtime(entity.spec.languages),
                operation=written if isinstance(written, str) else None,
                operations=written if isinstance(written, Mapping) else {},
                queue=there.queue or ours.queue,
                cron=there.cron or ours.cron,
                kubernetes=there.kubernetes or ours.kubernetes,
                depends_on=tuple(entity.spec.dependsOn),
                mongodb=tuple(_mongodb(entity.spec.dependsOn, deployments)),
                requests_per_minute=there.requests_per_minute or ours.requests_per_minute,
                span_services=ours.span_services,
                integration_names_removed=ours.integration_names_removed,
                renamed_from=ours.renamed_from,
                paging=env in paging_envs,
                source=self.file.shown,
            )
            yield service, there

    def _tier(self) -> int:
        written = self.entity.spec.tier
        if written is None:
            return 3
        tier = _TIERS.get(str(written).strip().lower().removeprefix("tier").strip(" -_"))
        if tier is None:
            known = "1, 2, 3 or 4 (or critical, high, medium, low)"
            raise DefinitionError(f'{self.at("spec", "tier")}: no tier "{written}"; a tier is {known}')
        return tier


def read_services(root: Path, patterns: Sequence[str], on_error: OnError = raise_problems) -> list[ServiceFile]:
    """Every service of the files that match, in order of their names. `on_error` is told of each file that is wrong,
    with `file:line`."""
    paths = sorted({path for pattern in patterns for path in matching_files(root, pattern)})
    return unique((one for path in paths for one in attempt(services_in(path, root), on_error)), on_error)


def unique(services: Iterable[ServiceFile], on_error: OnError = raise_problems) -> list[ServiceFile]:
    """The services, the first of each name; `on_error` is told of the others."""
    first: dict[str, ServiceFile] = {}
    for one in services:
        if one.name in first:
            here, there = (file.at("metadata", "name") for file in (one, first[one.name]))
            text = f'{here}: a service "{one.name}" is at {there} too'
            on_error(DefinitionError(text, hint="give one another name"))
        first.setdefault(one.name, one)
    return list(first.values())


def services_in(path: Path, root: Path) -> Iterator[ServiceFile]:
    """The services of one file. Raises DefinitionError with `file:line`."""
    yield from services_of(YamlFile(path, root))


def matching_files(root: Path, pattern: str) -> Iterator[Path]:
    """The files that match a pattern of `services:`, which may leave the project's folder."""
    base, rest = root, pattern
    while rest.startswith("../"):  # checkouts beside the project
        base, rest = base.parent, rest[3:]
    if rest.startswith("/"):
        base, rest = Path("/"), rest.lstrip("/")
    try:
        yield from (path for path in base.glob(rest) if path.is_file())
    except (ValueError, NotImplementedError, RecursionError):
        raise DefinitionError(
            f'{FILE}: services: "{pattern}" is no pattern of files', hint="for example services/*.yaml"
        ) from None


def services_of(file: YamlFile) -> Iterator[ServiceFile]:
    """The services of a file that is read already."""
    for document, data in documents_of(file):
        yield _service(file, document, _as_v3(data))


def documents_of(file: YamlFile) -> Iterator[tuple[int, dict[str, Any]]]:
    """The documents that are services, by their number; what stands beside them is Datadog's."""
    for document, data in enumerate(file.documents):
        if data is None:
            continue
        if not isinstance(data, dict):
            raise DefinitionError(f"{file.at((), document)}: expected a Software Catalog entity")
        if data.get("kind", "service") == "service" and "lock" not in data:
            yield document, data


def _as_v3(data: dict[str, Any]) -> dict[str, Any]:
    """An older service definition (schema v2.x) in the words of v3."""
    if "dd-service" not in data:
        return data
    return {
        "apiVersion": "v3",
        "kind": "service",
        "metadata": {"name": data["dd-service"], "owner": data.get("team")},
        "spec": {"tier": data.get("tier"), "languages": data.get("languages") or []},
        "extensions": data.get("extensions") or {},
    }


def _service(file: YamlFile, document: int, data: dict[str, Any]) -> ServiceFile:
    for error in misspelt(file, document, data, ServiceSettings.model_fields, _RUNTIMES):
        raise error
    entity = file.validate(Entity, data, (), document)
    ours = entity.extensions.get("ddsync")
    if ours is None:
        raise DefinitionError(
            f"{file.at((), document)}: service {entity.metadata.name} has no extensions.ddsync",
            hint="say what it is: extensions: {ddsync: {kind: http, envs: [prod]}}",
        )
    return ServiceFile(file, document, entity, file.validate(ServiceSettings, ours, OURS, document))


def _runtime(languages: Sequence[str]) -> Runtime | None:
    """The runtime of the first language that has one; Datadog's files say `js` for node."""
    return next((_RUNTIMES[one.lower()] for one in languages if one.lower() in _RUNTIMES), None)


def _mongodb(depends_on: Sequence[str], deployments: Sequence[str]) -> Iterator[str]:
    """The MongoDB deployments among the dependencies: those of the project, and stores whose name says it."""
    for dependency in depends_on:
        kind, _, name = dependency.rpartition(":")
        if kind in ("", "datastore") and (name in deployments or "mongo" in name):
            yield name
