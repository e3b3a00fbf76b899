"""Status corrections of SLOs: times that do not count, once or again and again.

Read in Datadog's API description and in public recordings of the endpoint: the answer to a create does not know its own
times yet, a `PATCH` keeps what it does not name, `end` is null where a correction recurs. A `PATCH` cannot name another
SLO (API description), so a correction of another SLO is a new one.

The identity is the last line of the description: a correction has no tags.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, ClassVar, Literal, Self

from pydantic import model_validator

from dd_sync.core.kind import Endpoint, Payload
from dd_sync.core.marking import LastLine
from dd_sync.core.normal import clean, own, same, without_defaults
from dd_sync.core.references import ObjectId, Ref
from dd_sync.core.resource import Context, Resource
from dd_sync.kinds.json_api import JSONAPIKind
from dd_sync.kinds.slo import SLO

_FIELDS = frozenset("category description duration end rrule slo_id slo_query start timezone".split())
_DEFAULTS: dict[str, Any] = {"description": "", "timezone": "UTC"}
_FIXED = ("slo_id",)


class SLOCorrection(Resource):
    """A time that an SLO does not count. Datadog's own field names.

    `slo_id` is `availability.ref(cart)`; `slo_query` a search for several SLOs: `env:prod service:checkout`. `start`
    and `end` are times with a time zone, or seconds since 1970. One that recurs has an `rrule` and a `duration` in
    seconds in place of an `end`.
    """

    kind: ClassVar[str] = "slo-correction"

    category: Literal["Scheduled Maintenance", "Outside Business Hours", "Deployment", "Other"]
    start: int | datetime
    slo_id: Ref[SLO] | str | None = None
    slo_query: str | None = None
    end: int | datetime | None = None
    rrule: str | None = None
    duration: int | None = None  # seconds
    description: str | None = None
    timezone: str | None = None

    @model_validator(mode="after")
    def _says_of_what_and_when(self) -> Self:
        if (self.slo_id is None) == (self.slo_query is None):
            raise ValueError("give slo_id or slo_query")
        if (self.rrule is None) != (self.duration is None):
            raise ValueError("rrule and duration belong together")
        if (self.rrule is None) == (self.end is None):
            raise ValueError("give end, or rrule and duration")
        for name in ("start", "end"):
            value = getattr(self, name)
            if isinstance(value, datetime) and value.tzinfo is None:
                raise ValueError(f"{name} needs a time zone: datetime(2027, 1, 1, tzinfo=UTC)")
        if self.end is not None and _seconds(self.end) <= _seconds(self.start):
            raise ValueError("end must be after start")
        return self

    @property
    def title_text(self) -> str:
        return self.description or self.category

    def complete(self, context: Context) -> dict[str, Any]:
        """The correction as Datadog takes it: its docstring as description unless it has its own."""
        given = {n: v for n, v in self.to_payload().items() if n in _FIELDS and v is not None}
        times = {name: _seconds(value) for name in ("start", "end") if (value := getattr(self, name)) is not None}
        text = self.description if self.description is not None else context.runbook
        return {**given, **times, "description": context.fill(text)}


def _seconds(value: int | datetime) -> int:
    return int(value.timestamp()) if isinstance(value, datetime) else value


class SLOCorrectionKind(JSONAPIKind):
    """How corrections are listed, compared and written."""

    name = "slo-correction"
    folder = "slos"
    resource = SLOCorrection
    resource_type = "correction"
    optional = True
    marks_at = LastLine("description")
    modified_in = ("modified_at",)
    endpoint = Endpoint(
        path="/api/v1/slo/correction",
        read_scope="slos_read",
        write_scope="slos_corrections",
        page_size=100,
        size_parameter="limit",
        offset_parameter="offset",
        list_field="data",
        object_field="data",
        total_field="meta.page.total_filtered_count",
        update_method="PATCH",
    )
    server_fields = frozenset({"id", "created_at", "modified_at", "creator", "modifier"})

    def title(self, payload: Payload) -> str:
        text = str(payload.get("description") or "").strip().partition("\n")[0]
        category = str(payload.get("category") or "")
        return f"{category}: {text}" if text else category

    def normalise(self, payload: Payload, like: Payload | None = None) -> dict[str, Any]:
        named = {name: value for name, value in (like or {}).items() if name not in self.server_fields}
        kept: dict[str, Any] = clean(own(payload, _FIELDS, named))
        if isinstance(kept.get("description"), str):
            kept["description"] = kept["description"].strip()
        return without_defaults(kept, _DEFAULTS)

    def unknown_fields(self, live: Payload) -> Sequence[str]:
        return [name for name, value in live.items() if name not in _FIELDS | self.server_fields and value]

    def update_body(self, desired: Payload, live: Payload) -> dict[str, Any]:
        """The whole definition but for its SLO, which cannot be named: a `PATCH` keeps what it does not name, so what
        the definition lacks and the live object has is sent as it would be without. That a null ends a recurrence is
        unverified."""
        body = {name: value for name, value in self.create_body(desired).items() if name not in _FIXED}
        for name in _FIELDS.difference(_FIXED):
            if live.get(name) and body.get(name) is None:
                body[name] = _DEFAULTS.get(name)
        return body

    def why_replace(self, desired: Payload, live: Payload) -> str:
        before, after = live.get("slo_id"), desired.get("slo_id")
        return "" if same(before, after) else "Datadog cannot change which SLO a correction is of"

    def refers_to(self, payload: Payload) -> Sequence[tuple[str, ObjectId]]:
        return [("slo", payload["slo_id"])] if payload.get("slo_id") else []

    def page(self, object_id: ObjectId) -> str:
        return "/slo"


KIND = SLOCorrectionKind()
