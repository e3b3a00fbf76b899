"""ddsync: observability as code for Datadog. This is everything a definition file imports.

Names are loaded on first use, so that the command line starts without them.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dd_sync.core.model import Number as Number
    from dd_sync.core.references import Ref as Ref
    from dd_sync.definitions.define import define as define
    from dd_sync.definitions.inventory import Cluster as Cluster
    from dd_sync.definitions.inventory import Cron as Cron
    from dd_sync.definitions.inventory import Inventory as Inventory
    from dd_sync.definitions.inventory import Kubernetes as Kubernetes
    from dd_sync.definitions.inventory import MongoDB as MongoDB
    from dd_sync.definitions.inventory import Queue as Queue
    from dd_sync.definitions.inventory import Service as Service
    from dd_sync.definitions.inventory import Team as Team
    from dd_sync.definitions.inventory import WholeService as WholeService
    from dd_sync.definitions.text import by as by
    from dd_sync.definitions.text import by_check as by_check
    from dd_sync.definitions.text import over as over
    from dd_sync.definitions.text import scope as scope
    from dd_sync.kinds.dashboard import Dashboard as Dashboard
    from dd_sync.kinds.monitor import Monitor as Monitor
    from dd_sync.kinds.slo import SLO as SLO

__version__ = "0.1.0"

_HOMES = {
    "dd_sync.core.model": ("Number",),
    "dd_sync.core.references": ("Ref",),
    "dd_sync.definitions.define": ("define",),
    "dd_sync.definitions.inventory": (
        "Cluster",
        "Cron",
        "Inventory",
        "Kubernetes",
        "MongoDB",
        "Queue",
        "Service",
        "Team",
        "WholeService",
    ),
    "dd_sync.definitions.text": ("by", "by_check", "over", "scope"),
    "dd_sync.kinds.dashboard": ("Dashboard",),
    "dd_sync.kinds.monitor": ("Monitor",),
    "dd_sync.kinds.slo": ("SLO",),
}
_HOME = {name: module for module, names in _HOMES.items() for name in names}

__all__ = sorted(_HOME)  # noqa: PLE0605 - made of the table above, and a test compares it with what is importable


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(importlib.import_module(_HOME[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return [*globals(), *_HOME]
