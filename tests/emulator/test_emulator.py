"""The emulator as tests use it: looking in, editing as people do, restarting, starting over."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dd_sync.emulator import Emulator, Fault
from dd_sync.emulator.shapes import NUMBER, fits
from dd_sync.emulator.store import StateUnusable
from tests.emulator.asking import ask
from tests.emulator.bodies import Body, dashboard, monitor, slo

KINDS: dict[str, Callable[..., Body]] = {"monitor": monitor, "dashboard": dashboard, "slo": slo}
every_kind = pytest.mark.parametrize("kind", KINDS)


def made(emulator: Emulator, kind: str, **changes: object) -> Body:
    """One object of a kind, made over the API."""
    assert ask(emulator, "POST", f"/api/v1/{kind}", KINDS[kind](**changes)).status == 200
    return emulator.objects(kind)[-1]


# Looking in and editing


@every_kind
def test_objects_shows_what_is_stored_and_cannot_change_it(emulator: Emulator, kind: str) -> None:
    stored = made(emulator, kind)
    emulator.objects(kind)[0].clear()
    assert emulator.objects(kind) == [stored]


@every_kind
def test_a_body_is_put_as_it_is_and_read_over_the_api(emulator: Emulator, kind: str) -> None:
    body = KINDS[kind](tags=[], field_of_tomorrow={"a": [1, 2.0, None]})
    id = emulator.put(kind, body)
    assert emulator.objects(kind) == [{"id": id} | body]
    found = ask(emulator, "GET", f"/api/v1/{kind}/{id}").body
    assert found.get("data", found) == {"id": id} | body


def test_an_id_can_be_chosen_in_the_body_or_beside_it(emulator: Emulator) -> None:
    assert emulator.put("monitor", monitor(id=5)) == 5
    assert emulator.put("monitor", monitor(id=5), id=6) == 6
    assert [found["id"] for found in emulator.objects("monitor")] == [5, 6]


def test_what_was_put_belongs_to_the_emulator(emulator: Emulator) -> None:
    body = monitor(tags=["a:1"])
    emulator.put("monitor", body)
    body["tags"].append("b:2")
    assert emulator.objects("monitor")[0]["tags"] == ["a:1"]


@every_kind
def test_an_edit_changes_the_body_and_the_time_of_modification(emulator: Emulator, kind: str) -> None:
    before = made(emulator, kind)
    modified = "modified" if kind == "monitor" else "modified_at"
    for name in ("first", "second"):
        after = emulator.edit(kind, before["id"], lambda body, name=name: body | {"message": name})  # type: ignore[misc]
        assert after["message"] == name
        assert after[modified] > before[modified]
        assert {**after, modified: 0, "message": 0} == {**before, modified: 0, "message": 0}
        before = after
    assert emulator.objects(kind) == [before]


def test_an_edit_in_place_counts_too(emulator: Emulator) -> None:
    id = made(emulator, "monitor")["id"]

    def rename(body: Body) -> Body:
        body["name"] = "Renamed"
        return body

    emulator.edit("monitor", id, rename)
    assert emulator.objects("monitor")[0]["name"] == "Renamed"


@every_kind
def test_removing_needs_no_leave_of_anybody(emulator: Emulator, kind: str) -> None:
    id = made(emulator, kind)["id"]
    emulator.remove(kind, id)
    assert emulator.objects(kind) == []


@every_kind
def test_what_is_not_there_is_neither_edited_nor_removed(emulator: Emulator, kind: str) -> None:
    with pytest.raises(KeyError, match=r"no \w+ 404"):
        emulator.edit(kind, 404, lambda body: body)
    with pytest.raises(KeyError, match=r"no \w+ 404"):
        emulator.remove(kind, 404)


def test_a_renamed_monitor_is_a_duplicate_under_its_new_name_only(emulator: Emulator) -> None:
    id = made(emulator, "monitor")["id"]
    emulator.edit("monitor", id, lambda body: body | {"name": "Renamed"})
    assert ask(emulator, "POST", "/api/v1/monitor", monitor()).status == 200
    assert ask(emulator, "POST", "/api/v1/monitor", monitor(name="Renamed")).status == 400


def test_the_same_seed_and_requests_make_the_same_ids() -> None:
    def ids() -> list[str]:
        emulator = Emulator(seed=3)
        return [made(emulator, kind)["id"] for kind in KINDS]

    assert ids() == ids()


# Restarting and starting over


def test_everything_survives_a_restart(tmp_path: Path) -> None:
    state = tmp_path / "deep" / "state.sqlite"
    first = Emulator(state)
    stored = {kind: [made(first, kind), made(first, kind, tags=["team:web"])] for kind in KINDS}
    gone = made(first, "dashboard")["id"]
    ask(first, "DELETE", f"/api/v1/dashboard/{gone}")
    instance = first.instance
    first.close()
    second = Emulator(state)
    assert {kind: second.objects(kind) for kind in KINDS} == stored
    assert second.instance == instance
    restored = {"data": [{"id": gone, "type": "dashboard"}]}
    assert ask(second, "PATCH", "/api/v1/dashboard", restored).status == 204
    assert ask(second, "POST", "/api/v1/monitor", monitor()).status == 400  # still a duplicate
    second.close()


def test_ids_of_deleted_monitors_are_not_used_again_after_a_restart(tmp_path: Path) -> None:
    first = Emulator(tmp_path / "state.sqlite")
    id = made(first, "monitor")["id"]
    first.remove("monitor", id)
    first.close()
    second = Emulator(tmp_path / "state.sqlite")
    assert made(second, "monitor")["id"] > id
    second.close()


_steps = st.lists(
    st.tuples(st.sampled_from(("put", "edit", "remove")), st.integers(1, 4), st.text(max_size=6)), max_size=15
)


@settings(max_examples=40, deadline=None)
@given(_steps)
def test_memory_and_disk_never_part(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, int, str]]
) -> None:
    state = tmp_path_factory.mktemp("state") / "state.sqlite"
    emulator = Emulator(state)
    for step, id, text in steps:
        live = {found["id"] for found in emulator.objects("monitor")}
        match step:
            case "put":
                emulator.put("monitor", monitor(name=text), id=id)
            case "edit" if id in live:
                emulator.edit("monitor", id, lambda body, text=text: body | {"message": text})  # type: ignore[misc]
            case "remove" if id in live:
                emulator.remove("monitor", id)
    expected = emulator.objects("monitor")
    emulator.close()
    again = Emulator(state)
    assert again.objects("monitor") == expected
    again.close()


def test_a_reset_empties_everything_and_gives_a_new_name(tmp_path: Path) -> None:
    emulator = Emulator(tmp_path / "state.sqlite")
    for kind in KINDS:
        made(emulator, kind)
    emulator.faults.append(Fault(("*", "/"), "status"))
    instance = emulator.instance
    emulator.reset()
    assert {kind: emulator.objects(kind) for kind in KINDS} == {kind: [] for kind in KINDS}
    assert (emulator.calls, emulator.faults) == ([], [])
    assert emulator.instance != instance
    emulator.close()


def test_two_processes_do_not_share_a_state_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dd_sync.emulator.store._PATIENCE", 0.01)
    first = Emulator(tmp_path / "state.sqlite")
    with pytest.raises(StateUnusable, match="locked") as refused:
        Emulator(tmp_path / "state.sqlite")
    assert "ddsync local serve" in refused.value.hint
    first.close()


def test_a_file_that_is_something_else_is_named(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("not a database, and long enough that nobody could take it for the header of one" * 5)
    with pytest.raises(StateUnusable, match=r"notes\.txt: not a state file"):
        Emulator(path)
    assert path.read_text().startswith("not a database")


# Shapes


@pytest.mark.parametrize(
    ("value", "shape", "expected"),
    [
        ("a", str, True),
        (1, str, False),
        (True, NUMBER, False),
        (1, NUMBER, True),
        (True, bool, True),
        (["a", "b"], [str], True),
        (["a", 1], [str], False),
        ({"a": 1, "b": None}, {"a": int, "b": int}, True),
        ({"a": "x"}, {"a": int}, False),
        ({"other": "x"}, {"a": int}, True),
        ({"other": "x"}, {...: int}, False),
        ("a", (int, [str]), False),
        (["a"], (int, [str]), True),
        ([], {}, False),
    ],
)
def test_a_value_fits_its_shape(value: object, shape: object, expected: bool) -> None:
    assert fits(value, shape) is expected
