"""Widgets as a person would write them: typed where a type says all of it, in the shortest spelling that does."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pydantic import ValidationError

from dd_sync.core.errors import DdsyncError
from dd_sync.core.model import Model
from dd_sync.core.normal import same
from dd_sync.importing.shorter import bare_queries, fit_on_line, shorten
from dd_sync.importing.written import Raw, Spelling, Written, evaluate_code, plain
from dd_sync.kinds.widgets import Group, SplitGroup, Widget, typed
from dd_sync.kinds.widgets.graphs import Graph


def widget(payload: dict[str, Any]) -> Spelling:
    """A widget as code; `payload` is a widget of Datadog's without ids."""
    made = typed(payload)
    if made is None or _has_alias(made):
        return Raw(Widget, payload)
    definition = payload["definition"]
    if isinstance(made, Group):
        spellings = [plain(made).with_(widgets=[widget(one) for one in definition["widgets"]])]
    elif isinstance(made, SplitGroup):
        inner = widget({"definition": definition["source_widget_definition"]})
        spellings = [plain(made).with_(source_widget_definition=inner)]
    else:
        spellings = list(_spellings(made))
    return next((one for one in spellings if _gives(one, payload)), Raw(Widget, payload))


def _spellings(made: Widget) -> Iterator[Written]:
    """The same widget, the shortest spelling first."""
    whole = plain(made)
    short = shorten(whole)
    if isinstance(made, Graph):
        requests = [fit_on_line(request, made.shows) for request in short.arguments["requests"]]
        texts = bare_queries(requests[0]) if len(requests) == 1 else None
        if texts is not None:
            yield short.with_(requests=texts)
        yield short.with_(requests=requests)
    yield short
    yield whole


def _gives(spelling: Written, payload: dict[str, Any]) -> bool:
    try:
        return same(evaluate_code(spelling).to_payload(), payload)
    except (ValidationError, DdsyncError):
        return False


def _has_alias(value: Any) -> bool:
    """Whether something in it has a field that Python cannot name (`from`, `with`): type checkers stumble over it."""
    match value:
        case Model():
            fields = type(value).model_fields
            names = value.model_fields_set
            return any(fields[name].alias is not None or _has_alias(getattr(value, name)) for name in names)
        case dict():
            return any(_has_alias(item) for item in value.values())
        case list() | tuple():
            return any(_has_alias(item) for item in value)
        case _:
            return False
