"""The README's files and commands, run: what it shows is what ddsync prints."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.workbench import Workbench, workbench

README = Path(__file__).parent.parent / "README.md"
_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_FILE = re.compile(r"# ([\w./-]+\.(?:yaml|py))\n")


def settled(text: str) -> str:
    """The text without what differs from run to run: times and the names of receipts."""
    text = re.sub(r"\d+\.\d s", "0.0 s", text)
    return re.sub(r"receipts/[\w-]+\.json", "receipts/RECEIPT.json", text).strip()


def test_the_readme_shows_what_really_happens(tmp_path: Path) -> None:
    with workbench(tmp_path) as bench:
        bench.environment = {"NO_COLOR": "1"}
        commands = sum(_follow(bench, language, body) for language, body in _BLOCK.findall(README.read_text()))
    assert commands >= 3


def _follow(bench: Workbench, language: str, body: str) -> int:
    """Writes the file a block holds, or runs the command it shows."""
    named = _FILE.match(body)
    if named:
        bench.write(named[1], body)
    if language != "console":
        return 0
    command, _, shown = body.partition("\n")
    ran = bench.ddsync(*command.removeprefix("$ ddsync ").split())
    assert settled(ran.out) == settled(shown)
    return 1


def test_every_path_the_readme_names_exists() -> None:
    for name in re.findall(r"`([\w./]+/)`", README.read_text()):
        if not (README.parent / name).exists():
            pytest.fail(f"the README names {name}")


def test_every_link_of_the_readme_leads_somewhere() -> None:
    links = re.findall(r"\]\(([^)#]+)[^)]*\)", README.read_text())
    assert len(links) > 5
    assert [link for link in links if not link.startswith("http") and not (README.parent / link).exists()] == []


def test_every_page_has_its_place_on_the_site() -> None:
    made = ("reference/", "catalogue/")
    places = _places(_nav())
    assert [name for name in places if places.count(name) > 1] == [], "named twice under nav: in mkdocs.yml"
    listed = {name for name in places if not name.startswith(made)}
    docs = README.parent / "docs"
    written = {path.relative_to(docs).as_posix() for path in docs.rglob("*.md")}
    for name in sorted({name for name in written if not name.startswith(made)} ^ listed):
        what = "has no place on the site: name it" if name in written else "is not there: take it out"
        pytest.fail(f"docs/{name} {what} under nav: in mkdocs.yml")


def _nav() -> Any:
    return yaml.safe_load((README.parent / "mkdocs.yml").read_text())["nav"]


def _places(nav: Any) -> list[str]:
    """The files of a navigation, however deep."""
    match nav:
        case str():
            return [nav]
        case dict():
            return [name for inner in nav.values() for name in _places(inner)]
        case _:
            return [name for inner in nav for name in _places(inner)]
