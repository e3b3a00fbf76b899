"""What Datadog makes of a dashboard it is sent: ids and a few defaults; widgets stay as they were written.

Measured on recorded exchanges of the real API: over 834 widgets the server changed nothing but ids.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Mapping
from typing import Any

from dd_sync.emulator.answers import Body

SERVER_OWNED = frozenset({"id", "url", "author_handle", "author_name", "created_at", "modified_at", "deleted_at"})
"""Fields a write cannot set: they are dropped without an error."""

_DEFAULTS: Mapping[str, Any] = {"description": None, "notify_list": None, "template_variables": None}

_LETTERS = "abcdefghijkmnpqrstuvwxyz23456789"


def stored_dashboard(sent: Mapping[str, Any], chance: random.Random) -> Body:
    """The writable part of a dashboard as Datadog keeps it, widget ids included.

    A create and a PUT are the same here: a PUT replaces everything, and widgets sent without ids get new ones.
    """
    body = dict(_DEFAULTS) | {name: value for name, value in sent.items() if name not in SERVER_OWNED}
    body["widgets"] = _numbered(body["widgets"], chance)
    if body["notify_list"]:
        body["notify_list"] = sorted(body["notify_list"])
    if body.get("tabs"):
        body["tabs"] = [_tab(tab, body["widgets"]) for tab in body["tabs"]]
    return body


def new_id(chance: random.Random) -> str:
    """An id of the form `abc-def-ghi`."""
    return "-".join("".join(chance.choices(_LETTERS, k=3)) for _ in range(3))


def url(id: str, title: str) -> str:
    """The path of a dashboard: its title in lower case, words joined by dashes, 80 characters at most."""
    words = re.sub(r"[^a-z0-9 -]", "", title.lower()).strip().replace(" ", "-")
    return f"/dashboard/{id}/{words[:80].rstrip('-')}"


def texts(value: Any) -> Iterator[str]:
    """Every text inside a value, however deep."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from texts(item)


def _numbered(widgets: list[Body], chance: random.Random) -> list[Body]:
    return [_with_id(widget, chance) for widget in widgets]


def _with_id(widget: Body, chance: random.Random) -> Body:
    definition = widget.get("definition")
    if isinstance(definition, dict) and isinstance(definition.get("widgets"), list):
        widget = widget | {"definition": definition | {"widgets": _numbered(definition["widgets"], chance)}}
    if widget.get("id") is None:
        widget = {name: value for name, value in widget.items() if name != "id"} | {"id": chance.getrandbits(53)}
    return widget


def _tab(tab: Body, widgets: list[Body]) -> Body:
    return tab | {"widget_ids": [_widget_id(name, widgets) for name in tab.get("widget_ids") or []]}


def _widget_id(name: Any, widgets: list[Body]) -> Any:
    """`@1` names the first widget; everything else is an id already."""
    position = int(name[1:]) if isinstance(name, str) and re.fullmatch(r"@\d+", name) else 0
    return widgets[position - 1]["id"] if 0 < position <= len(widgets) else name
