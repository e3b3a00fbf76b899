"""The front door under mypy --strict: mistakes are found where they are made, and nothing else is complained of."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

CASES = Path(__file__).parent / "typing_cases"


def complaints(name: str) -> dict[int, str]:
    """What mypy says of a file, by line."""
    command = [sys.executable, "-m", "mypy", "--strict", "--no-error-summary", str(CASES / name)]
    done = subprocess.run(command, cwd=CASES.parent.parent, capture_output=True, text=True, check=False)
    found = re.findall(r"^[^:\n]+:(\d+): error: (.*)$", done.stdout, re.MULTILINE)
    return {int(line): text for line, text in found}


def test_mistakes_are_found_on_their_lines_and_only_there() -> None:
    expected = {n for n, line in enumerate((CASES / "bad.py").read_text().splitlines(), 1) if "# error:" in line}
    assert complaints("bad.py").keys() == expected


def test_what_people_write_is_clean() -> None:
    assert complaints("good.py") == {}
