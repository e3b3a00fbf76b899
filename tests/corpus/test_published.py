"""Published definitions: rendered as they are, applied over HTTP, planned to nothing, edited in one line."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from tests.corpus.recordings import lines, needs_recordings
from tests.workbench import Workbench, workbench

pytestmark = needs_recordings

DEFINITIONS = '''\
import json, pathlib
from collections.abc import Iterator
from dd_sync import {model}, define

@define
def imported() -> Iterator[{model}]:
    """As they were in Datadog; runbook: see each one's message."""
    for key, payload in json.loads(pathlib.Path("payloads.json").read_text()).items():
        yield {model}.from_api(payload, key=key)
'''

KINDS = [("monitor", "Monitor", "monitors"), ("dashboard", "Dashboard", "dashboards")]


def published(bench: Workbench, kind: str, model: str) -> dict[str, dict[str, Any]]:
    """A project that defines every published object of a kind."""
    payloads = {f"p{n:03}": copy.deepcopy(line["body"]) for n, line in enumerate(lines(f"{kind}s.jsonl"))}
    bench.write("ddsync.yaml", "project: acme\npacks: []\ntargets: {prod: {}}\n")
    bench.write("monitors/eks.py", "")
    bench.write(f"{kind}s/imported.py", DEFINITIONS.format(model=model))
    bench.write("payloads.json", json.dumps(payloads))
    return payloads


@pytest.mark.parametrize(("kind", "model", "folder"), KINDS)
def test_rendered_is_what_was_given(tmp_path: Path, kind: str, model: str, folder: str) -> None:
    with workbench(tmp_path) as bench:
        payloads = published(bench, kind, model)
        bench.ddsync("render", "--out", "rendered")
        for key, payload in payloads.items():
            text = (bench.root / f"rendered/{kind}/imported/imported/{key}.json").read_text()
            assert text == json.dumps(payload, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


@pytest.mark.parametrize(("kind", "model", "folder"), KINDS)
def test_applied_they_plan_to_nothing_and_one_changed_query_is_one_line(
    tmp_path: Path, kind: str, model: str, folder: str
) -> None:
    with workbench(tmp_path) as bench:
        payloads = published(bench, kind, model)
        bench.apply("--allow-twin")
        assert len(bench.live(kind)) == len(payloads)
        assert bench.plan()["changes"] == []
        changed = 0
        for payload in payloads.values():
            changed += _change_one_query(payload)
        bench.write("payloads.json", json.dumps(payloads))
        changes = bench.plan()["changes"]
        assert len(changes) == changed
        for change in changes:
            paths = [field["path"] for field in change["fields"]]
            assert len(paths) == 1, (change["title"], paths)
            assert change["cause"] == "code"


def _change_one_query(value: Any) -> bool:
    """Changes the first query found, in place."""
    if isinstance(value, list):
        return any(_change_one_query(item) for item in value)
    if not isinstance(value, dict):
        return False
    for name in ("query", "q"):
        if isinstance(value.get(name), str) and value[name] and name in value:
            value[name] = value[name].replace("avg", "max", 1) if "avg" in value[name] else f"{value[name]} "
            if value[name].endswith(" "):
                value[name] = "abs(" + value[name].strip() + ")"
            return True
    return any(_change_one_query(item) for item in value.values())
