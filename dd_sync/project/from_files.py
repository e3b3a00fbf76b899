"""Definitions that nobody writes, since the files say all there is to say: rules for teams, entities for services."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any

from dd_sync.core.model import as_json
from dd_sync.definitions.definition import Definition
from dd_sync.definitions.inventory import Team
from dd_sync.definitions.routing_rules import Notify, Where, routing_rules_of
from dd_sync.kinds.catalog_entity import CatalogEntity
from dd_sync.kinds.notification_rule import NotificationRule
from dd_sync.project.services import ServiceFile
from dd_sync.project.yaml_file import Steps, YamlFile


class FromFile(Definition):
    """A definition whose place is a line of a file."""

    def __init__(
        self, function: Callable[..., Any], module: str, file: YamlFile, steps: Steps = (), document: int = 0
    ) -> None:
        super().__init__(function)
        self._module, self._path = module, str(file.path)
        self._line = int(file.at(steps, document).rpartition(":")[2])

    @property
    def module(self) -> str:
        return self._module

    @property
    def file(self) -> str:
        return self._path

    @property
    def line(self) -> int:
        return self._line


def routing(teams: Mapping[str, Team], notify: Notify, where: Where, file: YamlFile) -> Iterator[Definition]:
    """The rules that tell each team of what it owns."""
    for one in teams.values():
        yield FromFile(_rules(one, notify, where), "routing", file, ["teams", one.name])


def _rules(one: Team, notify: Notify, where: Where) -> Callable[[], Iterator[NotificationRule]]:
    def team() -> Iterator[NotificationRule]:
        """Who is told of what a team owns, as `teams:` says."""
        yield from routing_rules_of(one, notify, where)

    return team


def catalog(services: Sequence[ServiceFile], wanted: Collection[str]) -> Iterator[Definition]:
    """The files of these services as entities of Datadog's Software Catalog; what is written in an older schema than
    v3 is left out, and so is what came from there."""
    for one in services:
        document = one.file.documents[one.document]
        if one.name in wanted and "dd-service" not in document and not one.pinned_from.startswith("catalog "):
            yield FromFile(_entity(one.name, document), "catalog", one.file, (), one.document)


def _entity(name: str, document: Mapping[str, Any]) -> Callable[[], Iterator[CatalogEntity]]:
    def entity() -> Iterator[CatalogEntity]:
        """The service's file, where everybody looks for its owner."""
        yield CatalogEntity(key=name, entity=as_json(document))

    return entity
