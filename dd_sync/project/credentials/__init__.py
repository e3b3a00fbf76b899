"""The keys of a target, fetched from the place its `keys:` name, when a command talks to Datadog and at no other time.

Nothing a place holds, prints or answers stands in an error: only which place it was and what is wrong with it.
"""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from dd_sync.core.errors import DdsyncError
from dd_sync.project.credentials import aws as credentials_aws
from dd_sync.project.credentials.key_pair import (
    API,
    APP,
    LARGEST,
    Credentials,
    Fail,
    decode_pair,
    find_spelling,
    parse_pair,
)
from dd_sync.project.credentials.key_settings import Keys, Parts


def credentials(keys: Keys, root: Path, at: Callable[[], str]) -> Credentials:
    """The keys of a place other than the environment, placeholders filled; paths are taken from `root`.

    `at` says where `keys:` stand, `file:line`. Raises DdsyncError that begins with it.
    """

    def fail(fault: str, hint: str) -> DdsyncError:
        return DdsyncError(f"{at()}: {fault}", hint=hint)

    if keys.credential_command is not None:
        return _printed(list(keys.credential_command), keys.timeout_seconds, root, fail)
    if keys.files is not None:
        return _in_files(keys.files, root, fail)
    return credentials_aws.fetch_secret(keys, fail)


# --- a program


def _printed(words: Sequence[str], seconds: float, root: Path, fail: Fail) -> Credentials:
    """What a program prints. What it writes to standard error is shown to nobody: it may hold what it should not."""
    what = f"credential_command ({Path(words[0]).name})"
    by_hand = "run it yourself to see what it says; ddsync shows nothing of it"
    try:
        process = subprocess.Popen(
            words,
            cwd=root,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    except OSError as error:
        raise fail(f"{what} cannot be started: {error.strerror}", "it is one program and its words, no shell") from None
    except ValueError:
        raise fail(f"{what} holds a character that no program takes", "look for a NUL in it") from None
    try:
        out, _ = process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        raise fail(f"{what} did not end within {seconds:g} s", f"timeout_seconds: allows more; {by_hand}") from None
    finally:
        _end(process)
    if process.returncode:
        raise fail(f"{what} ended with status {process.returncode}", by_hand)
    return parse_pair(decode_pair(out, f"what {what} printed", fail), f"what {what} printed", fail)


def _end(process: subprocess.Popen[bytes]) -> None:
    """Ends a program that runs still, and all it started: they would hold the pipe open."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    if process.stdout is not None:
        process.stdout.close()


# --- files


def _in_files(files: Parts, root: Path, fail: Fail) -> Credentials:
    if files.both is None:
        return Credentials(_alone(_path(files.api_key, root), fail), _alone(_path(files.app_key, root), fail))
    path = _path(files.both, root)
    if not path.is_dir():
        return parse_pair(_read(path, fail), str(path), fail)
    there = {file.name: file for file in _files(path, fail)}
    places = [(find_spelling(there, spellings), name) for spellings, name in ((API, "api_key"), (APP, "app_key"))]
    for place, name in places:
        if place is None:
            raise fail(f"{path} has no file {name}", f"it has {', '.join(sorted(there)) or 'no files'}")
    return Credentials(*(_alone(place, fail) for place, _ in places))


def _path(text: str | None, root: Path) -> Path:
    return root / os.path.expanduser(text or "")


def _files(folder: Path, fail: Fail) -> Iterable[Path]:
    """The files of a folder; Kubernetes keeps links to them, and folders of its own whose names begin with dots."""
    try:
        return [path for path in folder.iterdir() if path.is_file()]
    except OSError as error:
        raise fail(f"{folder} cannot be read: {error.strerror}", "look at its owner and mode") from None


def _read(path: Path, fail: Fail) -> str:
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
    except FileNotFoundError:
        raise fail(f"there is no file {path}", "is the secret mounted, and has the agent written it?") from None
    except OSError as error:
        raise fail(f"{path} cannot be read: {error.strerror}", "look at its owner and mode") from None
    return decode_pair(content, str(path), fail)


def _alone(path: Path, fail: Fail) -> str:
    """The one key that is a file."""
    text = _read(path, fail).strip()
    if not text:
        raise fail(f"{path} is empty", "it should hold one key and nothing else")
    return text
