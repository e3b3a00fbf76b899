"""What looks renamed in a plan, and what does not."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from dd_sync.core.plan import Change
from dd_sync.core.renames import rename_text, renames
from tests.core.test_limits import plan
from tests.core.things import change


def lost(key: str, **payload: Any) -> Change:
    return replace(change("delete", key), live=payload)


def made(key: str, **payload: Any) -> Change:
    return replace(change("create", key), desired=payload, source="monitors/x.py:3")


def found(*changes: Change) -> list[tuple[str, str, str, int]]:
    return [(one.part, one.old, one.new, len(one.pairs)) for one in renames(plan(*changes, live={"thing": 100}))]


def test_a_function_with_the_same_entries_and_payloads_is_renamed() -> None:
    gone = [lost(f"eks/cpu/{n}", query=f"q{n}", name="n") for n in "abc"]
    new = [made(f"eks/busy/{n}", query=f"q{n}", name="n") for n in "abc"]
    assert found(*gone, *new) == [("definition", "eks/cpu", "eks/busy", 3)]


def test_a_function_with_another_query_and_title_is_another() -> None:
    assert found(lost("eks/cpu/a", query="q", name="n"), made("eks/busy/a", query="other", name="m")) == []


def test_a_function_of_which_most_entries_stay_is_not_renamed() -> None:
    gone = [lost(f"eks/cpu/{n}", query="q") for n in "abcdef"]
    assert found(*gone, made("eks/busy/a", query="q")) == []


def test_an_entry_whose_objects_are_the_same_but_for_the_name_is_renamed() -> None:
    gone = [lost(f"s/{f}/cart/prod", query=f"{f} of cart", name="cart is down") for f in "xyz"]
    new = [made(f"s/{f}/basket/prod", query=f"{f} of basket", name="basket is down") for f in "xyz"]
    assert found(*gone, *new) == [("entry", "cart", "basket", 3)]


def test_an_entry_of_which_some_objects_have_no_like_is_still_another() -> None:
    gone = [lost(f"s/{f}/cart/prod", query=f) for f in "vwxyz"]
    assert found(*gone, made("s/x/basket/prod", query="x"), made("s/y/basket/prod", query="y")) == []


def test_an_entry_with_other_contents_is_another() -> None:
    gone = [lost(f"s/{f}/cart/prod", query=f"{f} of cart", name="cart") for f in "xyz"]
    new = [made(f"s/{f}/basket/prod", query=f"{f}{f} by the other one", name="the basket") for f in "xyz"]
    assert found(*gone, *new) == []


def test_a_plan_that_only_creates_or_only_deletes_renames_nothing() -> None:
    assert found(lost("a/b/c", query="q")) == []
    assert found(made("a/b/c", query="q")) == []


def test_the_text_has_the_line_that_keeps_the_objects() -> None:
    (one,) = renames(plan(lost("eks/cpu/a", query="q"), made("eks/busy/a", query="q"), live={"thing": 9}))
    assert rename_text(one) == (
        "eks/busy looks like eks/cpu renamed: 1 object is deleted and made anew, ids and history lost."
        ' To keep: @define(renamed_from="eks/cpu") at monitors/x.py:3'
    )
