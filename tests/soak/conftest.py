"""Collected only where DDSYNC_SOAK is set (`make soak`): minutes of what the other tests do for seconds."""

from __future__ import annotations

import os

collect_ignore_glob = [] if os.environ.get("DDSYNC_SOAK") else ["test_*.py"]
