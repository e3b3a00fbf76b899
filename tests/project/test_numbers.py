"""Numbers by definition: the nearest one said counts, and each says where it stands."""

from __future__ import annotations

from pathlib import Path

import pytest

from dd_sync.core.errors import DefinitionError
from dd_sync.project.build import Built
from dd_sync.project.project import load_project
from tests.project.small import SERVICE, SETTINGS, project


def queries(root: Path, target: str = "prod") -> dict[str, str]:
    made = project(root)
    return {one.key: one.payload["query"] for one in made.build(made.settings.targets[target]).desired}


def test_the_entry_s_number_goes_before_the_project_s_and_that_before_the_function_s(tmp_path: Path) -> None:
    assert queries(tmp_path)["own/cpu-high/blue"].startswith("avg(last_10m):")
    assert queries(tmp_path)["own/cpu-high/blue"].endswith("> 70")


def test_the_environment_s_number_goes_before_the_service_s(tmp_path: Path) -> None:
    assert queries(tmp_path)["own/errors/cart/prod"].endswith("> 3")
    assert queries(tmp_path, "staging")["own/errors/cart/staging"].endswith("> 20")


def test_each_number_knows_the_line_that_says_it(tmp_path: Path) -> None:
    made = project(tmp_path)
    origins = made.build(made.settings.targets["prod"]).origins
    chosen = origins["monitor", "own/cpu-high/blue"].chosen
    assert dict(chosen.set_at) == {"critical": "ddsync.yaml:6", "minutes": "ddsync.yaml:11"}


def built(root: Path) -> Built:
    made = load_project(root)
    return made.build(made.settings.targets["prod"])


@pytest.mark.parametrize(
    ("file", "old", "new", "says"),
    [
        ("ddsync.yaml", "{minutes: 10}", "{minuts: 10}", 'no tunable "minuts". Did you mean minutes?'),
        ("ddsync.yaml", "  cpu-high: {minutes: 10}", "  cpu-hgh: off", 'no monitor "cpu-hgh"'),
        ("ddsync.yaml", "{critical: 70}", "{critical: -70}", "critical is -70, below zero, where 90 is usual"),
        ("services/cart.yaml", "{errors: {critical: 3}}", "{errors: 3}", "expected its numbers by name, or off; got 3"),
        ("services/cart.yaml", "{critical: 3}", "{critical: many}", "critical"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(tmp_path: Path, file: str, old: str, new: str, says: str) -> None:
    project(tmp_path)
    text = SETTINGS if file == "ddsync.yaml" else SERVICE
    assert old in text
    (tmp_path / file).write_text(text.replace(old, new))
    with pytest.raises(DefinitionError) as caught:
        built(tmp_path)
    assert says in str(caught.value)
    assert f"{file}:" in str(caught.value)
