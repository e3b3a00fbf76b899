"""The kinds of Datadog object that ddsync keeps: one file each, and one line here."""

from __future__ import annotations

from dd_sync.core.kind import Kind
from dd_sync.kinds import (
    catalog_entity,
    dashboard,
    downtime,
    monitor,
    notification_rule,
    slo,
    slo_correction,
    synthetics_test,
)

_ALL: tuple[Kind, ...] = (
    monitor.KIND,
    slo.KIND,
    dashboard.KIND,
    notification_rule.KIND,
    downtime.KIND,
    synthetics_test.KIND,
    slo_correction.KIND,
    catalog_entity.KIND,
)

KINDS: dict[str, Kind] = {kind.name: kind for kind in _ALL}
"""By name, in the order in which definitions usually refer to each other."""

FOLDERS: tuple[str, ...] = tuple(dict.fromkeys(kind.folder for kind in _ALL))
"""The folders of a project that hold definitions, in that order."""
