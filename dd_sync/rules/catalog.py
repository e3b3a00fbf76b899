"""Rules about entities of the Software Catalog, beside those of Datadog's description."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from dd_sync.rules.rule import Broken, mapping, rule

_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+|[^@\s]+@[^@\s]+")


KINDS = ("service", "datastore", "queue", "api", "system", "repository", "application", "library")


@rule("entity-kind", "error", "stated", "API description: EntityV3; docs: Software Catalog, custom entities")
def entity_kind(payload: Mapping[str, Any]) -> Iterator[Broken]:
    """An entity is of a kind that the catalog knows, or of a custom one, `custom.…`."""
    kind = payload.get("kind")
    if kind is None:
        yield Broken("an entity has a kind", "kind", fix="service", says="missing properties: 'kind'")
    elif kind not in KINDS and not str(kind).startswith("custom."):
        yield Broken(f"kind cannot be {kind!r}", "kind", fix=", ".join(KINDS), says=f"unknown kind: {kind}")


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


RULES = (entity_kind, contact_email, link_type)
