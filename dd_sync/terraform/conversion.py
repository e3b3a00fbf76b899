"""Converts the resources of a state to live objects, from which `importing` makes definitions."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dd_sync.core.live import Live
from dd_sync.core.shape import misfits
from dd_sync.kinds import KINDS
from dd_sync.terraform.attributes import Attributes, Unknown
from dd_sync.terraform.monitors import monitor
from dd_sync.terraform.notices import downtime, notification_rule
from dd_sync.terraform.slos import slo
from dd_sync.terraform.state import Resource


def dashboard(values: Attributes) -> dict[str, Any]:
    """The payload of `datadog_dashboard_json`, which holds it as it is. Raises Unknown where that is no dashboard."""
    try:
        found = json.loads(values.get("dashboard") or "")
    except ValueError:
        raise Unknown("a dashboard that is not JSON") from None
    if not isinstance(found, dict):
        raise Unknown("a dashboard that is no object")
    return found


def monitor_json(values: Attributes) -> dict[str, Any]:
    """The payload of `datadog_monitor_json`, which holds it as it is. Raises Unknown where that is no monitor."""
    try:
        found = json.loads(values.get("monitor") or "")
    except ValueError:
        raise Unknown("a monitor that is not JSON") from None
    if not isinstance(found, dict):
        raise Unknown("a monitor that is no object")
    return found


@dataclass(frozen=True)
class Converter:
    """How one type of resource is converted."""

    kind: str
    payload: Callable[[Attributes], dict[str, Any]]


CONVERTERS: Mapping[str, Converter] = {
    "datadog_monitor": Converter("monitor", monitor),
    "datadog_monitor_json": Converter("monitor", monitor_json),
    "datadog_service_level_objective": Converter("slo", slo),
    "datadog_dashboard_json": Converter("dashboard", dashboard),
    "datadog_downtime_schedule": Converter("downtime", downtime),
    "datadog_monitor_notification_rule": Converter("notification-rule", notification_rule),
}

_READ_FROM_DATADOG = {
    "datadog_dashboard": "dashboard",
    "datadog_dashboard_v2": "dashboard",
    "datadog_monitor": "monitor",
}
"""Types whose objects an import reads from Datadog, where their state cannot be converted."""


@dataclass(frozen=True)
class Converted:
    """The result of converting a state."""

    objects: Sequence[tuple[Resource, Live]]
    left: Sequence[tuple[Resource, str]]
    """What was not converted, and what to do about it."""
    notes: Sequence[tuple[Resource, str]] = ()
    """What was converted and leaves something for a person."""


def convert_state(resources: Sequence[Resource]) -> Converted:
    """The objects of a state. Nothing is dropped silently: an object that cannot be converted whole is left."""
    objects: list[tuple[Resource, Live]] = []
    left: list[tuple[Resource, str]] = []
    notes: list[tuple[Resource, str]] = []
    for resource in resources:
        converter = CONVERTERS.get(resource.type)
        if converter is None or not resource.id:
            left.append((resource, _why(resource, "is no kind that is converted")))
            continue
        try:
            payload = converter.payload(resource.values)
            ignored = ", ".join(resource.values.get("ignore_tag_keys") or ())
        except Unknown as unknown:
            left.append((resource, _why(resource, str(unknown))))
            continue
        except (AttributeError, TypeError, KeyError, IndexError, ValueError, RecursionError):
            left.append((resource, _why(resource, "its values are of another form than the provider's")))
            continue
        if misfit := next(misfits(payload, KINDS[converter.kind].shape), None):
            left.append((resource, _why(resource, f"{misfit[0]}: expected {misfit[1]}")))
            continue
        object_id = KINDS[converter.kind].id_of(resource.id)
        objects.append((resource, Live(converter.kind, object_id, {**payload, "id": object_id})))
        if ignored:
            notes.append((resource, _IGNORED.format(ignored)))
    return Converted(objects, left, notes)


_IGNORED = "Terraform ignores tags of {} (ignore_tag_keys): the first plan shows those that are live; add them"


def _why(resource: Resource, why: str) -> str:
    converter = CONVERTERS.get(resource.type)
    kind = converter.kind if converter is not None else _READ_FROM_DATADOG.get(resource.type)
    return f"{why}; ddsync import --id {kind}:{resource.id} reads it from Datadog" if kind and resource.id else why
