"""Schemas that editors complete from: the real files fit them, misspelt ones do not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.workbench import Workbench

jsonschema = pytest.importorskip("jsonschema")
ROOT = Path(__file__).parent.parent.parent


@pytest.fixture
def schemas(bench: Workbench) -> dict[str, Any]:
    text = (ROOT / "ddsync.yaml").read_text()
    bench.write("ddsync.yaml", text)
    (bench.root / "monitors/eks.py").unlink()
    for file in (ROOT / "services").glob("*.yaml"):
        bench.write(f"services/{file.name}", file.read_text())
    made: dict[str, Any] = bench.ddsync("schema").json
    return made


def test_this_repositorys_files_fit(schemas: dict[str, Any]) -> None:
    jsonschema.validate(yaml.safe_load((ROOT / "ddsync.yaml").read_text()), schemas["ddsync"])
    for file in (ROOT / "services").glob("*.yaml"):
        for document in yaml.safe_load_all(file.read_text()):
            jsonschema.validate(document, schemas["service"])


def test_tunables_of_the_definitions_are_in_them(schemas: dict[str, Any]) -> None:
    service = {
        "metadata": {"name": "x", "owner": "payments"},
        "extensions": {"ddsync": {"kind": "http", "monitors": {"error-rate": {"critical": 1}}}},
    }
    jsonschema.validate(service, schemas["service"])
    service["extensions"]["ddsync"]["monitors"] = {"error-rate": {"critcal": 1}}  # type: ignore[index]
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(service, schemas["service"])


def test_written_to_a_folder_they_are_files(bench: Workbench) -> None:
    bench.ddsync("schema", "--out", "schema")
    assert (bench.root / "schema/ddsync.schema.json").is_file()
    assert (bench.root / "schema/service.schema.json").is_file()
