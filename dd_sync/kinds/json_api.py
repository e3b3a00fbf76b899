"""Objects of Datadog's v2 endpoints: a document `{"data": {"type", "id", "attributes"}}` around what matters.

A payload is the attributes alone, with the id beside them, so that definitions and differences read like those of the
other kinds. Relationships (who made it) are left out: nobody defines them.
"""

from __future__ import annotations

from typing import Any, ClassVar

from dd_sync.core.kind import Kind, Payload
from dd_sync.core.references import ObjectId


class JSONAPIKind(Kind):
    """Base of kinds whose bodies are JSON:API documents."""

    resource_type: ClassVar[str]
    """The document's `type`."""

    def wire_body(self, body: Payload, object_id: ObjectId | None = None) -> Any:
        named = {} if object_id is None else {"id": object_id}
        return {"data": {"type": self.resource_type, **named, "attributes": body}}

    def receive(self, item: Payload, answer: Any) -> Payload:
        attributes = item.get("attributes")
        return {"id": item["id"], **attributes} if isinstance(attributes, dict) else item
