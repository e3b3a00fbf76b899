"""Somebody who follows a page: writes its files, runs its commands, and compares what they print."""

from __future__ import annotations

import contextlib
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

from dd_sync.emulator import running
from tests.docs.pages import ROOT, Block
from tests.workbench import API_KEY, APP_KEY, Ran, Workbench

_VARYING = (
    (r"\d+(?:\.\d+)? ?(?:s|ms)\b", "0.0 s"),
    (r"receipts/[\w-]+\.json", "receipts/RECEIPT.json"),
    (r"\b\d{8}T\d{6}Z", "TIME"),
    (r"\b[0-9a-f]{8}(?:[0-9a-f]{4,56})?\b", "FINGERPRINT"),
    (r"\((?:127\.0\.0\.1:\d+|emulator|datadoghq\.\w+)\)", "(PLACE)"),  # where a page says it is, the emulator stands in
    (r"127\.0\.0\.1:\d+", "127.0.0.1:PORT"),
    (r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d(?::\d\d)?(?:Z| UTC)?", "TIME"),
    (r"\d+ (?:s|min|h|d) ago|just now", "AGO"),
    # What the packs hold grows: their lines, and how many objects a whole project has, are theirs.
    (r"(packs/\w+/\w+\.py):\d+", r"\1:LINE"),
    (r"\b\d{2,} (definitions|monitors|objects|to create|created|unchanged|passed)\b", r"MANY \1"),
)


def settled(text: str) -> str:
    """The text without what differs from run to run."""
    for pattern, word in _VARYING:
        text = re.sub(pattern, word, text)
    return "\n".join(line.rstrip() for line in text.strip("\n").split("\n"))


def shows(shown: str, printed: str) -> bool:
    """Whether a page may show this of what was printed: all of it, or less whole lines where it has a line `…`."""
    pieces = re.split(r"^\s*…$\n?", settled(shown) + "\n", flags=re.MULTILINE)
    pattern = r"(?s:.*\n)?".join(map(re.escape, pieces))
    return re.fullmatch(pattern, settled(printed) + "\n") is not None


@dataclass
class Reader:
    """In `bench.root`, with the variables exported so far."""

    bench: Workbench
    variables: dict[str, str]
    python: str = ""
    """The page's Python so far: a block goes on where the one before it ended."""

    def follow(self, block: Block) -> int:
        """Does what the block says; returns how many commands it ran."""
        if block.not_run:
            return 0
        if block.file:
            self.bench.write(block.file, block.text)
            return 0
        match block.language:
            case "console" | "sh":
                for command, shown in block.commands:
                    self._run(block, command, shown)
                return 0 if block.hidden else len(block.commands)
            case "python":
                self.python += block.text
                self._run(block, f"python3 - <<'END'\n{self.python}END", "")
                return 1
            case "yaml":
                list(yaml.safe_load_all(block.text))
        return 0

    def _run(self, block: Block, command: str, shown: str) -> None:
        ran = self._ddsync(command) if _is_plain(command) else self._shell(command)
        assert ran.status == block.status, f"{block.where}: {command}\nexit status {ran.status}\n{ran.out}{ran.err}"
        if block.language == "sh" or block.varies:
            return
        printed = (ran.out or ran.err, ran.out + ran.err, ran.err + ran.out)
        assert any(shows(shown, one) for one in printed), f"{block.where}: {command}\n{ran.err}--- printed\n{ran.out}"

    def _ddsync(self, command: str) -> Ran:
        self.bench.environment = {n: v for n, v in self.variables.items() if n.startswith("DD_") or n in _OURS}
        return self.bench.ddsync(*shlex.split(command)[1:], status=None)

    def _shell(self, command: str) -> Ran:
        """In bash; the folder it ends in and what it exports are kept."""
        keep = self.bench.root / ".reader"
        script = f"set -eu -o pipefail; trap 'pwd > {keep}.pwd; env -0 > {keep}.env' EXIT\n{command}\n"
        done = subprocess.run(
            ["bash", "-c", script],
            cwd=self.bench.root,
            env=self.variables,
            capture_output=True,
            text=True,
            timeout=600,
        )
        folder, variables = Path(f"{keep}.pwd"), Path(f"{keep}.env")
        self.bench.root = Path(folder.read_text().strip())
        self.variables = dict(pair.split("=", 1) for pair in variables.read_text().split("\0") if "=" in pair)
        folder.unlink()
        variables.unlink()
        return Ran(done.returncode, done.stdout, done.stderr)


_OURS = ("CI", "NO_COLOR", "FORCE_COLOR")
"""Variables ddsync reads beside those of Datadog's."""


def _is_plain(command: str) -> bool:
    """Whether it is one ddsync command that needs no shell, and so no process of its own."""
    if not command.startswith("ddsync ") or re.search(r"[\n$~*?](?![^']*'(?:[^']*'[^']*')*[^']*$)", command):
        return False
    words = shlex.shlex(command, posix=True, punctuation_chars=True)
    words.whitespace_split = True
    return not any(set(word) <= set("();<>|&") for word in words)


@contextlib.contextmanager
def reader(folder: Path) -> Iterator[Reader]:
    """A reader in an empty folder, with a Datadog beside it that a page reaches at `$EMULATOR`."""
    with running() as served:
        kept = {name: v for name, v in os.environ.items() if not name.startswith("DD_") and name not in _OURS}
        variables = {
            **kept,
            "NO_COLOR": "1",
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            "REPOSITORY": str(ROOT),
            "EMULATOR": served.url,
            "EMULATOR_KEYS": f"DD_HOST={served.url} DD_API_KEY={API_KEY} DD_APP_KEY={APP_KEY}",
        }
        yield Reader(Workbench(folder, served.emulator), variables)
