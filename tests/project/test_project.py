"""A project, read: what each target has of it, and where a line about an entry goes."""

from __future__ import annotations

from pathlib import Path

import pytest

from dd_sync.core.errors import DefinitionError
from dd_sync.project.problems import Noted
from dd_sync.project.project import load_project
from tests.project.small import SERVICE, SETTINGS, project, written


def test_a_target_has_the_entries_of_its_environments(tmp_path: Path) -> None:
    made = project(tmp_path)
    targets = made.settings.targets
    assert {one.key for one in made.build(targets["prod"]).desired} == {"own/cpu-high/blue", "own/errors/cart/prod"}
    assert {one.key for one in made.build(targets["staging"]).desired} == {"own/errors/cart/staging"}
    assert [cluster.name for cluster in made.inventory(targets["prod"]).clusters] == ["blue"]


def test_a_line_about_an_entry_has_its_place(tmp_path: Path) -> None:
    made = project(tmp_path)
    assert made.place_of("cart") == "under extensions.ddsync in services/cart.yaml"
    assert made.place_of("blue") == "beside its name at ddsync.yaml:6"
    assert made.place_of("nobody") == ""


@pytest.mark.parametrize(
    ("file", "old", "new", "says"),
    [
        ("ddsync.yaml", "packs: []", "packs: [ekss]", 'no pack "ekss". Did you mean eks?'),
        ("ddsync.yaml", "team: platform", "team: platfrm", 'no team "platfrm" in ddsync.yaml. Did you mean platform?'),
        ("services/cart.yaml", "owner: platform", "owner: platfrm", 'no team "platfrm"'),
        ("services/cart.yaml", "    kind: http\n", "    kind: http\n    targets: [prd]\n", 'no target "prd"'),
    ],
)
def test_a_name_that_names_nothing_is_told_with_its_line(
    tmp_path: Path, file: str, old: str, new: str, says: str
) -> None:
    text = {"ddsync.yaml": SETTINGS, "services/cart.yaml": SERVICE}[file]
    assert old in text
    (written(tmp_path) / file).write_text(text.replace(old, new))
    noted = Noted()
    made = load_project(tmp_path, on_error=noted)
    made.made(made.settings.targets["prod"], noted)
    assert any(says in str(error) and str(error).startswith(f"{file}:") for error in noted.errors)


def test_without_anybody_to_tell_the_first_mistake_ends_it(tmp_path: Path) -> None:
    (written(tmp_path) / "ddsync.yaml").write_text(SETTINGS.replace("packs: []", "packs: [ekss]"))
    with pytest.raises(DefinitionError, match="no pack"):
        load_project(tmp_path)
