"""Widgets that explain: notes, headings, pictures, pages."""

from typing import Literal

from dd_sync.kinds.widgets.base import Align, Flag, Text, Untitled, Vertical


class Note(Untitled):
    """Text in Markdown, in a box."""

    type: Literal["note"] = "note"
    content: str
    background_color: str | None = None
    font_size: Text | None = None
    text_align: Align | None = None
    vertical_align: Vertical | None = None
    has_padding: Flag | None = None
    show_tick: Flag | None = None
    tick_edge: Literal["bottom", "left", "right", "top"] | None = None
    tick_pos: str | None = None


class FreeText(Untitled):
    """A heading without a box; free layouts only."""

    type: Literal["free_text"] = "free_text"
    text: str
    color: str | None = None
    background_color: str | None = None
    font_size: Text | None = None
    text_align: Align | None = None


class Image(Untitled):
    """A picture."""

    type: Literal["image"] = "image"
    url: str
    url_dark_theme: str | None = None
    sizing: Literal["fill", "contain", "cover", "none", "scale-down", "zoom", "fit", "center"] | None = None
    margin: Literal["sm", "md", "lg", "small", "large"] | None = None
    has_background: Flag | None = None
    has_border: Flag | None = None
    horizontal_align: Align | None = None
    vertical_align: Vertical | None = None


class IFrame(Untitled):
    """A page of another site; free layouts only."""

    type: Literal["iframe"] = "iframe"
    url: str
