"""Two keys in one text: the form that programs, files and secrets hold them in, and what is wrong with it if not.

The text itself never stands in an error.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from dd_sync.core.errors import DdsyncError

LARGEST = 65_536
"""Bytes of a file or an answer that are looked at: nothing with two keys in it is longer."""

API = ("apikey", "ddapikey", "datadogapikey")
APP = ("appkey", "ddappkey", "applicationkey", "ddapplicationkey", "datadogappkey", "datadogapplicationkey")
_FORM = 'wanted: {"api_key": "…", "app_key": "…"}'


@dataclass(frozen=True)
class Credentials:
    """The two keys of an account. Never shown: not by repr, not in errors."""

    api_key: str = field(repr=False)
    app_key: str = field(repr=False)


Fail = Callable[[str, str], DdsyncError]
"""Makes the error of a fault and a hint: it knows where in `ddsync.yaml` the place is named."""


def parse_pair(text: str, what: str, fail: Fail) -> Credentials:
    """Both keys from a JSON object, in any of the usual spellings of their names. `what` is where it came from."""
    try:
        found = json.loads(text)
    except ValueError:
        raise fail(f"{what} is not JSON", _FORM) from None
    if not isinstance(found, dict):
        raise fail(f"{what} is JSON, but no object", _FORM)
    _check_lasting(found, what, fail)
    return Credentials(_named(found, API, "api_key", what, fail), _named(found, APP, "app_key", what, fail))


def _check_lasting(found: Mapping[str, Any], what: str, fail: Fail) -> None:
    """What AWS's credential_process adds: a version of the form, and when the keys end."""
    named = {str(name).lower(): value for name, value in found.items()}
    if named.get("version", 1) != 1:
        raise fail(f"{what} is of a version that ddsync does not know", "it knows version 1")
    ends = named.get("expiration")
    if ends is None:
        return
    try:
        until = datetime.fromisoformat(str(ends).replace("Z", "+00:00"))
    except ValueError:
        raise fail(f"{what} has an Expiration that is no time", "for example 2026-01-31T12:00:00Z") from None
    if (until if until.tzinfo else until.replace(tzinfo=UTC)) <= datetime.now(UTC):
        raise fail(f"{what} holds keys that have expired", "let whatever makes them make new ones")


def _named(found: Mapping[str, Any], spellings: Sequence[str], name: str, what: str, fail: Fail) -> str:
    value = find_spelling(found, spellings)
    if value is None:
        raise fail(f"{what} has no {name}", _FORM)
    if not isinstance(value, str) or not value.strip():
        raise fail(f"{what} has an {name} that is empty or no text", _FORM)
    return value.strip()


def find_spelling(found: Mapping[str, Any], spellings: Sequence[str]) -> Any:
    """What stands under the first of these names, punctuation and case aside."""
    plain = {re.sub(r"[^a-z]", "", str(name).lower()): value for name, value in found.items()}
    return next((plain[spelling] for spelling in spellings if spelling in plain), None)


def decode_pair(content: bytes, what: str, fail: Fail) -> str:
    if len(content) > LARGEST:
        raise fail(f"{what} is longer than {LARGEST} bytes", _FORM)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise fail(f"{what} is not text in UTF-8", _FORM) from None
