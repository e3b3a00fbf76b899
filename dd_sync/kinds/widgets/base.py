"""What every widget has, and any widget at all kept exactly as it is.

Two conventions hold for every model of this package. A field whose default is None is sent only when it was written; a
field with any other default (`type`, a group's `layout_type`) is one Datadog refuses to do without, and is always sent.
And a field may be written shorter than it is kept: `Spelled` names what is kept and how it is spelled out.
"""

from collections.abc import Callable, Sequence
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import AfterValidator, Field, GetCoreSchemaHandler, Strict
from pydantic_core import CoreSchema, core_schema

from dd_sync.core.errors import DefinitionError
from dd_sync.core.model import Model, as_json, plain
from dd_sync.core.references import Ref

Flag = Annotated[bool, Strict()]
"""true or false; "yes" and 1 are mistakes."""

Id = Annotated[str | int | Ref[Any], AfterValidator(str)]
"""The id of another object, or a reference to it; Datadog's widgets hold ids as text."""

Text = Annotated[str | int | float, AfterValidator(lambda value: str(plain(value)) if value != str(value) else value)]
"""A number that Datadog keeps as text, such as a font size or the end of an axis: 100 and "100" are the same."""

Align = Literal["center", "left", "right"]
Vertical = Literal["bottom", "center", "top"]
Order = Literal["asc", "desc"]


class Spelled(NamedTuple):
    """`Annotated[what may be written, Spelled(what is kept, how)]`: the short form is spelled out, then validated.

    Errors then speak of one model, where a plain union would list every alternative that did not match.
    """

    kept: Any
    how: Callable[[Any], Any] | None = None
    """None where only the type says more than what is kept."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        kept = handler.generate_schema(self.kept)
        return kept if self.how is None else core_schema.no_info_before_validator_function(self.how, kept)


def text_as(field: str) -> Callable[[Any], Any]:
    """Spells a bare text as a block that holds it: `text_as("live_span")("1h")` is `{"live_span": "1h"}`."""
    return lambda value: {field: value} if isinstance(value, str) else value


def each(how: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Spells every item of a list, every value of a dictionary."""

    def spelled(written: Any) -> Any:
        match written:
            case list() | tuple():
                return [how(item) for item in written]
            case dict():
                return {name: how(item) for name, item in written.items()}
        return written

    return spelled


class Block(Model):
    """A part of a dashboard."""

    sends_defaults = True  # Datadog refuses a widget without its type, a group without its layout


class Layout(Block):
    """Where a widget lies, in columns and rows; ordered dashboards need none."""

    x: int
    y: int
    width: int
    height: int
    is_column_break: Flag | None = None


class Widget(Block):
    """One widget. The typed ones (Timeseries, Note, Group…) are made by name, any other with `Widget.from_api`."""

    type: str
    title: str | None = None
    layout: Layout | None = Field(default=None, repr=False)
    id: int | str | None = Field(default=None, repr=False)

    @staticmethod
    def from_api(payload: dict[str, Any]) -> "Widget":
        """Any widget, as Datadog gives it (`{"definition": {"type": …}}`), sent back unchanged.

        Raises DefinitionError when the payload is not a widget.
        """
        definition = payload.get("definition") if isinstance(payload, dict) else None
        if not isinstance(definition, dict):
            raise DefinitionError(
                "not a widget: it has no definition", hint='A widget reads {"definition": {"type": "note", …}}.'
            )
        title = definition.get("title")
        return Verbatim(
            type=str(definition.get("type", "")),
            title=title if isinstance(title, str) else None,
            payload=as_json(payload),
        )

    def to_payload(self) -> dict[str, Any]:
        """The widget as Datadog's JSON: `{"definition": {"type": …, …}, "layout"?: …, "id"?: …}`."""
        definition = super().to_payload()
        outside = {name: definition.pop(name) for name in ("layout", "id") if name in definition}
        return {"definition": definition} | outside


class Verbatim(Widget):
    """A widget that passes through untouched, whatever it holds."""

    payload: dict[str, Any]

    def to_payload(self) -> dict[str, Any]:
        """The payload it was made from, as a copy."""
        payload: dict[str, Any] = as_json(self.payload)
        return payload


def _as_widget(written: Any) -> Any:
    return Widget.from_api(written) if isinstance(written, dict) else written


WidgetLike = Annotated[Widget, Spelled(Widget, _as_widget)]
"""A widget; a dictionary passes through as `Widget.from_api` has it."""

WidgetsLike = Annotated[Sequence[WidgetLike], Spelled(tuple[WidgetLike, ...])]
"""The widgets of a group, a tab or a dashboard."""


class Titled(Widget):
    """A widget with a heading."""

    title_size: Text | None = None
    title_align: Align | None = None
    description: str | None = None


class Untitled(Widget):
    """A widget that Datadog shows without a heading, and refuses with one."""

    title: None = None
