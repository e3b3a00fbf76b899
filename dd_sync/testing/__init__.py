"""Tests definitions without Datadog: render one, check its payload, see when an alert fires, run a project.

Names are loaded on first use, so that pytest, which loads the plugin wherever ddsync is installed, starts without them.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dd_sync.evaluate.alerts import Evaluated as Evaluated
    from dd_sync.evaluate.alerts import Timeline as Timeline
    from dd_sync.evaluate.alerts import evaluate as evaluate
    from dd_sync.evaluate.bands import Band as Band
    from dd_sync.evaluate.composite import evaluate_composite as evaluate_composite
    from dd_sync.evaluate.series import NotEvaluated as NotEvaluated
    from dd_sync.evaluate.series import Series as Series
    from dd_sync.testing.asserting import pages as pages
    from dd_sync.testing.asserting import tells as tells
    from dd_sync.testing.asserting import thresholds as thresholds
    from dd_sync.testing.asserting import widget as widget
    from dd_sync.testing.gamedays import GameDays as GameDays
    from dd_sync.testing.projects import Project as Project
    from dd_sync.testing.projects import Running as Running
    from dd_sync.testing.projects import run_project as run_project
    from dd_sync.testing.rendering import render as render
    from dd_sync.testing.rendering import render_all as render_all
    from dd_sync.testing.snapshots import Snapshots as Snapshots

_HOMES = {
    "evaluate.alerts": ("Evaluated", "Timeline", "evaluate"),
    "evaluate.bands": ("Band",),
    "evaluate.composite": ("evaluate_composite",),
    "evaluate.series": ("NotEvaluated", "Series"),
    "testing.asserting": ("pages", "tells", "thresholds", "widget"),
    "testing.projects": ("Project", "Running", "run_project"),
    "testing.rendering": ("render", "render_all"),
    "testing.gamedays": ("GameDays",),
    "testing.snapshots": ("Snapshots",),
}
_HOME = {name: module for module, names in _HOMES.items() for name in names}

__all__ = sorted(_HOME)  # noqa: PLE0605 - made of the table above, and a test compares it with what is importable


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(importlib.import_module(f"dd_sync.{_HOME[name]}"), name)
    globals()[name] = value
    return value
