"""Who an object in Datadog belongs to, written into the object itself: there is no state file to lose.

Three marks say it: that ddsync manages the object, which definition it is (`<project>/<target>/<key>`), and a short
digest of the definition as it was last applied. The digest is what tells a change in the code from an edit in
Datadog. A copy made with Datadog's "Clone" carries the marks too, which is why duplicates are looked for.
"""

from __future__ import annotations

import functools
import hashlib
import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

from dd_sync.core.keys import safe_part

SCHEME = "1"
"""The way in which `revision` digests a definition now. Marks of older ways stay readable: `SCHEMES` has them all."""

_LONGEST_TAG = 200  # Datadog cuts tags at 200 characters, so two long keys could become one identity
_HASH = 12


@dataclass(frozen=True)
class Owner:
    """One target of one project: ddsync reads, changes and deletes only what carries it."""

    project: str
    target: str

    @functools.cached_property
    def prefix(self) -> str:
        """What every address of its objects begins with."""
        return f"{self}/"

    def __str__(self) -> str:
        return f"{self.project}/{self.target}"


class Identity(NamedTuple):
    """The marks of one live object: its address `<project>/<target>/<key>` and its revision."""

    address: str
    revision: str = ""

    def belongs_to(self, owner: Owner) -> bool:
        return self.address.startswith(owner.prefix)

    @property
    def key(self) -> str:
        """The key as far as the mark holds it: a very long one ends in a hash."""
        return self.address.split("/", 2)[-1]


@dataclass(frozen=True)
class Marks:
    """The names of the marks; `ddsync.yaml` can change them where a tag policy demands it."""

    managed: str = "managed_by:ddsync"
    address: str = "ddsync_id"
    revision: str = "ddsync_rev"

    def address_of(self, owner: Owner, key: str) -> str:
        """The address of a key, short enough for a tag: a longer one ends in a dot and a hash of the whole."""
        address = owner.prefix + key
        room = _LONGEST_TAG - len(self.address) - 1
        if len(address) <= room:
            return address
        # A dot, since Datadog's docs allow letters, digits and `_-:./` in tags and turn all else into underscores.
        return address[: room - _HASH - 1] + "." + hashlib.sha256(address.encode()).hexdigest()[:_HASH]

    def written(self, identity: Identity) -> list[str]:
        """The marks as tags."""
        marks = [self.managed, f"{self.address}:{identity.address}"]
        return [*marks, f"{self.revision}:{identity.revision}"] if identity.revision else marks

    def read(self, tags: Iterable[str]) -> Identity | None:
        """The identity among tags; None without an address, whatever other marks are there."""
        address = revision = ""
        for tag in tags:
            if not tag.startswith(self._named):
                continue
            name, _, value = tag.partition(":")
            if name == self.address:
                address = value
            else:
                revision = value
        return Identity(address, revision) if address else None

    def without(self, tags: Iterable[str]) -> list[str]:
        """The tags that are not marks, in their order."""
        return [tag for tag in tags if not self._is_mark(tag)]

    def _is_mark(self, tag: str) -> bool:
        return tag.startswith(self._named) or tag in (self.managed, self.address, self.revision)

    @functools.cached_property
    def _named(self) -> tuple[str, str]:
        """How the marks that have a value begin."""
        return f"{self.address}:", f"{self.revision}:"

    def as_line(self, identity: Identity) -> str:
        """The marks as one line of text, for objects whose tags Datadog restricts: dashboards."""
        return " ".join(self.written(identity))

    def split_line(self, text: str) -> tuple[str, Identity | None]:
        """A text without its last line of marks, and what that line said.

        Only a last line that holds nothing but marks counts: people may quote one elsewhere.
        """
        head, newline, last = text.rpartition("\n")
        words = last.split()
        if not words or not all(self._is_mark(word) for word in words):
            return text, None
        return (head if newline else ""), self.read(words)


def revision(normal: Any, scheme: str = "") -> str:
    """`<scheme>-<8 hex>` of a normalised definition; of today's scheme unless another one is named."""
    scheme = scheme or SCHEME
    return f"{scheme}-{SCHEMES[scheme](normal)}"


def is_readable(mark: str) -> bool:
    """Whether a revision mark says something: it is of a scheme that this version knows, and whole."""
    scheme, _, rest = mark.partition("-")
    return scheme in SCHEMES and _DIGEST.fullmatch(rest) is not None


def fits(mark: str, normals: Iterable[Any]) -> bool:
    """Whether a revision mark is that of any of these normalised definitions, read with the scheme it was made with."""
    return is_readable(mark) and any(revision(normal, mark.partition("-")[0]) == mark for normal in normals)


def digest(value: Any) -> str:
    """SHA-256 of a JSON value, in hexadecimal; independent of the order of keys."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()


_DIGEST = re.compile("[0-9a-f]{8}")

SCHEMES: dict[str, Callable[[Any], str]] = {"1": lambda normal: digest(normal)[:8]}
"""How each scheme digests a normalised definition. A new one is added, and none is ever taken away: a mark that cannot
be read holds its object."""

_UNSAFE = re.compile(r"[^a-z0-9._-]+")
_SLUG = re.compile(r"(?!-)(?!\.+\Z)[a-z0-9._-]{1,120}(?<!-)")


def slug(text: str) -> str:
    """A text as one part of a key: lower case, letters, digits, dots, dashes and underscores.

    Two texts may give one slug; a text with nothing to keep becomes a hash of itself.
    """
    if _SLUG.fullmatch(text):
        return safe_part(text)
    kept = _UNSAFE.sub("-", text.lower()).strip("-")[:120].rstrip("-")
    return (
        safe_part(kept if kept.strip(".") else "")
        or f"unnamed-{hashlib.sha256(text.encode(errors='surrogatepass')).hexdigest()[:8]}"
    )
