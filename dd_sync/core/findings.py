"""What a check has to say about a definition: which rule, where, what to do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning"]
"""error: Datadog refuses it, or it can never work; warning: it works, and probably not as meant."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One mistake. `path` is the place in the payload (`options.thresholds.critical`, `tags[2]`).

    `start` and `end` are offsets from 0 into the text at `path`, None when the whole of it is meant.
    """

    rule: str
    severity: Severity
    message: str
    path: str
    start: int | None = None
    end: int | None = None
    fix: str = ""
