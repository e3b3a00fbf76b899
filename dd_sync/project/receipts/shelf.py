"""Where receipts are kept: a folder, or a prefix of an S3 bucket. Both take them line by line and give them back whole.

Nothing but texts by name is known here; what a receipt is stands in `receipts`.
"""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Callable, Iterator
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple, Protocol, TextIO

from dd_sync.core.errors import DdsyncError

SEALED, GROWING = ".json", ".part"
"""How names of whole receipts end, and those of receipts whose apply has not ended (or never did)."""


class Growth(Protocol):
    """One receipt being written."""

    def add(self, line: str) -> None:
        """Adds a line; it is kept before this returns."""
        ...

    def seal(self, text: str) -> Path:
        """Puts the whole receipt in place of its lines and says where it is."""
        ...


class Shelf(Protocol):
    """A place for receipts. Everything raises DdsyncError where the place cannot be used."""

    def names(self) -> list[str]:
        """The names of all receipts, in any order."""
        ...

    def read(self, name: str) -> str | None:
        """The text of a receipt; None when there is none of that name."""
        ...

    def first_line(self, name: str) -> str | None:
        """Its text as far as the end of the first line; None when there is none of that name."""
        ...

    def grow(self, stem: str) -> Growth:
        """Begins a receipt called `stem`, or the next free name after it: two applies may start in one second."""
        ...


class S3(NamedTuple):
    """A client as boto3 makes them, and the types of what it raises."""

    client: Any
    failures: tuple[type[Exception], ...]


def shelf(folder: Path, connect: Callable[[], S3] | None = None) -> Shelf:
    """The place a path means.

    `s3://bucket/prefix` stays recognisable when it was joined to a folder (`/project/s3:/bucket/prefix`), so that a
    setting needs no second look. `connect` makes the client; boto3 does unless told otherwise.
    """
    found = re.search(r"(?:^|/)s3:/+([^/]+)/?(.*)$", folder.as_posix())
    return Bucket(found[1], found[2].strip("/"), connect or _boto3) if found else Folder(folder)


class Folder:
    """Receipts as files that their owner alone can read."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def names(self) -> list[str]:
        if not self._path.is_dir():
            return []
        return [path.name for path in self._path.iterdir() if path.suffix in (SEALED, GROWING)]

    def read(self, name: str) -> str | None:
        try:
            return (self._path / name).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            return None

    def first_line(self, name: str) -> str | None:
        try:
            with (self._path / name).open(encoding="utf-8") as file:
                return file.readline()
        except (OSError, UnicodeDecodeError):
            return None

    def grow(self, stem: str) -> Growth:
        try:
            self._path.mkdir(parents=True, exist_ok=True, mode=0o700)
            free = next(name for name in _numbered(stem) if not self._taken(name))
            return _File(self._path, free)
        except OSError as error:
            raise _unusable(str(self._path), error.strerror or "") from error

    def _taken(self, name: str) -> bool:
        return any((self._path / f"{name}{end}").exists() for end in (SEALED, GROWING))


class _File:
    def __init__(self, folder: Path, stem: str) -> None:
        self._growing, self._sealed = folder / f"{stem}{GROWING}", folder / f"{stem}{SEALED}"
        handle = os.open(self._growing, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        self._file: TextIO = os.fdopen(handle, "w", encoding="utf-8")

    def add(self, line: str) -> None:
        first = self._file.tell() == 0
        try:
            self._file.write(line + "\n")
            self._file.flush()
        except OSError as error:
            if first:  # nothing was begun, so there is nothing to know of it
                self._growing.unlink(missing_ok=True)
            raise _unusable(str(self._growing.parent), error.strerror or "") from error

    def seal(self, text: str) -> Path:
        with contextlib.suppress(OSError):  # what it could not write it has said
            self._file.close()
        sealing = self._sealed.with_suffix(".sealing")
        try:
            handle = os.open(sealing, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())  # the lines are deleted next
            sealing.replace(self._sealed)
        except OSError as error:
            sealing.unlink(missing_ok=True)
            raise _unusable(str(sealing.parent), error.strerror or "") from error
        with contextlib.suppress(OSError):
            self._growing.unlink()
        return self._sealed


class Bucket:
    """Receipts as objects of S3: a growing one is an object a line, since S3 cannot append."""

    def __init__(self, bucket: str, prefix: str, connect: Callable[[], S3]) -> None:
        self._bucket, self._prefix, self._connect = bucket, f"{prefix}/" if prefix else "", connect

    def names(self) -> list[str]:
        # What lies below `<stem>.part/` are the lines of one growing receipt.
        keys = [key.removeprefix(self._prefix).partition("/")[0] for key in self._keys("")]
        return list(dict.fromkeys(key for key in keys if key.endswith((SEALED, GROWING))))

    def read(self, name: str) -> str | None:
        keys = [self._prefix + name] if name.endswith(SEALED) else sorted(self._keys(f"{name}/"))
        texts = [self._call("get_object", Key=key) for key in keys]
        return None if not texts or None in texts else "".join(text["Body"].read().decode() for text in texts)

    def first_line(self, name: str) -> str | None:
        text = self.read(name)
        return None if text is None else text.partition("\n")[0]

    def grow(self, stem: str) -> Growth:
        taken = set(self.names())
        free = next(name for name in _numbered(stem) if not {f"{name}{SEALED}", f"{name}{GROWING}"} & taken)
        return _Lines(self, free)

    def put(self, name: str, text: str) -> None:
        self._call("put_object", Key=self._prefix + name, Body=text.encode(), ContentType="application/json")

    def remove(self, name: str) -> None:
        for key in list(self._keys(f"{name}/")):
            self._call("delete_object", Key=key)

    def where(self, name: str) -> Path:
        return Path(f"s3://{self._bucket}/{self._prefix}{name}")

    def _keys(self, below: str) -> Iterator[str]:
        following: dict[str, str] = {}
        while True:
            page = self._call("list_objects_v2", Prefix=self._prefix + below, **following) or {}
            yield from (item["Key"] for item in page.get("Contents") or ())
            if not page.get("IsTruncated"):
                return
            following = {"ContinuationToken": page["NextContinuationToken"]}

    @cached_property
    def _s3(self) -> S3:
        return self._connect()

    def _call(self, operation: str, **parameters: Any) -> Any:
        """One call; None for an object that is not there."""
        try:
            return getattr(self._s3.client, operation)(Bucket=self._bucket, **parameters)
        except self._s3.failures as error:
            # What S3 answered has a code; what never reached it (no credentials, no network) only a type.
            answer: dict[str, Any] = getattr(error, "response", {})
            code = str(answer.get("Error", {}).get("Code") or type(error).__name__)
            if code == "NoSuchKey":
                return None
            raise _unusable(f"s3://{self._bucket}/{self._prefix}", code) from None


class _Lines:
    def __init__(self, bucket: Bucket, stem: str) -> None:
        self._bucket, self._stem, self._count = bucket, stem, 0

    def add(self, line: str) -> None:
        self._count += 1
        self._bucket.put(f"{self._stem}{GROWING}/{self._count:06}", line + "\n")

    def seal(self, text: str) -> Path:
        self._bucket.put(f"{self._stem}{SEALED}", text)
        self._bucket.remove(f"{self._stem}{GROWING}")
        return self._bucket.where(f"{self._stem}{SEALED}")


def _numbered(stem: str) -> Iterator[str]:
    yield stem
    yield from (f"{stem}-{n}" for n in range(2, 1000))


def _unusable(where: str, why: str) -> DdsyncError:
    return DdsyncError(
        f"{where}: receipts cannot be kept there: {why}",
        hint="set receipts: in ddsync.yaml to a place that can be read and written: nothing is applied without one",
    )


def _boto3() -> S3:
    try:
        import boto3
        from botocore.exceptions import BotoCoreError, ClientError
    except ImportError:
        raise DdsyncError("receipts on S3 need boto3", hint="pip install 'ddsync[aws]'") from None
    return S3(boto3.client("s3"), (BotoCoreError, ClientError))
