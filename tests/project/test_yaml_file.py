"""A YAML file that can say where each of its values stands."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import BaseModel, ConfigDict

from dd_sync.core.errors import DefinitionError
from dd_sync.project.problems import Faults
from dd_sync.project.yaml_file import YamlFile


class Inner(BaseModel):
    model_config = ConfigDict(extra="forbid")
    critical: int = 1


class Model(BaseModel):
    model_config = ConfigDict(extra="forbid")
    name: str
    numbers: list[Inner] = []


def file(root: Path, text: str) -> YamlFile:
    (root / "x.yaml").write_text(text)
    return YamlFile(root / "x.yaml", root)


def test_each_value_has_its_line_and_one_that_is_missing_that_of_what_holds_it(tmp_path: Path) -> None:
    read = file(tmp_path, "a:\n  b:\n    - 1\n    - {c: 2}\nsnake_case: 3\n")
    assert read.at(["a", "b", 1, "c"]) == "x.yaml:4"
    assert read.at(["a", "b"]) == "x.yaml:2"
    assert read.at(["a", "z", "y"]) == "x.yaml:1"
    assert read.at(["snake-case"]) == "x.yaml:5", "dashes and underscores are one"


def test_a_second_document_counts_from_the_top_of_the_file(tmp_path: Path) -> None:
    read = file(tmp_path, "a: 1\n---\nb: 2\n")
    assert read.at(["b"], document=1) == "x.yaml:3"
    assert read.mapping(1) == {"b": 2}


def test_an_empty_file_is_an_empty_mapping_and_a_list_is_none(tmp_path: Path) -> None:
    assert file(tmp_path, "").mapping() == {}
    with pytest.raises(DefinitionError, match=r"x.yaml:1: expected names and values, found list"):
        file(tmp_path, "- 1\n").mapping()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("name: x\nnumbers:\n  - {critcal: 3}\n", 'x.yaml:3: unknown name "critcal". Did you mean critical?'),
        ("numbers: []\n", "x.yaml:1: name is missing"),
        ("name: x\nnumbers:\n  - {critical: many}\n", "x.yaml:3: numbers.0.critical: input should be a valid integer"),
    ],
)
def test_what_does_not_fit_a_model_is_told_with_its_line(tmp_path: Path, text: str, says: str) -> None:
    read = file(tmp_path, text)
    with pytest.raises(DefinitionError) as caught:
        read.validate(Model, read.mapping())
    assert str(caught.value).startswith(says)


def test_several_mistakes_come_as_one_error_that_holds_them_all(tmp_path: Path) -> None:
    read = file(tmp_path, "nam: x\nnumbers:\n  - {critcal: 3}\n")
    with pytest.raises(Faults) as caught:
        read.validate(Model, read.mapping())
    assert len(caught.value.errors) == 3


@pytest.mark.parametrize(
    ("content", "says"), [(b"\xff\xfe", "x.yaml:1: not a text file in UTF-8"), (b"a: {b: 1]}\n", "x.yaml:1: not YAML")]
)
def test_what_is_no_yaml_is_told(tmp_path: Path, content: bytes, says: str) -> None:
    (tmp_path / "x.yaml").write_bytes(content)
    with pytest.raises(DefinitionError) as caught:
        YamlFile(tmp_path / "x.yaml", tmp_path)
    assert str(caught.value).startswith(says)
