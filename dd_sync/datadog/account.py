"""Which account a run talks to: its address, its pages for people, and the keys, from settings and environment."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from ipaddress import ip_address
from typing import NamedTuple
from urllib.parse import urlsplit

from urllib3.util import parse_url

from dd_sync.core.errors import DdsyncError, UsageError
from dd_sync.core.sites import pages_of as pages_of
from dd_sync.datadog.transport import Address

DEFAULT_SITE = "datadoghq.com"


class Account(NamedTuple):
    """One Datadog account. `pages` is the root of its web application, `place` what people call it."""

    address: Address
    pages: str
    place: str


def account(
    environment: Mapping[str, str],
    *,
    site: str | None = None,
    url: str | None = None,
    api_key: str = "DD_API_KEY",
    app_key: str = "DD_APP_KEY",
    fetch: Callable[[], tuple[str, str]] | None = None,
    ca_file: str | None = None,
    without: str = "ddsync local serve",
) -> Account:
    """The account a target means; `DD_HOST` overrides where it is and takes the keys from `DD_API_KEY`, `DD_APP_KEY`.

    The keys come from the environment variables of these names, or are what `fetch` returns. `without` is the command
    that needs none, for who has none yet.

    Raises UsageError for an address that is none, DdsyncError for keys that are missing. Keys never stand in errors.
    """
    override = environment.get("DD_HOST", "").rstrip("/")
    base = override or (url or "").rstrip("/")
    if override:
        api_key, app_key, fetch = "DD_API_KEY", "DD_APP_KEY", None
    if base:
        pages = place = base
    else:
        place = site or environment.get("DD_SITE") or DEFAULT_SITE
        base, pages = f"https://api.{place}", pages_of(place)
    check_url(base)
    keys = fetch() if fetch is not None else _of(environment, api_key, app_key, without)
    for name, key in zip(("the API key", "the application key") if fetch else (api_key, app_key), keys, strict=True):
        if not key.isascii() or not key.isprintable() or " " in key:
            raise DdsyncError(f"{name} holds characters that no key has", hint="look for a line break or quotes in it")
    return Account(
        Address(base, keys[0], keys[1], ca_file), pages, place.removeprefix("https://").removeprefix("http://")
    )


def _of(environment: Mapping[str, str], api_key: str, app_key: str, without: str) -> tuple[str, str]:
    keys = {name: environment.get(name, "").strip() for name in (api_key, app_key)}
    for name, key in keys.items():
        if not key:
            raise DdsyncError(
                f"{name} is not set, so Datadog cannot be asked",
                hint=f"export {name}, or try everything without an account: {without}",
            )
    return keys[api_key], keys[app_key]


def check_url(url: str) -> None:
    """Refuses what is no base URL, and plain http to anywhere but this machine: it would show the keys."""
    try:
        parts = urlsplit(url)
        parse_url(url)  # which is stricter: about characters of hosts, and ports
    except ValueError:
        parts = None
    if parts is None or parts.scheme not in ("http", "https") or not parts.hostname:
        shown = url.rpartition("@")[2]  # what stands before it may be a password
        raise UsageError(f"{shown!r} is no address", hint="for example https://api.datadoghq.eu")
    if parts.username or parts.password:
        raise UsageError("an address must not hold a name or password", hint="keys come from the environment")
    if parts.scheme == "http" and not _loopback(parts.hostname):
        raise UsageError(f"{url} is plain http, which would show the keys to the network", hint="use https")


def check_emulator_host(target: str, url: str) -> None:
    """Refuses an address off this machine for a target that is an emulator: what is meant for a toy would be written
    into an account. Raises UsageError."""
    check_url(url)
    if not _loopback(urlsplit(url).hostname or ""):
        raise UsageError(
            f"target {target} is an emulator, and DD_HOST names {url}: nothing was asked and nothing was sent",
            hint="unset DD_HOST, or choose the target that is that account; an emulator never leaves this machine",
        )


def _loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
