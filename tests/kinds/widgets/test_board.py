"""What stands on a board beside widgets: variables, saved views, tabs."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from dd_sync.core.errors import DefinitionError
from dd_sync.kinds.widgets import (
    Note,
    Tab,
    TemplateVariable,
    TemplateVariablePreset,
    placed,
)

# Dashboards' other parts


def test_a_template_variable() -> None:
    variable = TemplateVariable(name="env", prefix="env", defaults=["prod"], available_values=["prod", "staging"])
    assert variable.to_payload() == {
        "name": "env",
        "prefix": "env",
        "defaults": ["prod"],
        "available_values": ["prod", "staging"],
    }


def test_a_template_variable_has_one_spelling_of_its_default() -> None:
    with pytest.raises(ValidationError, match="cannot be used together"):
        TemplateVariable(name="env", default="prod", defaults=["prod"])


def test_a_saved_view_of_variables() -> None:
    view = TemplateVariablePreset(name="Production", template_variables={"env": ["prod"], "service": "cart"})
    assert view.to_payload() == {
        "name": "Production",
        "template_variables": [{"name": "env", "values": ["prod"]}, {"name": "service", "values": ["cart"]}],
    }


def test_a_tab_names_widgets_and_keeps_its_id() -> None:
    tab = Tab(name="Pods", widget_ids=["@1", 7])
    assert tab.to_payload() == {"id": Tab(name="Pods").id, "name": "Pods", "widget_ids": ["@1", 7]}
    assert Tab(name="Nodes").id != tab.id


def test_an_id_of_a_tab_that_was_written_is_sent() -> None:
    chosen = "7f1b1d5c-4c1d-4b7e-9a36-1f5a4b1b2c3d"
    assert Tab(id=chosen, name="Pods").to_payload()["id"] == chosen


def test_widgets_written_on_tabs_move_to_the_dashboard() -> None:
    pods = Tab(name="Pods", widgets=[Note(content="a"), Note(content="b")])
    nodes = Tab(name="Nodes", widget_ids=["@1"], widgets=[Note(content="c")])
    widgets, tabs = placed([pods, nodes], after=1)
    assert [widget.to_payload()["definition"]["content"] for widget in widgets] == ["a", "b", "c"]
    assert [tab.to_payload()["widget_ids"] for tab in tabs] == [["@2", "@3"], ["@1", "@4"]]
    assert [tab.id for tab in tabs] == [pods.id, nodes.id]


def test_widgets_on_a_tab_are_never_lost_in_silence() -> None:
    with pytest.raises(DefinitionError, match='widgets of tab "Pods" are not on the dashboard'):
        Tab(name="Pods", widgets=[Note(content="a")]).to_payload()
