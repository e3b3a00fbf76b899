"""Many creates of one definition are one line; everything else stays as it is."""

from __future__ import annotations

from dd_sync.core.plan import Action, Change
from dd_sync.reports.folding import FOLD_FROM, fold
from dd_sync.reports.paging import Pagers


def change(key: str, action: Action = "create", page: str = "") -> Change:
    told = {"alert": [page] if page else []}
    return Change(action, "code", "monitor", key, key, source="monitors/x.py:1", told_after=told)


def test_a_short_plan_is_shown_object_by_object() -> None:
    changes = [change(f"a/b/{n}") for n in range(FOLD_FROM - 1)]
    assert fold(changes, Pagers()) == (changes, [])


def test_a_long_one_is_shown_by_definition_with_whom_it_pages() -> None:
    changes = [change(f"a/b/{n}", page=f"@pagerduty-{n % 2}") for n in range(FOLD_FROM)]
    single, (folded,) = fold(changes, Pagers())
    assert single == []
    assert (folded.key, folded.number, folded.pages) == ("a/b/*", FOLD_FROM, ["@pagerduty-0", "@pagerduty-1"])


def test_what_is_lost_or_changed_and_what_stands_alone_is_never_folded() -> None:
    alone = [change("a/one/x"), change("a/two/x"), change("a/two/y")]
    other = [change(f"a/gone/{n}", "delete") for n in range(9)] + [change("a/b/0/updated", "update")]
    single, folds = fold([*other, *(change(f"a/b/{n}") for n in range(FOLD_FROM)), *alone], Pagers())
    assert single == [*other, *alone]
    assert [fold.number for fold in folds] == [FOLD_FROM]
