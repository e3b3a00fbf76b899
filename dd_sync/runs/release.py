"""Letting go of objects: which are meant, which may be, and taking the identity off."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dd_sync.core.apply import Outcome
from dd_sync.core.errors import DdsyncError, NotFound, Refused, UsageError
from dd_sync.core.kind import Payload
from dd_sync.core.live import Live
from dd_sync.core.plan import Plan
from dd_sync.runs.console import Console
from dd_sync.runs.plan import DesiredState, receipts_of
from dd_sync.runs.session import Session


def release_all(session: Session, want: DesiredState, names: Sequence[str], yes: bool, tty: Console) -> None:
    """Releases every named object. Raises before the first write when one of them cannot be."""
    owned = session.reader.existing().owned
    meant = [live for name in names for live in _meant(session, owned, name)]
    defined = {(one.kind, session.rules.marks.address_of(session.rules.owner, one.key)) for one in want.desired}
    meant = list({(live.kind, live.id): live for live in meant}.values())
    kept = [live for live in owned if (live.kind, live.id) not in {(one.kind, one.id) for one in meant}]
    for live in meant:
        _check(live, defined, kept)
    for live in meant:
        tty.say(f"{live.kind} {live.id} {session.url(live.kind, live.id)}")
    if not yes and not tty.ci:
        if not tty.answers:
            raise Refused("nobody is here to say yes", hint="ddsync release --yes, where that is meant")
        tty.say(f"Release {len(meant)}? [y/N] ")
        if input().strip().lower() not in ("y", "yes"):
            tty.say("nothing was released")
            return
    _write(session, meant, owned)
    tty.result(f"released {len(meant)}; they stay in Datadog as they are")


def _meant(session: Session, owned: Sequence[Live], name: str) -> Iterator[Live]:
    """The objects of a KEY, or the one of a KIND:ID."""
    kind, _, rest = name.partition(":")
    if kind in session.rules.kinds and rest:
        yield _by_id(session, kind, rest)
        return
    found = [live for live in owned if live.identity is not None and live.identity.key == name]
    if not found:
        raise UsageError(f"no live object of {session.rules.owner} has the key {name}", hint="or name it: monitor:123")
    yield from found


def _by_id(session: Session, kind: str, text: str) -> Live:
    known = session.rules.kinds[kind]
    try:
        payload = session.client.read(known, text)
    except NotFound:
        raise DdsyncError(f"there is no {kind} {text}") from None
    identity = known.identity(payload, session.rules.marks)
    if identity is None or not identity.belongs_to(session.rules.owner):
        raise Refused(f"{kind} {text} does not belong to {session.rules.owner}", hint="choose its own --target")
    return Live(kind, known.object_id(payload), payload, identity)


def _check(live: Live, defined: set[tuple[str, str]], kept: Sequence[Live]) -> None:
    """A defined key can only be released where another live object keeps it: that settles a duplicate."""
    assert live.identity is not None
    name = (live.kind, live.identity.address)
    if name not in defined or name in {(one.kind, one.identity.address) for one in kept if one.identity is not None}:
        return
    raise Refused(
        f"{live.kind} {live.identity.key} is still defined, so the next apply would make it again",
        hint="delete its definition first, then release it; of several copies keep one",
    )


def _write(session: Session, meant: Sequence[Live], owned: Sequence[Live]) -> None:
    """Takes the identity off each, and notes it in a receipt so that they are not missed later."""
    ids = {(live.kind, live.identity.key): live.id for live in owned if live.identity is not None}
    empty = Plan(session.rules.owner, (), 0, ids)
    writing = receipts_of(session).begin(empty, "release")
    for live in meant:
        assert live.identity is not None
        before, after = _freed(session, live)
        outcome = Outcome("release", live.kind, live.identity.key, live.id, "done", before=before, after=after)
        writing.add(outcome)
    writing.seal({"done": len(meant)})


def _freed(session: Session, live: Live) -> tuple[Payload, Payload]:
    """Takes the identity off one object and leaves the rest as it is at that moment; returns both images."""
    kind = session.rules.kinds[live.kind]
    seen: list[Payload] = []

    def body() -> Payload:
        seen.append(session.client.read(kind, live.id))
        return kind.update_body(kind.unstamp(seen[-1], session.rules.marks), seen[-1])

    after = session.client.update(kind, live.id, body)
    return seen[0], after
