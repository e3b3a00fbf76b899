"""New projects, and files of packs copied into one."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from dd_sync.core.errors import DefinitionError, UsageError
from dd_sync.project.scaffold import eject, make_project, project_files


def test_a_new_project_has_an_id_that_yaml_reads_as_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    digits = "329830165016"  # as one in 280 is
    monkeypatch.setattr("dd_sync.project.scaffold.secrets.token_hex", lambda size: digits)
    make_project(tmp_path / "shop")
    settings = yaml.safe_load((tmp_path / "shop/ddsync.yaml").read_text())
    assert settings["id"] == digits
    assert settings["project"] == "shop"


def test_the_files_name_the_project_and_the_version() -> None:
    files = project_files("shop")
    assert "project: shop\n" in files["ddsync.yaml"]
    assert not any("acme" in text for name, text in files.items() if name.endswith((".yaml", ".py")))
    assert not any("0.0.0" in text for text in files.values())


def test_a_folder_with_anything_in_it_is_refused(tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("x")
    with pytest.raises(UsageError, match="is not empty; nothing was written"):
        make_project(tmp_path)
    with pytest.raises(UsageError, match="is a file"):
        make_project(tmp_path / "mine")


def test_a_file_of_a_pack_or_its_whole_folder_is_copied_and_never_over_one_that_is_there(tmp_path: Path) -> None:
    assert eject(tmp_path, "monitors/eks/nodes") == ["monitors/eks/nodes.py"]
    with pytest.raises(DefinitionError, match="is there already"):
        eject(tmp_path, "monitors/eks")
    whole = eject(tmp_path, "monitors/mongodb")
    assert len(whole) > 3
    assert all((tmp_path / place).is_file() for place in whole)


def test_a_name_that_is_none_gets_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r'no pack has a file "monitors/ekss". Did you mean monitors/eks'):
        eject(tmp_path, "monitors/ekss")
