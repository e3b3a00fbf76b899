"""Metrics that report, in the shapes of Datadog's API description."""

from __future__ import annotations

import time

import pytest

from dd_sync.emulator import Emulator
from tests.emulator.asking import ask

DAY = 86400


@pytest.fixture
def busy(emulator: Emulator) -> Emulator:
    """An organisation in which two metrics report, and one did a week ago."""
    emulator.put_series("system.load.1", ["host:a", "env:prod"])
    emulator.put_series("system.load.1", ["host:b", "env:prod"])
    emulator.put_series("trace.flask.request.hits", ["service:cart"])
    emulator.put_series("system.old", ["host:a"], [(time.time() - 7 * DAY, 1.0)])
    return emulator


def test_metrics_that_reported_since_a_time_are_listed(busy: Emulator) -> None:
    names = ["system.load.1", "trace.flask.request.hits"]
    since = int(time.time() - DAY)
    assert ask(busy, "GET", "/api/v1/metrics", query={"from": since}).body == {"from": str(since), "metrics": names}
    assert "system.old" in ask(busy, "GET", "/api/v1/metrics", query={"from": since - 8 * DAY}).body["metrics"]
    assert ask(busy, "GET", "/api/v1/metrics").status == 400


def test_metrics_can_be_searched_by_a_part_of_their_name(busy: Emulator) -> None:
    found = ask(busy, "GET", "/api/v1/search", query={"q": "metrics:flask"}).body
    assert found["results"]["metrics"] == ["trace.flask.request.hits"]


def test_a_metric_has_metadata_and_an_unknown_one_is_not_found(busy: Emulator) -> None:
    assert ask(busy, "GET", "/api/v1/metrics/system.load.1").body["type"] == "gauge"
    assert ask(busy, "GET", "/api/v1/metrics/system.nothing").status == 404


def test_the_newer_list_filters_by_tags(busy: Emulator) -> None:
    found = ask(busy, "GET", "/api/v2/metrics", query={"filter[tags]": "env:prod"}).body
    assert found == {"data": [{"type": "metrics", "id": "system.load.1"}]}


def test_the_tags_of_a_metric_are_those_of_all_its_series(busy: Emulator) -> None:
    found = ask(busy, "GET", "/api/v2/metrics/system.load.1/all-tags").body
    assert found["data"]["attributes"]["tags"] == ["env:prod", "host:a", "host:b"]
    assert ask(busy, "GET", "/api/v2/metrics/system.old/all-tags").body["data"]["attributes"]["tags"] == []
    assert ask(busy, "GET", "/api/v2/metrics/system.nothing/all-tags").status == 404


def test_series_can_be_submitted_as_an_agent_does(emulator: Emulator) -> None:
    now = int(time.time())
    series = {
        "metric": "queue.depth",
        "points": [{"timestamp": now, "value": 3}],
        "tags": ["env:prod"],
        "resources": [{"type": "host", "name": "a"}],
    }
    assert ask(emulator, "POST", "/api/v2/series", {"series": [series]}).pair() == (202, {"errors": []})
    tags = ask(emulator, "GET", "/api/v2/metrics/queue.depth/all-tags").body["data"]["attributes"]["tags"]
    assert tags == ["env:prod", "host:a"]


@pytest.mark.parametrize("body", [{}, {"series": [{}]}, {"series": [{"metric": "a", "points": [{"value": 1}]}]}])
def test_series_of_another_form_are_refused(emulator: Emulator, body: object) -> None:
    assert ask(emulator, "POST", "/api/v2/series", body).status == 400


def test_handles_that_can_be_notified_are_listed(emulator: Emulator) -> None:
    emulator.put_handle("@slack-shop")
    found = ask(emulator, "GET", "/api/v1/monitor/notifications").body["handles"]
    assert [one["value"] for handles in found.values() for one in handles] == ["@slack-shop"]


def test_series_and_handles_survive_a_restart(tmp_path: object) -> None:
    state = f"{tmp_path}/state.sqlite"
    first = Emulator(state)
    first.put_series("system.load.1", ["host:a"])
    first.put_handle("@slack-shop")
    first.close()
    second = Emulator(state)
    assert ask(second, "GET", "/api/v1/metrics/system.load.1").status == 200
    assert "slack-shop" in str(ask(second, "GET", "/api/v1/monitor/notifications").body)
    second.close()
