"""What only Datadog can tell, asked over HTTP."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest

from dd_sync.core.errors import Overloaded
from dd_sync.core.findings import Finding
from dd_sync.datadog import online
from dd_sync.datadog.client import Client
from dd_sync.datadog.clock import RealClock
from dd_sync.datadog.online import Asked, Told, look
from dd_sync.datadog.transport import HTTP, Address
from dd_sync.emulator import Emulator, Fault, running
from dd_sync.kinds import KINDS

LOAD = "avg(last_5m):avg:system.load.1{env:prod} by {host} > 5"


class Account:
    """A Datadog in which two hosts report their load, and one handle is known."""

    def __init__(self, emulator: Emulator, url: str, budget: float = 0.2) -> None:
        self.emulator = emulator
        self._client = Client(HTTP(Address(url, "key", "key")), RealClock(), budget=budget)
        emulator.put_series("system.load.1", ["host:a", "env:prod"])
        emulator.put_series("system.load.1", ["host:b", "env:prod"])
        emulator.put_handle("@slack-shop")

    def told(self, *definitions: Asked) -> Told:
        return look(self._client, definitions, int(time.time()) + 1)

    def findings(self, *definitions: Asked) -> list[Finding]:
        return [finding for _, finding in self.told(*definitions).findings]

    def rules(self, *definitions: Asked) -> list[str]:
        return [finding.rule for finding in self.findings(*definitions)]

    def asked_for(self, path: str) -> int:
        return sum(call.path.startswith(path) for call in self.emulator.calls)


@pytest.fixture(scope="module")
def served() -> Iterator[tuple[Emulator, str]]:
    with running(seed=7) as found:
        yield found.emulator, found.url


@pytest.fixture
def account(served: tuple[Emulator, str]) -> Account:
    emulator, url = served
    emulator.reset()
    return Account(emulator, url)


def monitor(query: str = LOAD, key: str = "load", **fields: Any) -> Asked:
    payload = {"name": "Load", "type": "query alert", "query": query, "message": "", "tags": [], "options": {}}
    return Asked(KINDS["monitor"], key, payload | fields)


def slo(query: str) -> Asked:
    payload = {"name": "Up", "type": "metric", "query": {"numerator": query, "denominator": query}, "thresholds": []}
    return Asked(KINDS["slo"], "up", payload)


def board(query: str) -> Asked:
    widget = {"definition": {"type": "timeseries", "requests": [{"q": query}]}}
    return Asked(KINDS["dashboard"], "board", {"title": "B", "layout_type": "ordered", "widgets": [widget]})


def test_a_monitor_of_what_reports_is_right_and_its_groups_are_counted(account: Account) -> None:
    told = account.told(monitor())
    assert told.findings == []
    assert told.notes == []
    assert told.groups == {("monitor", "load"): 2}


def test_a_metric_that_never_reported_is_named_with_the_nearest(account: Account) -> None:
    [found] = account.findings(monitor("avg(last_5m):avg:system.laod.1{*} > 5"))
    assert (found.rule, found.severity) == ("metric-unknown", "warning")
    assert found.message == "no metric system.laod.1 reported in the last day. Did you mean system.load.1?"
    assert (found.path, found.start) == ("query", 13)


def test_a_filter_that_matches_nothing_is_found(account: Account) -> None:
    [found] = account.findings(monitor("avg(last_5m):avg:system.load.1{env:production} > 5"))
    assert found.rule == "scope-silent"
    assert found.message == "system.load.1 reported nothing for {env:production} in the last day"


def test_what_reported_before_yesterday_does_not_count(account: Account) -> None:
    account.emulator.put_series("old.metric", ["env:prod"], [(time.time() - 3 * 86400, 1.0)])
    assert account.rules(monitor("avg(last_5m):avg:old.metric{env:prod} > 5")) == ["metric-unknown"]


def test_grouping_by_a_tag_the_metric_lacks_is_found(account: Account) -> None:
    [found] = account.findings(monitor(LOAD.replace("{host}", "{hots}")))
    assert found.rule == "group-tag-unknown"
    assert found.message == "system.load.1 has no tag hots. Did you mean host?"
    assert found.fix == "it has env, host"


def test_very_many_groups_are_told_of(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(online, "MANY_GROUPS", 1)
    [found] = account.findings(monitor())
    assert (found.rule, found.message) == ("groups-many", "this alerts on 2 groups")


def test_every_metric_of_a_query_is_looked_at(account: Account) -> None:
    query = "avg(last_5m):avg:system.load.1{env:prod} / avg:system.cores{env:prod} > 5"
    assert [found.message.split()[2] for found in account.findings(monitor(query))] == ["system.cores"]


def test_the_queries_of_slos_and_dashboards_are_looked_at(account: Account) -> None:
    assert account.rules(slo("sum:requests.ok{*}.as_count()")) == ["metric-unknown", "metric-unknown"]
    assert account.rules(board("avg:requests.ok{$env}")) == ["metric-unknown"]
    assert account.rules(board("avg:system.load.1{$env,env:nowhere}")) == []


def test_what_datadog_refuses_is_told_in_its_words(account: Account) -> None:
    [found] = account.findings(monitor("avg(last_5m):avg:system.load.1{env:prod}"))
    assert (found.rule, found.severity) == ("rejected", "error")
    assert found.message == "Datadog: The value provided for parameter 'query' is invalid"


def test_a_definition_that_refers_to_what_does_not_exist_yet_is_not_validated(account: Account) -> None:
    told = account.told(monitor("${monitor:a/b} && 12", type="composite"), monitor())
    assert told.findings == []
    assert told.notes == ["1 not validated by Datadog: they refer to what does not exist yet"]
    assert account.asked_for("/api/v1/monitor/validate") == 1


def test_a_handle_that_datadog_does_not_know_is_found(account: Account) -> None:
    [found] = account.findings(monitor(message="Look: @slack-shp @slack-shop @slack-{{team.name}} @here"))
    assert (found.rule, found.path, found.start) == ("handle-unknown", "message", 6)
    assert found.message == "Datadog knows no handle @slack-shp. Did you mean @slack-shop?"


def test_what_many_definitions_share_is_asked_once(account: Account) -> None:
    assert account.findings(*(monitor(key=f"load-{n}") for n in range(5))) == []
    assert account.asked_for("/api/v1/query") == 1
    assert account.asked_for("/api/v1/metrics") == 1
    assert account.asked_for("/api/v2/metrics") == 1


def test_nothing_is_asked_about_definitions_without_metrics_or_handles(account: Account) -> None:
    search = 'logs("status:error").index("*").rollup("count").last("5m") > 5'
    assert account.told(monitor(search, type="log alert")).notes == []
    assert [call.path for call in account.emulator.calls] == ["/api/v1/monitor/validate"]


@pytest.mark.parametrize(
    ("path", "left_out", "still"),
    [
        ("/api/v1/metrics", "metrics were", ["scope-silent", "handle-unknown"]),
        ("/api/v1/query", "series were", ["handle-unknown"]),
        ("/api/v2/metrics", "tags were", ["scope-silent", "handle-unknown"]),
        ("/api/v1/monitor/notifications", "handles were", ["scope-silent"]),
        ("/api/v1/monitor/validate", "Datadog's validation of query alerts was", ["scope-silent", "handle-unknown"]),
    ],
)
def test_a_question_the_key_may_not_ask_is_left_out_with_a_note(
    account: Account, path: str, left_out: str, still: list[str]
) -> None:
    silent = monitor(LOAD.replace("env:prod", "env:nowhere"), key="silent", message="@slack-nobody")
    account.emulator.faults.append(Fault(("*", path), "status", status=403, times=99))
    told = account.told(silent, monitor())
    [note] = told.notes
    assert note.startswith(f"{left_out} not looked at: the application key may not")
    assert sorted(finding.rule for _, finding in told.findings) == sorted(still)


def test_an_organisation_where_nothing_reports_is_not_compared_with(account: Account) -> None:
    account.emulator.reset()
    told = account.told(monitor(message="@slack-shop"))
    assert told.findings == []
    assert told.notes == [
        "handles were not looked at: nobody at all can be notified here",
        "metrics were not looked at: nothing at all reported here in the last day",
    ]


def test_a_lost_answer_to_validation_is_asked_for_again(served: tuple[Emulator, str]) -> None:
    account = Account(*served, budget=10)
    account.emulator.reset()
    account.emulator.faults.append(Fault(("POST", "/api/v1/monitor/validate"), "drop-after", times=2))
    assert account.findings(monitor()) == []
    assert account.asked_for("/api/v1/monitor/validate") == 3


def test_a_datadog_that_does_not_answer_is_an_error_not_a_finding(account: Account) -> None:
    account.emulator.faults.append(Fault(("GET", "/api/v1/query"), "status", status=503, times=99))
    with pytest.raises(Overloaded):
        account.told(monitor())
