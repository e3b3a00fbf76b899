"""Which numbers explain an edit made in Datadog, and the lines that say so."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from dd_sync.core.diff import differences
from dd_sync.kinds import KINDS
from dd_sync.project.build import Origin
from dd_sync.project.project import Project
from dd_sync.project.retuning import Retuned, place, retune
from tests.project.small import project

NAME = ("monitor", "own/cpu-high/blue")


def built(root: Path) -> tuple[Project, Origin, dict[str, Any]]:
    made = project(root)
    found = made.build(made.settings.targets["prod"])
    (one,) = [one for one in found.desired if one.name == NAME]
    return made, found.origins[NAME], one.payload


def explained(origin: Origin, payload: dict[str, Any], live: dict[str, Any]) -> Retuned:
    kind = KINDS["monitor"]
    after, before = kind.comparable(payload, live)
    return retune(origin, live, differences(before, after, kind.item_name), {})


def edited(payload: dict[str, Any], critical: int) -> dict[str, Any]:
    options = {**payload["options"], "thresholds": {"critical": critical}}
    query = payload["query"].replace("> 70", f"> {critical}")
    return {**payload, "query": query, "name": payload["name"].replace("70", str(critical)), "options": options}


def test_a_threshold_that_was_changed_by_hand_is_a_number_of_the_definition(tmp_path: Path) -> None:
    _, origin, payload = built(tmp_path)
    found = explained(origin, payload, edited(payload, 85))
    assert found.values == {"critical": 85}
    assert "query" in found.solved
    assert found.caused == frozenset()


def test_a_text_that_no_number_gives_is_left(tmp_path: Path) -> None:
    _, origin, payload = built(tmp_path)
    found = explained(origin, payload, {**payload, "message": "calm down"})
    assert found.values == {}
    assert found.solved == frozenset()


def test_the_lines_go_where_the_entry_is_said(tmp_path: Path) -> None:
    made, origin, _ = built(tmp_path)
    found = place(made, origin, {"critical": 85})
    assert (found.file, found.line) == ("ddsync.yaml", 6)
    assert "critical: 85" in found.text
    assert "cpu-high: off" in place(made, origin, False).text.replace("'off'", "off").replace("false", "off")
