"""One examination of a target: asks what can be asked without changing anything, and judges what came back."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace

from dd_sync.core.diagnosis import Able, Check, Diagnosis
from dd_sync.core.errors import DatadogError, DdsyncError
from dd_sync.core.kind import Kind
from dd_sync.datadog.checkup import KeyFacts, Listening, key_facts
from dd_sync.datadog.client import Client
from dd_sync.datadog.transport import HTTP
from dd_sync.kinds.permissions import COMMANDS, Command, kinds_used, plural
from dd_sync.project.receipts import is_durable
from dd_sync.runs.console import Console
from dd_sync.runs.doctor_objects import Objects
from dd_sync.runs.plan import receipts_of
from dd_sync.runs.session import Session

BUDGET_SECONDS = 20.0
"""How long one question is tried: who asks a doctor is waiting."""

FAR_SECONDS = 30
"""A difference of clocks from which on times in reports mislead."""

LITTLE = 0.1
"""The share of a rate limit below which an apply would wait."""


def examine(session: Session, tty: Console) -> Diagnosis:
    """Looks at everything. What Datadog does not let one see is said, and raises nothing."""
    line = Listening(HTTP(session.account.address))
    client = Client(line, session.clock, session.rules.marks, budget=BUDGET_SECONDS)
    settings = [*_site(session), *_receipts(session, tty)]
    try:
        used = kinds_used(session.reader.also())
        keys = key_facts(client, session.account.address.app_key, used, time.time())
    except DatadogError as error:
        checks = [Check("reach", "error", error.message, error.hint), *settings]
        return _diagnosis(session, checks, ())
    if _embedded(session):
        keys = replace(keys, unscoped=True)
    good = keys.api_valid and keys.app_valid is not False
    able = [_able(command, keys, used) for command in _asking(session)] if good else []
    looked = Objects(session, client, [kind for kind in used if keys.may(kind.endpoint.read_scope)]) if good else None
    objects = list(looked.checks()) if looked else []  # first, so that what they cost shows in the rate limits
    checks = [
        *_keys(keys, session.account.place),
        *_line(line),
        *settings,
        *(_unseen(keys, used) if good else ()),
        *objects,
    ]
    return _diagnosis(session, checks, able)


def _diagnosis(session: Session, checks: Sequence[Check], able: Sequence[Able]) -> Diagnosis:
    return Diagnosis(session.settings.project, session.name, session.account.place, checks, able)


def _embedded(session: Session) -> bool:
    return session.target.emulator is not None and not os.environ.get("DD_HOST")


def _asking(session: Session) -> list[Command]:
    """The commands that ask Datadog anything, in this project."""
    asking = [command for command in COMMANDS if not command.keyless]
    return [one for one in asking if not one.setting or getattr(session.settings, one.setting)]


def _keys(keys: KeyFacts, place: str) -> Iterator[Check]:
    where = "keys are good at one site only: look at the target's site, and at where its keys come from"
    if not keys.api_valid:
        yield Check("api-key", "error", f"{place} does not accept the API key", where)
        return
    yield Check("api-key", "ok", "the API key is valid")
    if keys.app_valid is False:
        yield Check("app-key", "error", f"{place} does not accept the application key, or it may nothing at all", where)
        return
    name = f' "{keys.name}"' if keys.name else ""
    if keys.scopes is not None:
        held = [{"scope": scope} for scope in sorted(keys.scopes)]
        yield Check("app-key", "ok", f"the application key{name} is scoped to {len(held)} permissions", details=held)
    elif keys.unscoped:
        hint = "a key scoped to what docs/permissions.md names can do less harm"
        yield Check("app-key", "note", f"the application key{name} has every permission of its user", hint)
    elif keys.tried.get("user_app_keys"):
        text = "the application key is valid; its user's list does not tell it apart, so its scopes are unknown"
        yield Check("app-key", "note", text)
    else:
        text = "the application key is valid; what it is scoped to, Datadog does not tell it"
        yield Check("app-key", "note", text, "with the permission user_app_keys it would")


def _line(line: Listening) -> Iterator[Check]:
    if line.ahead is None:
        yield Check("clock", "note", "no answer said what time it is, so the clocks were not compared")
    else:
        far = round(line.ahead)
        text = (
            "the clocks agree"
            if abs(far) <= 2
            else f"Datadog's clock is {abs(far)} s {'ahead' if far > 0 else 'behind'}"
        )
        late = abs(far) > FAR_SECONDS
        fix = "set this machine's clock: times of edits and of receipts mislead" if late else ""
        yield Check("clock", "warning" if late else "ok", text, fix, [{"seconds_ahead": far}])
    rooms = sorted(line.rooms.values(), key=lambda room: room.name)
    if not rooms:
        yield Check("rate-limits", "note", "no answer named a rate limit")
        return
    low = [room for room in rooms if room.remaining < LITTLE * room.limit]
    details = [vars(room) for room in rooms]
    if low:
        text = f"little room is left in {', '.join(f'{room.name} ({room.remaining} of {room.limit})' for room in low)}"
        yield Check(
            "rate-limits", "warning", text, f"it is there again in {max(room.reset for room in low)} s", details
        )
    else:
        yield Check("rate-limits", "ok", "there is room in every rate limit", details=details)


def _site(session: Session) -> Iterator[Check]:
    if _embedded(session):
        yield Check("site", "note", "this is the embedded emulator, not Datadog")
    else:
        yield Check("site", "ok", f"{session.account.address.base}")


def _receipts(session: Session, tty: Console) -> Iterator[Check]:
    setting = session.settings.receipts
    try:
        number = sum(1 for _ in receipts_of(session).all())
    except DdsyncError as error:
        yield Check("receipts", "error", error.message, error.hint)
        return
    text = f"{number} receipts of this target in {setting}"
    if is_durable(setting):
        yield Check("receipts", "ok", text)
    else:
        fix = "set receipts: to a place that lasts, for example s3://bucket/prefix: undo needs them"
        yield Check("receipts", "warning" if tty.ci else "note", f"{text}, which is gone when this machine is", fix)


def _able(command: Command, keys: KeyFacts, used: Sequence[Kind]) -> Able:
    reasons: dict[str, list[str]] = {}
    for scope, reason in command.required_for(used):
        reasons.setdefault(scope, []).extend([reason] if reason else [])
    required = [(scope, " and ".join(why)) for scope, why in reasons.items()]
    return Able(
        command.name,
        missing=[one for one in required if keys.may(one[0]) is False],
        unknown=[one for one in required if keys.may(one[0]) is None],
        without=list(
            dict.fromkeys(
                (also.scope, f"{also.gives}{f' ({also.option})' if also.option else ''}")
                for also in command.also
                if also.scope not in reasons and keys.may(also.scope) is False
            )
        ),
    )


def _unseen(keys: KeyFacts, used: Sequence[Kind]) -> Iterator[Check]:
    hidden = [kind for kind in used if keys.may(kind.endpoint.read_scope) is False]
    for kind in hidden:
        scope = kind.endpoint.read_scope
        text = f"{plural(kind)} cannot be seen: the application key lacks {scope}"
        yield Check("unseen", "error", text, f"add {scope} to its scopes, and to a role of its user")
