"""Checks an account without changing it: keys, permissions, clock, rate limits.

Datadog tells a key's permissions only to keys that may ask for them. Where it does not, each read is tried once: what
answers is allowed. Whether a key may write cannot be tried, so it is then not known.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from typing import Any

from dd_sync.core.errors import Forbidden, NotFound, Rejected
from dd_sync.core.kind import Kind
from dd_sync.core.shape import sound
from dd_sync.datadog.client import Client
from dd_sync.datadog.transport import Request, Response, Transport

VALIDATE = "/api/v1/validate"
USER = "/api/v2/current_user"
KEYS = "/api/v2/current_user/application_keys"

_PAGE = 100
_MOST_PAGES = 20

_MINUTE = 60

Ask = tuple[str, Mapping[str, str]]
"""A path and what stands behind the `?`."""


@dataclass(frozen=True)
class Room:
    """How much of a rate limit is left, in calls; `period` and `reset` are in seconds."""

    name: str
    remaining: int
    limit: int
    period: int
    reset: int


class Listening:
    """A transport that keeps what answers say beside their bodies."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self.rooms: dict[str, Room] = {}
        self.ahead: float | None = None
        """Seconds that Datadog's clock is ahead of this one's, to the second; None until an answer had a date."""

    def __call__(self, request: Request) -> Response:
        before = time.time()
        response = self._transport(request)
        self._date(response.headers.get("date", ""), (before + time.time()) / 2)
        self._room(request.path, response.headers)
        return response

    def _date(self, date: str, now: float) -> None:
        try:
            told = parsedate_to_datetime(date).timestamp() + 0.5  # cut to the second
        except ValueError:
            return
        if self.ahead is None or abs(told - now) < abs(self.ahead):
            self.ahead = told - now

    def _room(self, path: str, headers: Mapping[str, str]) -> None:
        numbers = [headers.get(f"x-ratelimit-{name}", "") for name in ("remaining", "limit", "period", "reset")]
        if all(number.isdecimal() for number in numbers):
            name = headers.get("x-ratelimit-name") or "/".join(path.split("/")[:4])
            self.rooms[name] = Room(name, *(int(number) for number in numbers))


@dataclass(frozen=True)
class KeyFacts:
    """What is known of the two keys. None stands for what nobody told."""

    api_valid: bool
    app_valid: bool | None = None
    name: str = ""
    """What the application key is called in Datadog."""
    scopes: frozenset[str] | None = None
    """The permissions a scoped key is limited to."""
    unscoped: bool = False
    """Whether the key has all that its user has."""
    permissions: frozenset[str] | None = None
    """The permissions of the user, or service account, the key belongs to."""
    tried: Mapping[str, bool] = field(default_factory=dict)
    """Permissions that were tried by reading, and whether the read was answered."""

    def may(self, scope: str) -> bool | None:
        """Whether the key has a permission: what was tried counts most, then what Datadog says."""
        if scope in self.tried:
            return self.tried[scope]
        if self.scopes is not None and scope not in self.scopes:
            return False
        if self.permissions is not None and (self.scopes is not None or self.unscoped):
            return scope in self.permissions
        return True if self.scopes is not None else None


def key_facts(client: Client, app_key: str, kinds: Iterable[Kind], now: float) -> KeyFacts:
    """Asks about the keys. `now` is in seconds since 1970. Raises DatadogError where Datadog cannot be asked."""
    try:
        client.call("GET", VALIDATE)
    except Forbidden:
        return KeyFacts(api_valid=False)
    user_known, user = _asked(client, (USER, {}))
    tried = {scope: allowed for scope, ask in _probes(kinds, now).items() if (allowed := _may(client, ask)) is not None}
    if user_known is False and not any(tried.values()):
        return KeyFacts(api_valid=True, app_valid=False)
    listed, mine = _listed_keys(client, app_key)
    tried["user_app_keys"] = listed
    scopes = [frozenset(one["scopes"]) if one.get("scopes") else None for one in mine]
    agreed = bool(scopes) and all(found == scopes[0] for found in scopes)
    return KeyFacts(
        api_valid=True,
        app_valid=True,
        name=str(mine[0].get("name") or "") if len(mine) == 1 else "",
        scopes=scopes[0] if agreed else None,
        unscoped=agreed and scopes[0] is None,
        permissions=_permissions(user),
        tried=tried,
    )


def _probes(kinds: Iterable[Kind], now: float) -> dict[str, Ask]:
    """The smallest read that each permission allows."""
    span = {"from": str(int(now) - _MINUTE), "to": str(int(now))}
    found: dict[str, Ask] = {
        "metrics_read": ("/api/v1/metrics", {"from": span["from"]}),
        "timeseries_query": ("/api/v1/query", {**span, "query": "avg:datadog.agent.running{*}"}),
        "audit_logs_read": ("/api/v2/audit/events", {"page[limit]": "1", "filter[from]": "now-1m"}),
    }
    for kind in kinds:
        endpoint = kind.endpoint
        page = {endpoint.size_parameter: "1", endpoint.offset_parameter: "0", **endpoint.list_parameters}
        found.setdefault(endpoint.read_scope, (endpoint.path, page))
    return found


def _may(client: Client, ask: Ask) -> bool | None:
    allowed, _ = _asked(client, ask)
    return allowed


def _asked(client: Client, ask: Ask) -> tuple[bool | None, Any]:
    """Whether a read is allowed, and its answer; None for one that this Datadog does not have."""
    try:
        return True, client.call("GET", *ask)
    except Forbidden:
        return False, None
    except NotFound:
        return None, None
    except Rejected:
        return True, None  # it was let in, and then disliked what it was asked


_LISTED = {"data": [{"attributes": {"last4": str, "name": str, "scopes": [str]}}]}
_USER = {"included": [{"type": str, "attributes": {"name": str}}]}
"""What is read of answers about keys, and about a user."""


def _listed_keys(client: Client, app_key: str) -> tuple[bool, list[Mapping[str, Any]]]:
    """Whether the user's keys can be listed, and those that end as this one does: no more of a key is ever told."""
    found: list[Mapping[str, Any]] = []
    for number in range(_MOST_PAGES):
        allowed, answer = _asked(client, (KEYS, {"page[size]": str(_PAGE), "page[number]": str(number)}))
        if not allowed:
            return False, []
        facts = [one.get("attributes") or {} for one in (sound(answer, _LISTED) or {}).get("data") or ()]
        found += [one for one in facts if one.get("last4") == app_key[-4:]]
        if len(facts) < _PAGE:
            break
    return True, found


def _permissions(user: Any) -> frozenset[str] | None:
    """The permissions that stand beside a user; None where none do."""
    beside = (sound(user, _USER) or {}).get("included") or ()
    facts = [one.get("attributes") or {} for one in beside if one.get("type") == "permissions"]
    names = {str(one.get("name") or "") for one in facts} - {""}
    return frozenset(names) or None
