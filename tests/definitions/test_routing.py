"""Who is woken and who is told: priority, tier, environment, and the handles a team has for them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from dd_sync.core.resource import Told
from dd_sync.definitions.inventory import Cluster, Service, Team, WholeService
from dd_sync.definitions.routing import route
from dd_sync.definitions.service import LEAST_PAGED

PAGING = ("prod",)
TEAM = Team.model_validate(
    {
        "name": "shop",
        "page": "@pagerduty-shop",
        "tell": ["@slack-shop", "@shop@example.com"],
        "priorities": {5: {"tell": "@slack-costs"}, 1: {"page": ["@pagerduty-shop", "@pagerduty-major"]}},
        "envs": {"staging": {"tell": "@slack-shop-staging"}, "load": {"tell": []}},
    }
)


def service(tier: int = 1, env: str = "prod") -> Service:
    return Service(name="cart", env=env, team="shop", tier=tier)


@pytest.mark.parametrize(
    ("tier", "paged"), [(1, {1, 2}), (2, {1, 2}), (3, {1}), (4, set())], ids=["tier 1", "tier 2", "tier 3", "tier 4"]
)
def test_the_tier_says_which_priorities_wake_somebody(tier: int, paged: set[int]) -> None:
    assert {priority for priority in range(1, 6) if route(TEAM, service(tier), priority, PAGING).page} == paged


@given(priority=st.sampled_from([1, 2, 3, 4, 5, None]), tier=st.sampled_from([1, 2, 3, 4]), env=st.text(min_size=1))
def test_nobody_is_woken_outside_the_paging_environments(priority: int | None, tier: int, env: str) -> None:
    elsewhere = Service.model_construct(name="cart", env=env, team="shop", tier=tier)
    assert not route(TEAM, elsewhere, priority, [one for one in PAGING if one != env]).page


@given(priority=st.sampled_from([1, 2, 3, 4, 5, None]), tier=st.sampled_from([1, 2, 3, 4]))
def test_whoever_is_not_woken_is_told(priority: int | None, tier: int) -> None:
    found = route(TEAM, service(tier), priority, PAGING)
    assert found.tell
    assert (priority is not None and priority <= LEAST_PAGED[tier]) == bool(found.page)


def test_an_environment_has_handles_of_its_own() -> None:
    assert route(TEAM, service(env="staging"), 1, PAGING) == Told((), ("@slack-shop-staging",))
    assert route(TEAM, service(env="load"), 1, PAGING) == Told((), ())


def test_a_priority_has_handles_of_its_own_and_the_environment_goes_first() -> None:
    assert route(TEAM, service(), 1, PAGING).page == ("@pagerduty-shop", "@pagerduty-major")
    assert route(TEAM, service(), 2, PAGING).page == ("@pagerduty-shop",)
    assert route(TEAM, service(), 5, PAGING).tell == ("@slack-costs",)
    assert route(TEAM, service(env="staging"), 5, PAGING).tell == ("@slack-shop-staging",)


def test_an_alert_without_a_priority_is_of_the_lowest() -> None:
    assert route(TEAM, service(), None, PAGING) == route(TEAM, service(), 5, PAGING)


def test_clusters_have_no_tier_and_wake_for_priorities_one_and_two() -> None:
    cluster = Cluster(name="prod-eu-1", env="prod", team="shop")
    assert [bool(route(TEAM, cluster, priority, PAGING).page) for priority in (1, 2, 3)] == [True, True, False]


def test_a_whole_service_is_as_important_as_where_it_matters_most() -> None:
    envs = (
        service(4, "staging").model_copy(update={"paging": False}),
        service(1, "prod"),
    )
    whole = WholeService(name="cart", team="shop", envs=envs)
    assert whole.main.env == "prod"
    assert route(TEAM, whole, 2, PAGING).page == ("@pagerduty-shop",)


def test_without_a_team_nobody_is_told() -> None:
    assert route(None, service(), 1, PAGING) == Told()


@pytest.mark.parametrize(
    "facts",
    [{"page": "pagerduty-shop"}, {"envs": {"staging": {"tell": "slack-shop"}}}, {"priorities": {2: {"page": ["x"]}}}],
)
def test_a_handle_starts_with_an_at_sign_wherever_it_stands(facts: dict[str, object]) -> None:
    with pytest.raises(ValidationError, match="a handle starts with @"):
        Team.model_validate({"name": "shop", **facts})


@pytest.mark.parametrize("priority", [0, 6, "high"])
def test_a_priority_that_does_not_exist_is_refused(priority: object) -> None:
    with pytest.raises(ValidationError):
        Team.model_validate({"name": "shop", "priorities": {priority: {"tell": "@slack-shop"}}})
