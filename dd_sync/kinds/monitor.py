"""Monitors: the model people write, and what Datadog does to a monitor between a write and the next read."""

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Self

from pydantic import Field, model_validator

from dd_sync.core.kind import STATES, Endpoint, Kind, Payload, Recipients
from dd_sync.core.marking import Tags
from dd_sync.core.model import Number, as_json
from dd_sync.core.normal import agree, same
from dd_sync.core.references import ObjectId
from dd_sync.core.resource import Context, Resource, Told
from dd_sync.kinds import shapes
from dd_sync.kinds.monitor_form import (
    ALWAYS,
    DEFAULTS,
    KNOWN,
    KNOWN_OPTIONS,
    OLDER_OPTION_DEFAULTS,
    OPTION_DEFAULTS,
    OPTIONS,
    SERVER,
    normal_form,
    one_name,
    sorted_tags,
)
from dd_sync.query.comparison import Comparison, comparison
from dd_sync.query.vocabulary import type_of

if TYPE_CHECKING:
    pass

_THRESHOLDS = ("critical", "warning", "ok", "unknown", "critical_recovery", "warning_recovery")
PAGING = ("@pagerduty", "@opsgenie", "@oncall", "@on-call", "@victorops", "@splunk-on-call", "@xmatters")
"""How handles of services that wake people begin; handles a project names under `page:` count beside these."""

NOTIFY = "ddsync_notify"
"""The tag by which notification rules know whom a monitor is for, under `routing: rules`: `PROJECT-page` wakes."""

_OLDER_WAY_ONLY = ("service check", "composite", "slo alert", "event alert", "synthetics alert", "process alert")
"""Types that have no `on_missing_data`."""

_PAGES = re.compile(rf"{NOTIFY}:.*-page(?:-no-data)?$")


class Monitor(Resource):
    """A monitor. Datadog's own field names; what the API nests under `options` stands here beside the rest.

    `critical` is read out of the query's comparison, so that the two cannot disagree; service checks, which have no
    comparison, take `critical=`. Raises ValueError for thresholds that contradict each other.
    """

    kind: ClassVar[str] = "monitor"

    name: str
    query: str
    type: str = Field(default_factory=lambda fields: type_of(str(fields.get("query", ""))))
    """Of its query: told from what that starts with where it is left out; a composite's is written."""
    message: str | None = None
    links: str | None = None
    """Where to look next; put below the runbook. Facts of the entry are filled in, `{app}` is Datadog's own address."""
    tags: Sequence[str] | None = None
    priority: Literal[1, 2, 3, 4, 5] | None = None
    draft_status: Literal["draft", "published"] | None = None
    restricted_roles: Sequence[str] | None = None
    restriction_policy: dict[str, Any] | None = None  # {"bindings": [{"relation": "editor", "principals": […]}]}
    assets: Sequence[dict[str, Any]] | None = None

    critical: Number | None = None
    warning: Number | None = None
    ok: Number | None = None
    unknown: Number | None = None
    critical_recovery: Number | None = None
    warning_recovery: Number | None = None

    enable_logs_sample: bool | None = None
    enable_samples: bool | None = None
    escalation_message: str | None = None
    evaluation_delay: int | None = None  # seconds
    group_retention_duration: str | None = None  # "2d"
    groupby_simple_monitor: bool | None = None
    include_tags: bool | None = None
    locked: bool | None = None
    min_failure_duration: int | None = None  # seconds
    min_location_failed: int | None = None
    new_group_delay: int | None = None  # seconds
    new_host_delay: int | None = None  # seconds
    no_data_timeframe: int | None = None  # minutes
    notification_preset_name: str | None = None
    notify_audit: bool | None = None
    notify_by: Sequence[str] | None = None
    notify_no_data: bool | None = None
    on_missing_data: Literal["default", "show_no_data", "show_and_notify_no_data", "resolve"] | None = None
    renotify_interval: int | None = None  # minutes
    renotify_occurrences: int | None = None
    renotify_statuses: Sequence[str] | None = None
    require_full_window: bool | None = None
    scheduling_options: dict[str, Any] | None = None
    synthetics_check_id: int | None = None
    threshold_windows: dict[str, Any] | None = None
    timeout_h: int | None = None  # hours
    variables: Sequence[dict[str, Any]] | None = None

    @model_validator(mode="after")
    def _thresholds_in_order(self) -> Self:
        found = comparison(self.query)
        if found is not None:
            self._check_critical(found)
            _check_order(found, self.thresholds)
        return self

    def _check_critical(self, found: Comparison) -> None:
        if self.critical is not None and self.critical != found.threshold:
            raise ValueError(
                f"critical={self.critical} but the query compares with {found.threshold}: leave critical out"
            )

    @property
    def thresholds(self) -> dict[str, int | float]:
        """The thresholds as Datadog stores them, `critical` from the query's comparison."""
        found = comparison(self.query)
        critical = found.threshold if found is not None and self.critical is None else self.critical
        recoveries = self.critical_recovery, self.warning_recovery
        values = zip(_THRESHOLDS, (critical, self.warning, self.ok, self.unknown, *recoveries), strict=True)
        return {name: value for name, value in values if value is not None}

    @property
    def title_text(self) -> str:
        return self.name

    def complete(self, context: Context) -> dict[str, Any]:
        """The monitor as Datadog takes it: runbook and recipients as its message, the entry's tags beside its own."""
        options = {
            name: as_json(getattr(self, name))
            for name in sorted(OPTIONS & self.model_fields_set)
            if getattr(self, name) is not None
        }
        thresholds = self.thresholds
        if thresholds:
            options["thresholds"] = thresholds
        told = context.told(self.priority)
        text = self.message if self.message is not None else context.runbook
        body = context.fill("\n\n".join(part for part in (text, self.links) if part))
        payload: dict[str, Any] = {
            "name": context.fill(self.name),
            "type": self.type,
            "query": self.query,
            "message": "\n\n".join(part for part in (body, notifications(told, options, self.priority)) if part),
            "tags": list(dict.fromkeys([*context.tags, *(self.tags or ()), *told.tags])),
            "options": options,
        }
        for name in ("priority", "draft_status", "restricted_roles", "restriction_policy", "assets"):
            if getattr(self, name) is not None:
                payload[name] = as_json(getattr(self, name))
        return payload

    @classmethod
    def _shown(cls, payload: dict[str, Any]) -> dict[str, Any]:
        options = payload.get("options") or {}
        nested = {**(options.get("thresholds") or {}), **options, **payload}
        return {"type": "query alert", **super()._shown(nested)}


def _check_order(found: Comparison, thresholds: Mapping[str, int | float]) -> None:
    """Refuses thresholds Datadog refuses: alerting is the extreme, then warning, then their recoveries."""
    rises = found.operator.startswith(">")
    for outer, inner in (
        ("critical", "warning"),
        ("critical", "critical_recovery"),
        ("warning", "warning_recovery"),
    ):
        if outer not in thresholds or inner not in thresholds:
            continue
        high, low = thresholds[outer], thresholds[inner]
        if not (high > low if rises else high < low):
            raise ValueError(
                f"{outer} {high} must be {'above' if rises else 'below'} {inner} {low}"
                f" where the query says {found.operator} {found.threshold}: set both"
            )


def notifications(told: Told, options: Mapping[str, Any], priority: int | None) -> str:
    """Who is told in which state. Paging is named by state, so that a recovery or a warning wakes nobody anew.

    Missing data wakes people for priorities that do: who asks to be notified of it means that silence is the alarm.
    """
    lines = []
    if told.page:
        handles = " ".join(told.page)
        lines.append(f"{{{{#is_alert}}}}{handles}{{{{/is_alert}}}}")
        if priority in (1, 2) and _notifies_no_data(options):
            lines.append(f"{{{{#is_no_data}}}}{handles}{{{{/is_no_data}}}}")
        lines.append(f"{{{{#is_recovery}}}}{handles}{{{{/is_recovery}}}}")
    if told.tell:
        lines.append(" ".join(told.tell))
    return "\n".join(lines)


def wakes(handles: Sequence[str], tags: Sequence[str]) -> bool:
    """Whether an alert to these handles wakes somebody, or one with these tags by way of a notification rule."""
    return any(one.lower().startswith(PAGING) for one in handles) or any(_PAGES.match(tag) for tag in tags)


class MonitorKind(Kind):
    """How monitors are listed, compared and written."""

    name = "monitor"
    folder = "monitors"
    shape = shapes.MONITOR
    resource = Monitor
    marks_at = Tags("tags")
    prose = "message"
    modified_in = ("modified",)
    number_ids = True
    evaluated = True
    groupable = True
    tag_policies = True
    endpoint = Endpoint(
        path="/api/v1/monitor",
        read_scope="monitors_read",
        write_scope="monitors_write",
        page_size=1000,
        size_parameter="page_size",
        offset_parameter="page",
        offset_counts="pages",
        tag_parameter="monitor_tags",
        read_parameters={"with_assets": "true", "with_downtimes": "true"},
        validate_path="/api/v1/monitor/validate",
    )
    server_fields = SERVER

    def title(self, payload: Payload) -> str:
        return str(payload.get("name") or "")

    def normalise(self, payload: Payload, like: Payload | None = None) -> dict[str, Any]:
        return normal_form(payload, like, OPTION_DEFAULTS)

    def comparable(self, desired: Payload, live: Payload) -> tuple[dict[str, Any], dict[str, Any]]:
        """Tags in the definition's order where they are the same: their order means nothing."""
        ours, theirs = super().comparable(desired, live)
        if set(ours.get("tags", ())) == set(theirs.get("tags", ())) != set():
            theirs["tags"] = ours["tags"]
        return ours, theirs

    def revision_form(self, payload: Payload, like: Payload | None = None) -> dict[str, Any]:
        return sorted_tags(self.normalise(payload, like))

    def older_forms(self, payload: Payload, like: Payload | None = None) -> list[dict[str, Any]]:
        """As before an editor's zeros were nothing and `on_missing_data: default` was something."""
        form = normal_form(payload, like, OLDER_OPTION_DEFAULTS)
        return [form, {**form, "message": ""}] if "message" not in form else [form]

    def plainly_same(self, desired: Payload, live: Payload) -> bool:
        options = desired.get("options") or {}, live.get("options") or {}
        return agree(desired, live, ALWAYS, DEFAULTS, ("options",)) and agree(*options, OPTIONS, OPTION_DEFAULTS)

    def unknown_fields(self, live: Payload) -> list[str]:
        options = live.get("options") or {}
        if live.keys() <= KNOWN and options.keys() <= KNOWN_OPTIONS:
            return []
        top = (name for name in live if name not in KNOWN and live[name])
        return [*top, *(f"options.{name}" for name in options if name not in KNOWN_OPTIONS and options[name])]

    def update_body(self, desired: Payload, live: Payload) -> dict[str, Any]:
        """The whole definition. PUT merges top-level fields and replaces `options` whole, so a top-level field the
        definition lacks is sent empty, and options that are not ours are carried over."""
        body = self.create_body(desired)
        for name, empty in (("tags", []), ("priority", None), ("message", "")):
            if live.get(name) and body.get(name) is None:
                body[name] = empty
        if live.get("draft_status") == "draft" and body.get("draft_status") is None:
            body["draft_status"] = "published"  # PUT merges: leaving it out keeps a draft one
        theirs = {n: v for n, v in (live.get("options") or {}).items() if n not in OPTIONS and n != "silenced"}
        options = {**theirs, **(body.get("options") or {})}
        if self._means_the_same(desired, live, "options"):
            options = dict(live.get("options") or {})  # in its own spelling: other defaults would look like an edit
        if live.get("type") and self._means_the_same(desired, live, "type"):
            body["type"] = live["type"]
        options.pop("silenced", None)  # a mute of an imported definition is long over; the live one counts
        silenced = _own_mutes(live)
        if silenced:
            options["silenced"] = silenced
        return {**body, "options": options}

    def _means_the_same(self, desired: Payload, live: Payload, name: str) -> bool:
        ours, theirs = self.comparable({name: desired.get(name)}, {name: live.get(name)})
        return same(ours, theirs)

    def why_replace(self, desired: Payload, live: Payload) -> str:
        before, after = (one_name(str(one.get("type") or live.get("type") or "")) for one in (live, desired))
        if not same(before, after):
            return f"Datadog cannot change a monitor's type from {before} to {after}"
        if _schedule(live) and not _schedule(desired):
            return "Datadog cannot take a custom schedule off a monitor"
        return ""

    def retiring(self, payload: Payload) -> str:
        """The older way of missing data, of monitors that have the newer (Datadog's docs, "Migrating to On Missing
        Data")."""
        options = payload.get("options") or {}
        older = options.get("notify_no_data") and options.get("on_missing_data") is None
        if not older or payload.get("type") in _OLDER_WAY_ONLY:
            return ""
        return (
            "Datadog is about to refuse new monitors with notify_no_data: write"
            ' on_missing_data="show_and_notify_no_data" in its place, and no no_data_timeframe'
        )

    def needs_detail(self, desired: Payload) -> bool:
        return bool(desired.get("assets") or desired.get("restriction_policy"))

    def recipients(self, payload: Payload) -> Recipients:
        if is_draft(payload):
            return dict.fromkeys(STATES, ())
        found = _told_by(payload)
        if not _notifies_no_data(payload.get("options") or {}):
            found = {**found, "no_data": ()}
        return {state: found.get(state, ()) for state in STATES}

    def pages(self, payload: Payload) -> bool:
        return not is_draft(payload) and wakes(_told_by(payload).get("alert", ()), payload.get("tags") or ())

    def refers_to(self, payload: Payload) -> list[tuple[str, ObjectId]]:
        query = str(payload.get("query") or "")
        match payload.get("type"):
            case "composite":
                return [("monitor", int(found)) for found in re.findall(r"\b\d+\b", query)]
            case "slo alert":
                return [("slo", found) for found in re.findall(r'^\s*\w+\("([^"$]+)"\)', query)]
            case _:
                return []

    def follows(self, payload: Payload) -> tuple[str, ObjectId] | None:
        """The synthetics test that a monitor belongs to: it has the test's tags, and its id in an option (seen in
        recordings)."""
        test = (payload.get("options") or {}).get("synthetics_check_id")
        return ("synthetics-test", test) if test and payload.get("type") == "synthetics alert" else None

    def beside(self, payload: Payload) -> tuple[str, ObjectId] | None:
        """The SLO that an alert watches."""
        return next(iter(self.refers_to(payload)), ("slo", "")) if payload.get("type") == "slo alert" else None

    def restorable(self, image: Payload) -> dict[str, Any]:
        """An image less its mutes, which are nobody's definition."""
        options = image.get("options")
        if not isinstance(options, dict):
            return dict(image)
        return {**image, "options": {name: value for name, value in options.items() if name != "silenced"}}

    def lost(self, image: Payload) -> str:
        muted = (image.get("options") or {}).get("silenced")
        return "was muted when it was deleted: mute it again" if muted else ""

    def duplicate_of(self, errors: Sequence[str]) -> ObjectId | None:
        found = re.search(r"Duplicate of an existing monitor_id:(\d+)", " ".join(errors))
        return int(found[1]) if found else None

    def item_name(self, path: Sequence[str], item: Any) -> str | None:
        return str(item["name"]) if path[-1:] == ("variables",) and "name" in item else None

    def page(self, object_id: ObjectId) -> str:
        return f"/monitors/{object_id}"


def is_draft(monitor: Payload) -> bool:
    """Whether it is evaluated and tells nobody, neither by its message nor by a rule."""
    return monitor.get("draft_status") == "draft"


def _schedule(monitor: Payload) -> Any:
    """Its custom schedule, which stays for good (Datadog's docs, "Customize monitor evaluation frequencies")."""
    return ((monitor.get("options") or {}).get("scheduling_options") or {}).get("custom_schedule")


def _own_mutes(live: Payload) -> dict[str, Any]:
    """The mutes of a live monitor less those a downtime explains.

    While a downtime covers a monitor, `silenced` shows it; sending that back could make a mute that outlives it.
    That leaving `silenced` out keeps a mute is unverified, so what is left is sent back as it was.
    """
    silenced = (live.get("options") or {}).get("silenced") or {}
    downtimes = live.get("matching_downtimes") or ()
    covered = {scope for downtime in downtimes for scope in downtime.get("scope") or ()}
    ends = {downtime.get("end") for downtime in downtimes}
    return {scope: end for scope, end in silenced.items() if scope not in covered and (not ends or end not in ends)}


def _told_by(payload: Payload) -> Recipients:
    """Whom a message names, by state."""
    from dd_sync.query.message import recipients  # which a plan of nothing new does not need

    return recipients(str(payload.get("message") or ""))


def _notifies_no_data(options: Payload) -> bool:
    return bool(options.get("notify_no_data")) or options.get("on_missing_data") == "show_and_notify_no_data"


KIND = MonitorKind()
