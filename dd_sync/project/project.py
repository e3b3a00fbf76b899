"""A project, read: its settings, inventory and definitions, ready to be built for a target."""

from __future__ import annotations

import contextlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from dd_sync.core.errors import DefinitionError, did_you_mean
from dd_sync.core.sites import PAGES, pages_of
from dd_sync.definitions.definition import Definition, Level
from dd_sync.definitions.inventory import Cluster, Entry, Inventory, MongoDB, Service, Team, WholeService
from dd_sync.kinds import KINDS
from dd_sync.kinds.catalog_entity import CatalogEntity
from dd_sync.project.adoptions import Adoptions, load_adoptions
from dd_sync.project.belonging import Belonging
from dd_sync.project.build import Builder, Built, Known
from dd_sync.project.elsewhere import read_inventory
from dd_sync.project.environments import check_environments, default_environments
from dd_sync.project.loading import check_packs, load_definitions, pack_names
from dd_sync.project.numbers import Layer, Numbers, changed_numbers
from dd_sync.project.places import Places
from dd_sync.project.problems import OnError, attempt, raise_problems
from dd_sync.project.services import OURS, ServiceFile
from dd_sync.project.settings import ReadSettings, Settings, Target, load_settings, teams
from dd_sync.project.yaml_file import Steps, YamlFile

if TYPE_CHECKING:
    from dd_sync.definitions.routing_rules import Notify


@dataclass(frozen=True)
class Project:
    """Everything that was read from disk; nothing here depends on the target."""

    root: Path
    settings: Settings
    file: YamlFile
    teams: Mapping[str, Team]
    services: Sequence[ServiceFile]
    definitions: Sequence[Definition]
    adoptions: Adoptions = field(default_factory=dict)
    whole: bool = True
    """Whether every definition is here: the names of those that could not be read are not known."""

    def build(self, target: Target) -> Built:
        """What this target should have. Raises DefinitionError with `file:line`."""
        builder = self._builder(target, raise_problems)
        with contextlib.chdir(self.root):  # definitions read files beside ddsync.yaml
            return builder.build()

    def made(self, target: Target, on_error: OnError, known: Known | None = None) -> Built:
        """What of a target can be made, references not looked at; `on_error` is told of all that is wrong. `known` is
        filled with it, and spares the same work for the next target."""
        builder = self._builder(target, on_error, known)
        with contextlib.chdir(self.root):
            return builder.made(on_error)

    def _builder(self, target: Target, on_error: OnError, known: Known | None = None) -> Builder:
        entries, layers = self._inventory(target, on_error)
        folders = {kind.name: kind.folder for kind in KINDS.values()}
        numbers = Numbers(self.settings, Layer(self.settings, self.file), layers, folders)
        if self.whole:
            numbers.check(self.definitions, on_error)
        return Builder(
            [*self.definitions, *self._from_files(target, entries[Service])],
            entries,
            numbers,
            self.teams,
            self.settings.paging_envs,
            Places(self.root),
            self.adoptions.get(self._name_of(target), {}),
            belonging=self._belonging(target),
            grouped=self.settings.layout == "grouped",
            notify=self._notify,
            app=pages_of(target.site) if target.site else PAGES,
            known={} if known is None else known,
        )

    def _name_of(self, target: Target) -> str:
        """The name of a target of `ddsync.yaml`; empty for any other."""
        names = [name for name, one in self.settings.targets.items() if one is target]
        names = names or [name for name, one in self.settings.targets.items() if one == target]
        return names[0] if len(names) == 1 else ""

    def _belonging(self, target: Target) -> Belonging:
        envs = list(self.settings.environments or ())
        envs += [env for one in self.settings.targets.values() for env in one.envs or ()]
        envs += [*(one.env for one in self.settings.clusters), *(one.env for one in self.settings.mongodb)]
        envs += [env for file in self.services for env in file.settings.envs or default_environments(self.settings)]
        targets = list(self.settings.targets)
        return Belonging(self._name_of(target), target.envs, targets, list(dict.fromkeys(envs)))

    @property
    def _notify(self) -> Notify | None:
        if self.settings.routing != "rules":
            return None
        from dd_sync.definitions.routing_rules import Notify

        return Notify(self.settings.project)

    def _from_files(self, target: Target, services: Sequence[Entry]) -> Iterator[Definition]:
        """What the project's files say without a definition: its teams' rules, its services' entities."""
        if self._notify is not None:
            from dd_sync.definitions.routing_rules import Where
            from dd_sync.project.from_files import routing

            others = [env for other in self.settings.targets.values() for env in other.envs or ()]
            elsewhere = [] if target.envs is None else [env for env in others if env not in target.envs]
            where = Where(target.envs, elsewhere, self.settings.paging_envs)
            yield from routing(self.teams, self._notify, where, self.file)
        if self.settings.syncs(CatalogEntity, target):
            from dd_sync.project.from_files import catalog

            yield from catalog(self.services, {one.key.partition("/")[0] for one in services})

    def place_of(self, name: str) -> str:
        """Where a line about a service, a cluster or a deployment of this name goes; empty for any other name."""
        for one in self.services:
            if one.name == name:
                return f"under extensions.ddsync in {one.file.shown}"
        for section in ("clusters", "mongodb"):
            for n, entry in enumerate(getattr(self.settings, section)):
                if entry.name == name:
                    return f"beside its name at {self.file.at([section, n])}"
        return ""

    def inventory(self, target: Target) -> Inventory:
        """The entries of a target."""
        entries, _ = self._inventory(target)
        inventory = entries[Inventory][0]
        assert isinstance(inventory, Inventory)
        return inventory

    def _inventory(
        self, target: Target, on_error: OnError = raise_problems
    ) -> tuple[dict[type[Entry], list[Entry]], dict[tuple[type[Entry], str], list[Layer]]]:
        """The entries of a target by type, and what each changes."""
        layers: dict[tuple[type[Entry], str], list[Layer]] = {}
        clusters = list(self._declared(target, "clusters", Cluster, layers, on_error))
        deployments = list(self._declared(target, "mongodb", MongoDB, layers, on_error))
        services = list(self._services(target, layers, on_error))
        clusters = [self._aware(one, services) if isinstance(one, Cluster) else one for one in clusters]
        whole = list(_whole(services))
        for one in whole:
            layers[WholeService, one.key] = layers[Service, one.envs[0].key][:1]
        inventory = Inventory.model_construct(  # of entries that were checked when they were made
            clusters=tuple(c for c in clusters if isinstance(c, Cluster)),
            mongodb=tuple(m for m in deployments if isinstance(m, MongoDB)),
            services=tuple(services),
        )
        entries: dict[type[Entry], list[Entry]] = {
            Cluster: clusters,
            MongoDB: deployments,
            Service: [*services],
            WholeService: [*whole],
            Inventory: [inventory],
        }
        return entries, layers

    def _declared(
        self,
        target: Target,
        section: str,
        kind: type[Entry],
        layers: dict[tuple[type[Entry], str], list[Layer]],
        on_error: OnError,
    ) -> Iterator[Entry]:
        """Clusters or deployments of `ddsync.yaml` that belong to the target."""
        for n, entry in enumerate(getattr(self.settings, section)):
            self._check_team(entry.team, self.file, (section, n, "team"), on_error)
            if _belongs(entry.env, target):
                layers[kind, entry.key] = [Layer(entry, self.file, (section, n))]
                yield kind(**{name: getattr(entry, name) for name in kind.model_fields})

    def _services(
        self, target: Target, layers: dict[tuple[type[Entry], str], list[Layer]], on_error: OnError
    ) -> Iterator[Service]:
        for file in self.services:
            owner = file.entity.metadata.owner
            if owner is not None:
                self._check_team(owner, file.file, ("metadata", "owner"), on_error, file.document)
            if not self._has(file, self._name_of(target), on_error):
                continue
            deployments = [deployment.name for deployment in self.settings.mongodb]
            made = file.services(default_environments(self.settings), self.settings.paging_envs, deployments)
            for service, differs in attempt(made, on_error):
                if _belongs(service.env, target):
                    layers[Service, service.key] = [
                        Layer(file.settings, file.file, OURS, file.document),
                        Layer(differs, file.file, (*OURS, "envs", service.env), file.document),
                    ]
                    numbers = changed_numbers(self.settings, file.settings, differs)
                    yield self._placed(service.model_copy(update={"numbers": numbers}))

    def _has(self, file: ServiceFile, target: str, on_error: OnError) -> bool:
        """Whether a target has a service, which its file may limit."""
        limit, known = file.settings.targets, self.settings.targets
        for one in limit or ():
            if one not in known:
                text = f'no target "{one}" in {self.file.shown}.{did_you_mean(one, known)}'
                hint = f"targets are {', '.join(known)}"
                on_error(DefinitionError(text, at=file.at(*OURS, "targets"), hint=hint))
        return limit is None or not target or target in limit

    def _aware(self, cluster: Cluster, services: Sequence[Service]) -> Cluster:
        """A cluster that knows what services watch on it themselves, unless the project said so."""
        tell = self.settings.level("service") not in (None, "core")
        tell = tell if cluster.services_tell is None else cluster.services_tell
        named = sorted({one.kubernetes.hpa for one in services if one.env == cluster.env and one.kubernetes.hpa})
        watched = cluster.watched_autoscalers
        watched = (named if tell else []) if watched is None else watched
        return cluster.model_copy(update={"services_tell": tell, "watched_autoscalers": tuple(watched)})

    def _placed(self, service: Service) -> Service:
        """A service with its cluster, where its environment has only one."""
        here = [one.name for one in self.settings.clusters if one.env == service.env]
        if service.kubernetes.cluster is not None or len(here) != 1:
            return service
        return service.model_copy(update={"kubernetes": service.kubernetes.model_copy(update={"cluster": here[0]})})

    def _check_team(self, name: str, file: YamlFile, steps: Steps, on_error: OnError, document: int = 0) -> None:
        known = self.settings.teams
        if known and name not in known:
            text = f'{file.at(steps, document)}: no team "{name}" in {self.file.shown}.{did_you_mean(name, known)}'
            on_error(DefinitionError(text, hint=f"teams are {', '.join(known)}"))


def load_project(
    root: Path, *, read: ReadSettings | None = None, level: Level | None = None, on_error: OnError = raise_problems
) -> Project:
    """Reads a project; `read` are its settings where somebody read them already, `level` overrides that of every pack.

    Raises DefinitionError with `file:line`; with `on_error` for `ddsync.yaml` alone, without which there is no project.
    """
    settings, file = read or load_settings(root)
    if level is not None:
        settings = settings.model_copy(update={"packs": dict.fromkeys(settings.packs, level)})
    for pack in check_packs(list(settings.packs)):
        near = did_you_mean(pack, pack_names())
        text = f'{file.at(["packs", pack])}: no pack "{pack}".{near}'
        on_error(DefinitionError(text, hint=f"there are {', '.join(pack_names())}"))
    unread: list[DefinitionError] = []

    def unreadable(error: DefinitionError) -> None:
        unread.append(error)
        on_error(error)

    with contextlib.chdir(root):
        definitions = load_definitions(root, list(settings.packs), unreadable)
    services = read_inventory(root, settings, file, on_error)
    check_environments((settings, file), services, on_error)
    return Project(
        root,
        settings,
        file,
        teams(settings, file, on_error),
        services,
        definitions,
        _adoptions(root, settings.targets, on_error),
        whole=not unread,
    )


def _adoptions(root: Path, targets: Collection[str], on_error: OnError) -> Adoptions:
    try:
        return load_adoptions(root, targets)
    except DefinitionError as error:
        on_error(error)
        return {}


def _belongs(env: str, target: Target) -> bool:
    return target.envs is None or env in target.envs


def _whole(services: Sequence[Service]) -> Iterator[WholeService]:
    by_name: dict[str, list[Service]] = {}
    for service in services:
        by_name.setdefault(service.name, []).append(service)
    for name, envs in by_name.items():
        yield WholeService(name=name, team=envs[0].team, envs=tuple(envs))
