"""Live objects as definitions would have made them: a typed model where it gives exactly the object, else its payload.

A model is taken only when rendering it gives a payload that ddsync would find equal to the live one; so what is left
out is what Datadog assumes anyway, and what a type cannot say passes through `from_api`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from dd_sync.core.errors import DdsyncError
from dd_sync.core.kind import Kind, Payload
from dd_sync.core.normal import same
from dd_sync.core.references import Name, ObjectId, Ref, resolve
from dd_sync.core.resource import Context
from dd_sync.importing.docstring import as_docstring, docstring_text, fill_nothing, first_line
from dd_sync.importing.shorter import shorten
from dd_sync.importing.widgets import widget
from dd_sync.importing.written import Raw, Spelling, Written, evaluate_code, plain
from dd_sync.kinds import KINDS
from dd_sync.kinds.dashboard import Dashboard
from dd_sync.kinds.monitor import Monitor
from dd_sync.kinds.slo import SLO, derived_query
from dd_sync.kinds.widgets import Tab, TemplateVariable, TemplateVariablePreset
from dd_sync.query.comparison import comparison

_DEFAULT_TYPE = Monitor.model_fields["type"].default


@dataclass(frozen=True)
class Recovered:
    """The body of a definition: its docstring, in lines, and what it returns."""

    docstring: Sequence[str]
    returns: Spelling


def recover_resource(kind: Kind, live: Payload, payload: Payload, ids: Mapping[Name, ObjectId]) -> Recovered:
    """What a definition of a live object says.

    `live` has no marks; `payload` is the same with references by name, which `ids` resolves.
    """
    normal = kind.normalise(payload)
    title = kind.title(live)
    text = str(normal.get("message") or normal.get("description") or "").strip()
    otherwise = [f'"""{first_line(text, title)}"""']

    def gives(spelling: Spelling, docstring: Sequence[str]) -> bool:
        return _gives(kind, spelling, docstring, live, ids)

    recover = _RECOVERIES.get(kind.name)
    for written in recover(normal, live) if recover is not None else ():
        prose = "message" if kind.name == "monitor" else "description"
        docstring = as_docstring(text)
        if docstring is not None and gives(written.without(prose), docstring):
            return Recovered(docstring, written.without(prose))
        if gives(written, otherwise):
            return Recovered(otherwise, written)
    return Recovered(otherwise, Raw(kind.resource, _payload(kind, normal, live)))


def _gives(
    kind: Kind, spelling: Spelling, docstring: Sequence[str], live: Payload, ids: Mapping[Name, ObjectId]
) -> bool:
    try:
        runbook = docstring_text("\n".join(docstring)[3:-3])
        made = evaluate_code(spelling).render(Context(runbook=runbook, fill=fill_nothing))
    except (ValidationError, DdsyncError):
        return False
    desired, found = kind.comparable(resolve(made, ids, kind.text_references), live)
    return same(desired, found)


def _payload(kind: Kind, normal: Mapping[str, Any], live: Payload) -> dict[str, Any]:
    """What `from_api` is given: the normal form, whose fields are those a definition may carry."""
    whole = dict(normal)
    if "sli_specification" in whole and _is_older(live):
        whole = {**whole, "query": live["query"]}
        del whole["sli_specification"]
    if "type" in whole:  # the normal form has one name for two types
        whole["type"] = live["type"]
    return {"message": "", **whole} if kind.name == "monitor" else whole


def _monitor(normal: Mapping[str, Any], live: Payload) -> Iterator[Written]:
    options = dict(normal.get("options") or {})
    thresholds = dict(options.pop("thresholds", None) or {})
    found = comparison(str(normal.get("query") or ""))
    if found is not None and thresholds.get("critical") == found.threshold:
        del thresholds["critical"]
    arguments = {
        "name": normal.get("name"),
        "type": normal.get("type"),
        "query": normal.get("query"),
        "message": normal.get("message", ""),
        **thresholds,
        **options,
        **{name: normal[name] for name in ("priority", "tags", "draft_status") if name in normal},
    }
    if arguments["type"] == KINDS["monitor"].normalise({"type": _DEFAULT_TYPE})["type"]:
        del arguments["type"]
    yield Written(Monitor, arguments)


def _slo(normal: Mapping[str, Any], live: Payload) -> Iterator[Written]:
    thresholds = normal.get("thresholds") or [{}]
    arguments = {
        "name": normal.get("name"),
        "description": normal.get("description", ""),
        **{name: thresholds[0][name] for name in ("target", "warning") if name in thresholds[0]},
        **{name: normal[name] for name in ("timeframe", "groups", "tags") if name in normal},
    }
    if arguments.get("timeframe") == SLO.model_fields["timeframe"].default:
        del arguments["timeframe"]
    if _is_older(live):
        query = live["query"]
        yield Written(SLO, {**arguments, "numerator": query.get("numerator"), "denominator": query.get("denominator")})
    if normal.get("sli_specification"):
        yield Written(SLO, {**arguments, "sli_specification": normal["sli_specification"]})
    if normal.get("monitor_ids"):
        yield Written(SLO, {**arguments, "monitors": [_reference(one) for one in normal["monitor_ids"]]})


def _is_older(live: Payload) -> bool:
    """Whether a metric SLO was written in the older spelling, which Datadog shows in the newer one too."""
    count, query = (live.get("sli_specification") or {}).get("count"), live.get("query")
    return query is not None and bool(query) and (count is None or _spells_only(count, query))


def _spells_only(count: Mapping[str, Any], query: Mapping[str, Any]) -> bool:
    """Whether the newer spelling of a metric SLO is the one that Datadog makes of the older: queries called query1,
    query2…, and every sum in parentheses (seen in recordings)."""
    names = [one.get("name") for one in count.get("queries") or ()]
    formulas = [str((count.get(f"{part}_events_formula") or {}).get("formula")) for part in ("good", "total")]
    usual = names == [f"query{n}" for n in range(1, len(names) + 1)] and not count.get("bad_events_formula")
    made = usual and all(re.fullmatch(r"\w+|\(.*\)", formula) for formula in formulas)
    return made and all(_bare(text) == _bare(query.get(name)) for name, text in derived_query(count).items())


def _bare(text: Any) -> str:
    return re.sub(r"[\s()]", "", str(text))


def _reference(one: Any) -> Any:
    """`${monitor:key}` as a reference; an id stays one."""
    if not isinstance(one, str):
        return one
    kind, _, key = one.removeprefix("${").removesuffix("}").partition(":")
    return Ref[Any](kind, key)


def _dashboard(normal: Mapping[str, Any], live: Payload) -> Iterator[Written]:
    arguments = {
        "title": normal.get("title"),
        "description": normal.get("description", ""),
        **{name: value for name, value in normal.items() if name not in ("title", "description", "widgets", "tabs")},
    }
    if arguments.get("layout_type") == "ordered":
        del arguments["layout_type"]
    for name, model in (
        ("template_variables", TemplateVariable),
        ("template_variable_presets", TemplateVariablePreset),
    ):
        if name in arguments:
            arguments[name] = [_block(model, one) for one in arguments[name]]
    widgets = [widget(one) for one in normal.get("widgets") or ()]
    tabs = normal.get("tabs") or ()
    if tabs and [place for tab in tabs for place in tab["widget_ids"]] == [f"@{n + 1}" for n in range(len(widgets))]:
        inside = iter(widgets)
        on_tabs = [
            _tab(tab).without("widget_ids").with_(widgets=[next(inside) for _ in tab["widget_ids"]]) for tab in tabs
        ]
        yield Written(Dashboard, {**arguments, "tabs": on_tabs})
    if tabs:
        arguments["tabs"] = [_tab(tab) for tab in tabs]
    yield Written(Dashboard, {**arguments, "widgets": widgets})


def _tab(tab: Mapping[str, Any]) -> Written:
    """A tab; an id that follows from its name is left out."""
    written = Written(Tab, dict(tab))
    bare = written.without("id")
    return bare if Tab(name=tab["name"], widget_ids=[]).id == tab.get("id") else written


def _block(model: Any, payload: Any) -> Any:
    """A part of a dashboard as a model; what is none stays a dictionary, which makes the whole dashboard verbatim."""
    try:
        return shorten(plain(model.model_validate(payload)))
    except ValidationError:
        return payload


_RECOVERIES: dict[str, Callable[[Mapping[str, Any], Payload], Iterator[Written]]] = {
    "monitor": _monitor,
    "slo": _slo,
    "dashboard": _dashboard,
}
