"""What a plan may not do without being told the number: delete much, replace anything, empty everything.

A wrong filter, an empty checkout or a renamed project look to a machine like "delete all". Each rule here is one way
in which that happened to users of other tools.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from dd_sync.core.consent import Consent, WrittenConsent, proposal
from dd_sync.core.errors import Refused
from dd_sync.core.live import is_aside
from dd_sync.core.plan import Change, Plan, Twin
from dd_sync.core.selection import matcher_of
from dd_sync.core.wording import quantity

MOST_TWINS = 10
"""Objects to create that may be there already and are left one by one; more of them are one mistake, which ends all."""

SHARE_FROM = 3
"""Objects of a kind from which their share counts."""


class OverLimit(Refused):
    """The plan is within the rules of Datadog and beyond those of ddsync."""

    def __init__(self, message: str, *, hint: str, consent: str = "") -> None:
        written = f"\n  or, for a pipeline, in ddsync.yaml: {consent}" if consent else ""
        super().__init__(message, hint=f"{hint}{written}")
        self.by_hand = hint
        """How to say that it is meant at the command line."""
        self.consent = consent
        """The line of `ddsync.yaml` that says it in the change itself; empty where none can."""


class Twins(OverLimit):
    """Objects would be made that are there already, or may be."""


def guard(plan: Plan, consent: Consent) -> None:
    """Raises OverLimit (exit status 3) for the first rule the plan breaks."""
    for refusal in refusals(plan, consent):
        raise refusal


class Use(NamedTuple):
    """One consent and what of a plan it is for; more than it names, and it covers none of them."""

    consent: WrittenConsent
    changes: Sequence[Change]

    @property
    def enough(self) -> bool:
        return len(self.changes) <= self.consent.number


def uses(plan: Plan) -> list[Use]:
    """What each consent of a plan is for; a change that two of them name counts for the first."""
    left = [*_lost(plan, "delete"), *_lost(plan, "replace")]
    found = []
    for consent in plan.consents:
        inside = matcher_of((consent.only,)) or (lambda kind, key: True)
        mine = [change for change in left if change.action == consent.action and inside(*change.name)]
        named = {change.name for change in mine}
        left = [change for change in left if change.name not in named]
        found.append(Use(consent, mine))
    return found


def _lost(plan: Plan, action: str) -> list[Change]:
    """The end of a replace that was broken off takes no consent of its own: it was given, and the new object is
    there."""
    return [change for change in plan.changes if change.action == action and not is_aside(change.key)]


def refusals(plan: Plan, consent: Consent) -> Iterator[OverLimit]:
    """Every rule the plan breaks, each with the way to say that it is meant."""
    deletes, replaces = _lost(plan, "delete"), _lost(plan, "replace")
    yield from _protected(deletes, replaces)
    yield from _twins(plan, consent)
    made_of = uses(plan)
    covered = {change.name for use in made_of if use.enough for change in use.changes}
    deletes = [change for change in deletes if change.name not in covered]
    replaces = [change for change in replaces if change.name not in covered]
    short = [use for use in made_of if not use.enough]
    if len(deletes) > consent.deletes:
        yield from _too_many(plan, deletes, short)
    if len(replaces) > max(consent.replaces, plan.limits.replaces):
        limit = f" (limit {plan.limits.replaces})" * bool(plan.limits.replaces)
        yield OverLimit(
            f"this plan replaces {_count(replaces)}{limit}: ids, history and mutes of the old ones are lost",
            hint=_by_hand(replaces, "replace", short),
            consent=proposal("replace", len(replaces), _common(replaces), plan.day),
        )
    yield from _vanished(plan, consent)


def _by_hand(changes: Sequence[Change], action: str, short: Sequence[Use]) -> str:
    """How to say at the command line that it is meant, and which consent is to fewer objects."""
    small = "".join(
        f"; {use.consent.source or 'consent'} is for {use.consent.number} of {use.consent.only}, and there are"
        f" {len(use.changes)}"
        for use in short
        if use.consent.action == action
    )
    return f"If that is meant: ddsync apply --allow-{action} {len(changes)}{small}"


def _common(changes: Sequence[Change]) -> str:
    """The narrowest glob of a few parts that matches all of them."""
    parts = [change.key.split("/") for change in changes]
    if len({len(names) for names in parts}) > 1:
        shared = set(parts[0][1:]).intersection(*parts[1:]) or set()
        first = {names[0] for names in parts}
        entry = f"*/{max(shared, key=len)}*" if shared else "*"
        return f"{first.pop()}/*" if len(first) == 1 else entry
    same = [names.pop() if len(names) == 1 else "*" for names in map(set, zip(*parts, strict=True))]
    return "/".join(same)


def _protected(deletes: Sequence[Change], replaces: Sequence[Change]) -> Iterator[OverLimit]:
    for change in (*deletes, *replaces):
        if change.protected:
            yield OverLimit(
                f"{change.kind} {change.key} is protected and this plan would {change.action} it",
                hint="take protect=True off its definition first, in a change of its own",
            )


def _twins(plan: Plan, consent: Consent) -> Iterator[Twins]:
    if consent.twins:
        return
    lost, owned = ([twin for twin in plan.twins if bool(twin.owner) == other] for other in (False, True))
    if owned:
        yield _moved(plan, owned)
    if len(lost) > MOST_TWINS:
        yield Twins(
            f"{len(lost)} of the objects to create exist in Datadog under the same title,"
            f" without ddsync's identity:{_shown(lost)}",
            hint="take them over with `ddsync import --adopt --id KIND:ID`, or make second ones with --allow-twin",
        )


def _moved(plan: Plan, twins: Sequence[Twin]) -> Twins:
    """What stands under the name of another project or target: probably this one's, before it was renamed."""
    (owner, _), *_ = Counter(twin.owner for twin in twins).most_common(1)
    project, _, target = owner.partition("/")
    ways = [f"`renamed_from: {project}` beside `project:`"] * (project != plan.owner.project)
    ways += [f"`renamed_from: {target}` in the target {plan.owner.target}"] * (target != plan.owner.target)
    theirs = f"; if {target} is applied from another folder: `applied_elsewhere: [{target}]`"
    theirs *= project == plan.owner.project
    return Twins(
        f"{len(twins)} of the objects to create are in this account already, as {owner}'s:{_shown(twins)}",
        hint=f"if that is what {plan.owner} was called before, say so in ddsync.yaml and they move:"
        f" {' and '.join(ways)}{theirs}; or make second ones with --allow-twin",
    )


def _shown(twins: Sequence[Twin]) -> str:
    shown = "".join(f"\n  {twin.kind} {twin.key}: {twin.title!r} is {twin.id} already" for twin in twins[:20])
    return shown + (f"\n  and {len(twins) - 20} more" if len(twins) > 20 else "")


def _too_many(plan: Plan, deletes: Sequence[Change], short: Sequence[Use]) -> Iterator[OverLimit]:
    hint = _by_hand(deletes, "delete", short)
    if plan.applied_by and plan.definitions:
        hint = f"two repositories of one project name delete each other's objects: rename one project. {hint}"
    consent = proposal("delete", len(deletes), _common(deletes), plan.day)
    for message in _excesses(plan, deletes):
        yield OverLimit(message, hint=hint, consent=consent)


def _excesses(plan: Plan, deletes: Sequence[Change]) -> Iterator[str]:
    limits = plan.limits
    if plan.definitions == 0:
        yield f"no definitions were found, so this plan deletes all {_count(deletes)}"
    elif plan.applied_by:
        other = f"who applied here last was another repository, {plan.applied_by}"
        yield f"this plan deletes {_count(deletes)}, and {other}"
    elif len(deletes) > limits.deletes:
        largest = f"; the largest group is {_largest_group(deletes)}"
        yield f"this plan deletes {_count(deletes)} (limit {limits.deletes}){largest}"
    else:
        for kind, number in Counter(change.kind for change in deletes).items():
            if number == plan.live.get(kind, 0):
                yield f"this plan deletes every {kind} there is ({number})"
            if number >= SHARE_FROM and number > limits.share * plan.live.get(kind, 0):
                share = f"{number} of {quantity(plan.live[kind], kind)}"
                yield f"this plan deletes {share} (limit {limits.share:.0%} of a kind)"
        yield from (f"this plan deletes every monitor that pages for {entry}" for entry in plan.unwatched)


def _vanished(plan: Plan, consent: Consent) -> Iterator[OverLimit]:
    if plan.vanished > consent.deletes:
        yield OverLimit(
            f"Datadog shows none of the {plan.vanished} objects that the last receipt says are there",
            hint="look at the target, its site and its keys first."
            f" If they are really gone: ddsync apply --allow-delete {plan.vanished} --drift revert",
        )


def _count(changes: Sequence[Change]) -> str:
    by_kind = Counter(change.kind for change in changes)
    return " and ".join(quantity(number, kind) for kind, number in by_kind.items())


def _largest_group(changes: Sequence[Change]) -> str:
    """The commonest way to name many of them: by definition (`service/error-rate/*`) or by entry (`service/*/cart`)."""
    names = [change.key.split("/") for change in changes]
    groups: list[Callable[[list[str]], str]] = [
        lambda parts: "/".join([*parts[:2], "*"]),
        lambda parts: "/".join([parts[0], "*", *parts[2:3]]),
    ]
    name, number = max((Counter(map(group, names)).most_common(1)[0] for group in groups), key=lambda found: found[1])
    return f"{name} ({number})"
