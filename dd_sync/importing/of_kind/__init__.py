"""How live objects of one kind are written as definitions: a module each, found by the kind's name.

A kind without a module is written verbatim, through `from_api`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from dd_sync.core.kind import Payload
from dd_sync.importing.of_kind import dashboard, downtime, monitor, notification_rule, slo
from dd_sync.importing.written import Written


class OfKind(NamedTuple):
    """How objects of a kind are written; both take the normal form and the live object."""

    spellings: Callable[[Mapping[str, Any], Payload], Iterable[Written]] = lambda normal, live: ()
    """The model's spellings to try, the best first: the first that gives the live object is taken."""
    verbatim: Callable[[Mapping[str, Any], Payload], dict[str, Any]] = lambda normal, live: dict(normal)
    """What `from_api` is given where none of them does: only fields that a definition may carry."""


def of_kind(kind: str) -> OfKind:
    """How objects of this kind are written."""
    return _OF_KIND.get(kind, OfKind())


def is_typed(kind: str) -> bool:
    """Whether objects of this kind become definitions that people would have written."""
    return kind in _OF_KIND


_OF_KIND: Mapping[str, OfKind] = {
    "monitor": OfKind(monitor.spellings, monitor.verbatim),
    "slo": OfKind(slo.spellings, slo.verbatim),
    "dashboard": OfKind(dashboard.spellings),
    "downtime": OfKind(downtime.spellings),
    "notification-rule": OfKind(notification_rule.spellings),
}
