"""Notification rules: who is told of every monitor with certain tags, kept apart from the monitors.

A rule adds its recipients to whatever the message names; somebody named twice is told once (Datadog's docs,
"Notification Rules"). What else is used of the endpoint was read in Datadog's API description and in public recordings
of it: `recipients` go without the `@`, `PATCH` takes the whole rule, `modified_at` is 1970 in the answer to a create.

A rule has no free field but its name, so the identity stands there, in brackets at the end. That is not pretty in a
list of rules, and the only place that lasts: a tag among the filters would change whom the rule is about.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar, Self

from pydantic import model_validator

from dd_sync.core.kind import STATES, Endpoint, Payload, Recipients
from dd_sync.core.marking import Brackets
from dd_sync.core.normal import clean, own
from dd_sync.core.references import ObjectId
from dd_sync.core.resource import Context, Resource
from dd_sync.kinds.json_api import JSONAPIKind
from dd_sync.kinds.monitor import PAGING, is_draft
from dd_sync.kinds.rule_scope import lower, within

_FIELDS = frozenset({"name", "filter", "recipients", "conditional_recipients", "bundle_config"})

MOST_RECIPIENTS = 20
"""Of a rule or a condition (API description); Datadog's page on rules says 50."""

_LONGEST_NAME = 700  # of 1,000: the identity needs the rest

_TRANSITIONS = {
    "transition_type:is_alert": "alert",
    "transition_type:is_warning": "warning",
    "transition_type:is_no_data": "no_data",
    "transition_type:is_recovery": "recovery",
}
"""Conditions on the state. `is_alert` stands in Datadog's description; the others are named like the conditions of
messages and unverified."""


class NotificationRule(Resource):
    """Who is told of the monitors that match. Datadog's own field names.

    `filter` is `{"tags": ["team:payments", "env:prod"]}`, all of which must match, or `{"scope": "team:payments AND NOT
    env:dev"}`. Give `recipients`, or `conditional_recipients`: `{"conditions": [{"scope": "transition_type:is_alert",
    "recipients": ["@pagerduty-payments"]}]}`. The `@` may be left out.
    """

    kind: ClassVar[str] = "notification-rule"

    name: str
    filter: dict[str, Any]
    recipients: Sequence[str] | None = None
    conditional_recipients: dict[str, Any] | None = None
    bundle_config: dict[str, Any] | None = None

    @model_validator(mode="after")
    def _says_whom(self) -> Self:
        if (self.recipients is None) == (self.conditional_recipients is None):
            raise ValueError("give recipients or conditional_recipients")
        if len({"tags", "scope"} & self.filter.keys()) != 1 or len(self.filter) != 1 or not any(self.filter.values()):
            raise ValueError("filter takes tags or scope")
        if len(self.name) > _LONGEST_NAME:
            raise ValueError(f"a name may have {_LONGEST_NAME} characters")
        for told in _lists(self.to_payload()):
            if not 0 < len(told) <= MOST_RECIPIENTS:
                raise ValueError(f"a rule tells 1 to {MOST_RECIPIENTS} recipients, not {len(told)}")
        return self

    @property
    def title_text(self) -> str:
        return self.name

    def complete(self, context: Context) -> dict[str, Any]:
        """The rule as Datadog takes it: recipients without the `@`."""
        payload = {name: value for name, value in self.to_payload().items() if name != "key" and value is not None}
        payload["name"] = context.fill(self.name)
        if "recipients" in payload:
            payload["recipients"] = _bare(payload["recipients"])
        if "conditional_recipients" in payload:
            payload["conditional_recipients"] = _bare_conditions(payload["conditional_recipients"])
        return payload


def _lists(payload: Payload) -> Iterable[Sequence[str]]:
    """Every list of recipients of a rule."""
    conditional = payload.get("conditional_recipients") or {}
    found = [payload.get("recipients"), conditional.get("fallback_recipients")]
    found += [condition.get("recipients") for condition in conditional.get("conditions") or ()]
    return [told for told in found if told is not None]


def _bare(handles: Iterable[str]) -> list[str]:
    """Handles as rules write them; a rule with an `@` is refused (seen in recordings)."""
    return [handle.removeprefix("@") for handle in handles]


def _bare_conditions(conditional: Mapping[str, Any]) -> dict[str, Any]:
    made = {**conditional}
    if made.get("fallback_recipients"):
        made["fallback_recipients"] = _bare(made["fallback_recipients"])
    made["conditions"] = [
        {**condition, "recipients": _bare(condition["recipients"])} for condition in conditional.get("conditions") or ()
    ]
    return made


def _sorted_conditions(conditional: Mapping[str, Any]) -> dict[str, Any]:
    """Conditions in their order, each with its recipients as a set."""
    made = {**conditional}
    if made.get("fallback_recipients"):
        made["fallback_recipients"] = sorted(set(made["fallback_recipients"]))
    if "conditions" in made:
        made["conditions"] = [
            {**one, "recipients": sorted(set(one["recipients"]))} if one.get("recipients") else one
            for one in made["conditions"]
        ]
    return made


class NotificationRuleKind(JSONAPIKind):
    """How notification rules are listed, compared and written."""

    name = "notification-rule"
    folder = "monitors"
    resource = NotificationRule
    resource_type = "monitor-notification-rule"
    optional = True
    marks_at = Brackets("name")
    modified_in = ("modified", "modified_at")
    endpoint = Endpoint(
        path="/api/v2/monitor/notification_rule",
        read_scope="monitors_read",
        write_scope="monitor_config_policy_write",
        page_size=100,
        size_parameter="per_page",
        offset_parameter="page",
        offset_counts="pages",
        list_field="data",
        object_field="data",
        update_method="PATCH",
    )
    server_fields = frozenset({"id", "created", "created_at", "modified", "modified_at", "creator_uuid"})

    def title(self, payload: Payload) -> str:
        return str(payload.get("name") or "")

    def normalise(self, payload: Payload, like: Payload | None = None) -> dict[str, Any]:
        like = {name: value for name, value in (like or {}).items() if name not in self.server_fields}
        kept: dict[str, Any] = clean(own(payload, _FIELDS, like))
        if "name" in kept:
            kept["name"] = kept["name"].strip()
        if kept.get("filter", {}).get("tags"):
            kept["filter"] = {**kept["filter"], "tags": sorted(set(kept["filter"]["tags"]))}
        if kept.get("recipients"):
            kept["recipients"] = sorted(set(kept["recipients"]))
        if "conditional_recipients" in kept:
            kept["conditional_recipients"] = _sorted_conditions(kept["conditional_recipients"])
        return kept

    def unknown_fields(self, live: Payload) -> list[str]:
        return [name for name, value in live.items() if name not in _FIELDS | self.server_fields and value]

    def update_body(self, desired: Payload, live: Payload) -> dict[str, Any]:
        """The whole rule: a `PATCH` drops what it does not name (seen in recordings)."""
        return self.create_body(desired)

    def recipients(self, payload: Payload) -> Recipients:
        """Whom the rule adds to a monitor it matches. A condition on a tag may hold in every state."""
        found: dict[str, list[str]] = {state: list(payload.get("recipients") or ()) for state in STATES}
        conditional = payload.get("conditional_recipients") or {}
        for condition in conditional.get("conditions") or ():
            named = _TRANSITIONS.get(str(condition.get("scope")))
            for state in [named] if named else STATES:
                found[state] += condition.get("recipients") or ()
        for told in found.values():
            told.extend(() if told else conditional.get("fallback_recipients") or ())
        return {state: tuple(dict.fromkeys(f"@{handle}" for handle in told)) for state, told in found.items()}

    def adds(self, payload: Payload, other: Payload) -> Recipients:
        """A rule matches the tags of a monitor and its priority, `priority:p1` (Datadog's docs, "Notification
        Rules"). What a scope that cannot be read would match is left out; a draft tells nobody."""
        if "query" not in other or is_draft(other) or not within(payload.get("filter"), _tags(other)):
            return {}
        found = self.recipients(payload)
        return found if _notifies_no_data(other) else {**found, "no_data": ()}

    def pages(self, payload: Payload) -> bool:
        return any(handle.lower().startswith(PAGING) for handle in self.recipients(payload)["alert"])

    def item_name(self, path: Sequence[str], item: Any) -> str | None:
        return str(item["scope"]) if path[-1:] == ("conditions",) and "scope" in item else None

    def page(self, object_id: ObjectId) -> str:
        return "/monitors/settings/notifications"


def _tags(monitor: Payload) -> frozenset[str]:
    priority = monitor.get("priority")
    return lower([*(monitor.get("tags") or ()), *([] if priority is None else [f"priority:p{priority}"])])


def _notifies_no_data(monitor: Payload) -> bool:
    options = monitor.get("options") or {}
    return bool(options.get("notify_no_data")) or options.get("on_missing_data") == "show_and_notify_no_data"


KIND = NotificationRuleKind()
