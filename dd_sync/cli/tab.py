"""Completes keys on Tab, before any slow import.

Typer answers every other completion, and this one too while no list of keys is there; loading it takes longer than a
person waits for Tab. What is printed is what Typer's scripts for bash, zsh and fish expect, and a test compares.
"""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from pathlib import Path

from dd_sync.project.known_keys import known_keys, root_of

VARIABLE = "_DDSYNC_COMPLETE"
"""What Typer's scripts set when they ask for completions."""

KEYED = frozenset({"explain", "absorb", "release"})
"""Commands whose arguments are keys."""


def answer(environment: Mapping[str, str], start: Path) -> str | None:
    """What to print for the shell; None when it is no key, or not known at once."""
    shell = environment.get(VARIABLE, "").removeprefix("complete_")
    if shell not in ("bash", "zsh", "fish"):
        return None
    words, incomplete = _words(shell, environment)
    if words[-1:] == [":"] and len(words) > 1:  # bash ends words at colons and replaces what follows the last one
        kind, words = words[-2], words[:-2]
        return _shown(shell, [key.removeprefix(f"{kind}:") for key in _keys(start, f"{kind}:{incomplete}", words)])
    return _shown(shell, _keys(start, incomplete, words))


def _words(shell: str, environment: Mapping[str, str]) -> tuple[list[str], str]:
    """The complete words after the program's name, and the one being typed."""
    if shell == "bash":
        words, at = _split(environment.get("COMP_WORDS", "")), int(environment.get("COMP_CWORD", "0"))
        return words[1:at], words[at] if at < len(words) else ""
    line = environment.get("_TYPER_COMPLETE_ARGS", "")
    words = _split(line)[1:]
    return (words, "") if line.endswith(" ") or not words else (words[:-1], words[-1])


def _split(line: str) -> list[str]:
    """The words of a line, its last quote perhaps still open."""
    lexer = shlex.shlex(line, posix=True, punctuation_chars=False)
    lexer.whitespace_split, lexer.commenters = True, ""
    words: list[str] = []
    try:
        words.extend(lexer)
    except ValueError:
        words.append(lexer.token)
    return words


def _keys(start: Path, incomplete: str, words: list[str]) -> list[str]:
    """The keys that begin with what is typed, where the command takes a key."""
    wanted = words[-1:] == ["--only"] or (words[:1] and words[0] in KEYED and not words[-1].startswith("-"))
    root = root_of(start) if wanted and not incomplete.startswith("-") else None
    names = (known_keys(root) or ()) if root is not None else ()
    shown = names if ":" in incomplete else sorted({name.partition(":")[2] for name in names})
    return [name for name in shown if name.startswith(incomplete)]


def _shown(shell: str, keys: list[str]) -> str | None:
    if not keys:
        return None
    if shell == "zsh":
        quoted = "\n".join('"' + key.replace(":", r"\\:") + '"' for key in keys)
        return f"_arguments '*: :(({quoted}))'"
    return "\n".join(keys)
