"""`ddsync explain`: everything about one object."""

from __future__ import annotations

import pytest

from tests.cli.shop import furnish
from tests.workbench import Workbench

SERVICE = """\
metadata: {name: cart, owner: checkout}
spec: {tier: "1", languages: [python]}
extensions:
  ddsync:
    kind: http
    operation: flask.request
    envs:
      prod: {}
      staging:
        monitors:
          error-rate: {critical: 20}
    monitors:
      error-rate:
        critical: 2
"""


@pytest.fixture
def shop(bench: Workbench) -> Workbench:
    furnish(bench).write("services/cart.yaml", SERVICE)
    return bench


def test_a_monitor_is_explained_in_words_with_thresholds_and_who_is_told(shop: Workbench) -> None:
    out = shop.ddsync("explain", "service/error-rate/cart/prod", "--target", "prod").out
    lines = [" ".join(line.split()) for line in out.splitlines()]
    assert lines[0] == "monitor service/error-rate/cart/prod"
    assert "defined at monitors/service.py:4" in lines
    assert (
        "in words Sum over the last 5 minutes of the sum of trace.flask.request.errors as a count for service:cart,"
        " env:prod; alert above 2." in lines
    )
    assert "thresholds critical 2" in lines
    assert "on alert @pagerduty-checkout @slack-checkout" in lines
    assert "Users of cart get errors." in lines


def test_a_number_tells_who_set_it_and_where_else_it_could_be_set(shop: Workbench) -> None:
    out = shop.ddsync("explain", "service/error-rate/cart/staging", "--target", "staging").out
    assert "critical  20 (default 5)  services/cart.yaml:11" in out
    places = out[out.index("can be set in") :].splitlines()[1:4]
    assert [place.strip() for place in places] == [
        "monitors: error-rate in ddsync.yaml",
        "extensions.ddsync.monitors in services/cart.yaml",
        "envs.staging.monitors in services/cart.yaml",
    ]
    assert "critical  3  by default" in shop.ddsync("explain", "service/restarts/cart/prod", "--target", "prod").out


def test_a_number_that_follows_from_another_is_shown_as_it_came_out(shop: Workbench) -> None:
    definitions = (shop.root / "monitors/service.py").read_text()
    definitions = definitions.replace("critical: Number = 5)", "critical: Number = 5, warning: Number | None = None)")
    definitions = definitions.replace('> {critical}", priority=1', '> {critical}", priority=1, warning=0.4 * critical')
    shop.write("monitors/service.py", definitions)
    out = shop.ddsync("explain", "service/error-rate/cart/staging", "--target", "staging").out
    assert " ".join(out.split()).count("warning 8 follows from the others") == 1


def test_an_slo_is_explained_by_what_it_counts_and_its_target(shop: Workbench) -> None:
    out = shop.ddsync("explain", "slo:service/availability/cart/prod", "--target", "prod").out
    assert "good events   The sum of trace.flask.request.hits as a count" in out
    assert "30d target 99.9" in out


def test_an_alert_on_an_slo_names_it_by_key(shop: Workbench) -> None:
    out = shop.ddsync("explain", "service/burn-rate/cart/prod", "--target", "prod").out
    assert "the error budget of the SLO service/availability/cart/prod (30 days) burns" in out


def test_as_json_everything_is_there(shop: Workbench) -> None:
    [found] = shop.ddsync("explain", "monitor:service/error-rate/cart/prod", "-t", "prod", "--format", "json").json
    assert found["thresholds"] == {"critical": 2}
    assert found["words"]["query"].endswith("alert above 2.")
    assert found["tunables"] == [
        {"name": "critical", "value": 2, "default": 5, "set_at": "services/cart.yaml:14", "follows": False}
    ]
    assert found["notify"]["alert"] == ["@pagerduty-checkout", "@slack-checkout"]


def test_a_query_that_cannot_be_read_is_told_with_its_mistake(shop: Workbench) -> None:
    broken = shop.root.joinpath("monitors/service.py").read_text().replace("sum:kubernetes", "summ:kubernetes")
    shop.write("monitors/service.py", broken)
    out = shop.ddsync("explain", "service/restarts/cart/prod", "--target", "prod").out
    assert "in words      cannot be read: " in out


def test_an_unknown_key_is_refused_with_the_nearest(shop: Workbench) -> None:
    ran = shop.ddsync("explain", "service/error-rat/cart/prod", "--target", "prod", status=64)
    assert "Did you mean service/error-rate/cart/prod?" in ran.err
