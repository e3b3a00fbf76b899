"""Documents of the v2 endpoints around what matters."""

from __future__ import annotations

import pytest

from dd_sync.kinds import KINDS
from dd_sync.kinds.json_api import JSONAPIKind

OF_THIS_FORM = [kind for kind in KINDS.values() if isinstance(kind, JSONAPIKind)]


@pytest.mark.parametrize("kind", OF_THIS_FORM, ids=lambda kind: kind.name)
def test_a_body_travels_as_attributes_of_its_type_and_comes_back_with_its_id(kind: JSONAPIKind) -> None:
    body = {"name": "x", "list": [1]}
    assert JSONAPIKind.wire_body(kind, body) == {"data": {"type": kind.resource_type, "attributes": body}}
    again = JSONAPIKind.wire_body(kind, body, "abc")
    assert again["data"]["id"] == "abc"
    item = {**again["data"], "relationships": {"created_by": {}}}
    assert JSONAPIKind.receive(kind, item, {}) == {"id": "abc", **body}


def test_what_has_no_attributes_stays_as_it_came() -> None:
    item = {"id": "abc", "name": "x"}
    assert JSONAPIKind.receive(OF_THIS_FORM[0], item, {}) == item
