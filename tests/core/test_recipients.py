"""Who hears of what once rules are counted in, on both sides of every change."""

from __future__ import annotations

from dd_sync.core.live import Live
from dd_sync.core.make_plan import make_plan
from dd_sync.core.plan import Plan
from dd_sync.core.recipients import recipients_of
from dd_sync.core.resource import Desired
from tests.core.things import KINDS, OURS, applied, existing, wish

CART = wish("x/cart", tags=["service:cart"], tell=["@own"])
SHOP = wish("x/shop", tags=["service:shop"], tell=["@own"])
RULE = wish("x/rule", kind="rule", about="service:cart", tell=["@ruled"])


def told(plan: Plan, key: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    change = next(change for change in plan.changes if change.key == key)
    return tuple(change.told_before.get("alert", ())), tuple(change.told_after.get("alert", ()))


def plan(desired: list[Desired], *live: Live, others: list[Live] | None = None) -> Plan:
    return make_plan(desired, existing(*live, others=others or []), OURS)


def test_a_rule_adds_its_people_to_what_it_is_about() -> None:
    made = plan([CART, SHOP, RULE])
    assert told(made, "x/cart") == ((), ("@own", "@ruled"))
    assert told(made, "x/shop") == ((), ("@own",))
    assert dict(recipients_of([CART, SHOP, RULE], KINDS))["thing", "x/cart"]["alert"] == ("@own", "@ruled")


def test_what_goes_told_the_people_of_its_rule_too() -> None:
    made = plan([RULE], applied(CART, 1), applied(RULE, 2))
    assert told(made, "x/cart") == (("@own", "@ruled"), ())


def test_a_rule_that_changes_who_hears_of_untouched_alerts_says_how_many() -> None:
    made = plan([CART, RULE], applied(CART, 1))
    (change,) = made.changes
    assert (change.key, change.reaches) == ("x/rule", 1)
    assert told(made, "x/rule") == ((), ("@ruled",))


def test_a_rule_that_changes_nobody_elses_alerts_tells_nobody_anew() -> None:
    made = plan([CART, RULE])
    assert told(made, "x/rule") == ((), ())


def test_a_handle_that_moves_from_a_message_into_a_rule_tells_the_same() -> None:
    bare = wish("x/cart", tags=["service:cart"], tell=[])
    rule = wish("x/rule", kind="rule", about="service:cart", tell=["@own"])
    made = plan([bare, rule], applied(CART, 1))
    assert told(made, "x/cart") == (("@own",), ("@own",))


def test_rules_say_how_many_alerts_they_are_about() -> None:
    assert [n.text for n in plan([CART, SHOP, RULE]).notices] == ["x/rule is about 1 alert of this project"]
    both = wish("x/rule", kind="rule", about="service:cart", tell=["@ruled"])
    two = wish("x/two", tags=["service:cart"], tell=["@own"])
    assert "2 alerts" in plan([CART, two, both]).notices[0].text


def test_a_rule_of_somebody_else_is_counted_in_and_named() -> None:
    theirs = Live("rule", 9, {"id": 9, "name": "Theirs", "about": "service:cart", "tell": ["@they"]})
    made = plan([CART], others=[theirs])
    assert told(made, "x/cart") == ((), ("@own", "@they"))
    (notice,) = made.notices
    assert str(notice) == 'rule 9: the rule "Theirs" of somebody else tells @they of 1 alert of this project'
    elsewhere = Live("rule", 9, {"id": 9, "name": "Theirs", "about": "service:other", "tell": ["@they"]})
    assert plan([CART], others=[elsewhere]).notices == ()


def test_somebody_whom_the_message_names_as_well_is_told_once_and_it_is_said() -> None:
    rule = wish("x/rule", kind="rule", about="service:cart", tell=["@own"])
    made = plan([CART, rule])
    assert told(made, "x/cart") == ((), ("@own",))
    assert "@own stands in the message of 1 alert that a rule adds it to; it is told once" in [
        n.text for n in made.notices
    ]


def test_without_rules_a_plan_is_left_as_it_is() -> None:
    made = plan([CART])
    assert made.notices == ()
    assert told(made, "x/cart") == ((), ("@own",))
