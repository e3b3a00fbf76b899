"""What an apply did, object by object, as its receipt and Datadog together tell it."""

from __future__ import annotations

from dd_sync.core.identity import Owner
from dd_sync.core.plan import Ownership
from dd_sync.kinds import KINDS
from dd_sync.project.receipts.deeds import Deed, deeds, ids_of
from tests.project.receipts.world import line, monitor, now, receipt

RULES = Ownership(KINDS, Owner("acme", "prod"))
OLD, NEW = monitor(RULES, "a/b", 1, "old"), monitor(RULES, "a/b", 1, "new")
BEGUN = {name: value for name, value in line("update", "a/b", OLD, None).items() if name not in ("status", "after")}


def test_what_is_noted_as_done_was_done_and_what_failed_or_was_held_was_not() -> None:
    made = receipt(line("update", "a/b", OLD, NEW), line("update", "a/c", OLD, NEW, status="held"))
    assert deeds(made, now(RULES, NEW), RULES) == (Deed("monitor", "a/b", OLD, NEW),)


def test_the_two_steps_of_a_replace_are_one_deed() -> None:
    again = monitor(RULES, "a/b", 2, "again")
    made = receipt(line("replace", "a/b", OLD, again), line("delete", "a/b", NEW, None))
    (deed,) = deeds(made, now(RULES, again), RULES)
    assert (deed.before, deed.after) == (OLD, None)


def test_a_change_that_was_begun_counts_only_where_datadog_shows_that_it_was_carried_out() -> None:
    begun = receipt(begun=(BEGUN,))
    assert deeds(begun, now(RULES, OLD), RULES) == (), "it is as it was before"
    (deed,) = deeds(begun, now(RULES, NEW), RULES)
    assert deed.before == OLD


def test_what_a_later_apply_claims_is_not_guessed_at() -> None:
    assert deeds(receipt(begun=(BEGUN,)), now(RULES, NEW), RULES, claimed={("monitor", "a/b")}) == ()


def test_the_objects_to_look_at_are_those_of_all_images() -> None:
    other = monitor(RULES, "a/c", 7)
    made = receipt(line("update", "a/b", OLD, NEW), line("delete", "a/c", other, None))
    assert ids_of(made, RULES) == {("monitor", 1), ("monitor", 7)}
