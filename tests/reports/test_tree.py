"""The tree of a preview."""

from __future__ import annotations

import re

from dd_sync.reports.tree import Branch, tree

BRANCHES = [
    Branch("Clusters", "prod-eu-1", "platform", [("monitor", "a"), ("dashboard", "b")]),
    Branch("Services", "payments", "payments", [("monitor", "c")]),
    Branch("Services", "cart", "", [("monitor", "d")]),
]


def test_branches_stand_by_group_in_order_with_how_much_they_hold() -> None:
    text = re.sub(r"<[^>]*>", " ", str(tree(BRANCHES)))
    assert text.split() == (
        "everything 4 Clusters prod-eu-1 2 · platform Services cart 1 payments 1 · payments".split()
    )


def test_the_branch_that_is_shown_is_marked_and_links_name_their_place() -> None:
    shown = str(tree(BRANCHES, "Services/cart"))
    assert re.findall(r'href="([^"]*)" aria-current="page"', shown) == ["/?of=Services%2Fcart"]
    assert '<a href="/">everything</a>' in shown


def test_names_are_text() -> None:
    assert "<b>" not in str(tree([Branch("<b>", "<b>", "<b>", [])]))
