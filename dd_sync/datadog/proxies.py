"""The proxy to Datadog, from the environment: `HTTPS_PROXY`, `ALL_PROXY`, `NO_PROXY`, in either case.

Plain http goes to this machine alone, and straight.
"""

from __future__ import annotations

from collections.abc import Mapping
from ipaddress import ip_address, ip_network
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from dd_sync.core.errors import UsageError

_SCHEMES = ("http", "https")


class Proxy(NamedTuple):
    """Where it is, without a name or password, and what it is sent besides. Neither is ever shown."""

    url: str
    headers: Mapping[str, str]


def proxy_for(url: str, environment: Mapping[str, str]) -> Proxy | None:
    """The proxy that leads to an address; None for the straight way. Raises UsageError for one of another protocol."""
    parts = urlsplit(url)
    name, told = _told(environment, "https_proxy", "all_proxy")
    if parts.scheme != "https" or not told or _excepted(parts.hostname or "", parts.port or 443, environment):
        return None
    try:
        proxy = urlsplit(told if "://" in told else f"http://{told}")
        place = proxy.hostname and f"{proxy.scheme}://{proxy.netloc.rpartition('@')[2]}"
        _ = proxy.port
    except ValueError:
        place = None
    if not place or proxy.scheme not in _SCHEMES:
        raise UsageError(
            f"{name.upper()} names no proxy of http or https", hint="for example http://proxy.example.com:3128"
        )
    return Proxy(place, _headers(proxy.username, proxy.password))


def _headers(user: str | None, password: str | None) -> Mapping[str, str]:
    if user is None:
        return {}
    from urllib3.util import make_headers

    return make_headers(proxy_basic_auth=f"{unquote(user)}:{unquote(password or '')}")


def _told(environment: Mapping[str, str], *names: str) -> tuple[str, str]:
    """The first of the variables that is set, in lower case before upper, as everywhere."""
    found = ((name, environment.get(name) or environment.get(name.upper()) or "") for name in names)
    return next(((name, value.strip()) for name, value in found if value.strip()), ("", ""))


def _excepted(host: str, port: int, environment: Mapping[str, str]) -> bool:
    """Whether NO_PROXY names a host: itself, a domain above it, a network it is in, or everything."""
    _, told = _told(environment, "no_proxy")
    return any(_covers(one.strip().lower(), host.lower(), port) for one in told.split(",") if one.strip())


def _covers(entry: str, host: str, port: int) -> bool:
    if entry == "*":
        return True
    try:
        return ip_address(host) in ip_network(entry, strict=False)
    except ValueError:
        pass
    name, _, only = entry.rpartition(":") if entry.count(":") == 1 else (entry, "", "")
    name = name.removeprefix("*").strip("[]").lstrip(".")
    return (not only or only == str(port)) and bool(name) and (host == name or host.endswith(f".{name}"))
