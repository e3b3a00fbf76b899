"""Runs one command and says what it cost, from a process that is small itself.

Linux counts the memory of whoever starts a command as the command's own peak, so the benchmark, which holds an
emulator with thousands of objects, must not start it.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time


def main() -> None:
    """`python launch.py COMMAND…`: prints JSON, after whatever the command prints."""
    started = time.perf_counter()
    process = subprocess.Popen(sys.argv[1:])
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - started
    status = process.returncode = os.waitstatus_to_exitcode(status)
    cost = {"wall": wall, "cpu": usage.ru_utime + usage.ru_stime, "memory": usage.ru_maxrss / 1024, "status": status}
    print(json.dumps(cost), flush=True)


if __name__ == "__main__":
    main()
