"""What a plan may not do without being told the number: delete much, replace anything, empty everything.

A wrong filter, an empty checkout or a renamed project look to a machine like "delete all". Each rule here is one way
in which that happened to users of other tools.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from dd_sync.core.errors import Refused
from dd_sync.core.live import is_aside
from dd_sync.core.plan import Change, Plan, Twin
from dd_sync.core.wording import quantity

MOST_DELETES = 10
"""Objects one apply deletes without being asked."""

MOST_TWINS = 10
"""Objects to create that may be there already and are left one by one; more of them are one mistake, which ends all."""

SHARE_DELETES = 0.10
SHARE_FROM = 3
"""A tenth of a kind, from three objects up."""


class Consent(NamedTuple):
    """What the person said: the number of objects they expect to lose."""

    deletes: int = 0
    replaces: int = 0
    twins: bool = False


class OverLimit(Refused):
    """The plan is within the rules of Datadog and beyond those of ddsync."""


class Twins(OverLimit):
    """Objects would be made that are there already, or may be."""


def guard(plan: Plan, consent: Consent) -> None:
    """Raises OverLimit (exit status 3) for the first rule the plan breaks."""
    for refusal in refusals(plan, consent):
        raise refusal


def refusals(plan: Plan, consent: Consent) -> Iterator[OverLimit]:
    """Every rule the plan breaks, each with the way to say that it is meant."""
    # The end of a replace that was broken off takes no consent of its own: it was given, and the new object is there.
    deletes = [change for change in plan.changes if change.action == "delete" and not is_aside(change.key)]
    replaces = [change for change in plan.changes if change.action == "replace"]
    yield from _protected(deletes, replaces)
    yield from _twins(plan, consent)
    if len(deletes) > consent.deletes:
        yield from _too_many(plan, deletes)
    if len(replaces) > consent.replaces:
        yield OverLimit(
            f"this plan replaces {_count(replaces)}: ids, history and mutes of the old ones are lost",
            hint=f"If that is meant: ddsync apply --allow-replace {len(replaces)}",
        )
    yield from _vanished(plan, consent)


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


def _too_many(plan: Plan, deletes: Sequence[Change]) -> Iterator[OverLimit]:
    hint = f"If that is meant: ddsync apply --allow-delete {len(deletes)}"
    if plan.definitions == 0 and deletes:
        yield OverLimit(f"no definitions were found, so this plan deletes all {_count(deletes)}", hint=hint)
    elif deletes and plan.applied_by:
        yield OverLimit(
            f"this plan deletes {_count(deletes)}, and who applied here last was another repository, {plan.applied_by}",
            hint=f"two repositories of one project name delete each other's objects: rename one project. {hint}",
        )
    elif len(deletes) > MOST_DELETES:
        largest = f"; the largest group is {_largest_group(deletes)}"
        yield OverLimit(f"this plan deletes {_count(deletes)} (limit {MOST_DELETES}){largest}", hint=hint)
    else:
        for kind, number in Counter(change.kind for change in deletes).items():
            if number == plan.live.get(kind, 0):
                yield OverLimit(f"this plan deletes every {kind} there is ({number})", hint=hint)
            if number >= SHARE_FROM and number > SHARE_DELETES * plan.live.get(kind, 0):
                share = f"{number} of {quantity(plan.live[kind], kind)}"
                yield OverLimit(f"this plan deletes {share} (limit {SHARE_DELETES:.0%} of a kind)", hint=hint)
        for entry in plan.unwatched:
            yield OverLimit(f"this plan deletes every monitor that pages for {entry}", hint=hint)


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
