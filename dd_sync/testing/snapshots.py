"""Snapshots: rendered payloads as plain files beside the tests, so that a review shows what a change does to them."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import unified_diff
from pathlib import Path
from typing import Any


@dataclass
class Snapshots:
    """Those of one test: `folder` holds its files, `name` begins their names; `update` writes what differs."""

    folder: Path
    name: str
    update: bool = False
    written: list[Path] = field(default_factory=list)

    def __call__(self, value: Mapping[str, Any] | list[Any], name: str = "") -> None:
        """Compares a payload, or any JSON, with its file. `name` tells several of one test apart.

        Raises AssertionError with the differing lines, and where the file is missing. With --ddsync-update it is
        written.
        """
        path = self.folder / f"{_safe(self.name)}{'-' + _safe(name) if name else ''}.json"
        text = json.dumps(value, indent=2, sort_keys=True, ensure_ascii=False) + "\n"
        before = path.read_text(encoding="utf-8") if path.is_file() else None
        if before == text:
            return
        if self.update:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
            self.written.append(path)
            return
        if before is None:
            raise AssertionError(f"{path}: not there yet; pytest --ddsync-update writes it")
        lines = unified_diff(before.splitlines(), text.splitlines(), "snapshot", "now", lineterm="", n=2)
        raise AssertionError("\n".join([f"{path} differs; pytest --ddsync-update takes over what is meant:", *lines]))


def _safe(name: str) -> str:
    return re.sub(r"[^\w.-]+", "-", name).strip("-")
