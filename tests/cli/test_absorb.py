"""Keeping an edit: following what absorb says makes the drift go away."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import yaml

from tests.workbench import Workbench

SERVICE = """\
apiVersion: v3
kind: service
metadata: {name: cart, owner: platform}
extensions:
  ddsync:
    kind: [http]
    envs:
      prod:
      staging:
    monitors: {slow: {critical: 3}}
"""

DEFINITIONS = '''\
from dd_sync import Cluster, Monitor, Number, Service, define


@define
def busy(cluster: Cluster, *, critical: Number = 90, minutes: int = 5) -> Monitor:
    """Nodes have no processor time left.

    First step: look.
    """
    return Monitor(
        name="Busy {cluster.name}",
        query=f"avg(last_{minutes}m):avg:system.cpu.user{cluster.scope()} > {critical}",
        renotify_interval=60,
        priority=2,
    )


@define
def slow(service: Service, *, critical: Number = 1) -> Monitor:
    """Answers take long."""
    query = f"avg(last_5m):avg:a.b{service.scope()} > {critical}"
    return Monitor(name="Slow {service.name} {service.env}", query=query)


@define
def disk(*, critical: Number = 0.9) -> Monitor:
    """A disk fills up."""
    return Monitor(
        name="Disk",
        query=f"avg(last_5m):avg:system.disk.in_use{{*}} > {critical}",
        message="Delete logs.",
        tags=["area:hosts"],
    )
'''

BOARD = '''\
from dd_sync import Dashboard, Group, Note, Timeseries, define


@define
def hosts() -> Dashboard:
    """Hosts."""
    return Dashboard(
        title="Hosts",
        widgets=[
            Note(content="read me"),
            Group(
                title="Load",
                widgets=[
                    Timeseries(title="CPU", requests=["avg:system.cpu.user{*}"]),
                    Timeseries(title="Memory", requests=["avg:system.mem.used{*}"]),
                ],
            ),
        ],
    )
'''

IMPORTED = '''\
from dd_sync import Monitor, define


@define
def imported() -> Monitor:
    """As it was."""
    query = "avg(last_5m):avg:a.b{*} > 1"
    return Monitor.from_api({"name": "Raw", "type": "query alert", "query": query, "message": ""})
'''


@pytest.fixture
def applied(bench: Workbench) -> Workbench:
    """Definitions over a cluster, a service, and nothing; a dashboard and a raw payload; all applied."""
    bench.write("services/cart.yaml", SERVICE)
    bench.write("monitors/eks.py", DEFINITIONS)
    bench.write("dashboards/hosts.py", BOARD)
    bench.write("monitors/raw.py", IMPORTED)
    bench.apply()
    return bench


Change = Callable[[dict[str, Any]], dict[str, Any]]
"""What somebody does to an object in Datadog's pages."""


def edit(
    bench: Workbench, name: str, change: Callable[[dict[str, Any]], dict[str, Any]], kind: str = "monitor"
) -> None:
    live = next(one for one in bench.live(kind) if name in (one.get("name"), one.get("title")))
    bench.emulator.edit(kind, live["id"], change)


def threshold(value: float) -> Change:
    """What Datadog's page does when somebody changes the alert threshold."""

    def change(body: dict[str, Any]) -> dict[str, Any]:
        query = f"{body['query'].rpartition('>')[0]}> {value}"
        thresholds = {**body["options"]["thresholds"], "critical": float(value)}
        return {**body, "query": query, "options": {**body["options"], "thresholds": thresholds}}

    return change


def option(**values: Any) -> Change:
    return lambda body: {**body, "options": {**body["options"], **values}}


def edits(bench: Workbench, key: str) -> list[dict[str, Any]]:
    (one,) = bench.ddsync("absorb", key, "--format", "json").json
    return list(one["edits"])


def follow(bench: Workbench, edit: dict[str, Any]) -> None:
    """Does what an edit says, as a person would."""
    path = bench.root / edit["file"]
    lines = path.read_text().split("\n")
    if edit["form"] == "yaml":
        merged = _merged(yaml.safe_load(path.read_text()), yaml.safe_load(edit["text"]))
        path.write_text(yaml.safe_dump(merged, sort_keys=False))
        return
    at = edit["line"] - 1
    indent = " " * (len(lines[at]) - len(lines[at].lstrip()))
    if edit["form"] == "docstring":
        end = next(
            n
            for n in range(at, len(lines))
            if lines[n].rstrip().endswith('"""') and (n > at or lines[n].count('"""') > 1)
        )
        lines[at : end + 1] = [f"{indent}{line}" for line in edit["text"].split("\n")]
    elif edit["note"] == "is new there":
        lines[at + 1 : at + 1] = [f"{indent}    {line}" for line in edit["text"].split("\n")]
    elif edit["note"] == "take it out":
        del lines[at]
    else:
        lines[at : at + 1] = [f"{indent}{line}" for line in edit["text"].split("\n")]
    path.write_text("\n".join(lines))


def _merged(one: Any, other: Any) -> Any:
    if isinstance(one, dict) and isinstance(other, dict):
        return {**one, **{name: _merged(one.get(name), value) for name, value in other.items()}}
    if isinstance(one, list) and isinstance(other, list) and all("name" in item for item in one):
        given = {item["name"]: item for item in other}
        return [_merged(item, given.get(item["name"], {})) for item in one]
    return other


def settled(bench: Workbench, key: str) -> None:
    """Following every edit leaves nothing to plan."""
    for one in edits(bench, key):
        follow(bench, one)
    assert bench.plan()["changes"] == []


def test_a_threshold_that_is_a_tunable_is_said_where_the_cluster_stands(applied: Workbench) -> None:
    edit(applied, "Busy prod-eu-1", threshold(95))
    (one,) = edits(applied, "eks/busy/prod-eu-1")
    assert (one["file"], one["form"]) == ("ddsync.yaml", "yaml")
    assert yaml.safe_load(one["text"]) == {"clusters": [{"name": "prod-eu-1", "monitors": {"busy": {"critical": 95}}}]}
    settled(applied, "eks/busy/prod-eu-1")


def test_a_threshold_of_a_service_is_said_in_its_file_for_its_environment(applied: Workbench) -> None:
    edit(applied, "Slow cart prod", threshold(7.5))
    (one,) = edits(applied, "eks/slow/cart/prod")
    assert one["file"] == "services/cart.yaml"
    assert one["text"].endswith("monitors:\n          slow: {critical: 7.5}")
    settled(applied, "eks/slow/cart/prod")


def test_a_threshold_of_nothing_in_particular_is_said_in_the_settings(applied: Workbench) -> None:
    edit(applied, "Disk", threshold(0.8))
    (one,) = edits(applied, "eks/disk")
    assert yaml.safe_load(one["text"]) == {"monitors": {"disk": {"critical": 0.8}}}
    settled(applied, "eks/disk")


def test_two_numbers_are_found_together(applied: Workbench) -> None:
    edit(applied, "Busy prod-eu-1", lambda body: threshold(80)({**body, "query": body["query"].replace("5m", "15m")}))
    (one,) = edits(applied, "eks/busy/prod-eu-1")
    assert yaml.safe_load(one["text"])["clusters"][0]["monitors"]["busy"] == {"critical": 80, "minutes": 15}


def test_an_argument_is_changed_where_it_stands(applied: Workbench) -> None:
    edit(applied, "Busy prod-eu-1", option(renotify_interval=30))
    (one,) = edits(applied, "eks/busy/prod-eu-1")
    line = DEFINITIONS.split("\n").index("        renotify_interval=60,") + 1
    assert (one["file"], one["line"], one["text"]) == ("monitors/eks.py", line, "renotify_interval=30,")
    settled(applied, "eks/busy/prod-eu-1")


def test_an_argument_that_is_new_goes_into_the_call(applied: Workbench) -> None:
    edit(applied, "Busy prod-eu-1", option(on_missing_data="resolve", escalation_message='say "hi"'))
    found = edits(applied, "eks/busy/prod-eu-1")
    assert sorted(one["text"] for one in found) == ["escalation_message='say \"hi\"',", 'on_missing_data="resolve",']
    settled(applied, "eks/busy/prod-eu-1")


def test_an_argument_that_is_gone_is_taken_out(applied: Workbench) -> None:
    edit(applied, "Busy prod-eu-1", option(renotify_interval=None))
    (one,) = edits(applied, "eks/busy/prod-eu-1")
    assert one["note"] == "take it out"
    settled(applied, "eks/busy/prod-eu-1")


def test_tags_of_the_inventory_are_not_written_again(applied: Workbench) -> None:
    edit(applied, "Busy prod-eu-1", lambda body: {**body, "tags": [*body["tags"], "seen:yes"]})
    (one,) = edits(applied, "eks/busy/prod-eu-1")
    assert one["text"] == 'tags=["seen:yes"],'


def test_a_message_that_is_the_docstring_is_the_docstring_without_who_is_told(applied: Workbench) -> None:
    def change(body: dict[str, Any]) -> dict[str, Any]:
        return {**body, "message": body["message"].replace("First step: look.", "First step: call Sam.")}

    edit(applied, "Busy prod-eu-1", change)
    (one,) = edits(applied, "eks/busy/prod-eu-1")
    assert one["form"] == "docstring"
    assert one["text"] == '"""Nodes have no processor time left.\n\nFirst step: call Sam.\n"""'
    settled(applied, "eks/busy/prod-eu-1")


def test_a_message_of_its_own_is_an_argument(applied: Workbench) -> None:
    edit(applied, "Disk", lambda body: {**body, "message": "Call Sam."})
    settled(applied, "eks/disk")


def test_a_payload_that_passes_through_is_changed_as_json(applied: Workbench) -> None:
    edit(applied, "Raw", lambda body: {**body, "message": "Call Sam."})
    (one,) = edits(applied, "raw/imported")
    assert (one["form"], one["text"]) == ("json", '{\n  "message": "Call Sam."\n}')


def test_a_widget_is_written_whole_at_its_place(applied: Workbench) -> None:
    def change(body: dict[str, Any]) -> dict[str, Any]:
        body["widgets"][1]["definition"]["widgets"][0]["definition"]["show_legend"] = True
        return body

    edit(applied, "Hosts", change, "dashboard")
    (one,) = edits(applied, "hosts/hosts")
    assert one["note"] == "Load ▸ CPU"
    assert one["text"] == 'Timeseries(title="CPU", requests=["avg:system.cpu.user{*}"], show_legend=True),'
    settled(applied, "hosts/hosts")


def test_a_widget_that_is_gone_is_taken_out(applied: Workbench) -> None:
    def change(body: dict[str, Any]) -> dict[str, Any]:
        del body["widgets"][1]["definition"]["widgets"][1]
        return body

    edit(applied, "Hosts", change, "dashboard")
    settled(applied, "hosts/hosts")


def test_what_was_deleted_is_switched_off_for_its_entry(applied: Workbench) -> None:
    live = next(one for one in applied.live("monitor") if one["name"] == "Slow cart staging")
    applied.emulator.remove("monitor", live["id"])
    settled(applied, "eks/slow/cart/staging")


def test_what_was_deleted_and_has_no_entry_is_deleted_from_the_code(applied: Workbench) -> None:
    live = next(one for one in applied.live("monitor") if one["name"] == "Disk")
    applied.emulator.remove("monitor", live["id"])
    (one,) = edits(applied, "eks/disk")
    assert (one["text"], one["note"]) == ("# delete disk", "it stays deleted")


def test_an_edited_object_without_a_definition_is_brought_back_by_commands(applied: Workbench) -> None:
    edit(applied, "Raw", lambda body: {**body, "message": "Call Sam."})
    (applied.root / "monitors/raw.py").unlink()
    (one,) = edits(applied, "raw/imported")
    assert one["text"].startswith("ddsync release raw/imported && ddsync import --id monitor:")


def test_side_effects_of_a_number_are_named(bench: Workbench) -> None:
    bench.apply()
    edit(bench, "[EKS] CPU above 90% on prod-eu-1", threshold(95))
    (one,) = edits(bench, "eks/cpu-high/prod-eu-1")
    assert one["note"] == "which changes name, options.thresholds.warning too"


def test_the_text_says_where_and_what(applied: Workbench) -> None:
    edit(applied, "Busy prod-eu-1", option(renotify_interval=30))
    ran = applied.ddsync("absorb", "eks/busy")
    assert "monitor eks/busy/prod-eu-1\n\nmonitors/eks.py:" in ran.out
    assert "\n    renotify_interval=30,\n" in ran.out


def test_nothing_changed_and_nothing_known_are_told_apart(applied: Workbench) -> None:
    assert "nothing was changed in Datadog" in applied.ddsync("absorb", "eks/disk").out
    assert "Did you mean eks/disk?" in applied.ddsync("absorb", "eks/dsik", status=64).err
