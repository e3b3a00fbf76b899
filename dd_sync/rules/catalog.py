"""Rules about entities of the Software Catalog, beside those of Datadog's description."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from dd_sync.rules.rule import Broken, mapping, rule

_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+|[^@\s]+@[^@\s]+")


@rule("contact-email", "error", "stated", "DataDog/schema: service-catalog/v3/metadata, format email")
def contact_email(payload: Mapping[str, Any]) -> Iterator[Broken]:
    """A contact of type email is an address."""
    contacts = mapping(payload.get("metadata")).get("contacts")
    for index, item in enumerate(contacts if isinstance(contacts, list) else ()):
        contact = mapping(item)
        if contact.get("type") == "email" and not _ADDRESS.fullmatch(str(contact.get("contact") or "")):
            path = f"metadata.contacts[{index}].contact"
            yield Broken(f"{contact.get('contact')!r} is no address", path, fix="team@example.com")


@rule("link-type", "error", "stated", "DataDog/schema: service-catalog/v3/metadata, required name, type, url")
def link_type(payload: Mapping[str, Any]) -> Iterator[Broken]:
    """A link says what it is: runbook, doc, repo, dashboard."""
    links = mapping(payload.get("metadata")).get("links")
    for index, link in enumerate(links if isinstance(links, list) else ()):
        if isinstance(link, dict) and not link.get("type"):
            yield Broken("a link has a type", f"metadata.links[{index}].type", fix="runbook, doc, repo or other")


RULES = (contact_email, link_type)
