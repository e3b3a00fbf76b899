"""Alerts with one thing made wrong: a game day says something else of most of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from dd_sync.gameday.building import world_of
from dd_sync.gameday.finding import shipped_situations
from dd_sync.project.project import load_project
from tests.gameday.mutants import Suspect, mutants, survivors, suspect

ROOT = Path(__file__).parent.parent.parent

EACH = 16
"""Every so many-th definition is tried; all of them take minutes."""

LEAST = 0.75


def test_a_mutant_is_wrong_in_one_thing() -> None:
    query = "min(last_5m):max:kube.x{kube_cluster_name:a,!b:c,d:e} by {host} > 4"
    payload: dict[str, Any] = {
        "type": "query alert",
        "query": query,
        "options": {"thresholds": {"critical": 4, "warning": 2}},
    }
    made = {one.how: one.payload for one in mutants(payload)}
    assert made["threshold x 3"]["options"]["thresholds"] == {"critical": 12, "warning": 6}
    assert made["threshold x 3"]["query"].endswith("> 12")
    assert made["window x 4"]["query"].startswith("min(last_20m)")
    assert made["aggregator"]["query"].startswith("max(last_5m)")
    assert "{!b:c,d:e} by {host}" in made["without kube_cluster_name:a"]["query"]
    assert payload["options"]["thresholds"] == {"critical": 4, "warning": 2}


def test_game_days_catch_most_mutants() -> None:
    project = load_project(ROOT)
    target = project.settings.choose_target("local")[1]
    world, built = world_of(project.inventory(target)), project.build(target)
    payloads = {one.name: one.payload for one in built.desired}
    chosen: dict[tuple[str, str], Suspect] = {}
    for one in built.desired:
        definition = built.origins[one.name].definition
        name = (definition.module, definition.name)
        if built.told.get(one.name) and name not in chosen:
            found = suspect(one.key, one.payload, built.told[one.name], world, payloads)
            if found is not None:
                chosen[name] = found
    left, count = survivors(world, list(chosen.values())[::EACH], shipped_situations())
    assert count > 20
    assert 1 - len(left) / count >= LEAST, left
