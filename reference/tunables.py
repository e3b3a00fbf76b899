"""The numbers of each pack: what they are, in which unit, and what they are by default."""

from __future__ import annotations

import inspect
import re
from collections.abc import Mapping
from pathlib import Path

from dd_sync.definitions.definition import Definition
from dd_sync.project.project import load_project
from reference.fields import default_text, type_text
from reference.markdown import code, prose, table

_HEAD = """\
# Numbers of the pack {pack}

What each definition is for, and what may be changed about it in a service's file, or where a cluster or database is
declared: `{folder}: {{{example}: {{...}}}}`, or `{example}: off`.
"""


def tunables_pages(root: Path) -> Mapping[str, str]:
    """A page for each pack the project at `root` uses, by its file name."""
    project = load_project(root)
    packs: dict[str, list[Definition]] = {}
    for definition in project.definitions:
        packs.setdefault(definition.module, []).append(definition)
    return {f"pack-{pack}.md": _page(pack, definitions) for pack, definitions in packs.items()}


def _page(pack: str, definitions: list[Definition]) -> str:
    parts = [_HEAD.format(pack=pack, folder="monitors", example=definitions[0].name).rstrip()]
    for folder in dict.fromkeys(_folder(one) for one in definitions):
        parts.append(f"## {folder.capitalize()}")
        parts += [_section(one) for one in definitions if _folder(one) == folder]
    return "\n\n".join(parts) + "\n"


def _folder(definition: Definition) -> str:
    return definition.function.__module__.removeprefix("dd_sync.packs.").split(".")[0]


def _section(definition: Definition) -> str:
    why = definition.docstring.strip().split("\n\n")[0]
    entry = definition.entry_type
    facts = f"level {definition.level} · for each {entry.__name__ if entry else 'project'}"
    parts = [f"### {definition.name}", facts, prose(why)]
    units = unit_comments(definition)
    rows = [
        (
            code(name.replace("_", "-")),
            code(type_text(definition.hints[name])),
            default_text(value),
            prose(units.get(name, "")),
        )
        for name, value in definition.defaults.items()
    ]
    if rows:
        parts.append(table(("number", "type", "default", ""), rows))
    return "\n\n".join(parts)


_UNIT = re.compile(r"^ +(\w+): [^#\n]*# *(.+)$", re.MULTILINE)


def unit_comments(definition: Definition) -> Mapping[str, str]:
    """The comments beside the parameters, by parameter."""
    head, _, _ = inspect.getsource(definition.function).partition('"""')
    return {name: text.strip() for name, text in _UNIT.findall(head)}
