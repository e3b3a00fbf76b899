"""The page of assumptions, kept as the experiments are. It is written by
`DDSYNC_WRITE=1 pytest tests/reference/test_unverified_page.py`."""

from __future__ import annotations

import os
from pathlib import Path

from reference.unverified_page import unverified_page

PAGE = Path(__file__).parents[2] / "docs" / "unverified.md"


def test_the_page_in_the_documentation_is_current() -> None:
    page = unverified_page()
    if os.environ.get("DDSYNC_WRITE"):
        PAGE.write_text(page, encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == page, f"write it anew: {__doc__}"
