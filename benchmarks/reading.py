"""`python -m benchmarks.reading ROOT`: CPU seconds that loading and building a project take, without the imports.

Printed as JSON: the least of several rounds.
"""

from __future__ import annotations

import gc
import json
import sys
import time
from pathlib import Path

from dd_sync.project.project import load_project

ROUNDS = 5


def main() -> None:
    gc.disable()  # as the command does
    root = Path(sys.argv[1])
    loaded, built = zip(*(_once(root) for _ in range(ROUNDS)), strict=True)
    print(json.dumps({"loaded": min(loaded), "built": min(built)}))


def _once(root: Path) -> tuple[float, float]:
    started = time.process_time()
    project = load_project(root)
    loaded = time.process_time()
    project.build(project.settings.targets["prod"])
    return loaded - started, time.process_time() - loaded


if __name__ == "__main__":
    main()
