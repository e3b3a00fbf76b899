"""One undo from the command line: the receipt, what Datadog has now, the question, the apply."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import takewhile
from pathlib import Path

from dd_sync.core.apply import Options
from dd_sync.core.consent import Consent
from dd_sync.core.errors import NotFound, Refused
from dd_sync.core.kind import Payload
from dd_sync.core.references import Name, ObjectId
from dd_sync.project.receipts import Receipt, Receipts, find_receipt
from dd_sync.project.receipts.deeds import Now, ids_of
from dd_sync.project.receipts.inverse import Inverse, as_they_were, inverse
from dd_sync.project.settings import find_root, load_settings
from dd_sync.reports.heading import Heading
from dd_sync.runs.apply import Manner, apply_plan
from dd_sync.runs.console import Console
from dd_sync.runs.plan import TargetPlan, pagers_of, receipts_of
from dd_sync.runs.session import Session, check_ci, connect

READERS = 16
"""Objects read at once."""

_RESTORE = "Datadog keeps deleted objects for some days and restores them under their old ids: look there first"


@dataclass(frozen=True)
class UndoRequest:
    """What the command line asked for."""

    receipt: str
    target: str | None
    yes: bool
    edited: bool
    parallel: int
    format: str


def run_undo(start: Path, asked: UndoRequest, tty: Console) -> int:
    """Undoes a receipt; returns the exit status. Raises Refused for another project's, target's or account's."""
    root = find_root(start)
    settings, _ = load_settings(root)
    receipt = find_receipt(asked.receipt, root, settings.receipts)
    named = asked.target or receipt.belongs_to[1]
    name, target = settings.choose_target(named)
    check_ci(tty, named, target)
    with connect(root, settings, name, target, tty) as session:
        _check_ours(receipt, session)
        claimed = _claimed(receipt, receipts_of(session))
        found = _inverse(receipt, session, asked, claimed)
        _tell(found, receipt, tty)
        heading = Heading(settings.project, name, session.account.place, 0.0)
        # Naming a receipt is consent to lose what it created: there is no filter or checkout that could be wrong.
        lost = [change.action for change in found.plan.changes]
        consent = Consent(lost.count("delete"), lost.count("replace"), twins=True)
        manner = Manner(asked.yes, asked.format, Options(consent=consent, parallel=asked.parallel))
        manner = replace(manner, command=f"ddsync undo {asked.receipt}")
        as_it_was = session._replace(rules=as_they_were(session.rules))
        status = apply_plan(as_it_was, TargetPlan(found.plan, heading, ()), pagers_of(settings), manner, tty)
    return 1 if found.left else status


def _inverse(receipt: Receipt, session: Session, asked: UndoRequest, claimed: set[Name]) -> Inverse:
    """The plan that undoes a receipt, which may come from anywhere. Raises Refused for images that are no objects."""
    try:
        return inverse(receipt, _now(receipt, session), session.rules, edited=asked.edited, claimed=claimed)
    except (KeyError, TypeError, ValueError, AttributeError, IndexError, RecursionError) as error:
        text = f"{receipt.name} is damaged: it holds an image that is no object of Datadog's"
        raise Refused(text, hint="ddsync history lists the others") from error


def _check_ours(receipt: Receipt, session: Session) -> None:
    mine = (session.settings.project, session.name, session.place)
    for what, theirs, ours in zip(("project", "target", "account"), receipt.belongs_to, mine, strict=True):
        if theirs != ours:
            raise Refused(
                f"{receipt.name} is of the {what} {theirs}, this run goes to {ours}", hint="choose its --target"
            )


def _claimed(receipt: Receipt, every: Receipts) -> set[Name]:
    """The objects that receipts later than this one say were changed."""
    later = takewhile(lambda one: one.started > receipt.started, every.all())
    return {(o["kind"], o["key"]) for one in later for o in one.outcomes if o["status"] == "done"}


def _now(receipt: Receipt, session: Session) -> Now:
    names = sorted(ids_of(receipt, session.rules), key=str)

    def read(name: tuple[str, ObjectId]) -> Payload | None:
        try:
            return session.client.read(session.rules.kinds[name[0]], name[1])
        except NotFound:
            return None

    with ThreadPoolExecutor(max_workers=READERS, thread_name_prefix="read") as pool:
        found = {name: payload for name, payload in zip(names, pool.map(read, names), strict=True) if payload}
    return Now(found, session.reader.existing().owned)


def _tell(found: Inverse, receipt: Receipt, tty: Console) -> None:
    """What a person should know before they say yes."""
    tty.say(f"undoing {receipt.name} of {receipt.started[:16].replace('T', ' ')} UTC")
    if not receipt.sealed:
        tty.say("  that apply did not come to its end; what it noted, or can be seen to have done, is undone")
    for left in found.left:
        way = " (--drift revert undoes it all the same)" if left.edited else ""
        name = left.key if left.edited else f"{left.key} ({left.id})"
        tty.say(f"left: {left.kind} {name}: {left.why}{way}")
    if found.restored:
        tty.say(f"{len(found.restored)} come back under new ids. {_RESTORE}")
    for notice in found.plan.notices:
        tty.say(f"notice: {notice}")
