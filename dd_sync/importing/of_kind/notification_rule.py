"""A live notification rule as `NotificationRule(…)`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from dd_sync.core.kind import Payload
from dd_sync.importing.written import Written
from dd_sync.kinds.notification_rule import NotificationRule


def spellings(normal: Mapping[str, Any], live: Payload) -> Iterator[Written]:
    """The rule as it is; whom it tells stands there once, in recipients or in conditions."""
    yield Written(NotificationRule, {name: value for name, value in normal.items() if value not in ([], {})})
