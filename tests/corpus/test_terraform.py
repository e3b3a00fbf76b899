"""States built from what the Terraform provider sent: converted, they plan to nothing against what Datadog then had."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from dd_sync.core.diff import differences
from dd_sync.core.normal import same
from dd_sync.kinds import KINDS
from dd_sync.terraform.conversion import convert_state
from dd_sync.terraform.state import read_state
from tests.corpus.recordings import lines, needs_recordings
from tests.terraform.states import of_payload, state
from tests.workbench import workbench

pytestmark = needs_recordings

PAIRS = [pair for pair in lines("pairs.jsonl") if pair["source"] == "terraform"]
MORE = [pair for pair in lines("more/pairs.jsonl") if pair["source"] == "terraform"]


def live_of(pair: dict[str, Any]) -> dict[str, Any]:
    """What Datadog had. Reads that did not ask for them leave out the assets of a monitor; answers to writes do not."""
    found: dict[str, Any] = pair["response"] if pair["request"].get("assets") else pair["live"] or pair["response"]
    return found


def of_pair(pair: dict[str, Any]) -> dict[str, Any]:
    return of_payload(pair["kind"], pair["request"], live_of(pair)["id"])


@pytest.mark.parametrize("kind", ["monitor", "slo", "dashboard"])
def test_what_was_sent_comes_out_of_its_state_as_datadog_has_it(kind: str) -> None:
    pairs = [pair for pair in PAIRS if pair["kind"] == kind]
    assert len(pairs) >= 15
    for pair in pairs:
        found = convert_state(read_state(state(of_pair(pair)), "state.json"))
        assert not found.left, found.left
        ((_, live),) = found.objects
        wanted, there = KINDS[kind].comparable(live.payload, live_of(pair))
        assert same(wanted, there), (pair["cassette"], differences(there, wanted, KINDS[kind].item_name))


def test_what_other_versions_of_the_provider_sent_comes_out_too() -> None:
    """But for updates that left out what Datadog then kept, and drafts in an organisation without them."""
    wrong = []
    for pair in MORE:
        found = convert_state(read_state(state(of_pair(pair)), "state.json"))
        assert not found.left, found.left
        ((_, live),) = found.objects
        if not same(*KINDS[pair["kind"]].comparable(live.payload, live_of(pair))):
            wrong.append((pair["method"], pair["cassette"]))
    assert len(MORE) >= 400
    assert {method for method, _ in wrong} <= {"PUT"}
    assert len(wrong) <= 6, wrong


def test_a_whole_state_is_adopted_and_nothing_else_is_planned(tmp_path: Path) -> None:
    last = {(pair["kind"], live_of(pair)["id"]): pair for pair in PAIRS}
    with workbench(tmp_path) as bench:
        (tmp_path / "monitors/eks.py").unlink()
        bench.write("state.json", state(*map(of_pair, last.values())))
        for (kind, object_id), pair in last.items():
            bench.emulator.put(kind, live_of(pair), object_id)
        bench.ddsync("import-terraform", "state.json")
        changes = bench.plan("--allow-twin")["changes"]
        assert len(changes) == len(last)
        assert {change["action"] for change in changes} == {"adopt"}
        assert [change for change in changes if change["fields"]] == []
