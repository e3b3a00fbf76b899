"""What others made under names that definitions want: kinds whose create replaces would overwrite it."""

from __future__ import annotations

from collections.abc import Sequence

from dd_sync.core.live import Existing
from dd_sync.core.plan import Notice, Ownership
from dd_sync.core.resource import Desired


def without_overwrites(
    desired: Sequence[Desired], existing: Existing, rules: Ownership
) -> tuple[list[Desired], tuple[Notice, ...]]:
    """The definitions less those whose name belongs to an object of somebody else, and a notice for each of them.

    Only kinds whose create replaces an object of the same name are looked at; others make a second object, which a
    limit refuses. A definition that adopts the object is meant.
    """
    if not any(rules.kinds[one.kind].endpoint.upserts for one in desired):
        return list(desired), ()
    kept, notices = [], []
    live = existing.by_address()
    for one in desired:
        kind = rules.kinds[one.kind]
        names = (rules.marks.address_of(rules.owner, key) for key in (one.key, one.renamed_from) if key)
        if not kind.endpoint.upserts or one.adopt is not None or any((one.kind, name) in live for name in names):
            kept.append(one)
            continue
        title = kind.title(one.payload)
        theirs = existing.titles(kind).get(title)
        if theirs:
            text = f"{title} comes from another source and is left alone; to take it over: ddsync import --adopt --id"
            notices.append(Notice(f"{text} {one.kind}:{theirs[0]}", one.kind, theirs[0]))
        else:
            kept.append(one)
    return kept, tuple(notices)
