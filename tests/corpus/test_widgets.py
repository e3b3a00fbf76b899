"""Published and recorded widgets: all of them pass untouched, nearly all of the types here can be written as types."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from dd_sync.kinds.widgets import TYPES, Widget, typed
from tests.corpus.recordings import lines, needs_recordings

pytestmark = [pytest.mark.corpus, needs_recordings]


def published() -> Iterator[dict[str, Any]]:
    """The widgets of dashboards published with Datadog's integrations."""
    for line in lines("dashboards.jsonl"):
        yield from every(line["body"].get("widgets"))


def recorded() -> Iterator[dict[str, Any]]:
    """The widgets of dashboards that the real API took and gave."""
    for pair in lines("pairs.jsonl"):
        if pair["kind"] == "dashboard":
            for body in (pair["request"], pair["response"], pair["live"], pair["prior"]):
                yield from every((body or {}).get("widgets"))


def every(widgets: Any) -> Iterator[dict[str, Any]]:
    """Widgets, and those inside them."""
    for widget in widgets or ():
        yield widget
        yield from every(widget["definition"].get("widgets"))


def same(one: Any, other: Any) -> bool:
    return json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)


@pytest.mark.parametrize("widgets", [published, recorded])
def test_every_widget_comes_back_as_it_was(widgets: Any) -> None:
    found = list(widgets())
    assert len(found) > 1000
    assert [widget for widget in found if not same(Widget.from_api(widget).to_payload(), widget)] == []


@pytest.mark.parametrize("widgets", [published, recorded])
def test_the_types_express_nearly_all_of_their_widgets(widgets: Any) -> None:
    modelled = [widget for widget in widgets() if widget["definition"]["type"] in TYPES]
    read = [typed(widget) for widget in modelled]
    assert all(same(got.to_payload(), was) for got, was in zip(read, modelled, strict=True) if got)
    expressed = sum(got is not None for got in read)
    print(f"{widgets.__name__}: {expressed} of {len(modelled)}")
    assert expressed / len(modelled) > 0.97
