"""Notes, texts, images and frames."""

from __future__ import annotations

from dd_sync.kinds.widgets import (
    FreeText,
    IFrame,
    Image,
    Note,
)
from tests.kinds.widget_schema import definition


def test_a_note() -> None:
    assert definition(Note(content="## Nodes", font_size=14, background_color="blue", vertical_align="top")) == {
        "type": "note",
        "content": "## Nodes",
        "font_size": "14",
        "background_color": "blue",
        "vertical_align": "top",
    }


def test_free_text() -> None:
    assert definition(FreeText(text="Nodes", color="#4d4d4d", font_size="auto")) == {
        "type": "free_text",
        "text": "Nodes",
        "color": "#4d4d4d",
        "font_size": "auto",
    }


def test_an_image() -> None:
    assert definition(Image(url="https://example.org/a.png", sizing="contain", has_border=False)) == {
        "type": "image",
        "url": "https://example.org/a.png",
        "sizing": "contain",
        "has_border": False,
    }


def test_an_iframe() -> None:
    assert definition(IFrame(url="https://example.org")) == {"type": "iframe", "url": "https://example.org"}
