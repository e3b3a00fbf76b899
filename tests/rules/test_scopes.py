"""Scopes of downtimes and notification rules."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dd_sync.rules.scopes import is_keyless, problems


@pytest.mark.parametrize(
    "scope",
    [
        "*",
        "env:prod",
        "env:prod AND service:(a OR b)",
        "env:prod,service:web",
        "env:prod AND -service:(a OR b)",
        "NOT env:prod",
        "team:app AND service:(auth OR graphics)",
        "service:auth*",
        'url:"https://example.com"',
        "service:(a OR b)",
    ],
)
def test_what_datadogs_documents_show_is_fine(scope: str) -> None:
    assert list(problems(scope)) == []


@pytest.mark.parametrize(
    ("scope", "word"),
    [
        ("prod", "key"),
        ("prod AND service:(a OR b)", "key"),
        ("service:auth?", "?"),
        ("service:a OR host:x", "OR"),
        ("-service:(a AND b)", "negation"),
        (
            "team:app AND (service:auth OR (service:graphics AND (env:prod OR (type:metric AND status:ok))))",
            "two levels",
        ),
    ],
)
def test_what_they_rule_out_is_told(scope: str, word: str) -> None:
    assert any(word in problem for problem in problems(scope))


@given(st.text(alphabet='ab:()-!?*, ANDOR"', max_size=30))
def test_no_text_however_odd_makes_it_raise(scope: str) -> None:
    assert all(isinstance(problem, str) for problem in problems(scope))
    assert isinstance(is_keyless(scope), bool)
