"""Every page that is written loads nothing and runs nothing but its own."""

from __future__ import annotations

from pathlib import Path

import dd_sync

ROOT = Path(dd_sync.__file__).parent


def test_every_page_carries_a_content_security_policy() -> None:
    files = [path for path in ROOT.rglob("*") if path.suffix in (".py", ".html") and "packs" not in path.parts]
    pages = [path for path in files if "<!doctype html>" in path.read_text(encoding="utf-8").lower()]
    assert len(pages) >= 3
    for path in pages:
        text = path.read_text(encoding="utf-8")
        assert "Content-Security-Policy" in text, path
        assert "default-src 'none'" in text or "{{ policy" in text, path
