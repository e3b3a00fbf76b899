"""What a plan may not do without being told the number."""

from __future__ import annotations

from typing import Any

import pytest

from dd_sync.core.consent import Consent, Limits
from dd_sync.core.limits import OverLimit, guard, refusals
from dd_sync.core.live import aside
from dd_sync.core.plan import Change, Plan, Twin
from tests.core.things import OWNER, change


def plan(*changes: Change, **more: Any) -> Plan:
    more.setdefault("definitions", 5)
    return Plan(OWNER, changes, 0, {}, **more)


def deletes(number: int, kind: str = "thing", module: str = "x") -> list[Change]:
    return [change("delete", f"{module}/{n}/entry", kind=kind) for n in range(number)]


def told(made: Plan, consent: Consent | None = None) -> list[str]:
    return [refusal.message for refusal in refusals(made, consent or Consent())]


def test_a_few_deletes_of_many_pass() -> None:
    assert told(plan(*deletes(Limits().deletes), live={"thing": 100})) == []


def test_more_than_the_limit_is_refused_with_the_largest_group() -> None:
    made = plan(*deletes(11), live={"thing": 1000})
    (message,) = told(made)
    assert message == "this plan deletes 11 things (limit 10); the largest group is x/*/entry (11)"
    (refusal,) = refusals(made, Consent())
    by_hand, in_the_change = (refusal.hint or "").split("\n")
    assert by_hand == "If that is meant: ddsync apply --allow-delete 11"
    assert in_the_change.endswith('consent: [{delete: 11, only: "x/*/entry", until: YYYY-MM-DD, why: "…"}]')
    assert refusal.exit_status == 3


@pytest.mark.parametrize(("consent", "passes"), [(10, False), (11, True), (12, True)])
def test_consent_is_a_number(consent: int, passes: bool) -> None:
    assert (told(plan(*deletes(11), live={"thing": 1000}), Consent(deletes=consent)) == []) is passes


@pytest.mark.parametrize(
    ("number", "of", "passes"),
    [(3, 30, True), (3, 29, False), (2, 4, True), (3, 31, True), (4, 40, True), (4, 39, False), (10, 100, True)],
)
def test_a_tenth_of_a_kind_from_three_up_is_the_most(number: int, of: int, passes: bool) -> None:
    found = told(plan(*deletes(number), live={"thing": of}))
    assert (found == []) is passes
    assert passes or found == [f"this plan deletes {number} of {of} things (limit 10% of a kind)"]


def test_the_share_is_that_of_each_kind() -> None:
    made = plan(*deletes(3, "gadget"), live={"thing": 1000, "gadget": 10})
    assert told(made) == ["this plan deletes 3 of 10 gadgets (limit 10% of a kind)"]


def test_no_definitions_at_all_is_refused_in_words_of_its_own() -> None:
    made = plan(*deletes(1), definitions=0, live={"thing": 1})
    assert told(made) == ["no definitions were found, so this plan deletes all 1 thing"]
    assert told(plan(definitions=0)) == []


def test_replaces_take_consent_from_the_first() -> None:
    made = plan(change("replace", "x/a"), change("replace", "x/b", kind="gadget"))
    assert told(made) == ["this plan replaces 1 thing and 1 gadget: ids, history and mutes of the old ones are lost"]
    assert told(made, Consent(replaces=1)) != []
    assert told(made, Consent(replaces=2)) == []


def test_what_is_protected_goes_by_no_consent() -> None:
    made = plan(change("delete", "x/a", protected=True), change("replace", "x/b", protected=True))
    consent = Consent(9, 9, True)
    assert told(made, consent) == [
        "thing x/a is protected and this plan would delete it",
        "thing x/b is protected and this plan would replace it",
    ]
    assert told(plan(change("update", "x/a", protected=True))) == []


def test_twins_are_listed_and_taken_on_request() -> None:
    made = plan(twins=tuple(Twin("thing", f"x/{n}", f"Title {n}", n) for n in range(22)))
    (message,) = told(made)
    assert message.startswith("22 of the objects to create exist in Datadog under the same title")
    assert "\n  thing x/0: 'Title 0' is 0 already" in message
    assert "x/20" not in message
    assert message.endswith("and 2 more")
    assert told(made, Consent(twins=True)) == []
    assert "more" not in told(plan(twins=made.twins[:20]))[0]


def test_the_last_pager_of_a_service_takes_consent() -> None:
    made = plan(*deletes(1), unwatched=("service:cart",), live={"thing": 100})
    assert told(made) == ["this plan deletes every monitor that pages for service:cart"]
    assert told(made, Consent(deletes=1)) == []


def test_an_account_that_shows_nothing_of_what_was_there_is_refused() -> None:
    made = plan(vanished=7)
    (message,) = told(made)
    assert message == "Datadog shows none of the 7 objects that the last receipt says are there"
    assert told(made, Consent(deletes=6)) != []
    assert told(made, Consent(deletes=7)) == []


def test_the_end_of_a_broken_off_replace_takes_no_consent() -> None:
    assert told(plan(*(change("delete", aside(f"x/{n}", n)) for n in range(20)), live={"thing": 20})) == []


def test_the_largest_group_is_named_by_definition_or_by_entry() -> None:
    by_entry = [change("delete", f"service/{n}/cart/prod") for n in range(8)]
    by_entry += [change("delete", f"service/same/{n}/prod") for n in range(7)]
    (message,) = told(plan(*by_entry, live={"thing": 1000}))
    assert message.endswith("the largest group is service/*/cart (8)")


def test_a_guard_raises_the_first_refusal() -> None:
    with pytest.raises(OverLimit, match="deletes 11"):
        guard(plan(*deletes(11), change("replace", "x/a"), live={"thing": 1000}), Consent())
    guard(plan(*deletes(1), live={"thing": 100}), Consent())


def owned_by(owner: str, number: int = 1) -> tuple[Twin, ...]:
    return tuple(Twin("thing", f"x/{n}", f"Title {n}", n, owner) for n in range(number))


@pytest.mark.parametrize(
    ("owner", "ways"),
    [
        ("old/prod", "they move: `renamed_from: old` beside `project:`; or make"),
        (
            "acme/old",
            "they move: `renamed_from: old` in the target prod; if old is applied from another folder:"
            " `applied_elsewhere: [old]`; or make",
        ),
        (
            "old/live",
            "`renamed_from: old` beside `project:` and `renamed_from: live` in the target prod; or make",
        ),
    ],
)
def test_what_stands_under_another_owner_s_name_is_refused_with_the_way_to_move_it(owner: str, ways: str) -> None:
    (refusal,) = refusals(plan(twins=owned_by(owner, 2)), Consent())
    assert refusal.message.startswith(f"2 of the objects to create are in this account already, as {owner}'s:")
    assert ways in refusal.hint
    assert list(refusals(plan(twins=owned_by(owner)), Consent(twins=True))) == []


def test_the_owner_of_most_twins_is_the_one_that_is_named() -> None:
    (refusal,) = refusals(plan(twins=(*owned_by("few/prod"), *owned_by("many/prod", 3))), Consent())
    assert "as many/prod's" in refusal.message


def test_the_last_object_of_a_kind_takes_consent() -> None:
    made = plan(*deletes(1), live={"thing": 1, "gadget": 5})
    assert told(made) == ["this plan deletes every thing there is (1)"]
    assert told(made, Consent(deletes=1)) == []
    assert told(plan(*deletes(1), live={"thing": 2})) == []


def test_deletes_where_another_repository_applied_last_take_consent() -> None:
    made = plan(*deletes(1), live={"thing": 100}, applied_by="git@host:other")
    (message,) = told(made)
    assert message.endswith("who applied here last was another repository, git@host:other")
    assert told(made, Consent(deletes=1)) == []
    assert told(plan(applied_by="git@host:other")) == []
