"""Services that nothing would wake anybody for any more."""

from __future__ import annotations

from typing import Any

from dd_sync.core.unwatched import unwatched_services
from dd_sync.kinds import KINDS


def alert(service: str, handle: str) -> tuple[str, dict[str, Any]]:
    return "monitor", {"message": handle, "tags": [f"service:{service}", "env:prod"]}


def test_a_service_whose_last_page_goes_is_named() -> None:
    before = [alert("cart", "@pagerduty-shop"), alert("search", "@pagerduty-shop"), alert("mail", "@slack-shop")]
    after = [alert("cart", "@pagerduty-shop"), alert("search", "@slack-shop")]
    assert unwatched_services(before, after, KINDS) == ("service:search",)
    assert unwatched_services(before, before, KINDS) == ()
    assert unwatched_services(before, [], KINDS) == ("service:cart", "service:search")
