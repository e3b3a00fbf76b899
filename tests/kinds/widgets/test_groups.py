"""Widgets that hold others: groups, split graphs, powerpacks."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from dd_sync.kinds.widgets import (
    Group,
    Note,
    Powerpack,
    SplitConfig,
    SplitGroup,
    Timeseries,
    Widget,
)
from tests.kinds.widget_schema import definition

CPU = "avg:system.cpu.user{$env} by {host}"


def metric(query: str, name: str = "query1", **more: str) -> dict[str, str]:
    """A query of metrics as Datadog has it."""
    return {"data_source": "metrics", "name": name, "query": query, **more}


def shown(query: str, response_format: str, name: str = "query1") -> dict[str, object]:
    """The request that shows one query of metrics."""
    return {"queries": [metric(query, name)], "formulas": [{"formula": name}], "response_format": response_format}


CPU = "avg:system.cpu.user{*}"


def test_a_group() -> None:
    assert definition(Group(title="Nodes", background_color="vivid_blue", widgets=[Note(content="a")])) == {
        "type": "group",
        "title": "Nodes",
        "layout_type": "ordered",
        "background_color": "vivid_blue",
        "widgets": [{"definition": {"type": "note", "content": "a"}}],
    }


def test_a_split_graph_keeps_the_definition_of_its_graph_alone() -> None:
    widget = SplitGroup(
        title="CPU by zone",
        source_widget_definition=Timeseries(
            title="CPU", requests=[CPU], layout={"x": 0, "y": 0, "width": 4, "height": 2}
        ),
        split_config=SplitConfig(
            split_dimensions=["availability-zone"],
            limit=24,
            sort={"order": "desc", "compute": {"aggregation": "avg", "metric": "system.cpu.user"}},
            static_splits=[[{"tag_key": "availability-zone", "tag_values": ["a", "b"]}]],
        ),
        size="md",
        has_uniform_y_axes=True,
    )
    assert definition(widget) == {
        "type": "split_group",
        "title": "CPU by zone",
        "source_widget_definition": {"type": "timeseries", "title": "CPU", "requests": [shown(CPU, "timeseries")]},
        "split_config": {
            "split_dimensions": [{"one_graph_per": "availability-zone"}],
            "limit": 24,
            "sort": {"order": "desc", "compute": {"aggregation": "avg", "metric": "system.cpu.user"}},
            "static_splits": [[{"tag_key": "availability-zone", "tag_values": ["a", "b"]}]],
        },
        "size": "md",
        "has_uniform_y_axes": True,
    }


def test_a_powerpack() -> None:
    widget = Powerpack(
        title="Nodes",
        powerpack_id="0a9bd9a0-0000-0000-0000-000000000000",
        template_variables={"controlled_externally": [{"name": "env", "values": ["prod"], "prefix": "env"}]},
    )
    assert definition(widget) == {
        "type": "powerpack",
        "title": "Nodes",
        "powerpack_id": "0a9bd9a0-0000-0000-0000-000000000000",
        "template_variables": {"controlled_externally": [{"name": "env", "values": ["prod"], "prefix": "env"}]},
    }


# Groups


def test_a_group_holds_widgets_of_any_sort() -> None:
    funnel = {"definition": {"type": "funnel", "requests": []}, "id": 3}
    inner = Group(title="Inner", widgets=[Note(content="b")])
    group = Group(title="Outer", widgets=[Note(content="a"), Widget.from_api(funnel), funnel, inner])
    assert [widget.type for widget in group.widgets] == ["note", "funnel", "funnel", "group"]
    assert group.to_payload()["definition"]["widgets"] == [
        {"definition": {"type": "note", "content": "a"}},
        funnel,
        funnel,
        {
            "definition": {
                "type": "group",
                "layout_type": "ordered",
                "title": "Inner",
                "widgets": [{"definition": {"type": "note", "content": "b"}}],
            }
        },
    ]


def test_a_group_holds_nothing_else() -> None:
    with pytest.raises(ValidationError, match=r"widgets\.1"):
        Group(title="a", widgets=[Note(content="a"), "note"])


def test_a_split_graph_may_split_any_widget() -> None:
    source = {"type": "bar_chart", "requests": [], "unheard_of": 1}
    config = SplitConfig(split_dimensions=["host"], limit=5, sort={"order": "asc"})
    split = SplitGroup(source_widget_definition={"definition": source}, split_config=config, size="sm")
    assert split.to_payload()["definition"]["source_widget_definition"] == source
