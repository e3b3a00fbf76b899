"""`edit.py TITLE FIELD=VALUE…`: changes a monitor in the Datadog at DD_HOST, as somebody at its pages would.

FIELD is a dotted path, VALUE is JSON, or text where it is none. Prints what each was before, in the same form.
"""

from __future__ import annotations

import json
import os
import sys
from typing import Any

import requests


def edit(host: str, title: str, changes: dict[str, Any]) -> None:
    """Writes the monitor of that title with these fields changed. StopIteration where there is none."""
    headers = {"DD-API-KEY": os.environ["DD_API_KEY"], "DD-APPLICATION-KEY": os.environ["DD_APP_KEY"]}
    url = f"{host.rstrip('/')}/api/v1/monitor"
    found = requests.get(url, headers=headers, timeout=10).json()
    monitor = next(one for one in found if one["name"] == title)
    for path, value in changes.items():
        *above, last = path.split(".")
        place = monitor
        for name in above:
            place = place[name]
        sys.stdout.write(f"{path}={json.dumps(place.get(last))}\n")
        place[last] = value
    kept = {name: monitor[name] for name in ("name", "query", "message", "tags", "priority", "options")}
    requests.put(f"{url}/{monitor['id']}", headers=headers, json=kept, timeout=10).raise_for_status()


def _value(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text


if __name__ == "__main__":
    pairs = (one.partition("=") for one in sys.argv[2:])
    edit(os.environ["DD_HOST"], sys.argv[1], {name: _value(value) for name, _, value in pairs})
