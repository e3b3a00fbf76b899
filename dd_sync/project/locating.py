"""From a finding to the place where a person mends it: the definition, the text that is meant, the YAML that set it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from dd_sync.core.errors import DefinitionError
from dd_sync.core.findings import Finding, Located
from dd_sync.core.model import plain
from dd_sync.core.resource import Desired
from dd_sync.project.build import Origin

_STEP = re.compile(r"([^.\[\]]+)|\[(\d+)\]")
_PLACED = re.compile(r"(?P<where>[^\s:]+\.(?:py|ya?ml)(?::\d+)?): (?P<said>.*)", re.DOTALL)


@dataclass(frozen=True)
class Object:
    """One distinct object of a project, and the targets that have it."""

    desired: Desired
    origin: Origin
    targets: list[str] = field(default_factory=list)

    @property
    def owner(self) -> str:
        """The team; empty where nobody in particular owns it."""
        return self.origin.entry.owner if self.origin.entry is not None else ""


def locate(finding: Finding, one: Object) -> Located:
    """A finding about an object."""
    value = value_at(one.desired.payload, finding.path)
    text = value if isinstance(value, str) else ""
    return Located(
        finding,
        one.desired.source,
        one.desired.kind,
        one.desired.key,
        text,
        dict(_concerned(finding, text, one.origin)),
        tuple(one.targets),
    )


def value_at(payload: Mapping[str, Any], path: str) -> Any:
    """What stands at `options.thresholds.critical`, `widgets[3].definition.title`; None where there is nothing."""
    value: Any = payload
    for name, index in _STEP.findall(path):
        match value:
            case dict() if name:
                value = value.get(name)
            case list() if index and int(index) < len(value):
                value = value[int(index)]
            case _:
                return None
    return value


def _concerned(finding: Finding, text: str, origin: Origin) -> Iterator[tuple[str, str]]:
    """The numbers from files that a finding is about: it names them, or their value is in the part it points at."""
    pointed = text[finding.start : finding.end] if finding.start is not None else ""
    for name, place in origin.chosen.set_at.items():
        shown = name.replace("_", "-")
        said = rf"\b({re.escape(name)}|{re.escape(shown)})\b"
        value = origin.chosen.values.get(name)
        written = re.escape(str(plain(value) if isinstance(value, int | float) else value))
        if re.search(said, f"{finding.message} {finding.path}") or re.search(rf"(?<![\d.]){written}(?![\d.])", pointed):
            yield shown, place


def broken_file(error: DefinitionError) -> Located:
    """An error of loading or making as a finding: of the inventory for YAML, else of a definition."""
    found = _PLACED.match(error.message)
    where, said = (found["where"], found["said"]) if found else ("", error.message)
    rule = "inventory" if re.search(r"\.ya?ml(:\d+)?$", where) else "definition"
    return Located(Finding(rule, "error", said, "", fix=error.hint), where)


def in_order(findings: Sequence[Located]) -> list[Located]:
    """By file and line, errors of one place before warnings."""

    def place(one: Located) -> tuple[str, int, bool, str, str]:
        file, line = one.place
        return file, line or 0, one.finding.severity != "error", one.key, one.finding.rule

    return sorted(findings, key=place)
