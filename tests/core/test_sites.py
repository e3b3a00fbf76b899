"""Where the pages of Datadog's sites are."""

from __future__ import annotations

import pytest

from dd_sync.core.sites import PAGES, pages_of


@pytest.mark.parametrize(
    ("site", "pages"),
    [
        ("datadoghq.com", PAGES),
        ("datadoghq.eu", "https://app.datadoghq.eu"),
        ("us5.datadoghq.com", "https://us5.datadoghq.com"),
        ("ddog-gov.com", "https://app.ddog-gov.com"),
    ],
)
def test_a_site_of_two_parts_has_its_pages_under_app(site: str, pages: str) -> None:
    assert pages_of(site) == pages
