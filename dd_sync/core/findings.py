"""What a check has to say about a definition: which rule, where, what to do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
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


@dataclass(frozen=True, slots=True)
class RuleFacts:
    """What people are told of a rule: its name, and why it is there."""

    id: str
    severity: Severity
    why: str
    refused: bool = False
    """Whether Datadog refuses what breaks it."""
    confidence: str = ""
    """How that is known: recorded, stated, reported, inferred; empty for advice."""
    evidence: Sequence[str] = ()
    """Where it is known from."""
    says: str = ""
    """Datadog's own sentence, `…` for what differs; empty where it is not known."""
    status: int = 400


@dataclass(frozen=True, slots=True)
class Located:
    """A finding where a person can go and mend it."""

    finding: Finding
    source: str = ""
    """`file:line` of the definition, or of the YAML that is wrong; from the project's root."""
    kind: str = ""
    key: str = ""
    """The object; empty for what is wrong with a file."""
    text: str = ""
    """What stands at the finding's path, which its positions count in; empty for what is no text."""
    set_at: Mapping[str, str] = field(default_factory=dict)
    """`file:line` of the numbers it is about that a file sets, by name."""
    targets: Sequence[str] = ()

    @property
    def place(self) -> tuple[str, int | None]:
        """The file and the line; no line where only a file is at fault."""
        file, _, line = self.source.rpartition(":")
        return (file, int(line)) if file and line.isdecimal() else (self.source, None)
