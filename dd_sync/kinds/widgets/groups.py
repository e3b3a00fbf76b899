"""Widgets that hold widgets: groups, split graphs, powerpacks."""

from collections.abc import Sequence
from typing import Annotated, Any, Literal

from dd_sync.kinds.widgets.base import (
    Align,
    Block,
    Flag,
    Id,
    Order,
    Spelled,
    Widget,
    WidgetLike,
    WidgetsLike,
    each,
    text_as,
)
from dd_sync.kinds.widgets.parts import Timed


class Group(Widget):
    """Widgets under a heading: `Group(title="Nodes", widgets=[Timeseries(…), Note(…)])`."""

    type: Literal["group"] = "group"
    layout_type: Literal["ordered"] = "ordered"
    title_align: Align | None = None
    show_title: Flag | None = None
    background_color: str | None = None
    banner_img: str | None = None
    widgets: WidgetsLike


class SplitSort(Block):
    """Which splits come first, by their tag or by a measure."""

    order: Order
    compute: dict[Literal["aggregation", "metric"], str] | None = None


Dimension = dict[Literal["one_graph_per"], str]
"""The tag of which each value has a graph; a bare text where a split takes one."""

Entry = dict[Literal["tag_key", "tag_values"], str | list[str]]
"""The values of a tag that one graph of a fixed set shows."""


class SplitConfig(Block):
    """How a graph is split: `SplitConfig(split_dimensions=["host"], limit=24, sort={"order": "desc"})`."""

    split_dimensions: Annotated[Sequence[Dimension | str], Spelled(list[Dimension], each(text_as("one_graph_per")))]
    limit: int
    sort: SplitSort
    static_splits: list[list[Entry]] | None = None


class SplitGroup(Timed):
    """One graph for each value of a tag; the graph is written as a widget, and Datadog keeps its definition."""

    type: Literal["split_group"] = "split_group"
    source_widget_definition: WidgetLike
    split_config: SplitConfig
    size: Literal["xs", "sm", "md", "lg"]
    has_uniform_y_axes: Flag | None = None

    def to_payload(self) -> dict[str, Any]:
        """The widget as Datadog's JSON; its graph without a place or an id of its own."""
        payload = super().to_payload()
        source = payload["definition"]["source_widget_definition"]
        payload["definition"]["source_widget_definition"] = source["definition"]
        return payload


class PowerpackVariable(Block):
    """The values of a variable in a powerpack."""

    name: str
    values: list[str]
    prefix: str | None = None


class Powerpack(Widget):
    """A group that is kept elsewhere and shared by dashboards."""

    type: Literal["powerpack"] = "powerpack"
    powerpack_id: Id
    template_variables: (
        dict[Literal["controlled_by_powerpack", "controlled_externally"], list[PowerpackVariable]] | None
    ) = None
    background_color: str | None = None
    banner_img: str | None = None
    show_title: Flag | None = None
