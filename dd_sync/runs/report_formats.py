"""Which report a `--format` means."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, get_args

from dd_sync.core.causes import Cause
from dd_sync.core.consent import valid
from dd_sync.core.errors import DdsyncError, UsageError, did_you_mean
from dd_sync.core.plan import Action
from dd_sync.core.references import ObjectId
from dd_sync.core.shape import misfits
from dd_sync.kinds import KINDS
from dd_sync.project.settings import find_root, load_settings
from dd_sync.reports.heading import nothing_text
from dd_sync.reports.paging import Pagers
from dd_sync.runs.console import Console
from dd_sync.runs.plan import TargetPlan, pagers_of, today
from dd_sync.runs.session import Session

if TYPE_CHECKING:
    from dd_sync.core.saved import Saved
    from dd_sync.reports.as_json import Url


def check_format(format: str, *known: str) -> None:
    """Raises UsageError for a format the command does not have."""
    if format not in known:
        raise UsageError(f'no format "{format}".{did_you_mean(format, known)}', hint=f"formats are {', '.join(known)}")


def plan_report(
    made: TargetPlan, pagers: Pagers, session: Session, console: Console, format: str, *, series: bool = False
) -> str:
    """The plan in one of its formats. With `series` a page shows what monitors measured lately, as far as it can be
    read."""
    url = session.url
    heading = made.heading._replace(now=time.time())
    match format:
        case "json":
            from dd_sync.reports.as_json import plan_json

            return plan_json(made.plan, url, console.redactor)
        case "markdown":
            from dd_sync.reports.markdown import Surroundings, plan_markdown

            return plan_markdown(made.plan, heading, pagers, Surroundings(url), redactor=console.redactor)
        case "html":
            from dd_sync.reports.html import Page, plan_html
            from dd_sync.runs.series import series_of

            page = Page(url, series_of(session, console) if series else None)
            return plan_html(made.plan, heading, pagers, page, redactor=console.redactor)
        case _ if not made.plan.changes:  # as `plan_text` has it, without importing all that it takes to tell a change
            return nothing_text(made.plan, heading)
        case _:
            from dd_sync.reports.text import plan_text

            return plan_text(made.plan, heading, pagers, console.paint)


def read_plan(path: Path) -> Saved:
    """A plan that was saved, less the consent that has expired since. Raises DdsyncError for a file that is none."""
    from dd_sync.core.saved import from_text

    try:
        saved = from_text(path.read_text(encoding="utf-8"), str(path))
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not a plan file"
        raise DdsyncError(f"{path}: {reason}", hint="ddsync plan --save PLANFILE writes one") from None
    for change in saved.plan.changes:
        known = change.kind in KINDS and change.action in get_args(Action) and change.cause in get_args(Cause)
        if not known or not all(isinstance(text, str) for text in (change.key, change.title, change.source)):
            raise DdsyncError(f"{path}: {change.kind} {change.key}: no change of a plan", hint="plan again")
        handles = [one for told in (change.told_before, change.told_after) for one in told.values()]
        if not all(isinstance(one, list) and all(isinstance(text, str) for text in one) for one in handles):
            raise DdsyncError(f"{path}: {change.key}: whom it tells is no list of handles", hint="plan again")
        for payload in (change.desired, change.live):
            for place, expected in misfits(payload, KINDS[change.kind].shape):
                raise DdsyncError(f"{path}: {change.key}: {place}: expected {expected}", hint="plan again")
    return replace(saved, plan=replace(saved.plan, consents=valid(saved.plan.consents, today())))


def pagers_here() -> Pagers:
    """The handles that wake somebody, from the project around; without one, those of the paging services alone."""
    try:
        return pagers_of(load_settings(find_root(Path.cwd()))[0])
    except DdsyncError:
        return Pagers()


def urls_of(place: str) -> Url:
    """The pages of the account that a plan was made for; none where that was an emulator."""
    from dd_sync.core.sites import SITES, pages_of

    site = place.removeprefix("https://api.")
    root = pages_of(site) if site in SITES else place if place.startswith(("https://", "http://")) else ""

    def url(kind: str, object_id: ObjectId | None) -> str:
        return "" if object_id is None or not root else root + KINDS[kind].page(object_id)

    return url
