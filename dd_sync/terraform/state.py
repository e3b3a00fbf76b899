"""A Terraform state as `terraform show -json` writes it (format 1.x, HashiCorp's "JSON Output Format").

`terragrunt show -json` and `tofu show -json` write the same.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from dd_sync.core.errors import DdsyncError
from dd_sync.core.shape import misfits


@dataclass(frozen=True)
class Resource:
    """One instance of a managed resource: with `for_each` and `count` there are several of one block."""

    address: str
    """`module.alerts["eu"].datadog_monitor.cpu["prod"]`"""
    type: str
    values: Mapping[str, Any]

    @property
    def block(self) -> str:
        """The address of the block in the configuration: without the keys of instances."""
        return _INSTANCE.sub("", self.address)

    @property
    def id(self) -> str:
        return str(self.values.get("id") or "")


_INSTANCE = re.compile(r'\[(?:\d+|"(?:[^"\\]|\\.)*")\]')


def read_state(text: str, shown: str) -> list[Resource]:
    """The managed resources of Datadog's provider. `shown` names the file in errors.

    Raises DdsyncError for what is no such state, with the command that writes one.
    """
    hint = "terraform show -json > state.json (or terragrunt show -json) writes one"
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise DdsyncError(f"{shown}: not JSON: {error}", hint=hint) from None
    if not isinstance(data, dict):
        raise DdsyncError(f"{shown}: not a Terraform state", hint=hint)
    if "resources" in data and "lineage" in data:
        raise DdsyncError(f"{shown}: a raw state, whose form is Terraform's own affair", hint=hint)
    if "planned_values" in data:
        raise DdsyncError(f"{shown}: a plan, not a state", hint=hint)
    if "format_version" not in data:
        raise DdsyncError(f"{shown}: not a Terraform state", hint=hint)
    for place, expected in misfits(data, _SHAPE):
        raise DdsyncError(f"{shown}: {place}: expected {expected}", hint=hint)
    values = data.get("values") or {}
    return [one for one in _resources(values.get("root_module") or {}) if one.type.startswith("datadog_")]


_MODULE: dict[str, Any] = {"resources": [{"address": str, "mode": str, "type": str, "values": dict}]}
_MODULE["child_modules"] = [_MODULE]
_SHAPE = {"values": {"root_module": _MODULE}}


def _resources(module: Mapping[str, Any]) -> Iterator[Resource]:
    """The resources of a module and of those inside it."""
    for found in module.get("resources") or ():
        if found.get("mode") == "managed":
            yield Resource(str(found.get("address")), str(found.get("type")), found.get("values") or {})
    for child in module.get("child_modules") or ():
        yield from _resources(child)
