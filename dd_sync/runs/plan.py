"""From a session to a plan: what plan, apply and drift share."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from dd_sync.core.consent import WrittenConsent, valid
from dd_sync.core.errors import DdsyncError, Refused
from dd_sync.core.foresight import foresee
from dd_sync.core.live import DuplicateIdentity
from dd_sync.core.make_plan import make_plan
from dd_sync.core.plan import Notice, Plan
from dd_sync.core.references import Name
from dd_sync.core.renames import rename_text, renames
from dd_sync.core.resource import Desired
from dd_sync.core.selection import WHOLE, Selection, matcher_of, within_all
from dd_sync.definitions.notices import notices
from dd_sync.disk.files import write_file
from dd_sync.kinds import FOLDERS
from dd_sync.project.consents import check_consents, consent_notices, limits_of, written_consents
from dd_sync.project.elsewhere import unpinned_notices
from dd_sync.project.known_keys import remember_keys
from dd_sync.project.project import load_project
from dd_sync.project.receipts import Receipts
from dd_sync.project.settings import ReadSettings, Settings, Target, find_root, load_settings
from dd_sync.reports.heading import Heading
from dd_sync.reports.paging import Pagers
from dd_sync.runs.console import Console
from dd_sync.runs.session import KEY_LENGTH, Session, check_ci, connect

if TYPE_CHECKING:
    from dd_sync.core.findings import Located


class DesiredState(NamedTuple):
    """What a run wants: the project's settings, the target, and the objects it should have."""

    root: Path
    settings: Settings
    name: str
    target: Target
    desired: Sequence[Desired]
    pagers: Pagers
    notices: Sequence[str] = ()
    """What the inventory lets one expect and a person may want to know."""
    findings: Callable[[Iterable[Name]], Sequence[Located]] = lambda names: ()
    """What is wrong with some of the objects; nothing is known of rendered ones."""
    only: Sequence[str] = ()
    """The filter of what was rendered; what it left out is not gone."""
    consents: Sequence[WrittenConsent] = ()
    """What the change consents to, expired lines too."""
    place_of: Callable[[str], str] = lambda name: ""
    """Where a line about an entry of the inventory goes; empty where that is not known."""


class TargetPlan(NamedTuple):
    """A plan with what reports need around it."""

    plan: Plan
    heading: Heading
    desired: Sequence[Desired]
    """What it was made from."""
    shard: str = ""
    """The part of the project it is about; empty for all of it."""


@contextlib.contextmanager
def open_target(
    start: Path, target: str | None, rendered: Path | None, console: Console, *, part: Selection = WHOLE
) -> Iterator[tuple[Session, DesiredState]]:
    """A target that can be asked, and what the project wants there: Datadog answers while the definitions are built.

    A shard is read once the definitions say what is in it.
    Raises DefinitionError, UsageError, DatadogError.
    """
    place = find_target(start, target)
    check_ci(console, target, place.target)
    with connect(place.root, place.settings, place.name, place.target, console) as session:
        ahead = session.reader.ahead() if part.shard is None else contextlib.nullcontext()
        with ahead:
            yield session, load_desired(place, rendered)


class Place(NamedTuple):
    """Where a run goes: the project, its settings, and the target that was chosen. Found once a run."""

    root: Path
    read: ReadSettings
    name: str
    target: Target

    @property
    def settings(self) -> Settings:
        return self.read[0]


def find_target(start: Path, target: str | None) -> Place:
    """Finds the project from a folder inside it and chooses the target. Raises DefinitionError, UsageError."""
    root = find_root(start)
    read = load_settings(root)
    return Place(root, read, *read[0].choose_target(target))


def load_desired(place: Place, rendered: Path | None = None) -> DesiredState:
    """Reads the project, or what was rendered of it. Raises DefinitionError, UsageError."""
    root, settings, name, target = place.root, place.settings, place.name, place.target
    if rendered is not None:
        from dd_sync.project import rendered as rendered_folder

        desired = rendered_folder.read(rendered, settings.project, name)
        only = rendered_folder.filter_of(rendered)
        consents = rendered_folder.consents_of(rendered)
        check_consents(consents, today())
        return DesiredState(root, settings, name, target, desired, pagers_of(settings), only=only, consents=consents)
    consents = written_consents(place.read)
    check_consents(consents, today())
    project = load_project(root, read=place.read)
    built = project.build(target)
    remember_keys(root, FOLDERS, settings.service_patterns, {name: built.origins})
    said = [*notices(project.inventory(target)), *unpinned_notices(root, settings)]

    def findings(names: Iterable[Name]) -> Sequence[Located]:
        from dd_sync.project.validating import findings_of  # needs every rule, which a plan of nothing new does not

        return findings_of(built, names, project.teams.values())

    state = DesiredState(root, settings, name, target, built.desired, pagers_of(settings), tuple(said), findings)
    return state._replace(consents=consents, place_of=project.place_of)


def pagers_of(settings: Settings) -> Pagers:
    """The handles that teams name under `page:`."""
    found: set[str] = set()
    for facts in settings.teams.values():
        for place in (facts or {}, *((facts or {}).get("envs") or {}).values()):
            page = (place or {}).get("page") or ()
            found.update([page] if isinstance(page, str) else page)
    return Pagers(frozenset(found))


def receipts_of(session: Session) -> Receipts:
    """Where this target's receipts are."""
    return session.receipts


def plan_of_target(session: Session, want: DesiredState, part: Selection, console: Console) -> TargetPlan:
    """Compares the project with the target. Raises DuplicateIdentity with the links of both objects."""
    started = time.monotonic()
    shard = part.shard.inside(want.desired) if part.shard else None
    receipts = receipts_of(session)
    known = {name: id for name, id in receipts.known_ids().items() if shard is None or shard(*name)}
    also = {*session.settings.synced_kinds(session.target), *(kind for kind, _ in known)}
    existing = session.reader.existing(want.desired, known, also, shard)
    console.keep(want, existing)
    other = receipts.applied_by()
    try:
        made = make_plan(
            want.desired,
            existing,
            session.rules,
            known=known,
            only=part.only or want.only,
            shard=within_all(shard, matcher_of(want.only)) if part.only else shard,
            remembered=receipts.image,
        )
    except DuplicateIdentity as double:
        for line in double.lines(lambda live: session.url(live.kind, live.id)):
            console.say(f"  {line}")
        raise
    if other:
        text = f"who applied to {made.owner} last was another repository: {other}, not {receipts.repository}"
        made = replace(made, applied_by=other, notices=(*made.notices, Notice(text)))
    made = replace(made, limits=limits_of(session.settings), consents=valid(want.consents, today()), day=today())
    said = [*foresee(made, want.desired, session.rules.kinds, time.time())]
    said += [Notice(rename_text(one, want.place_of(one.new))) for one in renames(made)]
    said += consent_notices(want.consents, made, today())
    made = replace(made, notices=(*made.notices, *said))
    heading = Heading(session.settings.project, session.name, session.account.place, time.monotonic() - started)
    return TargetPlan(made, heading, want.desired, str(part.shard or ""))


def today() -> date:
    """The day in UTC, which is the one that consent counts by."""
    return datetime.now(UTC).date()


def save_plan(path: Path, made: TargetPlan, session: Session, part: Selection) -> None:
    """Keeps a plan for `ddsync apply`, readable by its owner alone. Raises Refused rather than write down a key."""
    from dd_sync.core.saved import Saved, definitions_digest, to_text

    text = to_text(Saved(made.plan, session.place, definitions_digest(made.desired), part))
    address = session.account.address
    if any(len(key) >= KEY_LENGTH and key in text for key in (address.api_key, address.app_key)):
        raise Refused("a key of this target stands in a definition or a live object, so the plan is not saved")
    try:
        write_file(path, text, private=True)
    except DdsyncError as error:
        raise DdsyncError(error.message, hint="the plan was not saved") from None
