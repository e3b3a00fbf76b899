"""What our own definitions promise, tried without Datadog."""

from __future__ import annotations

from dd_sync import Service
from dd_sync.testing import Project, Running, Series, evaluate, render
from monitors.example import orders_stopped

SHOP = Service(name="example", env="prod", team="platform", tier=1, kinds=["http"])


def test_orders_stopped_fires_after_a_quarter_of_an_hour_without_orders() -> None:
    orders = Series("shop.orders.placed", [4] * 30 + [None] * 20 + [4] * 10, {"service": "example", "env": "prod"})
    alert = evaluate(render(orders_stopped, SHOP), orders)
    assert alert.fires_at == 45  # minutes: the last orders came just before 30
    assert alert.recovers_at == 51


def test_everything_that_pages_says_what_to_do_first(ddsync_project: Project) -> None:
    for key, monitor in ddsync_project.paging().items():
        assert "First step" in monitor["message"], key


def test_an_applied_plan_leaves_nothing_to_plan(ddsync: Running) -> None:
    ddsync.apply()
    assert ddsync.plan()["changes"] == []
