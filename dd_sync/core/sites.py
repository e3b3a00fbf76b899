"""Datadog's sites, as far as links need them: where the pages of one are."""

from __future__ import annotations

SITES = (
    "datadoghq.com",
    "us3.datadoghq.com",
    "us5.datadoghq.com",
    "ap1.datadoghq.com",
    "ap2.datadoghq.com",
    "uk1.datadoghq.com",
    "datadoghq.eu",
    "ddog-gov.com",
    "us2.ddog-gov.com",
)
"""The sites there are (servers of Datadog's API description)."""

PAGES = "https://app.datadoghq.com"
"""Where links lead unless a target names another site."""


def pages_of(site: str) -> str:
    """Sites of two parts have their application under `app.`, the others at the site itself."""
    return f"https://app.{site}" if site.count(".") == 1 else f"https://{site}"
