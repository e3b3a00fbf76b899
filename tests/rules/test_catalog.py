"""Entities of the Software Catalog."""

from __future__ import annotations

from typing import Any

import pytest

from dd_sync.rules import check
from tests.rules.payloads import rules


def entity(kind: str = "service", **metadata: Any) -> dict[str, Any]:
    return {"apiVersion": "v3", "kind": kind, "metadata": {"name": "web", "owner": "a", **metadata}}


LINK = {"name": "Runbook", "type": "runbook", "url": "https://example.com"}


@pytest.mark.parametrize(
    ("payload", "expected"),
    [
        (entity(), set()),
        (entity("custom.library"), set()),
        (entity("thing"), {"entity-kind"}),
        (entity(name=""), {"field-length"}),
        (entity(links=[LINK]), set()),
        (entity(links=[{**LINK, "type": None}]), {"link-type"}),
        (entity(links=[{**LINK, "url": None}]), {"field-missing"}),
        (entity(contacts=[{"type": "email", "contact": "the team"}]), {"contact-email"}),
        (entity(contacts=[{"type": "email", "contact": "team@example.com"}]), set()),
        (entity(contacts=[{"type": "slack", "name": "S", "contact": "x"}]), {"field-length"}),
        (entity() | {"owner": "shop"}, {"field-unknown"}),
        (entity() | {"integrations": {"pagerduty": {"service-url": "x"}}}, {"field-missing", "field-unknown"}),
    ],
)
def test_an_entity_is_as_datadogs_schema_has_it(payload: dict[str, Any], expected: set[str]) -> None:
    assert rules(check("catalog-entity", payload), "error") == expected
