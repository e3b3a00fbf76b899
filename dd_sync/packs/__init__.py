"""The packs as they were shipped: `dd_sync.packs.monitors.service` is importable even where a project has its own.

In a wheel the three folders lie here; in a checkout they are the top-level folders of the repository.
"""

from __future__ import annotations

from pathlib import Path

FOLDER = Path(__file__).parent
"""Where `monitors/`, `slos/` and `dashboards/` of the packs are."""

if not (FOLDER / "monitors").is_dir():
    FOLDER = FOLDER.parent.parent
    __path__.append(str(FOLDER))
