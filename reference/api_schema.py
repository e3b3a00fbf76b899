"""`python -m reference.api_schema` writes dd_sync/rules/schema.json anew: Datadog's own models of what ddsync sends.

They are read from the installed `datadog-api-client`, which Datadog generates from its API description: fields with
their types, required ones, enumerations, lengths, numbers of items. A new version of the client is a new table; its
diff shows what Datadog has changed.
"""

from __future__ import annotations

import inspect
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from datadog_api_client.model_utils import ModelComposed, ModelNormal, ModelSimple, file_type
from datadog_api_client.v1.model.dashboard import Dashboard
from datadog_api_client.v1.model.monitor import Monitor
from datadog_api_client.v1.model.service_level_objective_request import ServiceLevelObjectiveRequest
from datadog_api_client.v2.model.downtime_create_request_attributes import DowntimeCreateRequestAttributes
from datadog_api_client.v2.model.entity_v3 import EntityV3
from datadog_api_client.v2.model.monitor_notification_rule_attributes import MonitorNotificationRuleAttributes
from datadog_api_client.version import __version__

SCHEMA = Path(__file__).parent.parent / "dd_sync/rules/schema.json"

ROOTS: dict[str, Any] = {
    "monitor": Monitor,
    "slo": ServiceLevelObjectiveRequest,
    "dashboard": Dashboard,
    "downtime": DowntimeCreateRequestAttributes,
    "notification-rule": MonitorNotificationRuleAttributes,
    "catalog-entity": EntityV3,
}

_LIMITS = {
    "max_length": "longest",
    "min_length": "shortest",
    "max_items": "most",
    "min_items": "fewest",
    "inclusive_maximum": "highest",
    "inclusive_minimum": "lowest",
}
_PLAIN = {str: "text", int: "whole", float: "number", bool: "flag"}


def schema() -> dict[str, Any]:
    """Every model that an object of some kind can hold, by name, and the model of each kind."""
    models: dict[str, Any] = {}
    waiting = list(ROOTS.values())
    while waiting:
        model = waiting.pop()
        if model.__name__ not in models:
            models[model.__name__] = dict(_described(model))
            waiting += _inner(model)
    roots = {kind: model.__name__ for kind, model in ROOTS.items()}
    return {"client": __version__, "roots": roots, "models": dict(sorted(models.items()))}


def text() -> str:
    """The table as it is stored: a model a line, so that a diff can be read."""
    table = schema()
    lines = [f"{json.dumps(name)}: {_compact(model)}" for name, model in table["models"].items()]
    head = f'"client": {json.dumps(table["client"])},\n"roots": {_compact(table["roots"])}'
    return "{\n" + head + ',\n"models": {\n' + ",\n".join(lines) + "\n}\n}\n"


def _compact(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def _described(model: Any) -> Iterator[tuple[str, Any]]:
    if issubclass(model, ModelComposed):
        yield "one", [_type(inner) for inner in model._composed_schemas["oneOf"]]
    elif issubclass(model, ModelSimple):
        if model.allowed_values:
            yield "values", sorted(model.allowed_values, key=str)
    else:
        names = model.attribute_map
        yield "fields", {names[name]: _types(types) for name, types in sorted(model.openapi_types.items())}
        if required := _required(model):
            yield "required", [names[name] for name in required]
        if limits := {names[name]: _limits(one) for name, one in model.validations.items()}:
            yield "limits", limits
        if model.additional_properties_type is None:
            yield "closed", True


def _required(model: Any) -> list[str]:
    parameters = inspect.signature(model.__init__).parameters.values()
    return [
        one.name
        for one in parameters
        if one.default is inspect.Parameter.empty and one.kind is one.POSITIONAL_OR_KEYWORD and one.name != "self_"
    ]


def _limits(one: dict[str, Any]) -> dict[str, Any]:
    return {_LIMITS[name]: value for name, value in one.items() if name in _LIMITS}


def _types(types: Any) -> Any:
    """One type; where Datadog's client takes several, any is."""
    some = [one for one in types if one is not type(None)]
    return _type(some[0]) if len(some) == 1 else "any"


def _type(one: Any) -> Any:
    if isinstance(one, list):
        return [_type(one[0])]
    if isinstance(one, dict):
        return {"": _types(next(iter(one.values())))}
    if one in _PLAIN:
        return _PLAIN[one]
    if inspect.isclass(one) and issubclass(one, (ModelNormal, ModelComposed, ModelSimple)) and one is not file_type:
        return f"@{one.__name__}"
    return {"UUID": "uuid", "datetime": "time"}.get(getattr(one, "__name__", ""), "any")


def _inner(model: Any) -> list[Any]:
    """The models that stand in a model."""
    if issubclass(model, ModelComposed):
        return [inner for one in model._composed_schemas["oneOf"] for inner in _models(one)]
    if issubclass(model, ModelSimple):
        return []
    return [inner for types in model.openapi_types.values() for one in types for inner in _models(one)]


def _models(one: Any) -> Iterator[Any]:
    if isinstance(one, list):
        yield from _models(one[0])
    elif isinstance(one, dict):
        yield from (inner for types in one.values() for each in types for inner in _models(each))
    elif inspect.isclass(one) and issubclass(one, (ModelNormal, ModelComposed, ModelSimple)):
        yield one


if __name__ == "__main__":
    SCHEMA.write_text(text(), encoding="utf-8")
