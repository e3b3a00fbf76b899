"""The kinds of Datadog object that ddsync keeps: one file each, and one line here."""

from __future__ import annotations

from dd_sync.core.kind import Kind
from dd_sync.kinds import dashboard, monitor, slo

KINDS: dict[str, Kind] = {kind.name: kind for kind in (monitor.KIND, slo.KIND, dashboard.KIND)}
"""By name, in the order in which definitions usually refer to each other."""
