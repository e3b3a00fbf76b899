"""Game days in a project's own tests."""

from __future__ import annotations

from tests.gameday.test_gameday import NODES
from tests.testing.test_plugin import run_pytest
from tests.workbench import Workbench

TESTS = """\
def test_a_lost_node_is_told(ddsync_gameday):
    day = ddsync_gameday("eks/node-lost", "life/node-consolidated")
    assert day.unnoticed == day.woken == []
    assert [one.minute for one in day.of("eks/node-lost")[0].noticed] == [6]
"""


def test_a_fixture_plays_game_days(bench: Workbench) -> None:
    bench.write("monitors/eks.py", NODES.replace("PRIORITY", "3"))
    bench.write("tests/test_gameday.py", TESTS)
    assert "1 passed" in run_pytest(bench.root, "tests")
