"""`docs/testing.md`: its Python runs, and what it lists is what there is."""

from __future__ import annotations

import re
from pathlib import Path

import dd_sync.testing
from dd_sync.evaluate.functions import EVALUATED, MODIFIERS
from tests.workbench import Workbench

PAGE = (Path(__file__).parents[2] / "docs/testing.md").read_text()
BLOCKS = re.findall(r"^```python\n(.*?)^```$", PAGE, re.M | re.S)


def test_the_functions_it_lists_are_those_that_are_evaluated() -> None:
    rows = dict(re.findall(r"^\| (functions|modifiers) \| (.*) \|$", PAGE, re.M))
    assert re.findall(r"`(\w+)`", rows["functions"]) == sorted(EVALUATED)
    assert re.findall(r"`(\w+)`", rows["modifiers"]) == sorted(MODIFIERS)


def test_its_first_blocks_run_as_they_stand(tmp_path: Path) -> None:
    source = tmp_path / "page.py"
    source.write_text("\n".join(BLOCKS[:2]))
    exec(compile(source.read_text(), source, "exec"), {"__name__": "page"})


def test_its_tests_pass_in_a_new_project(bench: Workbench) -> None:
    import subprocess
    import sys

    bench.ddsync("init", "shop")
    root = bench.root / "shop"
    (root / "tests/test_page.py").write_text(BLOCKS[2])
    words = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--ddsync-update", "tests/test_page.py"]
    done = subprocess.run(words, cwd=root, capture_output=True, text=True, check=False)
    assert "3 passed" in done.stdout, done.stdout + done.stderr
    assert list((root / "tests/snapshots").rglob("*.json"))


def test_it_speaks_of_everything_that_is_public() -> None:
    for name in set(dd_sync.testing.__all__) - {"Evaluated", "Timeline", "run_project", "widget"}:
        assert name in PAGE, name
