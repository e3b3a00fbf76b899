"""Services that a plan leaves without anything that wakes people for them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from dd_sync.core.kind import Kind, Payload

_SERVICE = "service:"


def unwatched_services(
    before: Iterable[tuple[str, Payload]], after: Iterable[tuple[str, Payload]], kinds: Mapping[str, Kind]
) -> tuple[str, ...]:
    """The `service:` tags of what pages before and of nothing that pages after, sorted; objects as (kind, payload)."""
    return tuple(sorted(_paged(before, kinds) - _paged(after, kinds)))


def _paged(objects: Iterable[tuple[str, Payload]], kinds: Mapping[str, Kind]) -> set[str]:
    paging = ((kinds[kind], payload) for kind, payload in objects if kinds[kind].pages(payload))
    return {tag for kind, payload in paging for tag in kind.tags(payload) if tag.startswith(_SERVICE)}
