"""`seed.py FILE…`: objects as they are in Datadog already, made by somebody else. A file holds `{kind, payload}`s."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

import requests

_PATHS = {"monitor": "monitor", "slo": "slo", "dashboard": "dashboard"}


def seed(host: str, objects: list[dict[str, Any]]) -> None:
    """Creates each object, in order."""
    headers = {"DD-API-KEY": os.environ["DD_API_KEY"], "DD-APPLICATION-KEY": os.environ["DD_APP_KEY"]}
    for one in objects:
        url = f"{host.rstrip('/')}/api/v1/{_PATHS[one['kind']]}"
        requests.post(url, headers=headers, json=one["payload"], timeout=10).raise_for_status()


if __name__ == "__main__":
    for name in sys.argv[1:]:
        seed(os.environ["DD_HOST"], json.loads(Path(name).read_text(encoding="utf-8")))
