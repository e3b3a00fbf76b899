"""The table of permissions has every command that the app has, and says the right ones for the kinds that are used."""

from __future__ import annotations

import pytest
import typer.main

from dd_sync.cli.app import app
from dd_sync.emulator.permissions import required_permission
from dd_sync.kinds import KINDS
from dd_sync.kinds.permissions import COMMANDS, command, kinds_used, plural, scope_of


def names() -> set[str]:
    """Every command of the app, groups with theirs: `local serve`."""
    found: set[str] = set()
    for name, one in typer.main.get_command(app([])).commands.items():  # type: ignore[attr-defined]
        inner = getattr(one, "commands", None)
        found |= {name} if inner is None else {f"{name} {each}" for each in inner}
    return found


def test_every_command_of_the_app_is_in_the_table_and_no_other() -> None:
    options = {one.name.split(" --")[0] for one in COMMANDS}
    assert options == names()


def test_each_is_there_once() -> None:
    assert len({one.name for one in COMMANDS}) == len(COMMANDS)
    assert command("apply") is not None
    assert command("aply") is None


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.name)
def test_a_kind_needs_what_datadogs_description_of_its_endpoint_says(kind: object) -> None:
    endpoint = kind.endpoint  # type: ignore[attr-defined]
    one = f"{endpoint.path}/x"
    assert {required_permission("GET", endpoint.path), required_permission("GET", one)} == {endpoint.read_scope}
    assert {
        required_permission("POST", endpoint.path),
        required_permission(endpoint.update_method, one),
        required_permission("DELETE", one),
    } == {endpoint.write_scope}


def test_optional_kinds_count_where_they_are_used() -> None:
    apply = command("apply")
    assert apply is not None
    usual = apply.requirements(kinds_used())
    assert "monitors_downtime" not in usual
    assert {*apply.requirements(kinds_used(["downtime"]))} - {*usual} == {"monitors_downtime"}


def test_a_permission_says_what_it_is_for() -> None:
    apply = command("apply")
    assert apply is not None
    assert ("slos_write", "to write SLOs") in apply.required_for(kinds_used())
    assert {plural(kind) for kind in KINDS.values()} >= {"monitors", "SLOs", "catalog entities", "notification rules"}


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize(
    "path",
    [
        *(f"{kind.endpoint.path}{rest}" for kind in KINDS.values() for rest in ("", "/123")),
        "/api/v1/monitor/search",
        "/api/v1/validate",
        "/api/v2/current_user",
    ],
)
def test_what_a_refused_call_needed_is_what_datadogs_description_says(method: str, path: str) -> None:
    assert scope_of(method, path) == required_permission(method, path)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/api/v1/monitor/validate"),
        ("GET", "/api/v1/metrics"),
        ("GET", "/api/v2/metrics/system.cpu.user/all-tags"),
        ("GET", "/api/v1/query"),
        ("GET", "/api/v2/audit/events"),
        ("GET", "/api/v2/monitor/policy"),
        ("GET", "/api/v2/current_user/application_keys"),
        ("GET", "/api/v1/monitor/notifications"),
    ],
)
def test_and_so_is_what_is_asked_beside_objects(method: str, path: str) -> None:
    assert scope_of(method, path) == required_permission(method, path) != ""
