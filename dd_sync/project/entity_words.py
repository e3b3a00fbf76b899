"""Names in a service file that are near a known one and are none: Datadog takes any name, and so says nothing of them.

The names of an entity are those of Datadog's API description (Software Catalog, schema v3).
"""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from dd_sync.core.errors import DefinitionError
from dd_sync.project.yaml_file import YamlFile

_ENTITY = ("apiVersion", "kind", "metadata", "spec", "integrations", "datadog", "extensions")
_METADATA = (
    *("additionalOwners", "contacts", "description", "displayName", "id", "inheritFrom", "links", "managed", "name"),
    *("namespace", "owner", "tags"),
)
_SPEC = ("componentOf", "dependsOn", "languages", "lifecycle", "tier", "type")

NEAR = 0.75
"""How alike two words are that were meant to be one; `teir` and `tier` are as much."""


def misspelt(
    file: YamlFile, document: int, data: Mapping[str, Any], ours: Collection[str], languages: Collection[str]
) -> Iterator[DefinitionError]:
    """Each such name with its `file:line`. `ours` are the names under `extensions.ddsync`, `languages` those that say
    what a service runs on."""
    for steps, known in (((), _ENTITY), (("metadata",), _METADATA), (("spec",), _SPEC)):
        part: Any = data
        for step in steps:
            part = part.get(step)
        for name in part if isinstance(part, Mapping) else ():
            if name not in known and (near := _near(str(name), known)):
                at = file.at([*steps, str(name)], document)
                yield DefinitionError(f'unknown name "{name}". Did you mean {near}?', at=at)
    yield from _misplaced(file, document, data.get("extensions"), ours)
    spec = data.get("spec")
    yield from _languages(file, document, spec.get("languages") if isinstance(spec, Mapping) else None, languages)


def _misplaced(file: YamlFile, document: int, extensions: Any, ours: Collection[str]) -> Iterator[DefinitionError]:
    """What is one step too far out: beside `ddsync`, where other programs keep what is theirs."""
    if not isinstance(extensions, Mapping):
        return
    inside = extensions.get("ddsync")
    for name in extensions:
        at = file.at(["extensions", str(name)], document)
        if name in ours and not (isinstance(inside, Mapping) and name in inside):
            yield DefinitionError(f"{name} belongs under extensions.ddsync", at=at, hint="move it in by one step")
        elif name != "ddsync" and _near(str(name), ("ddsync",)):
            yield DefinitionError(f'unknown name "{name}". Did you mean ddsync?', at=at)


def _languages(file: YamlFile, document: int, written: Any, known: Collection[str]) -> Iterator[DefinitionError]:
    """A language that is nearly one with a runtime; any other is Datadog's."""
    for n, one in enumerate(written if isinstance(written, list) else ()):
        if isinstance(one, str) and one.lower() not in known and (near := _near(one.lower(), known)):
            at = file.at(["spec", "languages", n], document)
            yield DefinitionError(f'no language "{one}". Did you mean {near}?', at=at)


def _near(word: str, known: Collection[str]) -> str:
    long = [one for one in known if len(one) > 2]
    return next(iter(difflib.get_close_matches(word, long, n=1, cutoff=NEAR)), "") if len(word) > 2 else ""
