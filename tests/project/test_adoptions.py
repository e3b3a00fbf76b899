"""`adopt.yaml`: read with lines, written without touching what stands there."""

from __future__ import annotations

from pathlib import Path

import pytest

from dd_sync.core.errors import DefinitionError
from dd_sync.project.adoptions import add_adoptions, load_adoptions

NAME = ("monitor", "shop/down")


def load(root: Path, text: str, *targets: str) -> object:
    (root / "adopt.yaml").write_text(text)
    return load_adoptions(root, targets or ("prod",))


def test_without_a_file_nothing_is_adopted(tmp_path: Path) -> None:
    assert load_adoptions(tmp_path, ("prod",)) == {}


def test_ids_stand_below_their_target(tmp_path: Path) -> None:
    text = 'prod:\n  monitor:shop/down: 123\nstaging:\n  slo:shop/up: "abc"\n'
    assert load(tmp_path, text, "prod", "staging") == {"prod": {NAME: 123}, "staging": {("slo", "shop/up"): "abc"}}


def test_an_entry_without_a_target_is_the_only_target_s_and_of_several_an_error(tmp_path: Path) -> None:
    text = "monitor:shop/down: 123\n"
    assert load(tmp_path, text) == {"prod": {NAME: 123}}
    with pytest.raises(DefinitionError, match="belongs to a target") as caught:
        load(tmp_path, text, "prod", "staging")
    assert "write {TARGET: {monitor:shop/down: 123}}" in caught.value.hint


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("prd:\n  monitor:a/b: 1\n", 1, 'found "prd". Did you mean prod?'),
        ("prod:\n  monitr:a/b: 1\n", 2, 'expected KIND:KEY, found "monitr:a/b"'),
        ("prod:\n  monitor:a/../b: 1\n", 2, "the key 'a/../b'"),
        ("prod:\n  monitor:a/b: true\n", 2, "expected the id of a live object, found True"),
        ("prod: 3\n", 1, "expected ids by KIND:KEY"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(tmp_path: Path, text: str, line: int, says: str) -> None:
    with pytest.raises(DefinitionError) as caught:
        load(tmp_path, text)
    assert caught.value.at == f"adopt.yaml:{line}"
    assert says in str(caught.value)


def test_what_is_added_is_read_again_and_comments_stay(tmp_path: Path) -> None:
    load(tmp_path, "# ours\nprod:\n    # by hand\n    monitor:shop/down: 123\n")
    add_adoptions(tmp_path, "prod", ("prod", "staging"), {NAME: 999, ("slo", "shop/up"): "1e5"})
    add_adoptions(tmp_path, "staging", ("prod", "staging"), {NAME: 7})
    text = (tmp_path / "adopt.yaml").read_text()
    assert "# ours" in text
    assert "# by hand" in text
    found = load_adoptions(tmp_path, ("prod", "staging"))
    assert found == {"prod": {NAME: 123, ("slo", "shop/up"): "1e5"}, "staging": {NAME: 7}}
