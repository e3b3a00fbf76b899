"""Every `ddsync.yaml` that the documentation shows is one that loads."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from dd_sync.project.settings import load_settings

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]

_BLOCK = re.compile(r"^```yaml\n(# ddsync\.yaml\b.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks() -> Iterator[tuple[str, str]]:
    """The blocks that begin with `# ddsync.yaml`, by page and number."""
    for page in PAGES:
        for number, text in enumerate(_BLOCK.findall(page.read_text(encoding="utf-8")), 1):
            yield f"{page.relative_to(ROOT).as_posix()}-{number}", text


SHOWN = dict(blocks())


def test_the_page_of_secrets_shows_each_place() -> None:
    texts = "".join(text for name, text in SHOWN.items() if name.startswith("docs/secrets.md"))
    assert all(f"{place}:" in texts for place in ("credential_command", "files", "aws_secret", "ssm", "ca_file"))


@pytest.mark.parametrize("name", SHOWN)
def test_it_loads(tmp_path: Path, name: str) -> None:
    text = SHOWN[name]
    whole = text if re.search(r"^project:", text, re.MULTILINE) else f"project: acme\n{text}"
    (tmp_path / "ddsync.yaml").write_text(whole, encoding="utf-8")
    settings, _ = load_settings(tmp_path)
    for target, facts in settings.targets.items():
        assert not facts.keys_of(settings.project, target).uses
