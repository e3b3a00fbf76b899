"""Downtimes: when monitors are quiet on purpose, once or again and again.

Read in Datadog's API description and in public recordings of the endpoint: the order of `notify_end_states` is another
with each answer, a downtime that has no schedule gets the time it was made as its start, and a cancelled one can be
read for two more days, which is why it counts as gone. That a `PATCH` keeps what it does not name was recorded for a
message, and is taken to hold for the rest.

The identity is the last line of the message, as with dashboards. The message goes out with the notifications about
the downtime, so people see the line there; a downtime has no other field that is its own.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, ClassVar, Literal

from pydantic import Field

from dd_sync.core.instants import as_seconds
from dd_sync.core.kind import Endpoint, Payload
from dd_sync.core.marking import LastLine
from dd_sync.core.model import as_json
from dd_sync.core.normal import clean, own, same, without_defaults
from dd_sync.core.references import ObjectId
from dd_sync.core.resource import Context, Resource
from dd_sync.kinds.json_api import JSONAPIKind

_DEFAULTS: dict[str, Any] = {
    "display_timezone": "UTC",
    "message": "",
    "mute_first_recovery_notification": False,
    "notify_end_states": ["alert", "no data", "warn"],
    "notify_end_types": ["expired"],
    "schedule": {},
}
_FIELDS = frozenset({*_DEFAULTS, "scope", "monitor_identifier"})


class Downtime(Resource):
    """A time in which monitors tell nobody. Datadog's own field names.

    `scope` is a search such as `env:staging AND service:(cart OR search)`. `monitor_identifier` is all monitors unless
    it says otherwise: `{"monitor_tags": ["team:shop"]}`, or `{"monitor_id": error_rate.ref(cart)}`. `schedule` is
    `{"start": …, "end": …}` for once, `{"timezone": …, "recurrences": [{"rrule": …, "duration": "2h"}]}` for always
    again; without one it begins when it is made and never ends.
    """

    kind: ClassVar[str] = "downtime"

    scope: str
    monitor_identifier: dict[str, Any] = Field(default_factory=lambda: {"monitor_tags": ["*"]})
    schedule: dict[str, Any] | None = None
    message: str | None = None
    display_timezone: str | None = None
    mute_first_recovery_notification: bool | None = None
    notify_end_states: Sequence[Literal["alert", "no data", "warn"]] | None = None
    notify_end_types: Sequence[Literal["canceled", "expired"]] | None = None

    @property
    def title_text(self) -> str:
        return self.scope

    def complete(self, context: Context) -> dict[str, Any]:
        """The downtime as Datadog takes it: its docstring as message unless it has its own."""
        given = {n: v for n, v in self.to_payload().items() if n != "key" and v is not None}
        return {
            **given,
            "scope": context.fill(self.scope),
            "monitor_identifier": as_json(self.monitor_identifier),
            "message": context.fill(self.message if self.message is not None else context.runbook),
        }


class DowntimeKind(JSONAPIKind):
    """How downtimes are listed, compared and written."""

    name = "downtime"
    folder = "monitors"
    resource = Downtime
    resource_type = "downtime"
    optional = True
    marks_at = LastLine("message")
    prose = "message"
    modified_in = ("modified",)
    endpoint = Endpoint(
        path="/api/v2/downtime",
        read_scope="monitors_downtime",
        write_scope="monitors_downtime",
        page_size=100,
        size_parameter="page[limit]",
        offset_parameter="page[offset]",
        list_field="data",
        object_field="data",
        update_method="PATCH",
    )
    server_fields = frozenset({"id", "status", "created", "modified", "canceled"})

    def title(self, payload: Payload) -> str:
        text = str(payload.get("message") or "").strip().partition("\n")[0]
        return f"{payload.get('scope') or '*'}: {text}" if text else str(payload.get("scope") or "*")

    def is_gone(self, live: Payload) -> bool:
        return bool(live.get("canceled")) or live.get("status") == "canceled"

    def normalise(self, payload: Payload, like: Payload | None = None) -> dict[str, Any]:
        named = {name: value for name, value in (like or {}).items() if name not in self.server_fields}
        kept: dict[str, Any] = clean(own(payload, _FIELDS, named))
        if isinstance(kept.get("message"), str):
            kept["message"] = kept["message"].strip()
        for name in ("notify_end_states", "notify_end_types"):
            if name in kept:
                kept[name] = sorted(set(kept[name]))
        if "schedule" in kept:
            kept["schedule"] = _schedule(kept["schedule"], None if like is None else named.get("schedule") or {})
        return without_defaults(kept, _DEFAULTS)

    def unknown_fields(self, live: Payload) -> list[str]:
        return [n for n, v in live.items() if n not in _FIELDS | self.server_fields | {"run_as"} and v]

    def update_body(self, desired: Payload, live: Payload) -> dict[str, Any]:
        """The whole definition: a `PATCH` keeps what it does not name, so what the definition lacks and the live
        object has is sent as it would be without. That a schedule ends by nulls is unverified.

        A schedule that is as it was is not sent, nor is a start that has begun: Datadog takes no time that is past.
        """
        body = self.create_body(desired)
        for name, usual in _DEFAULTS.items():
            if live.get(name) and body.get(name) is None:
                body[name] = {"start": None, "end": None} if name == "schedule" else usual
        ours, theirs = self.comparable({"schedule": desired.get("schedule")}, {"schedule": live.get("schedule")})
        if same(ours, theirs):
            body.pop("schedule", None)
            return body
        start = ours.get("schedule", {}).get("start")
        if live.get("status") == "active" and start and start == theirs.get("schedule", {}).get("start"):
            body["schedule"] = {name: value for name, value in body["schedule"].items() if name != "start"}
        return body

    def over(self, desired: Payload, live: Payload | None, now: float) -> str:
        """A schedule that has ended, or whose start is past: Datadog takes neither of a downtime that is made."""
        schedule = desired.get("schedule") or {}
        end = _last(schedule)
        if end is not None and end <= now:
            what = "it does nothing any more" if live is not None else "Datadog refuses to make it"
            return f"its schedule has ended, so {what}: take the definition out, or give it a later end"
        start = as_seconds(schedule.get("start"))
        began = start is not None and start <= now
        if began and (live is None or start != as_seconds((live.get("schedule") or {}).get("start"))):
            return "its start is past, which Datadog refuses: leave start out, and it begins when it is applied"
        return ""

    def refers_to(self, payload: Payload) -> list[tuple[str, ObjectId]]:
        found = (payload.get("monitor_identifier") or {}).get("monitor_id")
        return [("monitor", found)] if found else []

    def page(self, object_id: ObjectId) -> str:
        return f"/monitors/downtimes?downtimeId={object_id}"


_UNTIL = re.compile(r"UNTIL=(\d{8})(?:T(\d{6})Z?)?")


def _last(schedule: Mapping[str, Any]) -> float | None:
    """When a schedule ends, in seconds since 1970; None where it never does. A rule's UNTIL is taken as UTC."""
    if "recurrences" not in schedule:
        return as_seconds(schedule.get("end"))
    ends = [_UNTIL.search(str(one.get("rrule"))) for one in schedule["recurrences"] or ()]
    points = [as_seconds(f"{end[1]}T{end[2] or '235959'}") if end else None for end in ends]
    known = [point for point in points if point is not None]
    return max(known) if known and len(known) == len(points) else None


def _schedule(schedule: Mapping[str, Any], like: Mapping[str, Any] | None) -> dict[str, Any]:
    """A schedule less what the server works out: the downtime that is on now, and starts that the definition, where
    there is one to compare with, does not name. Those are the time the downtime was made."""
    kept = {name: _time(value) for name, value in schedule.items() if name not in ("current_downtime", "recurrences")}
    if like is not None and not like.get("start"):
        kept.pop("start", None)
    if "recurrences" in schedule:
        named = [True] * len(schedule["recurrences"])
        if like is not None:
            named = [bool(one.get("start")) for one in like.get("recurrences") or ()] + [False] * len(named)
        kept["recurrences"] = [
            {
                name: _time(value) if name == "start" else value
                for name, value in one.items()
                if has_start or name != "start"
            }
            for one, has_start in zip(schedule["recurrences"], named, strict=False)
        ]
    return kept


def _time(value: Any) -> Any:
    """A point in time in one spelling; Datadog answers `2026-01-01T00:00:00+00:00` to `2026-01-01T00:00:00Z`, and
    `2026-01-01T00:00:00` to `2026-01-01T00:00` (reported of recurrences)."""
    try:
        point = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        return value
    return (point.astimezone(UTC) if point.tzinfo else point).isoformat()


KIND = DowntimeKind()
