"""JSON Schemas of the files people write, with the tunables of their own definitions, for editors to complete."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dd_sync.definitions.definition import Definition
from dd_sync.definitions.inventory import Cluster, Entry, MongoDB, Service, Team, WholeService
from dd_sync.kinds import KINDS
from dd_sync.project.project import Project
from dd_sync.project.services import Environment, ServiceSettings
from dd_sync.project.settings import Place, Settings

_DRAFT = "https://json-schema.org/draft/2020-12/schema"


def schemas(project: Project) -> dict[str, dict[str, Any]]:
    """The schemas by the name of what they describe: `ddsync` and `service`."""
    return {"ddsync": _settings(project), "service": _service(project)}


def _settings(project: Project) -> dict[str, Any]:
    schema = Settings.model_json_schema()
    schema["$schema"] = _DRAFT
    schema["$defs"] = {**schema.get("$defs", {}), **Team.model_json_schema().get("$defs", {})}
    schema["properties"]["teams"] = {"type": "object", "additionalProperties": _without(Team, "name")}
    schema["properties"]["packs"] = {"anyOf": [{"type": "array", "items": {"type": "string"}}, {"type": "object"}]}
    schema["properties"]["defaults"] = _without(Place)
    _set_overrides(schema, project.definitions, None)
    for name, entry in (("ClusterEntry", Cluster), ("MongoDBEntry", MongoDB)):
        if name in schema.get("$defs", {}):
            _set_overrides(schema["$defs"][name], project.definitions, (entry,))
    return schema


def _service(project: Project) -> dict[str, Any]:
    ours = ServiceSettings.model_json_schema()
    definitions = ours.pop("$defs", {})
    _set_overrides(ours, project.definitions, (Service, WholeService))
    ours["properties"]["envs"] = {
        "anyOf": [
            {"type": "array", "items": {"type": "string"}},
            {"type": "object", "additionalProperties": {"anyOf": [{"type": "null"}, {"$ref": "#/$defs/Environment"}]}},
        ]
    }
    ours["properties"]["kind"] = {"anyOf": [_WORK, {"type": "array", "items": _WORK}]}
    environment = definitions.get("Environment") or _without(Environment)
    _set_overrides(environment, project.definitions, (Service,))
    definitions["Environment"] = environment
    extensions = {"type": "object", "properties": {"ddsync": ours}, "required": ["ddsync"]}
    return {
        "$schema": _DRAFT,
        "$defs": definitions,
        "title": "A service: a Software Catalog v3 entity with ddsync's settings",
        "type": "object",
        "required": ["metadata", "extensions"],
        "properties": {
            "apiVersion": {"const": "v3"},
            "kind": {"type": "string"},
            "metadata": {
                "type": "object",
                "required": ["name"],
                "properties": {"name": {"type": "string"}, "owner": {"enum": [*project.teams] or None}},
            },
            "spec": {"type": "object", "properties": {"tier": {"type": ["string", "integer"]}}},
            "extensions": extensions,
        },
    }


_WORK = {"enum": ["http", "grpc", "worker", "cron"]}


def _without(model: Any, *names: str) -> dict[str, Any]:
    schema: dict[str, Any] = model.model_json_schema()
    schema["properties"] = {name: value for name, value in schema["properties"].items() if name not in names}
    schema["required"] = [name for name in schema.get("required", ()) if name not in names]
    return {name: value for name, value in schema.items() if name != "$defs"}


def _set_overrides(
    schema: dict[str, Any], definitions: Sequence[Definition], entries: tuple[type[Entry], ...] | None
) -> None:
    """The definitions that can be changed there, each with its tunables or off."""
    for folder in dict.fromkeys(kind.folder for kind in KINDS.values()):
        kinds = {kind.name for kind in KINDS.values() if kind.folder == folder}
        fitting = [d for d in definitions if d.kind in kinds and (entries is None or d.entry_type in entries)]
        schema["properties"][folder] = {
            "type": "object",
            "properties": {definition.name: _tunables(definition) for definition in fitting},
            "additionalProperties": False,
        }


def _tunables(definition: Definition) -> Mapping[str, Any]:
    schema = definition.tunables.model_json_schema()
    numbers = {name.replace("_", "-"): value for name, value in schema.get("properties", {}).items()}
    about = definition.docstring.strip().split("\n")[0]
    named = {"type": "object", "properties": numbers, "additionalProperties": False}
    return {"description": about, "anyOf": [{"type": "boolean"}, named]}
