"""Secrets out of sight: what people read, and what is saved for them to read, passes through here.

Three ways of knowing a secret: its value (the keys of this run), its form (webhook addresses and tokens that people
paste into messages and notes), and the name of the field it stands in (`password`, a header called `Authorization`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import quote, quote_plus

SHOWN = "••••"

# JSON and XML are masked as text too: a secret ends before a backslash, which may be the one in front of a closing
# quote, and before a tag.
_FORMS = (
    re.compile(r"(https://hooks\.slack\.com/(?:services|workflows|triggers)/)[\w/+-]+"),
    re.compile(r"(https://[\w.-]*webhook\.office\.com/)[^\s\"')\]\\<>]+"),
    re.compile(r"(https://(?:discord(?:app)?\.com/api/webhooks|api\.telegram\.org/bot))[^\s\"')\]\\<>]+"),
    re.compile(r"(https://(?:events\.pagerduty\.com/integration|api\.opsgenie\.com/v1/json/[\w-]*\?apiKey=))[\w-]+"),
    re.compile(r"(https?://[^\s:/@]+:)[^\s/@\"\\<>]+(?=@)"),
    re.compile(
        r"(?i)((?:api[_-]?key|app(?:lication)?[_-]?key|access[_-]?token|auth[_-]?token|secret|passw(?:or)?d|token)"
        r"[\"']?\s*[=:]\s*[\"']?)"
        # The name of an environment variable is where a secret is, not the secret: `api_key: DD_API_KEY`.
        r"(?-i:(?!\$?(?:[A-Z0-9]{1,40}_){0,9}(?:KEY|TOKEN|SECRET|PASSWORD)(?:_[A-Z0-9]{1,40}){0,9}(?:[\s\"'&,;)}{\\<>]|\Z)))"
        r"[^\s\"'&,;)}{\\<>]{6,}"
    ),
    re.compile(r"(?i)(bearer\s+)[\w.~+/-]{12,}=*"),
    re.compile(r"(?i)(authorization[\"']?\s*[:=]\s*[\"']?(?:basic|digest|apikey|token)\s+)[^\s\"'\\<>]+"),
    re.compile(r"\b(AKIA|ASIA)[0-9A-Z]{16}\b"),
    re.compile(r"\b(gh[pousr]_|github_pat_|glpat-|xox[abprs]-|sk_live_|AIza)[\w-]{10,}"),
    re.compile(r"(-----BEGIN [A-Z ]*PRIVATE KEY-----)[^\"]+?(?=-----END|\"|\Z)"),
)

_CALLED = (
    r"(?:passw(?:or)?d|passphrase|secret|token|credential|cookie|authorization|signature"
    r"|(?:api|app|access|secret|private|auth|application|session)[_-]?key)s?"
)
_SECRET_FIELD = re.compile(rf"(?i){_CALLED}\Z")
_ELSEWHERE = (
    r"\s*\{\{[^{}]*\}\}\s*|\$?\{?(?-i:(?:[A-Z0-9]{1,40}_){0,9}(?:KEY|TOKEN|SECRET|PASSWORD)(?:_[A-Z0-9]{1,40}){0,9})\}?"
)
"""The name of a variable, in templates or of the environment, is where a secret is, not the secret."""

_NOT_ITSELF = re.compile(_ELSEWHERE)
_IN_FIELD = re.compile(
    rf"(?i)([\"'][\w-]*{_CALLED}[\"']\s*:\s*[\"'])(?!(?:{_ELSEWHERE})[\"'])[^\"'\\<>{SHOWN[0]}]+(?=[\"'])"
)
"""A field of JSON, or of Python, that is called as a secret is."""


SHORTEST = 8
"""Characters of a value that is looked for: a shorter one stands in too many words."""

_SECRET_NAME = re.compile(
    r"(?i)(?:TOKEN|SECRET|PASSW(?:OR)?D|PRIVATE_?KEY|API_?KEY|APP(?:LICATION)?_?KEY|ACCESS_?KEY(?!_?ID)|WEBHOOK)"
)
_NAMES_A_PLACE = re.compile(r"(?i)_(?:FILE|PATH|DIR|NAME|ID|ARN)$")


class Redactor:
    """Masks secrets in texts and JSON values."""

    def __init__(self, values: Iterable[str] = ()) -> None:
        known = {spelt for value in values if len(value) >= SHORTEST for spelt in _spellings(value)}
        self._values = sorted(known, key=len, reverse=True)

    def text(self, text: str) -> str:
        """The text with each secret replaced by dots; what says what it was stays."""
        text = self.values(text)
        for form in (*_FORMS, _IN_FIELD):
            text = form.sub(lambda found: f"{found[1]}{SHOWN}", text)
        return text

    def values(self, text: str) -> str:
        """The text with the secrets that are known by value replaced; what merely looks like one stays."""
        for value in self._values:
            text = text.replace(value, SHOWN)
        return text

    def json(self, value: Any, path: str = "") -> Any:
        """The value with every text in it masked. `path` is where it stands, if that is known,
        `config.request.headers.Cookie`: in a field that is called as a secret is, everything is one."""
        match value:
            case str():
                return SHOWN if _is_secret(path, value) else self.text(value)
            case dict():
                return {name: self.json(item, _inner(value, name)) for name, item in value.items()}
            case list() | tuple():
                return [self.json(item, path) for item in value]
            case _:
                return value


def _is_secret(path: str, text: str) -> bool:
    around, _, last = path.rpartition(".")
    name = last.partition("[")[0]
    if name in _VALUES and around.rpartition(".")[2].startswith("configVariables["):
        name = "secret"
    return bool(text and _SECRET_FIELD.search(name) and not _NOT_ITSELF.fullmatch(text))


_VALUES = ("pattern", "example")
"""Where a variable of a synthetics test holds its value."""


def _inner(value: Mapping[str, Any], name: str) -> str:
    """Where an item of an object stands. The value of a variable that is said to be secret stands in a secret place,
    and so does the content of a file; a change is a pair of values of the field that it names."""
    if name in ("before", "after") and isinstance(value.get("path"), str):
        return str(value["path"])
    if name in _VALUES and (value.get("secure") is True or _SECRET_FIELD.search(str(value.get("name")))):
        return "secret"
    if name == "content" and "filename" in value:
        return "secret"
    return name


def secrets_of(environment: Mapping[str, str]) -> Iterator[str]:
    """The values of the variables whose names say that they are secret: `DD_API_KEY`, `GITHUB_TOKEN`."""
    for name, value in environment.items():
        if _SECRET_NAME.search(name) and not _NAMES_A_PLACE.search(name):
            yield value.strip()


_ESCAPED = frozenset("&<>\"'")
"""Characters that pages write otherwise."""


def _spellings(value: str) -> set[str]:
    """The forms a value takes inside JSON, addresses and pages."""
    found = {value, json.dumps(value)[1:-1], quote(value, safe=""), quote_plus(value)}
    if not _ESCAPED.isdisjoint(value):
        from html import escape  # with two thousand names of characters, which no key of Datadog's needs

        found.add(escape(value))
    return found


def has_secret(text: str) -> bool:
    """Whether a text holds something that looks like a secret."""
    return any(form.search(text) for form in _FORMS)
