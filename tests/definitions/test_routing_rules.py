"""A team's rules tell exactly those that its messages would tell."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from dd_sync.core.kind import STATES, Recipients
from dd_sync.core.resource import Context, Told
from dd_sync.definitions.inventory import Entry, OtherHandles, Service, Team, WholeService
from dd_sync.definitions.routing import route
from dd_sync.definitions.routing_rules import Notify, Where, routing_rules_of
from dd_sync.kinds import KINDS
from dd_sync.kinds.monitor import Monitor

ENVS = ["prod", "staging", "test"]
ACME = Notify("acme")

handles = st.lists(st.sampled_from(["@pagerduty-a", "@slack-b", "@slack-c"]), unique=True, max_size=2)
others = st.builds(OtherHandles, page=st.none() | handles, tell=st.none() | handles)
teams = st.builds(
    Team,
    name=st.just("shop"),
    page=handles,
    tell=handles,
    priorities=st.dictionaries(st.integers(1, 5), others, max_size=3),
    envs=st.dictionaries(st.sampled_from(ENVS), others, max_size=2),
)
targets = st.sampled_from([None, ["prod"], ["staging"], ["prod", "test"], ENVS])


def service(env: str, tier: int = 1) -> Service:
    return Service(name="cart", env=env, team="shop", tier=tier, kinds=["http"])


def payload(entry: Entry, priority: int | None, found: Told) -> dict[str, Any]:
    query = "avg(last_5m):avg:system.load.1{*} > 1"
    monitor = Monitor.model_validate({"name": "x", "query": query, "priority": priority, "notify_no_data": True})
    context = Context(runbook="Look.", tags=entry.tags(), told=lambda priority: found)
    return monitor.complete(context)


def by_rules(team: Team, where: Where, monitor: dict[str, Any]) -> Recipients:
    kind = KINDS["notification-rule"]
    made = [rule.complete(Context(runbook="")) for rule in routing_rules_of(team, ACME, where)]
    added = [kind.adds(rule, monitor) for rule in made]
    return {state: [handle for one in added for handle in one.get(state, ())] for state in STATES}


def sets(route: Recipients) -> dict[str, set[str]]:
    return {state: set(route.get(state, ())) for state in STATES}


@given(teams, targets, st.data(), st.sampled_from([None, 1, 2, 3, 4, 5]), st.integers(1, 4))
def test_rules_tell_whom_messages_would_tell(
    team: Team, target: list[str] | None, data: st.DataObject, priority: int | None, tier: int
) -> None:
    here = target or ENVS
    entry: Entry = service(data.draw(st.sampled_from(here)), tier)
    where = Where(target, [env for env in ENVS if target is not None and env not in target], ["prod"])
    found = route(team, entry, priority, where.paging)
    expected = KINDS["monitor"].recipients(payload(entry, priority, found))
    tagged = payload(entry, priority, ACME.tag(found, priority))
    assert "@" not in tagged["message"]
    assert sets(by_rules(team, where, tagged)) == sets(expected)


@given(teams, st.data())
def test_rules_of_one_target_tell_nobody_of_anothers_alerts(team: Team, data: st.DataObject) -> None:
    entry = service("staging")
    monitor = payload(entry, 1, ACME.tag(Told(page=["@p"], tell=["@t"]), 1))
    assert not any(by_rules(team, Where(["prod"], ["staging", "test"], ["prod"]), monitor).values())


def test_rules_of_one_project_tell_nobody_of_anothers_alerts() -> None:
    team = Team(name="shop", page="@pagerduty-a", tell="@slack-b")
    monitor = payload(service("prod"), 1, Notify("other").tag(Told(page=["@p"]), 1))
    assert not any(by_rules(team, Where(paging=["prod"]), monitor).values())


def names(team: Team, where: Where) -> Sequence[str]:
    return [rule.name for rule in routing_rules_of(team, ACME, where)]


def test_a_team_without_handles_has_no_rules() -> None:
    assert names(Team(name="shop"), Where()) == []


def test_where_nobody_is_woken_no_rule_says_so() -> None:
    team = Team(name="shop", page="@pagerduty-a", tell="@slack-b")
    assert names(team, Where(["staging"], ["prod"], ["prod"])) == ["shop: tell"]


def test_what_is_in_several_environments_wakes_where_one_of_them_does() -> None:
    team = Team(name="shop", page="@pagerduty-a")
    staging = WholeService(name="cart", team="shop", envs=(service("staging"),))
    both = WholeService(name="cart", team="shop", envs=(service("staging"), service("prod")))
    assert route(team, staging, 1, ["prod"]).page == ()
    assert route(team, both, 1, ["prod"]).page == ("@pagerduty-a",)
