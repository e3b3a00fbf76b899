"""Every command with its options and its example, from what `--help` shows."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from typing import Any

import typer

from dd_sync.cli.app import app
from reference.markdown import code, one_line, prose, table

_HEAD = """\
# Commands

Each as `ddsync COMMAND --help` says it. Everywhere: results go to standard output, the rest to standard error.

| exit status | means |
|---|---|
| 0 | done; a plan with changes too, and an apply that only held drift |
| 1 | an error, or an apply that left something undone |
| 2 | `plan --detailed-exitcode` and `drift`: there are changes |
| 3 | refused: a limit, a protection, a missing consent, a stale plan |
| 64 | the command line is wrong, or there is no project here |

| variable | means |
|---|---|
| `DD_API_KEY`, `DD_APP_KEY` | the keys, unless the target names other variables |
| `DD_SITE` | the site of a target that names none |
| `DD_HOST` | the full base URL, in place of the target's; plain http to this machine only |
| `CI` | no prompts, no colours, no progress bar |
| `NO_COLOR`, `FORCE_COLOR` | colours never, always |
"""


def commands_page() -> str:
    """All commands, in the order of `ddsync --help`."""
    return "\n".join([_HEAD, *_sections(typer.main.get_command(app([])), "ddsync")]).rstrip() + "\n"


def _sections(group: Any, path: str) -> Iterator[str]:
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from _sections(command, f"{path} {name}")
        elif not command.hidden:
            yield from _section(command, f"{path} {name}")


def _section(command: Any, path: str) -> Iterator[str]:
    help_text = inspect.cleandoc(command.help or "")
    about, _, example = help_text.partition("Example: ")
    arguments = [one for one in command.params if one.param_type_name == "argument"]
    options = [one for one in command.params if one.param_type_name == "option" and not one.hidden]
    usage = " ".join([path, *(_argument(one) for one in arguments), *(["[OPTIONS]"] if options else [])])
    yield f"## {path}\n"
    yield f"{prose(about.strip())}\n"
    yield f"```text\n{usage}\n```\n"
    if example:
        yield f"Example: {code(one_line(example))}\n"
    rows = [(code(_argument(one)), one.help or "", "") for one in arguments]
    rows += [(_spelling(one), prose(one.help or ""), _default(one)) for one in options]
    if rows:
        yield table(("", "", "default"), rows) + "\n"


def _argument(one: Any) -> str:
    name = one.metavar or one.name.upper()
    name = f"{name}…" if one.nargs == -1 and "..." not in name else name.replace("...", "…")
    return name if one.required or name.startswith("[") else f"[{name}]"


def _spelling(option: Any) -> str:
    metavar = "" if option.is_flag else f" {option.metavar or _value_name(option)}"
    long = [one for one in option.opts if one.startswith("--")]
    short = [one for one in option.opts if not one.startswith("--")]
    off = [one for one in option.secondary_opts if one.startswith("--")]
    return ", ".join([*(code(one) for one in short), *(code(f"{one}{metavar}") for one in long), *map(code, off)])


def _value_name(option: Any) -> str:
    """What stands for the value where the option does not say: N for a number, else the last word of its name."""
    return "N" if isinstance(option.default, int) else str(option.name).rpartition("_")[2].upper()


def _default(option: Any) -> str:
    value = option.default
    return "" if value in (None, False, (), []) or callable(value) else code(value)
