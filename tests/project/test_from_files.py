"""Definitions that nobody writes: rules for teams, entities for services, each with its line."""

from __future__ import annotations

from pathlib import Path

from dd_sync.project.project import load_project
from tests.project.small import SETTINGS, project, written


def test_a_team_s_rules_stand_at_its_line(tmp_path: Path) -> None:
    written(tmp_path)
    (tmp_path / "ddsync.yaml").write_text(f"{SETTINGS}routing: rules\n")
    made = load_project(tmp_path)
    rules = [one for one in made.build(made.settings.targets["prod"]).desired if one.kind == "notification-rule"]
    assert rules
    assert {one.source for one in rules} == {"ddsync.yaml:4"}
    assert all(one.key.startswith("routing/team/") for one in rules)


def test_a_service_file_is_an_entity_where_the_catalog_is_synced(tmp_path: Path) -> None:
    written(tmp_path)
    (tmp_path / "ddsync.yaml").write_text(f"{SETTINGS}sync: [catalog-entity]\n")
    made = load_project(tmp_path)
    (entity,) = [one for one in made.build(made.settings.targets["prod"]).desired if one.kind == "catalog-entity"]
    assert entity.key == "catalog/entity/cart"
    assert entity.source.startswith("services/cart.yaml:")
    assert entity.payload["metadata"]["name"] == "cart"


def test_without_either_there_is_neither(tmp_path: Path) -> None:
    made = project(tmp_path)
    kinds = {one.kind for one in made.build(made.settings.targets["prod"]).desired}
    assert kinds == {"monitor"}
