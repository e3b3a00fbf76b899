"""Output that any encoding takes: a character that a stream cannot hold is written as JSON spells it, `\\u2192`.

The same spelling serves text and JSON: what JSON holds is the same value afterwards.
"""

from __future__ import annotations

import codecs
import contextlib
from typing import TextIO

_NAME = "ddsync-escape"


def _escape(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return "".join(_spelt(ord(one)) for one in error.object[error.start : error.end]), error.end


def _spelt(point: int) -> str:
    """One character in ASCII; beyond the first plane as the two halves that JSON knows."""
    if point < 0x10000:
        return f"\\u{point:04x}"
    return f"\\u{0xD800 + ((point - 0x10000) >> 10):04x}\\u{0xDC00 + ((point - 0x10000) & 0x3FF):04x}"


codecs.register_error(_NAME, _escape)


def take_anything(*streams: TextIO) -> None:
    """Makes streams write what their encoding lacks as escapes; one that is no file is left as it is."""
    for stream in streams:
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            with contextlib.suppress(OSError, ValueError):
                reconfigure(errors=_NAME)
