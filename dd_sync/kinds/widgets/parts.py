"""Parts that many widgets share: time, axes, markers, colours, links, units."""

from typing import Annotated, Any, Literal

from pydantic import Field

from dd_sync.core.model import Number
from dd_sync.kinds.widgets.base import Block, Flag, Order, Spelled, Text, Titled, text_as

Span = Literal[
    "1m",
    "5m",
    "10m",
    "15m",
    "30m",
    "1h",
    "4h",
    "1d",
    "2d",
    "1w",
    "1mo",
    "3mo",
    "6mo",
    "1y",
    "week_to_date",
    "month_to_date",
    "alert",
]

Palette = Literal[
    "blue",
    "custom_bg",
    "custom_image",
    "custom_text",
    "gray_on_white",
    "grey",
    "green",
    "orange",
    "red",
    "red_on_white",
    "white_on_gray",
    "white_on_green",
    "green_on_white",
    "white_on_red",
    "white_on_yellow",
    "yellow_on_white",
    "black_on_light_yellow",
    "black_on_light_green",
    "black_on_light_red",
]


class Time(Block):
    """The time a widget shows, when not the dashboard's.

    One of three spellings: `live_span`; `type="live"` with `unit` and `value`; `type="fixed"` with `from_` and `to`,
    in seconds since 1970. Where a widget takes a time, `"4h"` alone means the first.
    """

    live_span: Span | None = None
    type: Literal["live", "fixed"] | None = None
    unit: Literal["minute", "hour", "day", "week", "month", "year"] | None = None
    value: int | None = None
    from_: int | None = Field(default=None, alias="from")
    to: int | None = None
    hide_incomplete_cost_data: Flag | None = None


TimeLike = Annotated[Time | Span, Spelled(Time, text_as("live_span"))]


class Timed(Titled):
    """A widget that can show another time than the dashboard's."""

    time: TimeLike | None = None


class Axis(Block):
    """An axis: its ends ("auto" or a number), its scale ("linear", "log", "sqrt" or "pow##"), its label."""

    label: str | None = None
    scale: str | None = None
    min: Text | None = None
    max: Text | None = None
    include_zero: Flag | None = None
    num_buckets: int | None = None


def _marker_value(value: Any) -> Any:
    return f"y = {value}" if isinstance(value, int | float) and not isinstance(value, bool) else value


class Marker(Block):
    """A line or a band across a graph: `Marker(value=90, display_type="error dashed", label="limit")`.

    `value` is Datadog's expression (`y = 90`, `10 < y < 20`); a number alone is a line there.
    """

    value: Annotated[str | int | float, Spelled(str, _marker_value)]
    display_type: str | None = None
    label: str | None = None
    time: str | None = None


class EventOverlay(Block):
    """Events laid over a graph."""

    q: str
    tags_execution: str | None = None


class CustomLink(Block):
    """A link in a widget's menu; `override_label` and `is_hidden` change one of Datadog's own."""

    label: str | None = None
    link: str | None = None
    is_hidden: Flag | None = None
    override_label: str | None = None


class ConditionalFormat(Block):
    """A colour for values on one side of a number."""

    comparator: Literal["=", ">", ">=", "<", "<="]
    value: Number
    palette: Palette
    custom_bg_color: str | None = None
    custom_fg_color: str | None = None
    hide_value: Flag | None = None
    image_url: str | None = None
    metric: str | None = None
    timeframe: str | None = None


class Style(Block):
    """How a request, a formula or a map is drawn; each takes those fields that mean something there."""

    palette: str | None = None
    palette_index: int | None = None
    line_type: Literal["dashed", "dotted", "solid"] | None = None
    line_width: Literal["normal", "thick", "thin"] | None = None
    order_by: Literal["tags", "values"] | None = None
    order_reverse: Flag | None = None
    color_order: str | None = None
    has_value_labels: Flag | None = None
    color_by: str | None = None


class Unit(Block):
    """A unit of Datadog's (`unit_name="byte"`, `per_unit_name="second"`), or with `label` one of your own."""

    type: Literal["canonical_unit", "custom_unit_label"] = "canonical_unit"
    unit_name: str | None = None
    per_unit_name: str | None = None
    label: str | None = None


class NumberFormat(Block):
    """The unit of a formula's values; `unit_scale` fixes the scale that Datadog otherwise chooses."""

    unit: Unit | None = None
    unit_scale: Unit | None = None


def _unit(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    name, slash, per = value.partition("/")
    return {"unit": {"unit_name": name, **({"per_unit_name": per} if slash else {})}}


NumberFormatLike = Annotated[NumberFormat | str, Spelled(NumberFormat, _unit)]
"""`"byte"` and `"byte/second"` alone name a unit of Datadog's."""


class OrderBy(Block):
    """What a table or list is sorted by: a formula, counted from 0, or a group's tag."""

    type: Literal["formula", "group"] = "formula"
    index: int | None = None
    name: str | None = None
    order: Order


class Sort(Block):
    """How many rows, and in which order."""

    count: int | None = None
    order_by: list[OrderBy] | None = None


class FieldSort(Block):
    """A column to sort by."""

    column: str
    order: Order


class TextMatch(Block):
    """Which texts a rule is for."""

    type: Literal["is", "is_not", "contains", "does_not_contain", "starts_with", "ends_with"]
    value: str


class TextReplace(Block):
    """What a rule writes instead of the whole text, or of a part of it."""

    type: Literal["all", "substring"]
    with_: str = Field(alias="with")
    substring: str | None = None


class TextFormat(Block):
    """A rule for the texts of a column."""

    match: TextMatch
    palette: Palette | None = None
    replace: TextReplace | None = None
    custom_bg_color: str | None = None
    custom_fg_color: str | None = None
