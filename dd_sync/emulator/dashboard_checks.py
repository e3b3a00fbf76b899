"""What Datadog refuses in a dashboard, with its own words; anything not known to be refused is accepted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dd_sync.emulator.answers import Refusal
from dd_sync.emulator.shapes import Fields, expect

_FIELDS: Fields = {
    "title": str,
    "layout_type": str,
    "widgets": list,
    "tags": [str],
    "notify_list": [str],
    "template_variables": [{"defaults": list}],
    "template_variable_presets": [{"template_variables": [dict]}],
    "tabs": [{"widget_ids": list}],
}

_TAG_KEYS = ("team:", "integration:")
"""Datadog's refusal names `team` alone; dashboards published with its integrations carry `integration` as well, and
whether the API takes that one from everybody is unverified."""

_LAYOUTS = ("ordered", "free")


def check(sent: Mapping[str, Any]) -> None:
    """Raises the refusal Datadog would answer to a whole dashboard."""
    for name in ("title", "layout_type", "widgets"):
        if sent.get(name) is None:
            raise Refusal(400, f"'{name}' is a required property")
    expect(sent, _FIELDS)
    if sent["layout_type"] not in _LAYOUTS:
        raise Refusal(400, f"'{sent['layout_type']}' is not one of {list(_LAYOUTS)}")
    for position, widget in enumerate(sent["widgets"]):
        _check_widget(widget, position, free=sent["layout_type"] == "free")
    for tag in sent.get("tags") or []:
        if not tag.startswith(_TAG_KEYS):
            raise Refusal(400, "Invalid tag format. Valid tag keys are: team.")
    for variable in sent.get("template_variables") or []:
        _check_variable(variable)
    for preset in sent.get("template_variable_presets") or []:
        for variable in preset.get("template_variables") or []:
            if "value" in variable and "values" in variable:
                raise Refusal(400, f"'template_variables' value '{variable}' is invalid")


def _check_widget(widget: Any, position: int, *, free: bool) -> None:
    definition = widget.get("definition") if isinstance(widget, dict) else None
    if not isinstance(definition, dict):
        raise Refusal(400, f"Invalid widget at position {position}. Error: 'definition' is a required property")
    if not isinstance(definition.get("type"), str):
        raise Refusal(400, f"Invalid widget definition at position {position}. Error: 'type' is a required property")
    expect(definition, {"widgets": list})
    for inner, nested in enumerate(definition.get("widgets") or []):
        _check_widget(nested, inner, free=False)
    if free and "layout" not in widget:
        raise Refusal(400, f"Invalid widget at position {position}. Error: 'layout' is a required property")


def _check_variable(variable: Mapping[str, Any]) -> None:
    defaults = variable.get("defaults")
    if defaults is None:
        return
    if "default" in variable:
        raise Refusal(400, "Template variables cannot have both 'default' and 'defaults'")
    if not all(defaults):
        raise Refusal(400, "Minimum length of parameter 'defaults' should be 1")
