"""JSON Schemas of a project's files: what is written by hand fits, what is misspelt does not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from dd_sync.project.schemas import schemas
from tests.project.small import SERVICE, SETTINGS, project


@pytest.fixture
def made(tmp_path: Path) -> dict[str, dict[str, Any]]:
    return schemas(project(tmp_path))


def test_the_project_s_own_files_fit(made: dict[str, dict[str, Any]]) -> None:
    jsonschema.validate(yaml.safe_load(SETTINGS), made["ddsync"])
    jsonschema.validate(yaml.safe_load(SERVICE), made["service"])


def test_both_are_schemas(made: dict[str, dict[str, Any]]) -> None:
    for schema in made.values():
        jsonschema.Draft202012Validator.check_schema(schema)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("ddsync", SETTINGS.replace("cpu-high: {minutes", "cpu-hihg: {minutes")),
        ("ddsync", SETTINGS.replace("{minutes: 10}", "{minuts: 10}")),
        ("ddsync", SETTINGS.replace("targets:", "target:")),
        ("service", SERVICE.replace("    kind: http", "    kind: htp")),
        ("service", SERVICE.replace("{errors: {critical: 3}}", "{cpu-high: {critical: 3}}")),
    ],
)
def test_what_is_misspelt_does_not_fit(made: dict[str, dict[str, Any]], name: str, text: str) -> None:
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(yaml.safe_load(text), made[name])
