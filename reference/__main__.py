"""`python -m reference [DOCS]` writes DOCS/reference and DOCS/catalogue; `make docs` runs it before the site is built.

DOCS is `docs` where it is left out. Whatever stood in the two folders is replaced.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from reference.catalogue import catalogue_pages
from reference.commands import commands_page
from reference.models import inventory_page, models_page, testing_page, widgets_page
from reference.settings import service_file_page, settings_page
from reference.tunables import tunables_pages

ROOT = Path(__file__).parent.parent


def write(docs: Path) -> None:
    """Writes every page below `docs`."""
    made = {
        "reference/commands.md": commands_page(),
        "reference/ddsync-yaml.md": settings_page(),
        "reference/service-file.md": service_file_page(),
        "reference/inventory.md": inventory_page(),
        "reference/models.md": models_page(),
        "reference/widgets.md": widgets_page(),
        "reference/testing.md": testing_page(),
        **{f"reference/{name}": text for name, text in tunables_pages(ROOT).items()},
        **{f"catalogue/{name}": text for name, text in catalogue_pages(ROOT).items()},
    }
    for folder in ("reference", "catalogue"):
        shutil.rmtree(docs / folder, ignore_errors=True)
    for name, text in made.items():
        path = docs / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs")
