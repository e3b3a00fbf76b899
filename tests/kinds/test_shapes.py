"""The shapes of answers fit what Datadog was seen to answer."""

from __future__ import annotations

import pytest

from dd_sync.core.shape import misfits
from dd_sync.kinds import KINDS, shapes
from tests.workbench import Workbench

BOARD = """\
from dd_sync import SLO, Dashboard, define

@define
def board() -> Dashboard:
    "Why."
    note = {"definition": {"type": "note", "content": "hello"}}
    group = {"definition": {"type": "group", "layout_type": "ordered", "widgets": [note]}}
    return Dashboard.from_api({"title": "Board", "layout_type": "ordered", "widgets": [note, group]})

@define
def promise() -> SLO:
    "Why."
    return SLO(name="Promise", target=99.9, numerator="sum:a{*}.as_count()", denominator="sum:b{*}.as_count()")
"""


def test_what_was_applied_fits(bench: Workbench) -> None:
    bench.write("dashboards/board.py", BOARD)
    bench.apply()
    for name in ("monitor", "slo", "dashboard"):
        (live,) = bench.live(name)
        assert list(misfits(live, KINDS[name].shape)) == []


@pytest.mark.parametrize("level", range(3))
def test_widgets_are_looked_at_in_groups_too(level: int) -> None:
    widget: object = {"definition": 3}
    for _ in range(level):
        widget = {"definition": {"type": "group", "widgets": [widget]}}
    ((place, expected),) = misfits({"widgets": [widget]}, shapes.DASHBOARD)
    assert place == "widgets[0]" + ".definition.widgets[0]" * level + ".definition"
    assert expected == "a mapping"
