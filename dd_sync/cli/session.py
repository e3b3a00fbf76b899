"""One run against one target: the project, the account or the embedded emulator, and how to read and write there."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from dd_sync.cli.console import Console
from dd_sync.core.errors import DdsyncError, UsageError
from dd_sync.core.identity import Owner
from dd_sync.core.plan import Rules
from dd_sync.core.references import ObjectId
from dd_sync.datadog.account import Account, account
from dd_sync.datadog.cache import Cache, cache_file
from dd_sync.datadog.client import Client
from dd_sync.datadog.clock import RealClock
from dd_sync.datadog.reader import Reader
from dd_sync.datadog.transport import HTTP, Address
from dd_sync.kinds import KINDS
from dd_sync.project.receipts import Receipts
from dd_sync.project.settings import Settings, Target

CACHE = ".ddsync/cache"


@dataclass(frozen=True)
class Session:
    """A target that can be asked."""

    root: Path
    settings: Settings
    name: str
    target: Target
    account: Account
    client: Client
    rules: Rules
    reader: Reader
    clock: RealClock
    place: str
    """The account as receipts name it: another one's receipts say nothing about it."""

    def url(self, kind: str, object_id: ObjectId | None) -> str:
        """The page of an object; empty for one that does not exist yet."""
        return "" if object_id is None else self.account.pages + KINDS[kind].page(object_id)


def rules_of(settings: Settings, name: str) -> Rules:
    """Whose objects a target's are, and how they are marked."""
    return Rules(KINDS, Owner(settings.project, name), settings.identity.marks)


@contextlib.contextmanager
def connected(root: Path, settings: Settings, name: str, target: Target, console: Console) -> Iterator[Session]:
    """Opens a target: the account it names, or its emulator, served from this process for as long as the block lasts.

    Raises UsageError on CI when nothing but an emulator is there: a green run that touched nothing misleads.
    """
    with contextlib.ExitStack() as stack:
        if target.emulator is not None and not os.environ.get("DD_HOST"):
            found, place = stack.enter_context(_embedded(root / target.emulator))
        else:
            found = account(
                os.environ,
                site=target.site,
                url=target.url,
                api_key=target.keys.api_key,
                app_key=target.keys.app_key,
                ca_file=target.ca_file,
            )
            console.know(found.address.api_key, found.address.app_key)
            place = found.address.base
        clock = RealClock()
        rules = rules_of(settings, name)
        client = Client(HTTP(found.address), clock, rules.marks)
        cache = Cache(cache_file(root / CACHE, found.address.base, found.address.app_key))
        kept = Receipts(root / settings.receipts, settings.project, name, place)
        reader = Reader(
            client,
            rules,
            cache if target.emulator is None else Cache(None),
            also=lambda: {*settings.synced(target), *(kind for kind, _ in kept.known())},
        )
        keep_private(root / ".ddsync")
        yield Session(root, settings, name, target, found, client, rules, reader, clock, place)


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
    with contextlib.suppress(OSError):
        folder.mkdir(exist_ok=True)
        ignore = folder / ".gitignore"
        if not ignore.exists():
            ignore.write_text("*\n")
