"""Files written whole or not at all: beside the place first, then moved into it.

A full disk, a folder that cannot be written or a run that is killed leaves what was there as it was. Half an emoji,
which UTF-8 cannot hold, is written as JSON, YAML and Python spell it: `\\ud83d`.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import stat
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from dd_sync.core.errors import DdsyncError

STAGING = ".ddsync-"
"""How the names of files and folders begin that are written beside a place; one that is left over is of no use."""


def write_file(path: Path, content: str | bytes, *, private: bool = False, parents: bool = False) -> None:
    """Puts a file in place; `parents` makes the folders above it. `private` files are their owner's alone (mode 0600),
    others keep the mode they have. What is no regular file (`/dev/stdout`) is written as it is.

    Raises DdsyncError; what was there is still there then.
    """
    data = encode(content)
    with report_errors(path):
        if path.exists() and not path.is_file():
            path.write_bytes(data)
            return
        place = Path(os.path.realpath(path))  # a link that a person named is theirs, and stays one
        if parents:
            place.parent.mkdir(parents=True, exist_ok=True)
        handle, beside = tempfile.mkstemp(prefix=STAGING, dir=place.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
                if not private:
                    os.fchmod(file.fileno(), _mode(place))
            os.replace(beside, place)
        except BaseException:
            _forget(Path(beside))
            raise


def write_tree(folder: Path, files: Mapping[str, str], former: Iterator[str] | frozenset[str] = frozenset()) -> None:
    """Puts files below a folder, by their paths from it, and removes those of `former` that are none of them.

    All of them are written before the first is moved. Links below the folder are not followed: a path that leads
    through one is refused. Raises DdsyncError; before anything was moved, where it can.
    """
    gone = [name for name in former if name not in files]
    for name in (*files, *gone):
        check_inside(folder, name)
    with report_errors(folder):
        folder.mkdir(parents=True, exist_ok=True)
        changed = [name for name, text in files.items() if not _holds(folder / name, encode(text))]
        staging = Path(tempfile.mkdtemp(prefix=STAGING, dir=folder)) if changed else None
        try:
            for number, name in enumerate(changed):
                assert staging is not None
                (staging / str(number)).write_bytes(encode(files[name]))
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
            for number, name in enumerate(changed):
                assert staging is not None
                os.replace(staging / str(number), folder / name)
        finally:
            if staging is not None:
                shutil.rmtree(staging, ignore_errors=True)
        for name in gone:
            (folder / name).unlink(missing_ok=True)
            _prune(folder, (folder / name).parent)


def check_inside(folder: Path, name: str) -> None:
    """Refuses a path that leaves the folder, by its words or through a link. Raises DdsyncError."""
    parts = name.split("/")
    if name.startswith("/") or any(part in ("", ".", "..") for part in parts):
        raise DdsyncError(f"{name!r} leaves {folder}", hint="nothing was written")
    place = folder
    for part in (None, *parts[:-1]):
        place = place if part is None else place / part
        if place.is_symlink():
            raise DdsyncError(
                f"{place} is a link, which is not followed; nothing was written",
                hint="name the folder it leads to, or put a folder in its place",
            )


@contextlib.contextmanager
def report_errors(path: Path) -> Iterator[None]:
    """Errors of the operating system within the block as DdsyncError: which place, and what is wrong with it."""
    try:
        yield
    except OSError as error:
        where = error.filename if isinstance(error.filename, str) and STAGING not in error.filename else path
        raise DdsyncError(
            f"{where}: {error.strerror or error}", hint="what was there is as it was; look at the disk and the rights"
        ) from None
    except ValueError as error:  # a NUL in a path
        raise DdsyncError(f"{str(path)!r}: no name of a file: {error}") from None


def encode(content: str | bytes) -> bytes:
    """The bytes of a file's text, in UTF-8."""
    return content if isinstance(content, bytes) else content.encode("utf-8", "backslashreplace")


def _holds(path: Path, data: bytes) -> bool:
    """Whether a file is there with this content; a link is none, and is replaced."""
    return not path.is_symlink() and path.is_file() and path.read_bytes() == data


def _mode(place: Path) -> int:
    if place.is_file():
        return stat.S_IMODE(place.stat().st_mode)
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask


def _prune(folder: Path, empty: Path) -> None:
    """Removes folders that hold nothing any more, up to the folder itself."""
    with contextlib.suppress(OSError):
        while empty != folder:
            empty.rmdir()
            empty = empty.parent


def _forget(path: Path) -> None:
    with contextlib.suppress(OSError):
        path.unlink()
