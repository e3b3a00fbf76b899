"""A live dashboard as `Dashboard(…)`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import ValidationError

from dd_sync.core.kind import Payload
from dd_sync.importing.shorter import shorten
from dd_sync.importing.widgets import widget
from dd_sync.importing.written import Written, plain
from dd_sync.kinds.dashboard import Dashboard
from dd_sync.kinds.widgets import Tab, TemplateVariable, TemplateVariablePreset


def spellings(normal: Mapping[str, Any], live: Payload) -> Iterator[Written]:
    """The dashboard, widgets on tabs inside their tabs where the places allow it."""
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
