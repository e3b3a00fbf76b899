"""`python -m benchmarks.reading ROOT`: CPU seconds that loading and building a project take, without the imports."""

from __future__ import annotations

import gc
import sys
import time
from pathlib import Path

from dd_sync.project.project import load_project

ROUNDS = 5


def main() -> None:
    gc.disable()  # as the command does
    root = Path(sys.argv[1])
    loaded, built = zip(*(_once(root) for _ in range(ROUNDS)), strict=True)
    files = len(list(root.glob("services/*.yaml")))
    objects = len(load_project(root).build(load_project(root).settings.targets["prod"]).desired)
    print(f"  loading {files} service files {min(loaded):.3f} s CPU; building {objects} objects {min(built):.3f} s CPU")


def _once(root: Path) -> tuple[float, float]:
    started = time.process_time()
    project = load_project(root)
    loaded = time.process_time()
    project.build(project.settings.targets["prod"])
    return loaded - started, time.process_time() - loaded


if __name__ == "__main__":
    main()
