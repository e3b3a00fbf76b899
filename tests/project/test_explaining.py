"""What a definition is, in words: where it stands, its numbers and who set them, whom it tells."""

from __future__ import annotations

from pathlib import Path

from dd_sync.project.explaining import explanations
from tests.project.small import project


def explained(root: Path) -> dict[str, dict[str, object]]:
    made = project(root)
    built = made.build(made.settings.targets["prod"])
    return {str(one.as_json()["key"]): dict(one.as_json()) for one in explanations(built, made)}


def test_each_object_has_its_place_its_query_in_words_and_its_people(tmp_path: Path) -> None:
    one = explained(tmp_path)["own/cpu-high/blue"]
    assert str(one["source"]).startswith("monitors/own.py:")
    assert "average" in str(one).lower()
    assert "@slack-platform" in str(one)


def test_a_number_says_who_set_it(tmp_path: Path) -> None:
    made = project(tmp_path)
    built = made.build(made.settings.targets["prod"])
    (text,) = [one.as_text() for one in explanations(built, made) if one.as_json()["key"] == "own/cpu-high/blue"]
    assert "critical  70 (default 90)  ddsync.yaml:6" in text
    assert "minutes   10 (default 5)   ddsync.yaml:11" in text
