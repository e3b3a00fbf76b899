"""The page of assumptions, kept as the experiments are. `DDSYNC_WRITE=1 pytest tests/probe/test_page.py` writes it."""

from __future__ import annotations

import os
from pathlib import Path

from dd_sync.runs.probe_report import unverified_page

PAGE = Path(__file__).parents[2] / "docs" / "unverified.md"


def test_the_page_in_the_documentation_is_current() -> None:
    page = unverified_page()
    if os.environ.get("DDSYNC_WRITE"):
        PAGE.write_text(page, encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == page, f"write it anew: {__doc__}"
