"""Services that are kept elsewhere, pinned in a lock file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from dd_sync.core.errors import DefinitionError
from dd_sync.project.elsewhere import (
    LOCK,
    Pin,
    is_elsewhere,
    lock_text,
    pinned_services,
    pins_of_catalog,
    pins_of_files,
    read_inventory,
    unpinned_notices,
)
from dd_sync.project.settings import CatalogSource, load_settings
from tests.project.small import SERVICE

ENTITY: dict[str, Any] = yaml.safe_load(SERVICE)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    made = tmp_path / "alerts"
    made.mkdir()
    (made / "ddsync.yaml").write_text("project: acme\nservices: [../*/service.yaml]\n")
    (tmp_path / "cart").mkdir()
    (tmp_path / "cart/service.yaml").write_text(SERVICE)
    return made


def names(root: Path) -> list[str]:
    settings, file = load_settings(root)
    return [one.name for one in read_inventory(root, settings, file)]


def lock(root: Path) -> str:
    settings, _ = load_settings(root)
    text = lock_text(settings, pins_of_files(root, settings))
    (root / LOCK).write_text(text)
    return text


@pytest.mark.parametrize(("pattern", "elsewhere"), [("services/*.yaml", False), ("../x.yaml", True), ("/x.yaml", True)])
def test_a_pattern_that_leaves_the_folder_is_elsewhere(pattern: str, elsewhere: bool) -> None:
    assert is_elsewhere(pattern) is elsewhere


def test_what_the_lock_holds_is_what_is_built_without_the_checkouts(root: Path) -> None:
    assert names(root) == ["cart"]
    lock(root)
    (root.parent / "cart/service.yaml").unlink()
    assert names(root) == ["cart"]
    assert [pin.name for pin in pinned_services(root)] == ["cart"]


def test_the_same_services_give_the_same_text(root: Path) -> None:
    assert lock(root) == lock(root)


def test_a_checkout_that_changed_since_is_told_with_the_command_that_pins_it(root: Path) -> None:
    lock(root)
    (root.parent / "cart/service.yaml").write_text(SERVICE.replace('tier: "2"', 'tier: "1"'))
    with pytest.raises(DefinitionError) as caught:
        names(root)
    assert "ddsync inventory lock" in caught.value.hint


def test_a_file_that_is_no_lock_is_refused(root: Path) -> None:
    (root / LOCK).write_text("- 1\n")
    with pytest.raises(DefinitionError, match=LOCK.replace(".", r"\.")):
        names(root)


def test_checkouts_that_are_not_there_are_told(root: Path) -> None:
    settings, _ = load_settings(root)
    assert list(unpinned_notices(root, settings)) == []
    (root.parent / "cart/service.yaml").unlink()
    (notice,) = unpinned_notices(root, settings)
    assert "no file matches ../*/service.yaml" in notice


def test_of_the_catalog_only_services_of_the_named_owners_that_say_what_they_are_are_taken() -> None:
    other = {**ENTITY, "metadata": {"name": "other", "owner": "somebody"}}
    silent = {**ENTITY, "metadata": {"name": "silent", "owner": "platform"}, "extensions": {}}
    ours = {**ENTITY, "metadata": {"name": "ours", "owner": "platform"}}
    system = {**ENTITY, "kind": "system"}
    theirs = {**ENTITY, "id": "x", "meta": {}, "metadata": {**ENTITY["metadata"], "id": "x", "namespace": "default"}}
    sources = [CatalogSource.model_validate({"catalog": {"owner": "platform"}})]
    found, without = pins_of_catalog([other, silent, ours, system, theirs], sources, lambda entity: entity is ours)
    assert found == [Pin("catalog service:cart", ENTITY)], "what Datadog adds is taken off"
    assert without == ["silent"]
