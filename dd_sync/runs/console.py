"""What goes where: results to standard output, everything else to standard error; colours only where a person looks."""

from __future__ import annotations

import contextlib
import functools
import os
import sys
from collections.abc import Mapping
from typing import Any, TextIO

from dd_sync.core.errors import DdsyncError
from dd_sync.core.secrets import Redactor, secrets_of
from dd_sync.reports.escaping import terminal
from dd_sync.runs import logs

_CODES = {"red": "31", "green": "32", "yellow": "33", "cyan": "36", "dim": "2", "bold": "1", "magenta": "35"}

_known: set[str] = set()
"""The secrets this process came to know, which is one run: errors are shown by a console of their own, at the end."""


_kept: list[object] = []
"""What this process need not take apart before it ends."""


class Console:
    """Writes for one run. Every text passes the redactor, and nothing in it is obeyed by a terminal or a CI runner."""

    def __init__(self, environment: Mapping[str, str], out: TextIO, err: TextIO) -> None:
        self._environment, self._out, self._err = environment, out, err
        self.ci = bool(environment.get("CI"))

    @property
    def redactor(self) -> Redactor:
        """What masks every secret known so far: the environment's, and those of this run's target."""
        return _redactor(frozenset(secrets_of(self._environment)).union(_known))

    def know(self, *secrets: str) -> None:
        """Adds values that must never be shown, by this console and any other of this process."""
        _known.update(secrets)

    def keep(self, *values: object) -> None:
        """Keeps large values until the process ends: taking the objects of a plan of 6,000 apart takes 0.07 s."""
        _kept[:] = values

    def result(self, text: str) -> None:
        """The result of the command."""
        self._out.write(_shown(self.redactor.text(text)).rstrip("\n") + "\n")
        self._out.flush()

    def say(self, text: str, level: str = "info", **fields: Any) -> None:
        """Progress, a notice, a hint. `fields` are what a log of machines holds beside the text."""
        masked = self.redactor.text(text)
        line = logs.line(level, masked, **self.redactor.json(fields)) if logs.as_json() else masked
        self._err.write(_shown(line) + "\n")
        self._err.flush()

    def log(self, text: str, **fields: Any) -> None:
        """What only a log of machines holds."""
        if logs.as_json():
            self.say(text, **fields)

    def error(self, error: DdsyncError) -> None:
        """What is wrong, and what to do about it."""
        if logs.as_json():
            self.say(error.message, "error", **({"hint": error.hint} if error.hint else {}))
            return
        self.say(self.paint(error.message, "red", self._err))
        if error.hint:
            self.say(f"  {error.hint}")

    @property
    def watched(self) -> bool:
        """Whether a person looks at standard error, so that progress may move."""
        return not self.ci and self._err.isatty() and not logs.as_json()

    @property
    def answers(self) -> bool:
        """Whether a person is there to answer."""
        return not self.ci and sys.stdin.isatty() and self._err.isatty()

    def colours(self, stream: TextIO | None = None) -> bool:
        """Whether colours go to a stream: NO_COLOR and FORCE_COLOR say so, else a terminal does."""
        if self._environment.get("NO_COLOR"):
            return False
        if self._environment.get("FORCE_COLOR"):
            return True
        return not self.ci and (stream or self._out).isatty() and not logs.as_json()

    def paint(self, text: str, colour: str, stream: TextIO | None = None) -> str:
        """The text in a colour, which this console alone can put on: others' escapes are shown, not obeyed."""
        return f"{_OURS}{_CODES[colour]}m{text}{_OURS}0m" if self.colours(stream) else text


_OURS = f"\x1b{os.urandom(8).hex()}["
"""Begins what `paint` puts on; nobody else can know it."""


def _shown(text: str) -> str:
    """The text as it is written: colours of ours, and everything else harmless."""
    first, *rest = text.split(_OURS)
    return terminal(first) + "".join(_painted(part) for part in rest)


def _painted(part: str) -> str:
    code, _, text = part.partition("m")
    return f"\x1b[{code}m{terminal(text)}"


def forget() -> None:
    """Begins a new run: what the last one knew is nobody's any more."""
    _known.clear()
    _kept.clear()


@functools.lru_cache(maxsize=4)
def _redactor(values: frozenset[str]) -> Redactor:
    return Redactor(values)


def console() -> Console:
    """The console of this process."""
    return Console(os.environ, sys.stdout, sys.stderr)


def unexpected(error: Exception) -> int:
    """Says an error nobody foresaw, and returns the exit status: what the system refuses is no bug of ours."""
    if isinstance(error, OSError) and error.errno is not None:
        where = "the output" if error.filename is None else error.filename
        with contextlib.suppress(OSError):
            console().error(DdsyncError(f"{where}: {error.strerror}"))
        return 1
    text = f"this is a bug of ddsync: {type(error).__name__}: {error}"
    console().error(DdsyncError(text, hint="please report it with what --debug prints"))
    return 1
