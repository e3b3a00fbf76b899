"""A discovery as plain JSON: the public format of `discover --format json`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any

from dd_sync.discover.found import Discovery, Found
from dd_sync.discover.lint import lint


def to_json(discovery: Discovery) -> list[dict[str, Any]]:
    """One object for each service, with `service`, `kind`, `workload`, `runtime`, `ports` and `facts` in front.

    Everything known is in it; an unknown value is null. `lint` holds what the workload lacks.
    """
    return [_service(found) for found in discovery.services]


def _service(found: Found) -> dict[str, Any]:
    first = {name: _plain(getattr(found, name)) for name in ("service", "kind", "workload", "runtime", "ports")}
    rest = {each.name: _plain(getattr(found, each.name)) for each in fields(found) if each.name not in first}
    facts = rest.pop("facts")
    return {**first, "facts": facts, **rest, "lint": lint(found)}


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return {each.name: _plain(getattr(value, each.name)) for each in fields(value)}
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, list | tuple) else value
