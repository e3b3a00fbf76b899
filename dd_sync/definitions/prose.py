"""Docstrings and titles as Datadog shows them: facts filled in, paragraphs unwrapped."""

from __future__ import annotations

import inspect
import re
from collections.abc import Mapping
from typing import Any

from dd_sync.core.errors import DefinitionError, did_you_mean
from dd_sync.core.model import plain

# Single braces are ours, double ones Datadog's, and ${…} is a reference or a template variable.
_OURS = re.compile(r"(?<![{$])\{([a-z_][a-z0-9_.]*)\}(?!\})")
_KEEPS_LINES = re.compile(r"^\s*([-*|>#]|\d+\.|```)|^ {4}")


def fill(text: str, values: Mapping[str, Any], where: str) -> str:
    """`{service.name}` replaced by what it names. Raises DefinitionError for a name that is not there."""

    def one(match: re.Match[str]) -> str:
        value: Any = values
        for name in match[1].split("."):
            value = value.get(name) if isinstance(value, Mapping) else getattr(value, name, None)
        if value is None:
            known = _names(values)
            raise DefinitionError(
                f"{{{match[1]}}} names nothing here.{did_you_mean(match[1], known)}",
                at=where,
                hint="single braces are filled by ddsync; Datadog's own variables take two: {{host.name}}",
            )
        return str(plain(value))

    return _OURS.sub(one, text) if "{" in text else text


def _names(values: Mapping[str, Any]) -> list[str]:
    nested = [f"{name}.{field}" for name, value in values.items() for field in getattr(type(value), "model_fields", ())]
    return [*values, *nested]


def unwrap(docstring: str) -> str:
    """The text with each paragraph on one line, since chat tools show every newline; lists, tables and code stay."""
    paragraphs, fenced = [], False
    for paragraph in inspect.cleandoc(docstring).split("\n\n"):
        lines = paragraph.split("\n")
        keep = fenced or any(_KEEPS_LINES.match(line) for line in lines)
        fenced ^= paragraph.count("```") % 2 == 1
        paragraphs.append(paragraph if keep else " ".join(line.strip() for line in lines))
    return "\n\n".join(paragraphs).strip()
