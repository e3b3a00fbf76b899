"""What would make nothing, in silence: second functions of one name, functions without @define, files nobody reads."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from dd_sync.core.errors import DefinitionError
from dd_sync.project.forgotten import Source, forgotten, other_endings, read_sources

MODELS = ("Monitor", "SLO", "Dashboard")


def told(*texts: str) -> list[DefinitionError]:
    sources = [Source(f"monitors/m{n}.py", ast.parse(text)) for n, text in enumerate(texts)]
    return list(forgotten(sources, MODELS))


def test_the_second_of_two_definitions_of_one_name_is_told_with_the_line_of_the_first() -> None:
    (error,) = told("@define\ndef a() -> Monitor: ...\n\n@define\ndef a() -> Monitor: ...\n")
    assert error.at == "monitors/m0.py:5"
    assert "a is defined on line 2 too" in error.problem


@pytest.mark.parametrize(
    "text",
    [
        "@define\ndef a() -> Monitor: ...\n@define\ndef b() -> Monitor: ...\n",
        "def a(): ...\ndef a(): ...\n",  # no definition: Python's own affair
        "@overload\ndef a(x: int) -> int: ...\n@define\ndef a(x) -> Monitor: ...\n",
        "@define\ndef a() -> Monitor:\n    def inner(): ...\n    def inner(): ...\n",
    ],
)
def test_other_functions_of_one_name_are_meant(text: str) -> None:
    assert told(text) == []


@pytest.mark.parametrize(
    "returns", ["Monitor", "Monitor | None", "Iterator[SLO]", "'Dashboard'", "ddsync.Monitor", "list['Monitor']"]
)
def test_a_function_that_returns_what_a_definition_returns_and_is_none_is_told(returns: str) -> None:
    (error,) = told(f"import x\n\ndef alert(service: Service) -> {returns}:\n    ...\n")
    assert error.at == "monitors/m0.py:3"
    assert "is no definition" in error.problem
    assert "@define" in error.hint


@pytest.mark.parametrize(
    "texts",
    [
        ("def _base() -> Monitor: ...\n",),
        ("def base() -> Monitor: ...\n@define\ndef a() -> Monitor:\n    return base()\n",),
        ("def base() -> Monitor: ...\n", "from monitors.m0 import base\n"),
        ("def base() -> Monitor: ...\n", "import shared\n@define\ndef a() -> Monitor:\n    return shared.base()\n"),
        ("def number() -> int: ...\n",),
        ("@cache\ndef base() -> Monitor: ...\n",),
    ],
)
def test_helpers_are_left_alone(texts: tuple[str, ...]) -> None:
    assert told(*texts) == []


def test_files_that_are_no_python_are_left_to_who_runs_them(tmp_path: Path) -> None:
    (tmp_path / "monitors/eks").mkdir(parents=True)
    (tmp_path / "monitors/broken.py").write_text("def (")
    (tmp_path / "monitors/eks/fine.py").write_text("x = 1\n")
    assert [one.shown for one in read_sources(tmp_path, ["monitors", "slos"])] == ["monitors/eks/fine.py"]


def test_a_service_under_the_other_ending_is_told_and_other_files_are_not(tmp_path: Path) -> None:
    (tmp_path / "services").mkdir()
    entity = "kind: service\nextensions:\n  ddsync:\n    kind: http\n"
    read = tmp_path / "services/cart.yaml"
    for name in ("cart.yaml", "shop.yml"):
        (tmp_path / "services" / name).write_text(entity)
    (tmp_path / "services/compose.yml").write_text("services: {}\n")
    (error,) = other_endings(tmp_path, {read: "services/*.yaml"})
    assert error.at == "services/shop.yml:1"
    assert error.hint == "rename it to shop.yaml, or add a pattern for it"
