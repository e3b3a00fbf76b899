"""`ddsync.yaml`: what the project is, where it syncs to, who owns what, which clusters and databases there are."""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from dd_sync.core.consent import Limits
from dd_sync.core.errors import DefinitionError, UsageError, did_you_mean
from dd_sync.core.identity import Marks, Owner
from dd_sync.core.resource import Resource
from dd_sync.core.sites import SITES
from dd_sync.definitions.definition import Level
from dd_sync.definitions.inventory import Cluster, MongoDB, Name, Team
from dd_sync.kinds import KINDS
from dd_sync.project.credentials.key_settings import Keys
from dd_sync.project.problems import OnError, raise_problems
from dd_sync.project.yaml_file import YamlFile

FILE = "ddsync.yaml"

LOCAL = "local"
"""The target used when none is chosen and nothing else is clear."""

Overrides = Mapping[str, Any]
"""Numbers by definition: `{error-rate: {critical: 2}, latency-p95: off}`."""

DEFAULT_LEVELS: Mapping[str, Level] = {"service": "core"}
"""Of packs that are named without one; the others are `standard`."""


class _Facts(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


def _packs(value: object) -> object:
    if not isinstance(value, list):
        return value
    if not all(isinstance(name, str) for name in value):
        raise ValueError("expected the names of packs, as in [eks, mongodb]")
    return dict.fromkeys(value)


def _patterns(sources: Sequence[object]) -> Sequence[object]:
    """Refuses what would look through the whole disk: `**` among the folders above the project, or from the root."""
    for pattern in (source for source in sources if isinstance(source, str)):
        before, recursive, _ = pattern.partition("**")
        above = all(part in ("", ".", "..") for part in before.split("/"))
        if recursive and above and (before.startswith("/") or ".." in before):
            raise ValueError(f"{pattern} would look through the whole disk; name a folder before **")
    return sources


def _optional_kinds(names: Sequence[str]) -> Sequence[str]:
    known = [kind.name for kind in KINDS.values() if kind.optional]
    for name in names:
        if name not in known:
            near = did_you_mean(name, known) or f" There are {', '.join(known)}."
            raise ValueError(f'nothing called "{name}" can be synced.{near}')
    return names


Sync = Annotated[Sequence[str], AfterValidator(_optional_kinds)]


class Overridden(_Facts):
    """What any part of the inventory may change, by definition name."""

    monitors: Overrides = Field(default_factory=dict)
    """Numbers of monitors, or `off`, by definition: `{error-rate: {critical: 2}, latency-p95: off}`."""
    slos: Overrides = Field(default_factory=dict)
    """The same of SLOs."""
    dashboards: Overrides = Field(default_factory=dict)
    """The same of dashboards."""


class Place(_Facts):
    """What can be said of a place to sync with, by a target or for all of them."""

    site: str | None = None
    """Datadog's site: `datadoghq.eu`."""
    url: str | None = None
    """Full base URL in place of a site."""
    emulator: str | None = None
    """File of the embedded Datadog's state."""
    envs: Sequence[Name] | None = None
    """Environments whose entries belong here; all where it is left out."""
    keys: Keys = Keys.model_construct()
    """Where the keys come from; `DD_API_KEY` and `DD_APP_KEY` unless it says otherwise."""
    ca_file: str | None = None
    """Certificates to trust in place of the system's, for a proxy of one's own. They are checked always."""
    sync: Sync | None = None
    """As the project's `sync`, for this target alone."""

    @model_validator(mode="after")
    def _one_place(self) -> Self:
        if self.site is not None and self.site not in SITES:
            near = did_you_mean(self.site, SITES)
            raise ValueError(f"{self.site} is no site of Datadog.{near} Any other place is named by url: https://…")
        if sum(place is not None for place in (self.site, self.url, self.emulator)) > 1:
            raise ValueError("give one of site, url and emulator")
        return self


class Target(Place):
    """A place to sync with."""

    renamed_from: Name | None = None
    """What the target was called before: its objects of that name move to this one."""
    sandbox: bool = False
    """Whether it is an account for trying things, where `ddsync probe` may make and delete objects of its own."""

    @model_validator(mode="after")
    def _one_env(self) -> Self:
        if "env" in self.keys.uses and len(self.envs or ()) != 1:
            raise ValueError("keys hold {env}, which needs exactly one environment in envs")
        return self

    def keys_of(self, project: str, name: str) -> Keys:
        """Where the keys of the target of this name come from, placeholders filled."""
        env = self.envs[0] if self.envs else ""
        return self.keys.fill({"project": project, "target": name, "env": env})


class MarkNames(_Facts):
    """The names of the identity's tags, where a tag policy demands others."""

    managed: str = "managed_by:ddsync"
    """The tag of everything that is managed."""
    id: str = "ddsync_id"
    """The name of the tag that says which definition an object is."""
    rev: str = "ddsync_rev"
    """The name of the tag that says which version of it was applied."""

    @property
    def marks(self) -> Marks:
        return Marks(self.managed, self.id, self.rev)


class ClusterEntry(Cluster, Overridden):
    """A cluster with the numbers it changes."""


class MongoDBEntry(MongoDB, Overridden):
    """A MongoDB deployment with the numbers it changes."""


class CatalogOwners(_Facts):
    """The teams whose services are taken from the catalog."""

    owner: Annotated[Sequence[str], BeforeValidator(lambda value: [value] if isinstance(value, str) else value)]


class CatalogSource(_Facts):
    """Services of Datadog's Software Catalog: all, or those of some owners."""

    catalog: Literal["all"] | CatalogOwners

    @property
    def shown(self) -> str:
        """As the lock file names it: `owner:payments`."""
        return self.catalog if isinstance(self.catalog, str) else " ".join(f"owner:{one}" for one in self.catalog.owner)

    def takes(self, entity: Mapping[str, Any]) -> bool:
        """Whether an entity is among them."""
        owner = (entity.get("metadata") or {}).get("owner")
        return isinstance(self.catalog, str) or owner in self.catalog.owner


class ConsentEntry(_Facts):
    """What may be lost this time, because a review said so."""

    delete: Annotated[int, Field(ge=1)] | None = None
    """Objects that may be deleted at most."""
    replace: Annotated[int, Field(ge=1)] | None = None
    """Objects that may be made anew at most, their ids and histories lost."""
    only: Annotated[str, Field(min_length=1)] = "*"
    """A glob of keys, as `--only` takes it; all where it is left out."""
    until: date
    """The last day it holds, as 2026-12-20."""
    why: Annotated[str, Field(min_length=1, pattern=r"\S")]
    """Why it is meant, for who reviews it and who reads it later."""

    @model_validator(mode="after")
    def _one_action(self) -> Self:
        if (self.delete is None) == (self.replace is None):
            raise ValueError("give one of delete and replace, with a number")
        return self

    @property
    def action(self) -> Literal["delete", "replace"]:
        return "replace" if self.delete is None else "delete"

    @property
    def number(self) -> int:
        return self.delete or self.replace or 0


class LimitSettings(_Facts):
    """What one apply may lose without consent."""

    deletes: Annotated[int, Field(ge=0)] = Limits.deletes
    """Objects in all."""
    share: Annotated[float, Field(ge=0, le=1)] = Limits.share
    """Of a kind, where it is three objects or more; 0.1 is a tenth."""
    replaces: Annotated[int, Field(ge=0)] = Limits.replaces
    """Objects made anew."""


class Settings(Overridden):
    """The whole file."""

    project: Name
    """Its name, the first part of every identity."""
    id: str | None = None
    """Any text of its own, which tells it from another repository of the same name; `ddsync init` draws one."""
    renamed_from: Name | None = None
    """What the project was called before: its objects of that name move to this one."""
    packs: Annotated[Mapping[str, Level | None], BeforeValidator(_packs)] = Field(default_factory=dict)
    """The packs to use, each with its level, or a list of them at their usual levels."""
    layout: Literal["single", "grouped"] = "single"
    """One monitor for each service and alert, or one for all services of a team that agree on its numbers."""
    services: Annotated[Sequence[str | CatalogSource], AfterValidator(_patterns)] = ("services/*.yaml",)
    """Patterns of files, of other checkouts too (`../*/service.yaml`), and Datadog's own catalog: `{catalog: all}`,
    `{catalog: {owner: payments}}`."""
    receipts: str = ".ddsync/receipts"
    """The folder that keeps what each apply found and wrote."""
    limits: LimitSettings = LimitSettings.model_construct()
    """What one apply may lose without consent."""
    consent: Sequence[ConsentEntry] = ()
    """What may be lost beyond the limits, how many, until when, and why: read by plan, policy and apply."""
    teams: Mapping[str, Any] = Field(default_factory=dict)
    """Who owns things, by name."""
    clusters: Sequence[ClusterEntry] = ()
    """EKS clusters to watch."""
    mongodb: Sequence[MongoDBEntry] = ()
    """MongoDB deployments to watch."""
    targets: Mapping[Name, Target] = Field(default_factory=lambda: {"local": Target(emulator=".ddsync/local.sqlite")})
    """Places to sync with, by name; an emulator called `local` where there are none."""
    applied_elsewhere: Sequence[Name] = ()
    """Targets of this project that other folders apply, so that their objects are not taken for its former ones."""
    defaults: Mapping[str, Any] = Field(default_factory=dict)
    """What every target says unless it says otherwise."""
    default_target: str | None = None
    """The target that is meant where none is named."""
    environments: Annotated[Sequence[Name], Field(min_length=1)] | None = None
    """The environments there are; any other name is an error. Where it is left out, those of targets, clusters and
    databases, and names that are environments everywhere, such as staging."""
    paging_envs: Sequence[str] = ("prod", "production")
    """Environments in which anybody is woken; everywhere else people are told."""
    identity: MarkNames = MarkNames.model_construct()
    """Other names for the identity's tags."""
    routing: Literal["message", "rules"] = "message"
    """Where the people to tell stand: in each monitor's message, or in notification rules made of `teams:`."""
    sync: Sync = ()
    """Kinds of object beyond monitors, SLOs and dashboards that are asked for even where nothing defines one:
    `notification-rule`, `downtime`, `synthetics-test`, `slo-correction`.
    `catalog-entity` also writes the service files to Datadog's Software Catalog."""

    @property
    def service_patterns(self) -> list[str]:
        """The patterns among `services`."""
        return [source for source in self.services if isinstance(source, str)]

    @property
    def catalogs(self) -> list[CatalogSource]:
        """What is taken from Datadog's catalog."""
        return [source for source in self.services if not isinstance(source, str)]

    def owners(self, name: str) -> tuple[Owner, ...]:
        """Whose the objects of a target are: its own, and those under the names it had before."""
        projects = [one for one in (self.project, self.renamed_from) if one is not None]
        targets = [one for one in (name, self.targets[name].renamed_from) if one is not None]
        return tuple(Owner(project, target) for project in projects for target in targets)

    def synced_kinds(self, target: Target) -> frozenset[str]:
        """The optional kinds that a target is asked for in any case."""
        rules = [kind.name for kind in KINDS.values() if kind.tells_of_others] if self.routing == "rules" else ()
        return frozenset([*(self.sync if target.sync is None else target.sync), *rules])

    def syncs(self, resource: type[Resource], target: Target) -> bool:
        """Whether a target is asked for objects of this model in any case."""
        return resource.kind in self.synced_kinds(target)

    def level(self, pack: str) -> Level | None:
        """The level a pack is used at; None for one that is not used."""
        if pack not in self.packs:
            return None
        return self.packs[pack] or DEFAULT_LEVELS.get(pack, "standard")

    def choose_target(self, name: str | None) -> tuple[str, Target]:
        """The named target, else the default, the only one, or `local`. Raises UsageError that lists them."""
        chosen = name or self.default_target
        if chosen is None and len(self.targets) == 1:
            chosen = next(iter(self.targets))
        if chosen is None and LOCAL in self.targets:
            chosen = LOCAL
        if chosen is None:
            raise UsageError("which target?", hint=f"--target with one of {', '.join(self.targets)}")
        if chosen not in self.targets:
            near = did_you_mean(chosen, self.targets)
            raise UsageError(f'no target "{chosen}" in {FILE}.{near}', hint=f"it has {', '.join(self.targets)}")
        return chosen, self.targets[chosen]


def find_root(start: Path) -> Path:
    """The folder with `ddsync.yaml`, from here upwards. Raises UsageError where there is none."""
    for folder in (start, *start.parents):
        if (folder / FILE).is_file():
            return folder
    raise UsageError(
        f"no {FILE} in {start} or any folder above it",
        hint="go to your project, or make one: ddsync init DIR",
    )


ReadSettings = tuple[Settings, YamlFile]
"""`ddsync.yaml` as it was read, and the file, which knows the line of everything in it."""


def load_settings(root: Path) -> ReadSettings:
    """Reads `ddsync.yaml`. Raises DefinitionError with `file:line`."""
    file = YamlFile(root / FILE, root)
    data = file.mapping()
    if isinstance(data.get("defaults"), dict):
        file.validate(Place, data["defaults"], ["defaults"])  # a fault there is said once, where it is
    _inherit(data)
    settings = file.validate(Settings, data)
    _check_names(settings, file)
    _check_former_names(settings, file)
    if settings.default_target is not None and settings.default_target not in settings.targets:
        near = did_you_mean(settings.default_target, settings.targets)
        hint = f"targets are {', '.join(settings.targets)}"
        raise DefinitionError(f'{file.at(["default_target"])}: no target "{settings.default_target}".{near}', hint=hint)
    return settings, file


def whereabouts(root: Path, target: str, setting: str) -> str:
    """`file:line` of what a target says, or inherits from `defaults`; for errors that come up after loading."""
    file = YamlFile(root / FILE, root)
    own = (file.mapping().get("targets") or {}).get(target) or {}
    inherited = setting not in own and setting in (file.mapping().get("defaults") or {})
    return file.at(["defaults", setting] if inherited else ["targets", target, setting])


def _inherit(data: dict[str, Any]) -> None:
    """Targets take what they do not say from `defaults`; a place of their own replaces the inherited one."""
    defaults, targets = data.get("defaults"), data.get("targets")
    if not isinstance(defaults, dict) or not isinstance(targets, dict):
        return
    places = {"site", "url", "emulator"}
    for name, target in targets.items():
        own = target or {}
        if isinstance(own, dict):
            inherited = {k: v for k, v in defaults.items() if not (k in places and places & own.keys())}
            targets[name] = {**inherited, **own}


def _check_former_names(settings: Settings, file: YamlFile) -> None:
    """What something was called before is nothing's name now."""
    if settings.renamed_from == settings.project:
        raise DefinitionError("this is the project's name now", at=file.at(["renamed_from"]))
    seen: set[str] = set()
    for name, target in settings.targets.items():
        former = target.renamed_from
        if former is not None and (former in settings.targets or former in seen):
            text = f"{former} is a target {'already moved' if former in seen else 'of this project'}"
            hint = f"a target that was renamed is not there under its old name: take {former} out"
            raise DefinitionError(text, at=file.at(["targets", name, "renamed_from"]), hint=hint)
        seen.update({former} if former is not None else ())


def _check_names(settings: Settings, file: YamlFile) -> None:
    """No two clusters or deployments of one name: the name is their part of the key."""
    for field in ("clusters", "mongodb"):
        seen: set[str] = set()
        for n, entry in enumerate(getattr(settings, field)):
            if entry.name in seen:
                raise DefinitionError(f'{file.at([field, n])}: two {field} are called "{entry.name}"')
            seen.add(entry.name)


def teams(settings: Settings, file: YamlFile, on_error: OnError = raise_problems) -> dict[str, Team]:
    """The teams by name. `on_error` is told of each that is wrong, with `file:line`."""
    found: dict[str, Team] = {}
    for name, facts in settings.teams.items():
        try:
            if not isinstance(facts or {}, Mapping):
                where = file.at(["teams", name])
                raise DefinitionError(f'{where}: teams.{name}: expected {{page: "@…", tell: "@…"}}, got {facts!r}')
            found[name] = file.validate(Team, {"name": name, **(facts or {})}, ["teams", name])
        except DefinitionError as error:
            on_error(error)
    return found
