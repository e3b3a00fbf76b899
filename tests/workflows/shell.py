"""Runs the shell steps of pipelines as their runners do, with `ddsync` answered by this process.

A step runs in a real shell, in a folder of its own, with exactly the environment its pipeline gives it. The program
`ddsync` it finds there hands its arguments, folder and environment over a socket: what takes half a second in a new
process takes a tenth here, and pipelines have many steps.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import select
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dd_sync.cli import run

GITHUB_SHELL = ("bash", "--noprofile", "--norc", "-eo", "pipefail", "-c")
PLAIN_SHELL = ("sh", "-e", "-c")

_CLIENT = """#!{python} -IS
import json, os, socket, sys
with socket.socket(socket.AF_UNIX) as line:
    line.connect({address!r})
    line.sendall(json.dumps([sys.argv[1:], os.getcwd(), dict(os.environ)]).encode() + b"\\n")
    status, out, err = json.loads(line.makefile().readline())
sys.stdout.write(out)
sys.stderr.write(err)
sys.exit(status)
"""


@dataclass(frozen=True)
class Done:
    """How a step ended."""

    status: int
    out: str
    err: str


@dataclass
class Shell:
    """A folder to run steps in, and what every step finds in its environment."""

    root: Path
    bin: Path
    line: socket.socket
    environment: dict[str, str] = field(default_factory=dict)
    calls: list[tuple[list[str], dict[str, str]]] = field(default_factory=list)
    """Every call of `ddsync`: its arguments and its environment."""

    def run(
        self,
        script: str,
        environment: Mapping[str, str] | None = None,
        *,
        status: int = 0,
        shell: Sequence[str] = GITHUB_SHELL,
        cwd: Path | None = None,
    ) -> Done:
        """Runs one script and expects how it ends."""
        path = f"{self.bin}:/usr/bin:/bin"
        given = {"PATH": path, "HOME": str(self.root), "CI": "true", **self.environment, **(environment or {})}
        with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
            process = subprocess.Popen([*shell, script], cwd=cwd or self.root, env=given, stdout=out, stderr=err)
            while process.poll() is None:
                self._answer()
            texts = [(file.seek(0), file.read())[1] for file in (out, err)]
        assert process.returncode == status, f"{script}\nended with {process.returncode}\n{texts[0]}\n{texts[1]}"
        return Done(process.returncode, *texts)

    def _answer(self) -> None:
        """One call of `ddsync`, if one comes soon; in this thread, since an apply listens for signals."""
        ready, _, _ = select.select([self.line], [], [], 0.01)
        if not ready:
            return
        line, _ = self.line.accept()
        with line:
            arguments, folder, environment = json.loads(line.makefile().readline())
            self.calls.append((arguments, environment))
            line.sendall(json.dumps(_called(arguments, folder, environment)).encode() + b"\n")


@contextlib.contextmanager
def shell(root: Path, tools: Path) -> Iterator[Shell]:
    """A shell at `root`; `tools` is where its `ddsync` is put."""
    tools.mkdir(parents=True, exist_ok=True)
    address = str(tools / "line")
    with socket.socket(socket.AF_UNIX) as line:
        line.bind(address)
        line.listen()
        client = tools / "ddsync"
        client.write_text(_CLIENT.format(python=sys.executable, address=address))
        client.chmod(0o755)
        yield Shell(root, tools, line)


def _called(arguments: list[str], folder: str, environment: dict[str, str]) -> tuple[int, str, str]:
    """One command in this process, with exactly this environment."""
    out, err = io.StringIO(), io.StringIO()
    kept: Any = dict(os.environ)
    os.environ.clear()
    os.environ.update(environment)
    try:
        with contextlib.chdir(folder), contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            status = run(arguments)
    finally:
        os.environ.clear()
        os.environ.update(kept)
    return status, out.getvalue(), err.getvalue()
