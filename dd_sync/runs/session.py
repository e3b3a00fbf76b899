"""One run against one target: the project, the account or the embedded emulator, and how to read and write there."""

from __future__ import annotations

import contextlib
import os
import ssl
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from dd_sync.core.errors import DdsyncError, UsageError
from dd_sync.core.identity import Owner
from dd_sync.core.plan import Ownership
from dd_sync.core.references import ObjectId
from dd_sync.core.secrets import Redactor
from dd_sync.datadog.account import Account, account, check_emulator_host
from dd_sync.datadog.cache import Cache, cache_file
from dd_sync.datadog.client import Client
from dd_sync.datadog.clock import RealClock
from dd_sync.datadog.reader import Reader
from dd_sync.datadog.transport import HTTP, Address
from dd_sync.disk.files import write_file
from dd_sync.kinds import KINDS
from dd_sync.project.receipts import Receipts
from dd_sync.project.repository import repository_of
from dd_sync.project.settings import Settings, Target, whereabouts
from dd_sync.runs.console import Console
from dd_sync.runs.progress import Reading

CACHE = ".ddsync/cache"

KEY_LENGTH = 16
"""Characters; Datadog's keys have 32 and 40, the embedded emulator's are words."""


class Session(NamedTuple):
    """A target that can be asked."""

    root: Path
    settings: Settings
    name: str
    target: Target
    account: Account
    client: Client
    rules: Ownership
    reader: Reader
    clock: RealClock
    place: str
    """The account as receipts name it: another one's receipts say nothing about it."""
    receipts: Receipts

    def url(self, kind: str, object_id: ObjectId | None) -> str:
        """The page of an object; empty for one that does not exist yet."""
        return "" if object_id is None else self.account.pages + KINDS[kind].page(object_id)


def ownership_of(settings: Settings, name: str) -> Ownership:
    """Whose objects a target's are, and how they are marked."""
    owner, *formers = settings.owners(name)
    siblings = {one for other in settings.targets if other != name for one in settings.owners(other)}
    siblings.update(Owner(settings.project, other) for other in settings.applied_elsewhere)
    return Ownership(KINDS, owner, settings.identity.marks, tuple(formers), frozenset(siblings))


@contextlib.contextmanager
def connect(root: Path, settings: Settings, name: str, target: Target, console: Console) -> Iterator[Session]:
    """Opens a target: the account it names, or its emulator, served from this process for as long as the block lasts.

    An emulator follows `DD_HOST` to another port of this machine. Raises UsageError where it names any other host.
    """
    with contextlib.ExitStack() as stack:
        if target.emulator is not None and not os.environ.get("DD_HOST"):
            found, place = stack.enter_context(_embedded(root / target.emulator))
        else:
            if target.emulator is not None:
                check_emulator_host(name, os.environ["DD_HOST"])
            found = _account(root, settings, name, target, console)
            place = found.address.base
        clock = RealClock()
        rules = ownership_of(settings, name)
        client = Client(HTTP(found.address), clock, rules.marks, mask=lambda text: console.redactor.text(text))
        keys = tuple(key for key in (found.address.api_key, found.address.app_key) if len(key) >= KEY_LENGTH)
        cache = Cache(cache_file(root / CACHE, found.address.base, found.address.app_key), keys)
        repository = repository_of(root, settings.id)
        kept = Receipts(root / settings.receipts, settings.project, name, place, Redactor(keys), repository)
        reader = Reader(
            client,
            rules,
            cache if target.emulator is None else Cache(None),
            progress=stack.enter_context(Reading(console)),
            also=lambda: {*settings.synced_kinds(target), *(kind for kind, _ in kept.known_ids())},
        )
        keep_private(root / ".ddsync")
        yield Session(root, settings, name, target, found, client, rules, reader, clock, place, kept)


def _account(root: Path, settings: Settings, name: str, target: Target, console: Console) -> Account:
    """The account of a target, its keys fetched, and known to the console before anything can show them."""
    keys = target.keys_of(settings.project, name)

    def fetch() -> tuple[str, str]:
        from dd_sync.project.credentials import credentials

        found = credentials(keys, root, lambda: whereabouts(root, name, "keys"))
        console.know(found.api_key, found.app_key)
        return found.api_key, found.app_key

    console.know(*(os.environ.get(variable, "") for variable in (keys.api_key, keys.app_key)))
    return account(
        os.environ,
        site=target.site,
        url=target.url,
        api_key=keys.api_key,
        app_key=keys.app_key,
        fetch=fetch if keys.elsewhere else None,
        ca_file=_certificates(root, name, target),
        without=_without_account(settings),
    )


def _without_account(settings: Settings) -> str:
    """What needs no account: a target of this project that is an emulator, else one of one's own."""
    named = [name for name, one in settings.targets.items() if one.emulator is not None]
    return f"ddsync plan --target {named[0]}" if named else "ddsync local serve, which says what to export"


def _certificates(root: Path, name: str, target: Target) -> str | None:
    """The file of `ca_file`, from the project's folder. Raises DdsyncError where none can be read from it."""
    if target.ca_file is None:
        return None
    file = root / os.path.expanduser(target.ca_file)
    try:
        ssl.create_default_context(cafile=str(file))
    except (OSError, ssl.SSLError) as error:
        why = "it holds no certificate" if isinstance(error, ssl.SSLError) else error.strerror
        text = f"{whereabouts(root, name, 'ca_file')}: ca_file {file} cannot be used: {why}"
        raise DdsyncError(text, hint="it takes a file of certificates in PEM form") from None
    return str(file)


def check_ci(console: Console, chosen: str | None, target: Target) -> None:
    """Refuses to pretend: on CI an emulator must be asked for by name."""
    if console.ci and chosen is None and target.emulator is not None and not os.environ.get("DD_HOST"):
        raise UsageError(
            "CI is set and the only place to go is an emulator", hint="choose with --target, or set DD_HOST"
        )


@contextlib.contextmanager
def _embedded(state: Path) -> Iterator[tuple[Account, str]]:
    from dd_sync.emulator import running

    try:
        state.parent.mkdir(parents=True, exist_ok=True)
        serving = running(state=state)
        served = serving.__enter__()
    except OSError as error:
        raise DdsyncError(f"the emulator could not open {state}: {error.strerror}") from error
    try:
        address = Address(served.url, "emulator", "emulator")
        yield Account(address, served.url, "emulator"), f"emulator:{served.emulator.instance}"
    finally:
        serving.__exit__(None, None, None)


def keep_private(folder: Path) -> None:
    """`.ddsync/` holds images of live objects: it never goes into git."""
    with contextlib.suppress(OSError, DdsyncError):
        folder.mkdir(exist_ok=True)
        ignore = folder / ".gitignore"
        if not ignore.exists():
            write_file(ignore, "*\n")
