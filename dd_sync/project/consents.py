"""The consent that `ddsync.yaml` holds: where each line stands, which holds today, which should be gone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from dd_sync.core.consent import Limits, WrittenConsent
from dd_sync.core.errors import DefinitionError
from dd_sync.core.limits import uses
from dd_sync.core.plan import Notice, Plan
from dd_sync.project.settings import ReadSettings, Settings


def limits_of(settings: Settings) -> Limits:
    """What one apply may lose without consent."""
    limits = settings.limits
    return Limits(limits.deletes, limits.share, limits.replaces)


def written_consents(read: ReadSettings) -> tuple[WrittenConsent, ...]:
    """Every line of `consent:`, each with its `file:line`, whether it holds or not."""
    settings, file = read
    return tuple(
        WrittenConsent(one.action, one.number, one.only, one.until.isoformat(), one.why, file.at(["consent", n]))
        for n, one in enumerate(settings.consent)
    )


def check_consents(consents: Iterable[WrittenConsent], today: date) -> None:
    """Raises DefinitionError for the first one that expired more than a month ago."""
    for one in consents:
        if one.overdue(today):
            raise DefinitionError(
                f"consent to {one.action} {one.only} expired on {one.until}, more than a month ago",
                at=one.source,
                hint="take the line out of consent: it allows nothing any more",
            )


def consent_notices(written: Sequence[WrittenConsent], plan: Plan, today: date) -> Iterator[Notice]:
    """Lines that allow nothing: those whose last day is over, and those that nothing in the plan needs."""
    for one in written:
        if one.has_expired(today):
            yield Notice(f"{one.source}: consent to {one.action} {one.only} expired on {one.until}: take it out")
    for consent, changes in uses(plan):
        if not changes:
            done = f"nothing here is to {consent.action}"
            yield Notice(f"{consent.source}: consent to {consent.text}: {done}; take it out once it was applied")
