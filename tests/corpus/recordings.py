"""Recordings of the real Datadog, kept outside the project; `DDSYNC_CORPUS` says where.

Without them the tests of this folder are skipped, so the project is whole without the recordings.
"""

from __future__ import annotations

import functools
import json
import os
from pathlib import Path
from typing import Any

import pytest

FOLDER = os.environ.get("DDSYNC_CORPUS", "")
FACTS = os.environ.get("DDSYNC_FACTS", "")

needs_recordings = pytest.mark.skipif(not FOLDER, reason="DDSYNC_CORPUS does not say where the recordings are")
needs_facts = pytest.mark.skipif(not FACTS, reason="DDSYNC_FACTS does not say where the measured facts are")


@functools.cache
def lines(name: str) -> list[dict[str, Any]]:
    """The objects of one `.jsonl` file of the recordings; empty without them, so that collection still works."""
    if not FOLDER:
        return []
    with (Path(FOLDER) / name).open() as file:
        return [json.loads(line) for line in file]
