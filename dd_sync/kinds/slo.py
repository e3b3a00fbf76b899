"""SLOs: metric (in both of Datadog's spellings), monitor and time slice; and what Datadog does to them."""

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Self

from pydantic import model_validator

from dd_sync.core.kind import Endpoint, Kind, Payload
from dd_sync.core.marking import Tags
from dd_sync.core.model import Number, as_json
from dd_sync.core.normal import clean, cut, names_below, own, own_below, same, without_defaults
from dd_sync.core.references import ObjectId, Ref
from dd_sync.core.resource import Context, Resource
from dd_sync.kinds import shapes
from dd_sync.kinds.monitor import Monitor

if TYPE_CHECKING:
    pass

Timeframe = Literal["7d", "30d", "90d", "custom"]

_FIELDS = frozenset(
    """name type description tags monitor_tags thresholds query sli_specification monitor_ids groups
    timeframe""".split()
)
_DEFAULTS: dict[str, Any] = {"description": "", "tags": [], "monitor_tags": [], "monitor_ids": [], "groups": []}
_SLICE_DEFAULTS = {"query_interval_seconds": 300}
_BELOW = frozenset(
    """timeframe target warning numerator denominator count time_slice query queries formula formulas data_source name
    comparator threshold query_interval_seconds good_events_formula bad_events_formula total_events_formula aggregator
    cross_org_uuids semantic_mode""".split()
)
"""Fields at any depth that a definition can carry, as in Datadog's API description. Others count where it names them:
a default that Datadog begins to fill in is no edit."""


class SLO(Resource):
    """A service level objective: the promise, and how it is counted.

    Give exactly one of: `numerator` and `denominator` (metric queries), `monitors` (references to monitors),
    `sli_specification` (Datadog's newer spelling, for counts and time slices).
    """

    kind: ClassVar[str] = "slo"

    name: str
    target: Number  # percent
    warning: Number | None = None  # percent; above the target
    timeframe: Timeframe = "30d"
    numerator: str | None = None
    denominator: str | None = None
    monitors: Sequence[Ref[Monitor] | int] = ()
    groups: Sequence[str] | None = None
    sli_specification: dict[str, Any] | None = None
    description: str | None = None
    tags: Sequence[str] | None = None

    @model_validator(mode="after")
    def _one_way_of_counting(self) -> Self:
        ways = [self.numerator is not None, bool(self.monitors), self.sli_specification is not None]
        if sum(ways) != 1 or (self.numerator is None) != (self.denominator is None):
            raise ValueError("give one of numerator and denominator, monitors, or sli_specification")
        if not 0 < self.target < 100:
            raise ValueError(f"target {self.target} must lie between 0 and 100 percent")
        if self.warning is not None and not self.target < self.warning < 100:
            raise ValueError(f"warning {self.warning} must lie between the target {self.target} and 100")
        return self

    @property
    def title_text(self) -> str:
        return self.name

    @property
    def type(self) -> str:
        """Datadog's name of the way of counting."""
        if self.monitors:
            return "monitor"
        return "time_slice" if "time_slice" in (self.sli_specification or {}) else "metric"

    def complete(self, context: Context) -> dict[str, Any]:
        """The SLO as Datadog takes it: its docstring as description, the entry's tags beside its own."""
        threshold = {"timeframe": self.timeframe, "target": self.target}
        if self.warning is not None:
            threshold["warning"] = self.warning
        payload: dict[str, Any] = {
            "name": context.fill(self.name),
            "type": self.type,
            "description": context.fill(self.description if self.description is not None else context.runbook),
            "tags": list(dict.fromkeys([*context.tags, *(self.tags or ())])),
            "thresholds": [threshold],
            "timeframe": self.timeframe,
        }
        if self.numerator is not None:
            payload["query"] = {"numerator": self.numerator, "denominator": self.denominator}
        if self.monitors:
            payload["monitor_ids"] = as_json(list(self.monitors))
        for name in ("groups", "sli_specification"):
            if getattr(self, name) is not None:
                payload[name] = as_json(getattr(self, name))
        return payload

    @classmethod
    def _shown(cls, payload: dict[str, Any]) -> dict[str, Any]:
        first = (payload.get("thresholds") or [{}])[0]
        query = payload.get("query") or {}
        shown = {name: query[name] for name in ("numerator", "denominator") if name in query}
        return {"target": first.get("target"), **shown, **super()._shown(payload)}


class SLOKind(Kind):
    """How SLOs are listed, compared and written."""

    name = "slo"
    folder = "slos"
    shape = shapes.SLO
    resource = SLO
    marks_at = Tags("tags")
    modified_in = ("modified_at",)
    objective = True
    endpoint = Endpoint(
        path="/api/v1/slo",
        read_scope="slos_read",
        write_scope="slos_write",
        page_size=1000,
        size_parameter="limit",
        offset_parameter="offset",
        tag_parameter="tags_query",
        list_field="data",
        object_field="data",
    )
    server_fields = frozenset({"id", "creator", "created_at", "modified_at", "type_id", "configured_alert_ids"})

    def title(self, payload: Payload) -> str:
        return str(payload.get("name") or "")

    def normalise(self, payload: Payload, like: Payload | None = None) -> dict[str, Any]:
        return _normalised(payload, like, like or payload)

    def comparable(self, desired: Payload, live: Payload) -> tuple[dict[str, Any], dict[str, Any]]:
        """In the definition's spelling, unless Datadog kept only the older one."""
        spelling = desired if _count(live) else live
        return _normalised(desired, desired, spelling), _normalised(live, desired, spelling)

    def revision_form(self, payload: Payload, like: Payload | None = None) -> dict[str, Any]:
        """As `query`: some answers drop the newer spelling and keep what it means."""
        return _normalised(payload, like, {"query": {}})

    def older_forms(self, payload: Payload, like: Payload | None = None) -> list[dict[str, Any]]:
        """As before tags were taken for lower case and monitors and groups for sets."""
        sets = {name: list(payload[name]) for name in ("monitor_ids", "groups") if payload.get(name)}
        tags = {"tags": sorted(set(payload["tags"]))} if payload.get("tags") else {}
        return [{**self.revision_form(payload, like), **sets, **tags}]

    def unknown_fields(self, live: Payload) -> list[str]:
        ignored = self.server_fields | {*_FIELDS, "target_threshold", "warning_threshold"}
        below = names_below({"sli_specification": live.get("sli_specification")}, {*_BELOW, "sli_specification"})
        return [*(name for name, value in live.items() if name not in ignored and value), *below]

    def update_body(self, desired: Payload, live: Payload) -> dict[str, Any]:
        """The whole definition. Whether a PUT merges or replaces was never recorded, so what the definition lacks and
        the live object has is sent empty."""
        body = self.create_body(desired)
        for name in ("description", "tags", "groups"):
            if live.get(name) and body.get(name) is None:
                body[name] = _DEFAULTS[name]
        return body

    def restorable(self, image: Payload) -> dict[str, Any]:
        """An image less the texts that Datadog makes for display."""
        if not isinstance(image.get("thresholds"), list):
            return dict(image)
        return {**image, "thresholds": [_threshold(one) for one in image["thresholds"]]}

    def why_replace(self, desired: Payload, live: Payload) -> str:
        before, after = live.get("type"), desired.get("type")
        return "" if same(before, after) else f"Datadog cannot change an SLO's type from {before} to {after}"

    def refers_to(self, payload: Payload) -> list[tuple[str, ObjectId]]:
        return [("monitor", object_id) for object_id in payload.get("monitor_ids") or ()]

    def item_name(self, path: Sequence[str], item: Any) -> str | None:
        field = "timeframe" if path[-1:] == ("thresholds",) else "name"
        return str(item[field]) if isinstance(item, dict) and field in item else None

    def page(self, object_id: ObjectId) -> str:
        return f"/slo?slo_id={object_id}"


def _normalised(payload: Payload, like: Payload | None, spelling: Payload) -> dict[str, Any]:
    """`like` names what else counts, `spelling` says in which of two ways a count is written."""
    kept = clean(own({n: v for n, v in payload.items() if n not in SLOKind.server_fields}, _FIELDS))
    if like is not None:
        for name in ("thresholds", "query", "sli_specification"):
            if name in kept:
                kept[name] = own_below(kept[name], _BELOW, like.get(name))
    monitors = kept.get("type") == "monitor"
    kept["thresholds"] = [_kept(threshold, monitors) for threshold in kept.get("thresholds") or ()]
    if kept["thresholds"]:
        kept.setdefault("timeframe", kept["thresholds"][0].get("timeframe"))
    if "tags" in kept:  # Datadog returns them in random order, another with each read
        kept["tags"] = sorted({_tag(tag) for tag in kept["tags"]})
    for name in ("monitor_ids", "groups"):
        if name in kept:
            kept[name] = sorted(set(kept[name]), key=str)
    _one_spelling(kept, spelling)
    return without_defaults(kept, _DEFAULTS)


_NOT_IN_TAGS = re.compile(r"[^\w\-:./]")


def _tag(tag: str) -> str:
    """A tag as an SLO keeps it: lower case, underscores for what no tag holds (reported by users)."""
    return tag if "${" in tag else _NOT_IN_TAGS.sub("_", tag.lower())


def _threshold(threshold: Mapping[str, Any]) -> dict[str, Any]:
    """A threshold without the texts Datadog derives for display (`"99."`, `"99.5"`)."""
    return {name: value for name, value in threshold.items() if not name.endswith("_display")}


def _kept(threshold: Mapping[str, Any], monitors: bool) -> dict[str, Any]:
    """A threshold with as many decimal places as Datadog keeps: three, of an SLO of monitors two for less than 90 days
    (docs, "Monitor-based SLOs")."""
    places = 2 if monitors and threshold.get("timeframe") in ("7d", "30d") else 3
    return {name: cut(value, places) for name, value in _threshold(threshold).items()}


def _one_spelling(kept: dict[str, Any], like: Payload) -> None:
    """Leaves one of the two spellings of a metric SLO: the newer one where both sides have it."""
    count = _count(kept)
    if count is None:
        slices = (kept.get("sli_specification") or {}).get("time_slice")
        if slices is not None:
            kept["sli_specification"] = {"time_slice": without_defaults(slices, _SLICE_DEFAULTS)}
            kept.pop("query", None)
        return
    if _count(like) is not None:
        kept.pop("query", None)
        return
    kept["query"] = kept.get("query") or derived_query(count)
    del kept["sli_specification"]


def _count(payload: Mapping[str, Any]) -> Mapping[str, Any] | None:
    count: Mapping[str, Any] | None = (payload.get("sli_specification") or {}).get("count")
    return count


_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def derived_query(count: Mapping[str, Any]) -> dict[str, str]:
    """The older spelling of a count: formulas with their queries put in, as Datadog derives it.

    With bad events the denominator is `(good) + (bad)`.
    """
    queries = {query["name"]: str(query.get("query", "")) for query in count.get("queries") or ()}

    def written(part: str) -> str:
        formula = str((count.get(part) or {}).get("formula", ""))
        return _NAME.sub(lambda found: queries.get(found[0], found[0]), formula)

    good = written("good_events_formula")
    if count.get("bad_events_formula"):
        return {"numerator": good, "denominator": f"({good}) + ({written('bad_events_formula')})"}
    return {"numerator": good, "denominator": written("total_events_formula")}


KIND = SLOKind()
