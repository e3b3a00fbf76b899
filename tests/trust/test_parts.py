"""What was rendered with a filter is a part of the project: nothing outside it goes."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.workbench import Workbench

MANY = '''
from collections.abc import Iterator
from dd_sync import Monitor, define


@define
def {name}() -> Iterator[Monitor]:
    """A disk fills up."""
    for n in range(10):
        query = f"avg(last_5m):avg:a.{name}{{{{n:{{n}}}}}} > LIMIT"
        yield Monitor(key=f"n{{n}}", name=f"{name} {{n}}", query=query)
'''


@pytest.fixture
def applied(bench: Workbench) -> Workbench:
    """Twenty-one monitors, ten of them rendered alone after a change."""
    for name in ("disk", "cpu"):
        bench.write(f"monitors/{name}.py", MANY.format(name=name).replace("LIMIT", "1"))
    bench.apply()
    bench.write("monitors/disk.py", MANY.format(name="disk").replace("LIMIT", "2"))
    return bench


def test_a_part_that_was_rendered_is_applied_as_a_part(applied: Workbench) -> None:
    applied.ddsync("render", "--only", "disk/*", "--out", "part")
    plan = applied.plan("--rendered", "part")
    assert (plan["summary"]["update"], plan["summary"]["delete"]) == (10, 0)
    applied.apply("--rendered", "part", "--allow-delete", "99")
    assert len(applied.live("monitor")) == 21
    assert applied.plan()["changes"] == []


def test_a_filter_of_the_command_line_makes_the_part_smaller(applied: Workbench) -> None:
    applied.ddsync("render", "--only", "disk/*", "--out", "part")
    plan = applied.plan("--rendered", "part", "--only", "disk/disk/n1", "--only", "cpu/*")
    assert [change["key"] for change in plan["changes"]] == ["disk/disk/n1"]


def test_a_level_that_is_not_the_projects_is_a_part_too(applied: Workbench) -> None:
    applied.ddsync("render", "--level", "core", "--out", "part")
    (applied.root / "monitors/cpu.py").unlink()
    assert applied.plan("--rendered", "part")["summary"]["delete"] == 0


def test_a_whole_render_still_deletes_what_is_gone(applied: Workbench) -> None:
    (applied.root / "monitors/cpu.py").unlink()
    applied.ddsync("render", "--out", "whole")
    assert "only" not in json.loads((applied.root / "whole/index.json").read_text())
    assert applied.plan("--rendered", "whole")["summary"]["delete"] == 10


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"only": "disk/*"}, "only is no list of patterns"),
        ({"only": [""]}, "only is no list of patterns"),
        ({"only": [1]}, "only is no list of patterns"),
        ({"objects": {"monitor:../x": {}}}, "is no object of a rendered project"),
        ({"objects": {"monitor:disk/disk/n1": {"adopt": True}}}, "adopt is no id"),
        ({"objects": {"monitor:disk/disk/n1": {"adopt": [1]}}}, "adopt is no id"),
        ({"objects": {"monitor:disk/disk/n1": {"renamed_from": "../../x"}}}, "renamed_from has the part"),
        ({"objects": []}, "not an index that this version wrote"),
    ],
)
def test_an_index_is_checked_as_what_anybody_may_write(applied: Workbench, change: dict[str, Any], said: str) -> None:
    applied.ddsync("render", "--only", "disk/disk/n1", "--out", "part")
    index = applied.root / "part/index.json"
    index.write_text(json.dumps({**json.loads(index.read_text()), **change}))
    ran = applied.ddsync("plan", "--rendered", "part", status=1)
    assert said in ran.err
