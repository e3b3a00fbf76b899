"""What each command needs of an application key, as a page of the documentation."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from dd_sync.core.kind import Kind
from dd_sync.kinds.permissions import Command, plural

_HEAD = """\
# Permissions

Which permissions an application key needs for each command, by the names that Datadog gives them when a key is scoped
or a role is edited. `ddsync doctor` tells which of them a key lacks; `ddsync doctor --for apply` fails when that one
cannot work. This page and `doctor` are made of one table.

Give CI two keys of a service account: one that plans, and one that applies, which only the protected branch can reach.
[Secrets](secrets.md) says how each environment comes by them. An API key has no permissions of this kind: it is valid
or not.
"""

_SCOPES = """\
## Keys to make

A project without optional kinds. The last key is for a person, or for a job at night:

| key | scopes |
|---|---|
"""


def permissions_page(commands: Sequence[Command], kinds: Iterable[Kind]) -> str:
    """The page, in markdown."""
    every = list(kinds)
    usual = [kind for kind in every if not kind.optional]
    return "\n".join(
        [
            _HEAD,
            *_kinds(every),
            "",
            *_commands(commands, usual),
            "",
            _SCOPES.rstrip("\n"),
            *_keys(commands, usual),
            "",
            *_keyless(commands),
            "",
        ]
    )


def _kinds(kinds: Iterable[Kind]) -> Iterator[str]:
    yield "## Objects\n"
    yield "Where the table of commands says *objects*, these are meant, for the kinds that a project has to do with."
    yield "Monitors, SLOs and dashboards are always among them, the others where something defines them or `sync:`"
    yield "names them.\n"
    yield "| objects | to read | to write |"
    yield "|---|---|---|"
    for kind in kinds:
        yield f"| {plural(kind)} | `{kind.endpoint.read_scope}` | `{kind.endpoint.write_scope}` |"


def _commands(commands: Iterable[Command], usual: Sequence[Kind]) -> Iterator[str]:
    yield "## Commands\n"
    yield "| command | objects | it needs too | it shows more with |"
    yield "|---|---|---|---|"
    notes = []
    for command in commands:
        if command.keyless:
            continue
        does = " and ".join([*(["read"] if command.reads else ()), *(["write"] if command.writes else ())]) or "–"
        has = replace(command, needs=()).requirements(usual)
        needs = [f"`{scope}`" for scope in command.needs if scope not in has]
        yield f"| `{command.name}` | {does} | {', '.join(needs) or '–'} | {'; '.join(_also(command)) or '–'} |"
        if command.note:
            notes.append(f"- `{command.name}`: {command.note}")
    yield ""
    yield from notes


def _also(command: Command) -> Iterator[str]:
    gives: dict[str, list[str]] = {}
    for also in command.also:
        gives.setdefault(also.scope, []).append(f"{also.gives}{f' (`{also.option}`)' if also.option else ''}")
    yield from (f"`{scope}`: {', '.join(texts)}" for scope, texts in gives.items())


def _keys(commands: Sequence[Command], usual: Sequence[Kind]) -> Iterator[str]:
    by_name = {command.name: command for command in commands}
    for what, names in (
        ("plan, drift", ("plan", "drift")),
        ("apply, undo, release", ("apply",)),
        ("drift with names, `validate --online`", ("drift", "validate --online")),
    ):
        chosen = [by_name[name] for name in names]
        scopes = dict.fromkeys(scope for command in chosen for scope in command.requirements(usual))
        more = [also.scope for command in chosen for also in command.also if what.startswith("drift with")]
        yield f"| {what} | {', '.join(f'`{scope}`' for scope in dict.fromkeys([*scopes, *more]))} |"


def _keyless(commands: Iterable[Command]) -> Iterator[str]:
    names = [f"`{command.name}`" for command in commands if command.keyless]
    yield "## Without keys\n"
    yield "These never ask Datadog, and never fetch keys: " + ", ".join(names) + "."
