"""A plan is one value: what it counts, what it leads to, how its changes name themselves."""

from __future__ import annotations

from dd_sync.core.plan import Notice, Plan
from tests.core.things import OWNER, change


def test_a_change_is_held_when_the_code_is_not_its_only_cause() -> None:
    assert [change(cause=cause).held for cause in ("code", "drift", "both")] == [False, True, True]


def test_a_change_needs_what_its_definition_refers_to() -> None:
    assert change(desired={"links": ["${thing:x/b}"]}).needs == {("thing", "x/b")}
    assert change(desired=None).needs == set()
    assert change(key="x/a").name == ("thing", "x/a")


def test_a_notice_names_the_object_it_is_about() -> None:
    assert str(Notice("odd", "thing", 5)) == "thing 5: odd"
    assert str(Notice("odd")) == "odd"


def test_a_plan_leads_to_what_is_there_with_what_is_made_and_without_what_goes() -> None:
    changes = (
        change("create", "x/1"),
        change("adopt", "x/2"),
        change("delete", "x/3"),
        change("update", "x/4"),
        change("replace", "x/5"),
        change("delete", "x/6", kind="gadget"),
        change("create", "x/7", cause="drift"),
        change("delete", "x/8", cause="both"),
    )
    assert Plan(OWNER, changes, 0, {}, live={"thing": 10, "gadget": 1}).leads_to() == {"thing": 11}
