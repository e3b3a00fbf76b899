"""The type a query looks like."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dd_sync.query.guess import guess_type
from dd_sync.query.parse import TYPES


@pytest.mark.parametrize(
    ("query", "type"),
    [
        ("avg(last_5m):avg:system.load.1{*} > 5", "query alert"),
        ("change(avg(last_5m),last_1h):avg:x{*} > 5", "query alert"),
        ("avg(last_5x):avg:x{*}", "query alert"),
        ("avg:system.load.1{*} by {host}", "dashboard"),
        ("count(v: v<=0.5):trace.request{*}", "dashboard"),
        ('logs("a").index("*").rollup("count").last("5m") > 5', "log alert"),
        ('error_budget("abc").over("7d") > 75', "slo alert"),
        ('"http.can_connect".over("*").by("host").last(2).count_by_status()', "service check"),
        ("123 && !456", "composite"),
        ("(${monitor:a/b} || 12) && 3", "composite"),
        ("!12", "composite"),
        ("", "dashboard"),
    ],
)
def test_a_query_tells_its_type(query: str, type: str) -> None:
    assert guess_type(query) == type


@given(st.text(max_size=60))
def test_anything_has_a_type(query: str) -> None:
    assert guess_type(query) in TYPES
