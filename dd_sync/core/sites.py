"""Datadog's sites, as far as links need them: where the pages of one are."""

from __future__ import annotations

PAGES = "https://app.datadoghq.com"
"""Where links lead unless a target names another site."""


def pages_of(site: str) -> str:
    """Sites of two parts have their application under `app.`, the others at the site itself."""
    return f"https://app.{site}" if site.count(".") == 1 else f"https://{site}"
