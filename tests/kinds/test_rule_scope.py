"""Scopes of notification rules against the tags of a monitor."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dd_sync.kinds.rule_scope import holds, within

TAGS = ["team:payments", "env:prod", "Service:Cart"]


@pytest.mark.parametrize(
    ("scope", "expected"),
    [
        ("team:payments", True),
        ("team:shop", False),
        ("team:payments AND env:prod", True),
        ("team:payments env:prod", True),
        ("team:payments env:dev", False),
        ("team:shop OR env:prod", True),
        ("team:shop OR env:dev", False),
        ("NOT env:dev", True),
        ("team:payments AND NOT env:prod", False),
        ("-env:dev", True),
        ("-env:prod", False),
        ("team:shop AND env:dev OR env:prod", True),
        ("team:shop AND (env:dev OR env:prod)", False),
        ("service:(cart OR search)", True),
        ("service:(search OR orders)", False),
        ("NOT service:(search OR orders)", True),
        ("team:*", True),
        ("region:*", False),
        ('team:"payments"', True),
        ("SERVICE:cart", True),
        ("((env:prod))", True),
        ("team:payment AND NOT env:dev AND service:(payment-processing OR payment-gateway)", False),
    ],
)
def test_a_scope_holds_as_datadogs_page_says(scope: str, expected: bool) -> None:
    assert holds(scope, TAGS) is expected


@pytest.mark.parametrize(
    "scope",
    ["", "payments", "env:prod AND", "(env:prod", "env:prod)", "OR env:prod", "NOT", "env:(prod AND dev)", "AND"],
)
def test_what_is_no_scope_cannot_be_told(scope: str) -> None:
    assert holds(scope, TAGS) is None


@given(st.text(alphabet='ab:() ANDORT-*"', max_size=30))
def test_any_text_is_answered_somehow(scope: str) -> None:
    assert holds(scope, TAGS) in (True, False, None)


def test_tags_of_a_filter_must_all_be_there() -> None:
    assert within({"tags": ["team:payments", "env:prod"]}, TAGS)
    assert not within({"tags": ["team:payments", "env:dev"]}, TAGS)
    assert not within({}, TAGS)
