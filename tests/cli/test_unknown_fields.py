"""A payload with a field that Datadog drops, in a definition or in what was rendered: told by name, and no bug."""

from __future__ import annotations

import json

from tests.workbench import Workbench


def test_of_a_rendered_payload_it_is_named(bench: Workbench) -> None:
    bench.ddsync("render", "--out", "rendered")
    (path,) = (bench.root / "rendered/monitor").rglob("*.json")
    body = json.loads(path.read_text())
    path.write_text(json.dumps({**body, "wobble": 3}))
    ran = bench.ddsync("apply", "--yes", "--rendered", "rendered", status=None)
    assert "bug of ddsync" not in ran.out + ran.err
    assert "wobble" in ran.out + ran.err
    assert "take it out of the definition" in ran.out + ran.err
