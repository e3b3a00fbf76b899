"""Dashboards: the model people write, and the little Datadog does to one."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from dd_sync.core.kind import Endpoint, Kind, Payload
from dd_sync.core.marking import LastLine
from dd_sync.core.model import as_json
from dd_sync.core.normal import agree, clean, own, without_defaults
from dd_sync.core.references import ObjectId
from dd_sync.core.resource import Context, Resource
from dd_sync.kinds import shapes
from dd_sync.kinds.widgets import Tab, TemplateVariable, TemplateVariablePreset, WidgetsLike, placed

if TYPE_CHECKING:
    pass

_FIELDS = frozenset(
    """title description widgets layout_type template_variables template_variable_presets notify_list tags
    reflow_type tabs default_timeframe""".split()
)
_ACCESS = ("restricted_roles", "restriction_policy")
"""Compared and written only where a definition declares them."""

_OPTIONAL = ("template_variables", "template_variable_presets", "notify_list", "tags", "reflow_type")

_DEFAULTS: dict[str, Any] = {
    "description": "",
    "restricted_roles": [],
    "notify_list": [],
    "tags": [],
    "template_variables": [],
    "template_variable_presets": [],
    "experience_type": "default",
}


class Dashboard(Resource):
    """A dashboard: widgets in groups, in the order one reads them in an incident."""

    kind: ClassVar[str] = "dashboard"

    title: str
    widgets: WidgetsLike = ()
    description: str | None = None
    layout_type: Literal["ordered", "free"] = "ordered"
    template_variables: Sequence[TemplateVariable] | None = None
    template_variable_presets: Sequence[TemplateVariablePreset] | None = None
    notify_list: Sequence[str] | None = None
    tags: Sequence[str] | None = None  # Datadog takes `team:` tags only
    reflow_type: Literal["auto", "fixed"] | None = None
    tabs: Sequence[Tab] | None = None
    restricted_roles: Sequence[str] | None = None

    @property
    def title_text(self) -> str:
        return self.title

    def complete(self, context: Context) -> dict[str, Any]:
        """The dashboard as Datadog takes it: its docstring as description unless it has its own."""
        on_tabs, tabs = placed(self.tabs or (), after=len(self.widgets))
        payload: dict[str, Any] = {
            "title": context.fill(self.title),
            "description": context.fill(self.description if self.description is not None else context.runbook),
            "layout_type": self.layout_type,
            "widgets": as_json([*self.widgets, *on_tabs]),
        }
        for name in (*_OPTIONAL, "restricted_roles"):
            if getattr(self, name) is not None:
                payload[name] = as_json(getattr(self, name))
        return {**payload, "tabs": as_json(tabs)} if tabs else payload


class DashboardKind(Kind):
    """How dashboards are listed, compared and written."""

    name = "dashboard"
    folder = "dashboards"
    shape = shapes.DASHBOARD
    resource = Dashboard
    text_references = frozenset({"alert_id", "slo_id"})
    marks_at = LastLine("description")
    per_file = 10  # a dashboard has as many lines as thirty monitors
    modified_in = ("modified_at",)
    endpoint = Endpoint(
        path="/api/v1/dashboard",
        read_scope="dashboards_read",
        write_scope="dashboards_write",
        page_size=1000,
        size_parameter="count",
        offset_parameter="start",
        list_field="dashboards",
        summaries=True,
        version_field="modified_at",
    )
    server_fields = frozenset(
        "id url author_handle author_name created_at modified_at deleted_at author_info is_read_only".split()
    )
    # `is_read_only`: refused in whatever value since 2025-09 (recorded), shown all the same.

    def title(self, payload: Payload) -> str:
        return str(payload.get("title") or "")

    def normalise(self, payload: Payload, like: Payload | None = None) -> dict[str, Any]:
        like = {name: value for name, value in (like or {}).items() if name not in self.server_fields}
        kept = clean(own(payload, _FIELDS, like))
        if isinstance(kept.get("description"), str):
            kept["description"] = kept["description"].strip()
        if "notify_list" in kept:
            kept["notify_list"] = sorted(set(kept["notify_list"]))
        if "tabs" in kept:
            kept["tabs"] = _tabs(payload, kept["tabs"])
        if "widgets" in kept:
            kept["widgets"] = [_without_ids(widget) for widget in kept["widgets"]]
        return without_defaults(kept, _DEFAULTS)

    def plainly_same(self, desired: Payload, live: Payload) -> bool:
        if desired.get("tabs") or live.get("tabs"):
            return False  # their normal form names widgets by place, which takes the ids
        return agree(_bare(desired), _bare(live), _FIELDS, _DEFAULTS)

    def unknown_fields(self, live: Payload) -> list[str]:
        known = self.server_fields | _FIELDS | set(_ACCESS)
        return [n for n, v in live.items() if n not in known and v and v != _DEFAULTS.get(n)]

    def create_body(self, desired: Payload) -> dict[str, Any]:
        body = super().create_body(desired)
        if body.get("tabs"):  # widget ids of another dashboard mean nothing to a new one; positions do
            body["tabs"] = _tabs(desired, body["tabs"])
        return body

    def update_body(self, desired: Payload, live: Payload) -> dict[str, Any]:
        """The whole definition: PUT replaces everything. Widgets that live on keep their ids, since a PUT without
        them renumbers all and breaks links to single widgets; access stays as it is unless declared."""
        body = self.create_body(desired)
        body["widgets"] = _with_ids(desired.get("widgets") or (), live.get("widgets") or ())
        for name, value in live.items():
            # What is not ours stays; and one spelling of nothing in place of another would look like an edit.
            if name not in self.server_fields and (name not in _FIELDS or not value):
                body.setdefault(name, value)
        return body

    def why_replace(self, desired: Payload, live: Payload) -> str:
        before, after = live.get("layout_type"), desired.get("layout_type")
        return "" if before == after else f"Datadog cannot change a dashboard's layout from {before} to {after}"

    def refers_to(self, payload: Payload) -> list[tuple[str, ObjectId]]:
        return list(_referred(payload.get("widgets") or ()))

    def item_name(self, path: Sequence[str], item: Any) -> str | None:
        if not isinstance(item, dict):
            return None
        match path[-1:]:
            case ("widgets",):
                return widget_name(item)
            case ("queries",) | ("template_variables",) | ("template_variable_presets",) | ("tabs",):
                return str(item["name"]) if "name" in item else None
            case ("formulas",):
                return str(item["formula"]) if "formula" in item else None
            case _:
                return None

    def page(self, object_id: ObjectId) -> str:
        return f"/dashboard/{object_id}"


def widget_name(widget: Payload) -> str:
    """What people know a widget by: its title, else what it is."""
    definition = widget.get("definition") or {}
    title = definition.get("title")
    return str(title) if title else str(definition.get("type") or "widget")


def _referred(widgets: Iterable[Payload]) -> Iterator[tuple[str, ObjectId]]:
    for widget in widgets:
        definition = widget.get("definition") or {}
        if definition.get("alert_id"):
            yield "monitor", int(definition["alert_id"]) if str(definition["alert_id"]).isdecimal() else 0
        if definition.get("slo_id"):
            yield "slo", str(definition["slo_id"])
        yield from _referred(definition.get("widgets") or ())


def _bare(payload: Payload) -> dict[str, Any]:
    """A dashboard whose widgets have no ids."""
    widgets = payload.get("widgets")
    bare = {"widgets": [_without_ids(widget) for widget in widgets]} if isinstance(widgets, list) else {}
    return {**payload, **bare}


def _without_ids(widget: Any) -> Any:
    """A widget without its id, and so the widgets in it."""
    if not isinstance(widget, dict):
        return widget
    kept = {name: value for name, value in widget.items() if name != "id"} if "id" in widget else widget
    definition = kept.get("definition")
    if isinstance(definition, dict) and isinstance(definition.get("widgets"), list):
        inner = [_without_ids(one) for one in definition["widgets"]]
        kept = {**kept, "definition": {**definition, "widgets": inner}}
    return kept


def _tabs(payload: Payload, tabs: Iterable[Payload]) -> list[dict[str, Any]]:
    """Tabs with `@n`, the place of a widget, for each id: the spelling a definition uses and Datadog replaces."""
    places = {str(w["id"]): f"@{n}" for n, w in enumerate(payload.get("widgets") or (), 1) if "id" in w}
    return [
        {**tab, "widget_ids": [places.get(str(one), str(one)) for one in tab.get("widget_ids") or ()]} for tab in tabs
    ]


def _with_ids(desired: Iterable[Payload], live: Iterable[Payload]) -> list[dict[str, Any]]:
    """The desired widgets, each with the id of the live widget it continues."""
    waiting = _by_place(live)
    return [_continued(place, widget, waiting) for place, widget in _placed(desired)]


def _continued(
    place: tuple[str, str, int], widget: Payload, waiting: Mapping[tuple[str, str, int], Payload]
) -> dict[str, Any]:
    before = waiting.get(place)
    made = dict(widget)
    if before is not None and "id" in before:
        made["id"] = before["id"]
    elif "id" in made:
        del made["id"]  # an id from elsewhere would be taken for this dashboard's own
    definition = made.get("definition")
    if isinstance(definition, dict) and "widgets" in definition:
        inner = ((before or {}).get("definition") or {}).get("widgets") or ()
        made["definition"] = {**definition, "widgets": _with_ids(definition["widgets"], inner)}
    return made


def _by_place(widgets: Iterable[Payload]) -> dict[tuple[str, str, int], Payload]:
    return dict(_placed(widgets))


def _placed(widgets: Iterable[Payload]) -> Iterator[tuple[tuple[str, str, int], Payload]]:
    """Each widget with what it is matched by: type, name, and which of those that share both."""
    seen: Counter[tuple[str, str]] = Counter()
    for widget in widgets:
        alike = (str((widget.get("definition") or {}).get("type")), widget_name(widget))
        seen[alike] += 1
        yield (*alike, seen[alike]), widget


KIND = DashboardKind()
