"""What a dashboard has beside widgets: template variables, saved views of them, tabs."""

import uuid
from collections.abc import Iterable, Sequence
from typing import Annotated, Any

from pydantic import Field, model_validator

from dd_sync.core.errors import DefinitionError
from dd_sync.kinds.widgets.base import Block, Spelled, Widget, WidgetsLike


class TemplateVariable(Block):
    """A variable of a dashboard: `TemplateVariable(name="env", prefix="env", defaults=["prod"])`, used as `$env`."""

    name: str
    prefix: str | None = None
    available_values: list[str] | None = None
    defaults: list[str] | None = None
    default: str | None = None
    type: str | None = None

    @model_validator(mode="after")
    def _one_default(self) -> "TemplateVariable":
        if self.default is not None and self.defaults is not None:
            raise ValueError("default and defaults cannot be used together; defaults is the newer one")
        return self


class PresetValue(Block):
    """The values a saved view gives to a variable."""

    name: str
    values: list[str] | None = None
    value: str | None = None


def _values(written: Any) -> Any:
    if not isinstance(written, dict):
        return written
    return [
        {"name": name, "values": [values] if isinstance(values, str) else values} for name, values in written.items()
    ]


class TemplateVariablePreset(Block):
    """A saved view: `TemplateVariablePreset(name="Production", template_variables={"env": ["prod"]})`."""

    name: str
    template_variables: Annotated[
        list[PresetValue] | dict[str, list[str] | str] | None, Spelled(list[PresetValue] | None, _values)
    ] = None


_TABS = uuid.UUID("5d3c9f0e-6c0b-4f57-9d3f-3c5a2b1f7e10")


class Tab(Block):
    """A tab of a dashboard and the widgets on it.

    `widgets` are written in place; `placed` then moves them to the dashboard and names them by position, which is
    what Datadog wants. `widget_ids` names them oneself: `"@1"` is the dashboard's first widget, a number is an id.
    Datadog wants the tab's id from whoever writes it: unless given, it follows from the name, the same each time.
    """

    id: str = ""
    name: Annotated[str, Field(min_length=1, max_length=100)]
    widget_ids: Annotated[Sequence[str | int], Spelled(list[str | int])] = ()
    widgets: WidgetsLike | None = None

    @model_validator(mode="before")
    @classmethod
    def _identify(cls, data: Any) -> Any:
        if isinstance(data, dict) and "id" not in data and isinstance(data.get("name"), str):
            return {**data, "id": str(uuid.uuid5(_TABS, data["name"]))}
        return data

    def to_payload(self) -> dict[str, Any]:
        """The tab as Datadog's JSON, which names widgets and holds none: DefinitionError until they are `placed`."""
        if self.widgets is not None:
            raise DefinitionError(
                f'the widgets of tab "{self.name}" are not on the dashboard',
                hint='Put them among the widgets of the dashboard, and name them by place: widget_ids=["@1"].',
            )
        return super().to_payload()


def placed(tabs: Iterable[Tab], after: int = 0) -> tuple[list[Widget], list[Tab]]:
    """The widgets written on tabs, in order, and the tabs naming them by position.

    `after` says how many widgets of the dashboard stand before these.
    """
    widgets: list[Widget] = []
    named = []
    for tab in tabs:
        first = after + len(widgets) + 1
        widgets += tab.widgets or ()
        positions = [f"@{position}" for position in range(first, after + len(widgets) + 1)]
        named.append(Tab(id=tab.id, name=tab.name, widget_ids=[*tab.widget_ids, *positions]))
    return widgets, named
