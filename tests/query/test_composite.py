"""Composite monitors."""

from __future__ import annotations

import pytest

from dd_sync.query.composite import read_composite
from dd_sync.query.errors import QueryError
from dd_sync.query.reader import MAX_OPERATORS
from dd_sync.query.tree import Binary, Group, Id, Reference, Unary


def id_(text: str) -> Id:
    return Id(0, 0, text)


def test_and_binds_closer_than_or() -> None:
    assert read_composite("1 || 2 && 3").value == Binary(0, 0, "||", id_("1"), Binary(0, 0, "&&", id_("2"), id_("3")))


def test_not_and_parentheses_are_kept() -> None:
    found = read_composite("( 1 && !2 ) || !( 3 )").value
    assert found == Binary(
        0,
        0,
        "||",
        Group(0, 0, Binary(0, 0, "&&", id_("1"), Unary(0, 0, "!", id_("2")))),
        Unary(0, 0, "!", Group(0, 0, id_("3"))),
    )


def test_our_references_stand_for_ids() -> None:
    found = read_composite("${monitor:eks/node/prod} && 12").value
    assert found == Binary(0, 0, "&&", Reference(0, 0, "monitor", "eks/node/prod"), id_("12"))


def test_every_monitor_knows_its_place() -> None:
    text = "12 && ${monitor:a/b}"
    found = read_composite(text).value
    assert isinstance(found, Binary)
    assert text[found.right.start : found.right.end] == "${monitor:a/b}"


@pytest.mark.parametrize(
    ("text", "position"),
    [
        ("", 0),
        ("1 && ", 5),
        ("1 & 2", 2),
        ("1 and 2", 2),
        ("1 && 2)", 6),
        ("(1 && 2", 7),
        ("a && b", 0),
        ("1 2", 2),
        ("1 && 2 foo", 7),
        ("1.5 && 2", 0),
        ("${Monitor:A} && 1", 0),
        ("!" * 5000 + "1", 60),
    ],
)
def test_a_broken_composite_is_refused_at_its_place(text: str, position: int) -> None:
    with pytest.raises(QueryError) as raised:
        read_composite(text)
    assert abs(raised.value.position - position) <= 1


def test_the_number_of_operators_has_a_limit() -> None:
    with pytest.raises(QueryError, match="operators"):
        read_composite(" && ".join(["1"] * (MAX_OPERATORS + 2)))
