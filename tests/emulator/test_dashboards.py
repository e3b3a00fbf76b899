"""Dashboards as the recordings of the real API show them."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dd_sync.emulator import Emulator
from tests.emulator.asking import ask
from tests.emulator.bodies import Body, dashboard

PATH = "/api/v1/dashboard"


def create(emulator: Emulator, **changes: Any) -> Body:
    answered = ask(emulator, "POST", PATH, dashboard(**changes))
    assert answered.status == 200, answered.body
    created: Body = answered.body
    return created


def replace(emulator: Emulator, id: str, body: Body) -> Body:
    answered = ask(emulator, "PUT", f"{PATH}/{id}", body)
    assert answered.status == 200, answered.body
    updated: Body = answered.body
    return updated


def note(content: str, **more: Any) -> Body:
    return {"definition": {"type": "note", "content": content}, **more}


def group(*widgets: Body, **more: Any) -> Body:
    definition = {"type": "group", "layout_type": "ordered", "widgets": list(widgets)}
    return {"definition": definition, **more}


def without_ids(value: Any) -> Any:
    """Widgets as they were before they were given ids."""
    if isinstance(value, dict):
        return {name: without_ids(item) for name, item in value.items() if name != "id"}
    return [without_ids(item) for item in value] if isinstance(value, list) else value


# Creating


def test_a_created_dashboard_has_the_fields_datadog_adds(emulator: Emulator) -> None:
    created = create(emulator)
    assert re.fullmatch(r"[a-z0-9]{3}-[a-z0-9]{3}-[a-z0-9]{3}", created["id"])
    assert created["url"] == f"/dashboard/{created['id']}/board"
    assert created["created_at"] == created["modified_at"]
    assert (created["description"], created["notify_list"], created["template_variables"]) == (None, None, None)
    assert created.keys() >= {"author_handle", "author_name"}


def test_a_read_equals_the_answer_to_the_write(emulator: Emulator) -> None:
    created = create(emulator)
    assert ask(emulator, "GET", f"{PATH}/{created['id']}").pair() == (200, created)


def test_ids_sent_with_a_create_are_not_taken_for_the_dashboard(emulator: Emulator) -> None:
    assert create(emulator, id="abc-def-ghi", url="/x", created_at="then")["id"] != "abc-def-ghi"


def test_empty_lists_and_texts_stay_as_they_were_named(emulator: Emulator) -> None:
    named = {"description": "", "notify_list": [], "template_variables": [], "restricted_roles": [], "tags": []}
    created = create(emulator, **named)
    assert {name: created[name] for name in named} == named


def test_people_to_notify_come_sorted(emulator: Emulator) -> None:
    assert create(emulator, notify_list=["b@example.com", "a@example.com"])["notify_list"] == [
        "a@example.com",
        "b@example.com",
    ]


@pytest.mark.parametrize(
    ("title", "path"),
    [
        ("Michael's Dashboard Mon, Oct 28, 2:45:47 pm", "michaels-dashboard-mon-oct-28-24547-pm"),
        ("Shop - Logs Demo", "shop---logs-demo"),
        ("with_underscores", "withunderscores"),
        ("x" * 79 + " tail", "x" * 79),
    ],
)
def test_the_address_holds_the_title(emulator: Emulator, title: str, path: str) -> None:
    assert create(emulator, title=title)["url"].split("/")[-1] == path


# Widgets

_scalars = st.none() | st.booleans() | st.integers(-1000, 1000) | st.floats(0, 10) | st.text(max_size=8)
_values = st.recursive(
    _scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner), max_leaves=6
)
_definitions = st.fixed_dictionaries(
    {"type": st.just("note"), "content": st.text(max_size=8), "requests": _values, "own": _values}
)
_leaves = st.builds(lambda definition: {"definition": definition}, _definitions)
_widgets = st.lists(_leaves | st.lists(_leaves, max_size=3).map(lambda inner: group(*inner)), max_size=4)


@settings(max_examples=60, deadline=None)
@given(_widgets)
def test_widgets_are_kept_as_they_were_written_but_for_ids(widgets: list[Body]) -> None:
    created = create(Emulator(), widgets=widgets)
    assert without_ids(created["widgets"]) == widgets


@settings(max_examples=30, deadline=None)
@given(_widgets)
def test_sending_back_what_was_read_changes_no_widget(widgets: list[Body]) -> None:
    emulator = Emulator()
    created = create(emulator, widgets=widgets)
    assert replace(emulator, created["id"], created)["widgets"] == created["widgets"]


def test_every_widget_gets_an_id_of_its_own_nested_ones_too(emulator: Emulator) -> None:
    outer = create(emulator, widgets=[note("a"), group(note("b"), note("c"))])["widgets"]
    inner = outer[1]["definition"]["widgets"]
    ids = {widget["id"] for widget in [*outer, *inner]}
    assert len(ids) == 4
    assert all(isinstance(id, int) for id in ids)


def test_a_put_without_ids_gives_every_widget_a_new_one(emulator: Emulator) -> None:
    created = create(emulator, widgets=[note("a"), group(note("b"))])
    updated = replace(emulator, created["id"], dashboard(widgets=[note("a"), group(note("b"))]))
    before, after = created["widgets"], updated["widgets"]
    assert all(one["id"] != other["id"] for one, other in zip(before, after, strict=True))


def test_a_put_keeps_the_ids_it_names_and_numbers_the_rest(emulator: Emulator) -> None:
    first = create(emulator)["widgets"][0]
    created = create(emulator)
    updated = replace(emulator, created["id"], dashboard(widgets=[note("new"), first]))
    assert updated["widgets"][1] == first
    assert updated["widgets"][0]["id"] not in (None, first["id"])


def test_tabs_name_widgets_by_position_and_get_their_ids(emulator: Emulator) -> None:
    tab = {"id": "5b153b9e-f858-5650-9ad0-34d241bfd781", "name": "Overview", "widget_ids": ["@2", "@1"]}
    created = create(emulator, widgets=[note("a"), note("b")], tabs=[tab])
    ids = [widget["id"] for widget in created["widgets"]]
    assert created["tabs"] == [tab | {"widget_ids": [ids[1], ids[0]]}]
    assert replace(emulator, created["id"], created)["tabs"] == created["tabs"]


# Updating


def test_a_put_replaces_the_whole(emulator: Emulator) -> None:
    created = create(emulator, description="old", tags=["team:web"], restricted_roles=["r"])
    updated = replace(emulator, created["id"], dashboard(title="New"))
    assert updated["description"] is None
    assert updated.keys().isdisjoint({"tags", "restricted_roles"})
    assert updated["url"].endswith("/new")


def test_a_put_keeps_who_made_it_and_when(emulator: Emulator) -> None:
    created = create(emulator)
    updated = replace(emulator, created["id"], dashboard())
    kept = ("id", "created_at", "author_handle", "author_name")
    assert {name: updated[name] for name in kept} == {name: created[name] for name in kept}
    assert updated["modified_at"] > created["modified_at"]


# Refusals


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"tags": ["tm:foobar"]}, "Invalid tag format. Valid tag keys are: team."),
        (
            {"template_variables": [{"name": "host", "defaults": [""]}]},
            "Minimum length of parameter 'defaults' should be 1",
        ),
        (
            {"template_variable_presets": [{"template_variables": [{"name": "dc", "value": "*", "values": ["*"]}]}]},
            "'template_variables' value '{'name': 'dc', 'value': '*', 'values': ['*']}' is invalid",
        ),
        ({"layout_type": "free"}, "Invalid widget at position 0. Error: 'layout' is a required property"),
        ({"widgets": [{}]}, "Invalid widget at position 0. Error: 'definition' is a required property"),
    ],
)
def test_what_datadog_refuses_is_refused_in_its_words(emulator: Emulator, change: Body, sentence: str) -> None:
    assert ask(emulator, "POST", PATH, dashboard(**change)).pair() == (400, {"errors": [sentence]})
    assert emulator.objects("dashboard") == []


@pytest.mark.parametrize("name", ["title", "layout_type", "widgets"])
def test_a_dashboard_needs_a_title_a_layout_and_widgets(emulator: Emulator, name: str) -> None:
    body = dashboard()
    del body[name]
    assert ask(emulator, "POST", PATH, body).status == 400


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_a_dashboard_that_is_not_there_is_not_found(emulator: Emulator, method: str) -> None:
    answered = ask(emulator, method, f"{PATH}/abc-def-ghi", dashboard() if method == "PUT" else None)
    assert answered.pair() == (404, {"errors": ["Dashboard with ID abc-def-ghi not found"]})


# Listing


def test_the_list_gives_summaries(emulator: Emulator) -> None:
    created = create(emulator, description="what it shows")
    names = ("id", "title", "description", "layout_type", "url", "created_at", "modified_at", "author_handle")
    summary = {name: created[name] for name in names} | {"is_read_only": False, "deleted_at": None}
    assert ask(emulator, "GET", PATH).body == {"dashboards": [summary]}


def test_the_list_is_cut_by_start_and_count(emulator: Emulator) -> None:
    ids = [create(emulator)["id"] for _ in range(5)]
    found = ask(emulator, "GET", PATH, query={"start": 1, "count": 2}).body["dashboards"]
    assert [summary["id"] for summary in found] == ids[1:3]


def test_nothing_is_shared(emulator: Emulator) -> None:
    create(emulator)
    assert ask(emulator, "GET", PATH, query={"filter[shared]": "true"}).body == {"dashboards": []}
    assert len(ask(emulator, "GET", PATH, query={"filter[shared]": "false"}).body["dashboards"]) == 1


# Deleting and restoring


def test_a_deleted_dashboard_is_listed_among_the_deleted(emulator: Emulator) -> None:
    id = create(emulator)["id"]
    assert ask(emulator, "DELETE", f"{PATH}/{id}").pair() == (200, {"deleted_dashboard_id": id})
    assert ask(emulator, "DELETE", f"{PATH}/{id}").status == 404
    assert ask(emulator, "GET", PATH).body == {"dashboards": []}
    deleted = ask(emulator, "GET", PATH, query={"filter[deleted]": "true"}).body["dashboards"]
    assert [summary["id"] for summary in deleted] == [id]
    assert deleted[0]["deleted_at"]


def test_several_are_deleted_and_restored_at_once(emulator: Emulator) -> None:
    made = [create(emulator), create(emulator)]
    named = {"data": [{"id": one["id"], "type": "dashboard"} for one in made]}
    assert ask(emulator, "DELETE", PATH, named).pair() == (204, None)
    assert emulator.objects("dashboard") == []
    assert ask(emulator, "PATCH", PATH, named).pair() == (204, None)
    assert emulator.objects("dashboard") == made


@pytest.mark.parametrize("method", ["DELETE", "PATCH"])
def test_one_unknown_id_stops_a_change_of_several(emulator: Emulator, method: str) -> None:
    made = create(emulator)
    named = {"data": [{"id": made["id"], "type": "dashboard"}, {"id": "abc-def-ghi", "type": "dashboard"}]}
    assert ask(emulator, method, PATH, named).status == 404
    assert emulator.objects("dashboard") == [made]


def test_naming_no_dashboards_is_refused(emulator: Emulator) -> None:
    assert ask(emulator, "DELETE", PATH, {"ids": []}).status == 400
