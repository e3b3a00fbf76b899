"""What a key may be: it names a file below a folder, a tag, and a line that people read."""

from __future__ import annotations

import re

_UNFIT = re.compile(r"[\x00-\x1f\x7f-\x9f:\\\u2028\u2029\ud800-\udfff]")
_RESERVED = re.compile(r"(?i)(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\..*)?")
"""Names that stand for devices on Windows, whatever their ending."""

LONGEST_PART = 200
"""Bytes of one part: a file's name has room for 255."""


def key_fault(key: str) -> str:
    """What is wrong with a key, in words; empty for a sound one."""
    if _UNFIT.search(key):
        return "holds a colon, a backslash or a character that cannot be seen"
    for part in key.split("/"):
        if part in ("", ".", ".."):
            return f'has the part "{part}", which names no file'
        if part != part.strip():
            return f'has the part "{part}", which begins or ends in a space'
        if len(part.encode()) > LONGEST_PART:
            return f"has a part of {len(part.encode())} bytes; {LONGEST_PART} is the most"
        if _RESERVED.fullmatch(part):
            return f'has the part "{part}", a name that some systems keep for devices'
    return ""


def safe_part(part: str) -> str:
    """A part of a key that a sound one may hold: one that names a device, or a folder above, gets a sign more."""
    if _RESERVED.fullmatch(part):
        return f"{part.partition('.')[0]}_{part.partition('.')[2]}".rstrip(".")
    return part
