"""What a person should know beside a plan: said once where it is about many."""

from __future__ import annotations

from dd_sync.core.foresight import foresee
from dd_sync.core.identity import Owner
from dd_sync.core.plan import Plan
from dd_sync.core.resource import Desired
from dd_sync.kinds import KINDS

EMPTY = Plan(Owner("acme", "prod"), (), 0, {})


def monitors(number: int) -> list[Desired]:
    payload = {"type": "query alert", "options": {"notify_no_data": True}}
    return [Desired("monitor", f"shop/{n}", payload) for n in range(number)]


def test_what_datadog_is_about_to_refuse_is_said_once_for_a_project() -> None:
    (notice,) = foresee(EMPTY, monitors(12), KINDS, 0.0)
    assert "notify_no_data" in notice.text
    assert "12 of this project, shop/0 the first" in notice.text
    (notice,) = foresee(EMPTY, monitors(1), KINDS, 0.0)
    assert notice.text.endswith("(shop/0)")
    assert foresee(EMPTY, [], KINDS, 0.0) == ()


def test_what_is_over_is_said_of_each() -> None:
    ended = Desired("downtime", "quiet/night", {"scope": "*", "schedule": {"end": "2020-01-01T00:00:00Z"}})
    (notice,) = foresee(EMPTY, [ended], KINDS, 2e9)
    assert notice.text.startswith("quiet/night: its schedule has ended")
    assert foresee(EMPTY, [ended], KINDS, 1e9) == ()
