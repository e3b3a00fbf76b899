"""The site as a whole: it builds without a warning, needs nothing from elsewhere, and its reference is the code's."""

from __future__ import annotations

import importlib.util
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest
import yaml

import dd_sync
from reference.__main__ import write
from tests.docs.pages import ROOT

needs_mkdocs = pytest.mark.skipif(
    importlib.util.find_spec("mkdocs") is None or importlib.util.find_spec("material") is None,
    reason="mkdocs-material is not installed: pip install -e '.[docs]'",
)


@pytest.fixture(scope="module")
def docs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The pages with those that are made from the code, in a folder of their own."""
    folder = tmp_path_factory.mktemp("docs")
    for path in (ROOT / "docs").rglob("*"):
        if path.is_file() and not path.relative_to(ROOT / "docs").as_posix().startswith(("reference/", "catalogue/")):
            copy = folder / path.relative_to(ROOT / "docs")
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(path.read_bytes())
    write(folder)
    return folder


@pytest.fixture(scope="module")
def site(docs: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site, built strictly: a dead link or anchor, a page outside the navigation, a missing example end it."""
    made = tmp_path_factory.mktemp("site")
    config = yaml.safe_load((ROOT / "mkdocs.yml").read_text())
    file = docs.parent / "mkdocs.yml"
    file.write_text(yaml.safe_dump(config | {"docs_dir": str(docs), "site_dir": str(made)}))
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "-f", str(file)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    return made


@needs_mkdocs
def test_the_site_builds_without_a_warning(site: Path) -> None:
    assert (site / "index.html").is_file()
    assert (site / "reference/commands.html").is_file()


@needs_mkdocs
def test_a_page_loads_nothing_from_elsewhere(site: Path) -> None:
    for page in site.rglob("*.html"):
        loaded = _Loaded()
        loaded.feed(page.read_text(encoding="utf-8"))
        assert not [one for one in loaded.addresses if re.match(r"(https?:)?//", one)], page.name


class _Loaded(HTMLParser):
    """What a browser fetches for a page: not where its links lead."""

    def __init__(self) -> None:
        super().__init__()
        self.addresses: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        wanted = {"script": "src", "img": "src", "link": "href", "iframe": "src"}.get(tag)
        named = dict(attrs)
        if wanted and named.get(wanted) and named.get("rel") != "canonical":
            self.addresses.append(named[wanted] or "")


def test_each_command_stands_in_the_reference_with_its_example(docs: Path) -> None:
    page = (docs / "reference/commands.md").read_text()
    sections = re.split(r"^## ", page, flags=re.MULTILINE)[1:]
    names = {section.partition("\n")[0] for section in sections}
    assert {"ddsync plan", "ddsync apply", "ddsync import", "ddsync local serve"} <= names
    assert [section.partition("\n")[0] for section in sections if "\nExample: `" not in section] == []


def test_an_option_says_what_it_takes(docs: Path) -> None:
    page = (docs / "reference/commands.md").read_text()
    assert "| `--allow-delete N` | Objects that may be deleted." in page
    assert "| `--log-format FORMAT` |" in page
    assert "| `--detailed-exitcode` |" in page
    assert "| `-t`, `--target TARGET` |" in page


def test_each_number_of_a_pack_stands_in_the_reference_with_its_unit(docs: Path) -> None:
    page = (docs / "reference/pack-service.md").read_text()
    section = page.partition("### error-rate\n")[2].partition("### ")[0]
    assert "| `critical` | `number` |  | percent of requests; by default 2 for tiers 1 and 2, else 5 |" in section
    assert "| `requests` | `integer` | `30` | in the window; of fewer nothing is said |" in section
    section = page.partition("### error-rate-min-traffic\n")[2].partition("### ")[0]
    assert "| `critical` | `number` | `5` | percent of requests |" in section


def test_each_public_model_stands_in_the_reference(docs: Path) -> None:
    written = "".join((docs / f"reference/{name}.md").read_text() for name in ("models", "widgets", "inventory"))
    missing = [name for name in dd_sync.__all__ if f"\n## {name}\n" not in written]
    assert missing == ["Number", "Ref"]  # a type alias, and what .ref() gives


@pytest.mark.parametrize("page", ["ddsync-yaml", "service-file"])
def test_each_setting_says_what_it_is(docs: Path, page: str) -> None:
    rows = re.findall(r"^\| `(\w+)` \|.*\|([^|]*)\|$", (docs / f"reference/{page}.md").read_text(), flags=re.MULTILINE)
    assert len(rows) > 5
    assert [name for name, about in rows if not about.strip()] == []
