"""Spans of time as text."""

from __future__ import annotations

import pytest

from dd_sync.query.span import span, span_text


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("5m", 300),
        ("last_15m", 900),
        ("current_1d", 86400),
        ("30d", 2592000),
        ("1w", 604800),
        ("90s", 90),
        (" 2h ", 7200),
        ("1mo", 2678400),
        ("soon", None),
        ("5", None),
        ("", None),
        ("m", None),
    ],
)
def test_a_span_is_read_in_seconds(text: str, seconds: int | None) -> None:
    assert span(text) == seconds


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (300, "5 minutes"),
        (3600, "1 hour"),
        (5400, "90 minutes"),
        (86400, "1 day"),
        (2592000, "30 days"),
        (90, "90 seconds"),
        (1, "1 second"),
        (0, "0 seconds"),
    ],
)
def test_a_span_is_shown_in_the_largest_unit_that_fits(seconds: int, text: str) -> None:
    assert span_text(seconds) == text
