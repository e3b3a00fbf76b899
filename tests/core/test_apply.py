"""An apply does each change once and in order, refuses when the world has moved, and says what became of each."""

from __future__ import annotations

from typing import Any

import pytest

from dd_sync.core.apply import Options, Outcome, apply, check_limits
from dd_sync.core.consent import Consent
from dd_sync.core.errors import DatadogError, Rejected, Unreachable
from dd_sync.core.limits import OverLimit
from dd_sync.core.make_plan import compare
from dd_sync.core.plan import Change, Plan
from dd_sync.core.resource import Desired
from tests.core.things import OURS, Shop, StillClock, applied, change, existing, wish

A, B = wish("x/a", value=1), wish("x/b", value=2)
ALL = Options(Consent(100, 100, True), parallel=1)


def plan_of(shop: Shop, *desired: Desired, known: Any = ()) -> Plan:
    return compare(desired, existing(*shop.live()), OURS, known=known)


def carry_out(shop: Shop, *desired: Desired, options: Options = ALL, plan: Plan | None = None) -> list[Outcome]:
    return list(apply(plan or plan_of(shop, *desired), OURS, shop, StillClock(), options))


def test_an_applied_plan_leaves_nothing_to_plan() -> None:
    shop = Shop.of(applied(A, 1), applied(wish("x/gone"), 2), applied(wish("x/t", type="log"), 3))
    desired = [wish("x/a", value=5), wish("x/t", type="metric"), wish("x/new", links=["${thing:x/a}"])]
    outcomes = carry_out(shop, *desired)
    assert {one.status for one in outcomes} == {"done"}
    assert plan_of(shop, *desired).changes == ()


def test_each_outcome_has_the_object_before_and_after() -> None:
    shop = Shop.of(applied(A, 1), applied(B, 2))
    made, updated, deleted = carry_out(shop, wish("x/a", value=5), wish("x/c", source="x.py:7"))
    assert (made.before, made.id, made.source) == (None, 101, "x.py:7")
    assert made.after is not None
    assert made.after["name"] == "The x/c"
    assert updated.before is not None
    assert updated.after is not None
    assert (updated.before["value"], updated.after["value"]) == (1, 5)
    assert deleted.before is not None
    assert (deleted.before["value"], deleted.after, deleted.id) == (2, None, 2)


def test_what_is_made_is_known_to_what_refers_to_it() -> None:
    shop = Shop()
    carry_out(shop, wish("x/b", links=["${thing:x/a}"]), wish("x/a"))
    assert shop.objects["thing", 102]["links"] == [101]


def test_what_needs_something_that_failed_is_skipped_with_the_reason() -> None:
    shop = Shop(troubles={"create": [Rejected(400, ["no"])]})
    outcomes = carry_out(shop, wish("x/a"), wish("x/b", links=["${thing:x/a}"]), wish("x/c"))
    assert {one.key: one.status for one in outcomes} == {"x/a": "failed", "x/b": "skipped", "x/c": "done"}
    skipped = next(one for one in outcomes if one.key == "x/b")
    assert skipped.reason == "needs thing x/a, which is not there"
    assert [one.incomplete for one in outcomes].count(True) == 2


def test_a_failure_tells_datadogs_own_words() -> None:
    shop = Shop.of(applied(A, 1))
    shop.troubles["update"] = [Rejected(400, ["value is bad"])]
    (outcome,) = carry_out(shop, wish("x/a", value=5))
    assert (outcome.status, outcome.reason) == ("failed", "400 from Datadog: value is bad")


def test_drift_is_held_and_the_rest_goes_on() -> None:
    shop = Shop.of(applied(A, 1, {"value": 9}), applied(B, 2))
    held, updated = carry_out(shop, A, wish("x/b", value=5))
    assert (held.status, held.reason, held.incomplete, held.conflict) == ("held", "edited in Datadog", False, False)
    assert updated.status == "done"
    assert shop.objects["thing", 1]["value"] == 9


def test_a_conflict_is_held_and_counts_as_not_done() -> None:
    shop = Shop.of(applied(A, 1, {"value": 9}))
    (held,) = carry_out(shop, wish("x/a", value=5))
    assert (held.status, held.conflict, held.incomplete) == ("held", True, True)
    assert held.reason == "edited in Datadog, and the code changed too"


def test_what_was_deleted_in_datadog_is_held() -> None:
    plan = compare([A], existing(applied(B, 2)), OURS, known=[A.name, B.name])
    shop = Shop.of(applied(B, 2))
    outcomes = carry_out(shop, plan=plan)
    assert {(one.key, one.status, one.reason) for one in outcomes} >= {("x/a", "held", "deleted in Datadog")}


@pytest.mark.parametrize(
    ("options", "reverts"),
    [
        (Options(), False),
        (Options(revert_all=True), True),
        (Options(revert=("x/*",)), True),
        (Options(revert=("thing:x/a",)), True),
        (Options(revert=("x/b", "gadget:x/a")), False),
    ],
)
def test_edits_are_undone_where_that_is_asked_for(options: Options, reverts: bool) -> None:
    assert options.reverts(change(key="x/a")) is reverts


def test_reverted_drift_is_written() -> None:
    shop = Shop.of(applied(A, 1, {"value": 9}))
    (outcome,) = carry_out(shop, A, options=Options(revert=("x/a",), parallel=1))
    assert outcome.status == "done"
    assert shop.objects["thing", 1]["value"] == 1


def test_an_object_that_moved_since_the_plan_is_refused() -> None:
    shop = Shop.of(applied(A, 1))
    plan = plan_of(shop, wish("x/a", value=5))
    shop.objects["thing", 1]["value"] = 7
    (outcome,) = carry_out(shop, plan=plan)
    assert (outcome.status, outcome.incomplete) == ("refused", True)
    assert "plan again" in outcome.reason
    assert shop.writes() == []


def test_what_cannot_be_counted_before_a_create_is_not_made() -> None:
    shop = Shop(troubles={"marked": [Unreachable("no connection")]})
    (outcome,) = carry_out(shop, A)
    assert (outcome.status, outcome.reason) == ("failed", "no connection")
    assert shop.objects == {}


def test_what_another_run_made_meanwhile_is_taken() -> None:
    shop = Shop()
    plan = plan_of(shop, A)
    shop.objects["thing", 5] = dict(applied(A, 5).payload)
    (outcome,) = carry_out(shop, plan=plan)
    assert (outcome.status, outcome.id, outcome.reason) == ("done", 5, "was made by another run")


def test_a_double_that_shows_after_the_create_is_told() -> None:
    class Twice(Shop):
        def create(self, kind: Any, body: Any) -> Any:
            made = super().create(kind, body)
            self.objects["thing", 999] = {**made, "id": 999}
            return made

    (outcome,) = carry_out(Twice(), A)
    assert outcome.status == "failed"
    assert "2 objects carry this identity: 101, 999" in outcome.reason


def test_a_create_that_could_not_be_counted_afterwards_says_so_and_stands() -> None:
    shop = Shop(troubles={"marked": [None, DatadogError("busy")]})
    (outcome,) = carry_out(shop, A)
    assert outcome.status == "done"
    assert outcome.reason == "made; whether once could not be looked up: busy"


def test_a_replace_makes_the_new_one_first_and_repoints() -> None:
    old, refers = wish("x/t", type="log"), wish("x/r", links=["${thing:x/t}"])
    shop = Shop.of(applied(old, 1), applied(wish("x/r", links=[1]), 2))
    outcomes = carry_out(shop, wish("x/t", type="metric"), refers)
    assert {one.status for one in outcomes} == {"done"}
    assert [name for name, _ in shop.writes()] == ["update", "create", "update", "delete"]
    assert shop.objects["thing", 2]["links"] == [101]
    assert ("thing", 1) not in shop.objects


def test_a_replace_whose_old_object_cannot_go_is_failed_and_names_it() -> None:
    shop = Shop.of(applied(wish("x/t", type="log"), 1))
    shop.troubles["delete"] = [Rejected(400, ["in use"])]
    (outcome,) = carry_out(shop, wish("x/t", type="metric"))
    assert outcome.status == "failed"
    assert outcome.reason == "the new one is there; the old one, 1, is there too: 400 from Datadog: in use"


def test_deletes_go_after_what_refers_to_them() -> None:
    shop = Shop.of(applied(wish("x/a"), 1), applied(wish("x/b", links=[1]), 2), applied(wish("x/c", links=[2]), 3))
    carry_out(shop)
    assert shop.writes() == [("delete", 3), ("delete", 2), ("delete", 1)]


def test_what_is_gone_already_is_done_and_known_as_such() -> None:
    shop = Shop.of(applied(A, 1))
    plan = plan_of(shop)
    shop.objects.clear()
    (outcome,) = carry_out(shop, plan=plan)
    assert (outcome.status, outcome.reason, outcome.found_gone) == ("done", "was gone already", True)


def test_told_to_stop_nothing_more_is_begun() -> None:
    shop = Shop.of(applied(A, 1))
    outcomes = apply(
        plan_of(shop, wish("x/a", value=5), B), OURS, shop, StillClock(), ALL, stopping=lambda: bool(shop.writes())
    )
    assert [one.status for one in outcomes] == ["done", "skipped"]
    assert "run ddsync apply again" in outcomes[1].reason
    assert outcomes[1].incomplete


def test_each_change_is_told_when_it_begins_and_when_it_is_over() -> None:
    events: list[tuple[str, str]] = []

    def report(change: Change, outcome: Outcome | None) -> None:
        events.append((change.key, "begins" if outcome is None else outcome.status))

    shop = Shop.of(applied(wish("x/t", type="log"), 1))
    apply(plan_of(shop, wish("x/t", type="metric"), A), OURS, shop, StillClock(), ALL, report=report)
    assert events.count(("x/a", "begins")) == events.count(("x/a", "done")) == 1
    assert [event for key, event in events if key == "x/t"] == ["begins", "begins", "done"]


def test_seconds_are_those_of_the_clock() -> None:
    clock = StillClock()

    class Slow(Shop):
        def create(self, kind: Any, body: Any) -> Any:
            clock.sleep(1.25)
            return super().create(kind, body)

    (outcome,) = apply(plan_of(Shop(), A), OURS, Slow(), clock, ALL)
    assert outcome.seconds == 1.25


def test_a_limit_ends_an_apply_before_any_write() -> None:
    shop = Shop.of(*(applied(wish(f"x/{n}"), n) for n in range(1, 13)))
    with pytest.raises(OverLimit, match="deletes 11"):
        carry_out(shop, wish("x/1"), options=Options())
    assert shop.writes() == []


def test_what_is_held_counts_for_no_limit() -> None:
    shop = Shop.of(*(applied(wish(f"x/{n}"), n, {"value": 9}) for n in range(1, 13)))
    plan = plan_of(shop, wish("x/1"))
    check_limits(plan, Options())
    with pytest.raises(OverLimit):
        check_limits(plan, Options(revert_all=True))


def test_several_writers_do_the_same_as_one() -> None:
    desired = [wish(f"x/{n}", links=[f"${{thing:x/{n - 1}}}"] if n % 3 else []) for n in range(30)]
    shop = Shop()
    outcomes = carry_out(shop, *desired, options=Options(parallel=8))
    assert {one.status for one in outcomes} == {"done"}
    assert plan_of(shop, *desired).changes == ()


def test_a_mark_is_renewed_and_the_outcome_says_why() -> None:
    shop = Shop.of(applied(A, 1, {"value": 9}))
    plan = plan_of(shop, wish("x/a", value=9))
    assert plan.changes == ()
    (renewed,) = apply(plan, OURS, shop, StillClock(), ALL)
    assert renewed.status == "done"
    assert "revision mark no longer fitted" in renewed.reason
    assert plan_of(shop, wish("x/a", value=9)).renewals == ()
    (updated,) = carry_out(shop, wish("x/a", value=5))
    assert updated.reason == ""


def test_a_create_that_may_be_there_already_is_left_until_a_second_one_is_meant() -> None:
    lost = existing(titles=lambda kind: {"The x/a": [77]})
    plan = compare([A, B], lost, OURS)
    first, second = apply(plan, OURS, Shop(), StillClock(), Options(Consent(), parallel=1))
    assert (first.status, first.conflict, first.incomplete) == ("held", True, True)
    assert second.status == "done"
    shop = Shop()
    outcomes = apply(plan, OURS, shop, StillClock(), Options(Consent(twins=True), parallel=1))
    assert [one.status for one in outcomes] == ["done", "done"]
