"""Burn rates that no SLO could reach are refused before Datadog refuses them."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from dd_sync.core.errors import DefinitionError
from dd_sync.core.resource import Desired
from dd_sync.project.burn_rates import check_burn_rates


def slo(target: float, timeframe: str = "30d") -> Desired:
    return Desired("slo", "service/up/cart/prod", {"thresholds": [{"timeframe": timeframe, "target": target}]})


def alert(rate: float, slo: str = "${slo:service/up/cart/prod}", over: str = "30d") -> Desired:
    query = f'burn_rate("{slo}").over("{over}").long_window("1h").short_window("5m") > {rate}'
    return Desired("monitor", "service/burn/cart/prod", {"type": "slo alert", "query": query}, "slos/service.py:9")


@pytest.mark.parametrize(("target", "most"), [(90, 10), (95, 20), (99, 100), (99.9, 1000)])
def test_a_rate_up_to_what_the_target_allows_is_taken(target: float, most: float) -> None:
    check_burn_rates([slo(target), alert(most)])
    with pytest.raises(DefinitionError, match="is never reached"):
        check_burn_rates([slo(target), alert(most * 1.01)])


@given(target=st.floats(50, 99.99), rate=st.floats(1, 1000))
def test_the_limit_is_one_in_the_share_that_may_fail(target: float, rate: float) -> None:
    share = 1 - target / 100
    assume(abs(rate * share - 1) > 1e-6)
    try:
        check_burn_rates([slo(target), alert(rate)])
    except DefinitionError:
        assert rate * share > 1
    else:
        assert rate * share < 1


def test_the_error_names_both_sides_and_the_limit() -> None:
    with pytest.raises(DefinitionError) as raised:
        check_burn_rates([slo(90), alert(14.4)])
    assert raised.value.message == (
        "slos/service.py:9: service/burn/cart/prod: a burn rate of 14.4 is never reached: service/up/cart/prod promises"
        " 90 %, which can burn 10 times too fast at most"
    )
    assert "lower the alert's rate" in raised.value.hint


def test_what_cannot_be_told_is_left_alone() -> None:
    check_burn_rates([alert(14.4)])  # its SLO is not there: that is told elsewhere
    check_burn_rates([slo(90, "7d"), alert(14.4)])
    check_burn_rates([slo(90), alert(14.4, slo="0123456789abcdef0123456789abcdef")])
    check_burn_rates(
        [slo(90), Desired("monitor", "a", {"query": "avg(last_5m):avg:a{*} > 50"}), Desired("monitor", "b", {})]
    )
