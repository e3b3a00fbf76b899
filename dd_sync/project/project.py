"""A project, read: its settings, inventory and definitions, ready to be built for a target."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from dd_sync.core.errors import DefinitionError, did_you_mean
from dd_sync.core.references import Name, ObjectId
from dd_sync.definitions.definition import Definition, Level
from dd_sync.definitions.inventory import Cluster, Entry, Inventory, MongoDB, Service, Team, WholeService
from dd_sync.kinds import KINDS
from dd_sync.project.adoptions import load_adoptions
from dd_sync.project.build import Builder, Built
from dd_sync.project.loading import check_packs, load_definitions, pack_names
from dd_sync.project.numbers import Layer, Numbers
from dd_sync.project.places import Places
from dd_sync.project.services import OURS, ServiceFile, read_services
from dd_sync.project.settings import Settings, Target, load_settings, teams
from dd_sync.project.yaml_file import YamlFile


@dataclass(frozen=True)
class Project:
    """Everything that was read from disk; nothing here depends on the target."""

    root: Path
    settings: Settings
    file: YamlFile
    teams: Mapping[str, Team]
    services: Sequence[ServiceFile]
    definitions: Sequence[Definition]
    adoptions: Mapping[Name, ObjectId] = field(default_factory=dict)

    def build(self, target: Target) -> Built:
        """What this target should have. Raises DefinitionError with `file:line`."""
        entries, layers = self._inventory(target)
        folders = {kind.name: kind.folder for kind in KINDS.values()}
        numbers = Numbers(self.settings, Layer(self.settings, self.file), layers, folders)
        numbers.check(self.definitions)
        builder = Builder(
            self.definitions,
            entries,
            numbers,
            self.teams,
            self.settings.paging_envs,
            Places(self.root),
            self.adoptions,
            grouped=self.settings.layout == "grouped",
        )
        with contextlib.chdir(self.root):  # definitions read files beside ddsync.yaml
            return builder.build()

    def inventory(self, target: Target) -> Inventory:
        """The entries of a target."""
        entries, _ = self._inventory(target)
        inventory = entries[Inventory][0]
        assert isinstance(inventory, Inventory)
        return inventory

    def _inventory(
        self, target: Target
    ) -> tuple[dict[type[Entry], list[Entry]], dict[tuple[type[Entry], str], list[Layer]]]:
        """The entries of a target by type, and what each changes."""
        layers: dict[tuple[type[Entry], str], list[Layer]] = {}
        clusters = list(self._declared(target, "clusters", Cluster, layers))
        deployments = list(self._declared(target, "mongodb", MongoDB, layers))
        services = list(self._services(target, layers))
        whole = list(_whole(services))
        for one in whole:
            layers[WholeService, one.key] = layers[Service, one.envs[0].key][:1]
        inventory = Inventory(
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
        self, target: Target, section: str, kind: type[Entry], layers: dict[tuple[type[Entry], str], list[Layer]]
    ) -> Iterator[Entry]:
        """Clusters or deployments of `ddsync.yaml` that belong to the target."""
        for n, entry in enumerate(getattr(self.settings, section)):
            self._check_team(entry.team, self.file.at([section, n, "team"]) if entry.team not in self.teams else "")
            if _belongs(entry.env, target):
                layers[kind, entry.key] = [Layer(entry, self.file, (section, n))]
                yield kind(**{name: getattr(entry, name) for name in kind.model_fields})

    def _services(self, target: Target, layers: dict[tuple[type[Entry], str], list[Layer]]) -> Iterator[Service]:
        for file in self.services:
            owner = file.entity.metadata.owner
            if owner is not None and owner not in self.teams:
                self._check_team(owner, file.at("metadata", "owner"))
            deployments = [deployment.name for deployment in self.settings.mongodb]
            for service, differs in file.services(self._environments(), self.settings.paging_envs, deployments):
                if _belongs(service.env, target):
                    layers[Service, service.key] = [
                        Layer(file.settings, file.file, OURS, file.document),
                        Layer(differs, file.file, (*OURS, "envs", service.env), file.document),
                    ]
                    yield service

    def _environments(self) -> list[str]:
        """The environments of services that name none: those of the targets, else prod."""
        named = [env for target in self.settings.targets.values() for env in target.envs or ()]
        return list(dict.fromkeys(named)) or ["prod"]

    def _check_team(self, name: str, where: str) -> None:
        if where and self.teams:
            raise DefinitionError(
                f'{where}: no team "{name}" in {self.file.shown}.{did_you_mean(name, self.teams)}',
                hint=f"teams are {', '.join(self.teams)}",
            )


def load_project(root: Path, *, level: Level | None = None) -> Project:
    """Reads a project; `level` overrides that of every pack. Raises DefinitionError with `file:line`."""
    settings, file = load_settings(root)
    if level is not None:
        settings = settings.model_copy(update={"packs": dict.fromkeys(settings.packs, level)})
    for pack in check_packs(list(settings.packs)):
        near = did_you_mean(pack, pack_names())
        raise DefinitionError(
            f'{file.at(["packs", pack])}: no pack "{pack}".{near}', hint=f"there are {', '.join(pack_names())}"
        )
    with contextlib.chdir(root):
        definitions = load_definitions(root, list(settings.packs))
    return Project(
        root,
        settings,
        file,
        teams(settings, file),
        read_services(root, settings.services),
        definitions,
        load_adoptions(root),
    )


def _belongs(env: str, target: Target) -> bool:
    return target.envs is None or env in target.envs


def _whole(services: Sequence[Service]) -> Iterator[WholeService]:
    by_name: dict[str, list[Service]] = {}
    for service in services:
        by_name.setdefault(service.name, []).append(service)
    for name, envs in by_name.items():
        yield WholeService(name=name, team=envs[0].team, envs=tuple(envs))
