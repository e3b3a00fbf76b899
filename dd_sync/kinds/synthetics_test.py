"""Synthetics API tests: requests that Datadog makes from outside, and what their answers must hold.

Read in Datadog's API description and in public recordings of the endpoints: the list is of all types of tests, at a
path of its own; the id is `public_id`; a `PUT` replaces everything; tests are deleted by a `POST` that lists them; a
certificate's content never comes back. A test makes a monitor of its own (`monitor_id`), with the test's tags and its
message, which goes when the test goes.

Whether a test runs or is paused is operation, not definition, unless a definition says it.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar, Literal

from dd_sync.core.kind import STATES, Endpoint, Kind, Payload, Recipients
from dd_sync.core.marking import Tags
from dd_sync.core.model import as_json
from dd_sync.core.normal import clean, own, without_defaults
from dd_sync.core.references import ObjectId
from dd_sync.core.resource import Context, Resource
from dd_sync.kinds.monitor import notifications, wakes

_TYPE = "api"
"""Of the tests that are kept here; browser, mobile and network tests have endpoints of their own."""

_FIELDS = frozenset({"config", "locations", "message", "name", "options", "subtype", "tags", "type"})
_DEFAULTS: dict[str, Any] = {"message": "", "tags": [], "options": {}}


class SyntheticsTest(Resource):
    """An API test: what is asked from where, how often, and what must hold. Datadog's own field names.

    `config` holds `request` and `assertions`, or `steps`; `options` at least `tick_every`, in seconds. A password
    belongs into a global variable of Datadog's, `{{ SHOP_TOKEN }}`: whatever stands in a test is readable there.
    """

    kind: ClassVar[str] = "synthetics-test"

    name: str
    config: dict[str, Any]
    locations: Sequence[str]
    options: dict[str, Any]
    subtype: Literal["http", "ssl", "tcp", "dns", "multi", "icmp", "udp", "websocket", "grpc"] = "http"
    message: str | None = None
    tags: Sequence[str] | None = None
    status: Literal["live", "paused"] | None = None

    @property
    def title_text(self) -> str:
        return self.name

    def complete(self, context: Context) -> dict[str, Any]:
        """The test as Datadog takes it: its docstring as message unless it has its own, and whom to tell."""
        priority = self.options.get("monitor_priority")
        told = context.told(priority)
        body = context.fill(self.message if self.message is not None else context.runbook)
        payload: dict[str, Any] = {
            "name": context.fill(self.name),
            "type": _TYPE,
            "subtype": self.subtype,
            "config": as_json(self.config),
            "locations": list(self.locations),
            "options": as_json(self.options),
            "message": "\n\n".join(part for part in (body, notifications(told, {}, priority)) if part),
            "tags": list(dict.fromkeys([*context.tags, *(self.tags or ()), *told.tags])),
        }
        return payload if self.status is None else {**payload, "status": self.status}


class SyntheticsTestKind(Kind):
    """How API tests are listed, compared and written."""

    name = "synthetics-test"
    folder = "monitors"
    resource = SyntheticsTest
    optional = True
    marks_at = Tags("tags")
    prose = "message"
    modified_in = ("modified_at",)
    endpoint = Endpoint(
        path="/api/v1/synthetics/tests/api",
        list_path="/api/v1/synthetics/tests",
        id_field="public_id",
        read_scope="synthetics_read",
        write_scope="synthetics_write",
        page_size=100,
        size_parameter="page_size",
        offset_parameter="page_number",
        offset_counts="pages",
        list_field="tests",
        total_field="total",
        delete_path="/api/v1/synthetics/tests/delete",
        delete_field="public_ids",
    )
    server_fields = frozenset(
        """public_id monitor_id org_id created_at created_by creator modified_at modified_by deleted_at overall_state
        overall_state_modified""".split()
    )

    def title(self, payload: Payload) -> str:
        return str(payload.get("name") or "")

    def is_one(self, item: Payload) -> bool:
        return item.get("type") == _TYPE

    def is_gone(self, live: Payload) -> bool:
        return bool(live.get("deleted_at"))

    def normalise(self, payload: Payload, like: Payload | None = None) -> dict[str, Any]:
        named = {name: value for name, value in (like or {}).items() if name not in self.server_fields}
        kept: dict[str, Any] = clean(own(payload, _FIELDS, named))
        for name in ("message", "name"):
            if isinstance(kept.get(name), str):
                kept[name] = kept[name].strip()
        for name in ("locations", "tags"):
            if name in kept:
                kept[name] = sorted(set(kept[name]))
        if "config" in kept:
            kept["config"] = _without_content(kept["config"])
        return without_defaults(kept, _DEFAULTS)

    def unknown_fields(self, live: Payload) -> Sequence[str]:
        known = self.server_fields | _FIELDS | {"status"}
        return [name for name, value in live.items() if name not in known and value]

    def needs_detail(self, desired: Payload) -> bool:
        """The list is described as leaving out steps."""
        return bool((desired.get("config") or {}).get("steps"))

    def update_body(self, desired: Payload, live: Payload) -> dict[str, Any]:
        """The whole definition: a `PUT` replaces everything. A test that somebody paused stays so."""
        body = self.create_body(desired)
        if live.get("status"):
            body.setdefault("status", live["status"])
        return body

    def recipients(self, payload: Payload) -> Recipients:
        """Whom the test's monitor tells. It says nothing of missing data."""
        from dd_sync.query.message import recipients  # which a plan of nothing new does not need

        found = recipients(str(payload.get("message") or ""))
        return {state: () if state == "no_data" else found.get(state, ()) for state in STATES}

    def pages(self, payload: Payload) -> bool:
        return wakes(self.recipients(payload).get("alert", ()), payload.get("tags") or ())

    def refers_to(self, payload: Payload) -> Sequence[tuple[str, ObjectId]]:
        steps = (payload.get("config") or {}).get("steps") or ()
        return [(self.name, step["subtestPublicId"]) for step in steps if step.get("subtestPublicId")]

    def item_name(self, path: Sequence[str], item: Any) -> str | None:
        named = path[-1:] in (("steps",), ("configVariables",), ("extractedValues",))
        return str(item["name"]) if named and isinstance(item, dict) and "name" in item else None

    def page(self, object_id: ObjectId) -> str:
        return f"/synthetics/details/{object_id}"


def _without_content(config: Mapping[str, Any]) -> dict[str, Any]:
    """A configuration without the contents of certificates; their names and dates are compared in their place."""
    return dict(_bare(config))


def _bare(value: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, item in value.items():
        if name == "certificate" and isinstance(item, dict):
            yield name, {part: _named(file) for part, file in item.items()}
        elif name == "request" and isinstance(item, dict):
            yield name, dict(_bare(item))
        elif name == "steps" and isinstance(item, list):
            yield name, [dict(_bare(step)) if isinstance(step, dict) else step for step in item]
        else:
            yield name, item


def _named(file: Any) -> Any:
    return {name: value for name, value in file.items() if name != "content"} if isinstance(file, dict) else file


KIND = SyntheticsTestKind()
