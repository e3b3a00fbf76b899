"""The page of permissions, kept as the table is. It is written by
`DDSYNC_WRITE=1 pytest tests/reference/test_permissions_page.py`."""

from __future__ import annotations

import os
from pathlib import Path

from dd_sync.kinds import KINDS
from dd_sync.kinds.permissions import COMMANDS, Also, Command
from reference.permissions_page import permissions_page

PAGE = Path(__file__).parents[2] / "docs" / "permissions.md"


def test_the_page_in_the_documentation_is_current() -> None:
    page = permissions_page(COMMANDS, KINDS.values())
    if os.environ.get("DDSYNC_WRITE"):
        PAGE.write_text(page, encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == page, f"write it anew: {__doc__}"


def test_a_command_is_a_row_with_what_it_needs_and_what_is_good_to_have() -> None:
    look = Command("look", reads=True, needs=("timeseries_query",), also=(Also("metrics_read", "more", "--all"),))
    page = permissions_page([*COMMANDS, look, Command("dream")], KINDS.values())
    assert "| `look` | read | `timeseries_query` | `metrics_read`: more (`--all`) |" in page
    assert ", `dream`." in page


def test_every_kind_is_on_the_page_with_both_of_its_permissions() -> None:
    page = permissions_page(COMMANDS, KINDS.values())
    for kind in KINDS.values():
        assert f"| `{kind.endpoint.read_scope}` | `{kind.endpoint.write_scope}` |" in page
