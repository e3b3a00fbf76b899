"""Where a finding stands, for machines and people."""

from __future__ import annotations

import pytest

from dd_sync.core.findings import Finding, Located


@pytest.mark.parametrize(
    ("source", "place"),
    [
        ("monitors/eks.py:41", ("monitors/eks.py", 41)),
        ("services/cart.yaml", ("services/cart.yaml", None)),
        ("", ("", None)),
        ("odd:name", ("odd:name", None)),
        ("a:b.yaml:3", ("a:b.yaml", 3)),
        (":3", (":3", None)),
    ],
)
def test_a_source_is_a_file_and_where_it_says_so_a_line(source: str, place: tuple[str, int | None]) -> None:
    assert Located(Finding("rule", "error", "text", "query"), source).place == place
