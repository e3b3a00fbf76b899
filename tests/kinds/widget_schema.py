"""Datadog's own schema of widgets, as its published client has it, for tests to hold payloads against."""

from __future__ import annotations

import inspect
import json
from collections.abc import Iterator
from typing import Any

from datadog_api_client import ApiClient, Configuration
from datadog_api_client.model_utils import ModelComposed, ModelNormal, ModelSimple, UnparsedObject
from datadog_api_client.v1.model.widget import Widget as DatadogWidget
from datadog_api_client.v1.model.widget_definition import WidgetDefinition

from dd_sync.kinds.widgets import Widget


def definition(widget: Widget) -> dict[str, Any]:
    """The definition a widget sends, once Datadog's schema has been seen to know all of it."""
    payload = widget.to_payload()
    assert faults(payload) == []
    sent: dict[str, Any] = payload["definition"]
    return sent


def faults(payload: Any, schema: Any = DatadogWidget) -> list[str]:
    """What Datadog's schema does not understand in a payload: values of a wrong form, and fields it does not have."""
    with ApiClient(Configuration()) as client:
        read = client.deserialize(json.dumps(payload), (schema,), True)
    return list(_faults(read, "payload"))


def _faults(value: Any, path: str) -> Iterator[str]:
    match value:
        case UnparsedObject():
            yield f"{path} is not understood"
        case ModelComposed():
            yield from _faults(value.get_oneof_instance(), path)
        case ModelNormal():
            for name, item in value._data_store.items():
                if name not in value.openapi_types:
                    yield f"{path} has no {name}"
                yield from _faults(item, f"{path}.{name}")
        case ModelSimple():
            if value._unparsed:
                yield f"{path} is {value.value!r}, which is not among its values"
        case list():
            for position, item in enumerate(value):
                yield from _faults(item, f"{path}[{position}]")


def definitions() -> dict[str, list[type[ModelNormal]]]:
    """Datadog's schemas of definitions by widget type; some types have several."""
    found: dict[str, list[type[ModelNormal]]] = {}
    for schema in WidgetDefinition._composed_schemas["oneOf"]:
        for one in schema._composed_schemas["oneOf"] if issubclass(schema, ModelComposed) else [schema]:
            (name,) = one.openapi_types["type"][0].allowed_values
            found.setdefault(name, []).append(one)
    return found


def fields(schema: type[ModelNormal]) -> set[str]:
    """The fields a schema has, in Datadog's spelling."""
    return set(schema.attribute_map.values())


def required(schema: type[ModelNormal]) -> set[str]:
    """The fields a schema does not do without."""
    parameters = inspect.signature(schema.__init__).parameters.values()
    names = {p.name for p in parameters if p.default is p.empty and p.kind is p.POSITIONAL_OR_KEYWORD}
    return {schema.attribute_map[name] for name in names - {"self_"}}


def request_schema(schema: type[ModelNormal]) -> type[ModelNormal]:
    """The schema of the requests in a definition's list."""
    (requests,) = schema.openapi_types["requests"]
    request: type[ModelNormal] = requests[0]
    return request
