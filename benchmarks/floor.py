"""The floor: the same download with nothing but urllib3, threads and json. What a plan can at best come close to."""

from __future__ import annotations

import json
import os
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import urllib3

HEADERS = {"DD-API-KEY": os.environ["DD_API_KEY"], "DD-APPLICATION-KEY": os.environ["DD_APP_KEY"]}
HOST = os.environ["DD_HOST"]
POOL = urllib3.PoolManager(maxsize=16)


def get(path: str) -> Any:
    return json.loads(POOL.request("GET", HOST + path, headers=HEADERS).data)


def pages(path: str, size: str, offset: str, step: int, field: str = "") -> list[Any]:
    found: list[Any] = []
    place = 0
    while True:
        answer = get(f"{path}?{size}=1000&{offset}={place}")
        items = answer[field] if field else answer
        found += items
        if len(items) < 1000:
            return found
        place += step


def main() -> None:
    with ThreadPoolExecutor(16) as pool:
        monitors = pool.submit(pages, "/api/v1/monitor", "page_size", "page", 1)
        slos = pool.submit(pages, "/api/v1/slo", "limit", "offset", 1000, "data")
        boards = pages("/api/v1/dashboard", "count", "start", 1000, "dashboards")
        whole = list(pool.map(get, [f"/api/v1/dashboard/{board['id']}" for board in boards]))
        print(len(monitors.result()), len(slos.result()), len(whole))


if __name__ == "__main__":
    main()
