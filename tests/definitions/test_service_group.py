"""Several services asked as one: what they share is answered, what is each one's own is not."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dd_sync.definitions.service import Queue, Service
from dd_sync.definitions.service_group import SHARED, Apart, ServiceGroup


def service(name: str = "cart", **facts: Any) -> Service:
    usual: dict[str, Any] = {"env": "prod", "team": "shop", "kinds": ("http",), "operation": "web.request"}
    return Service(name=name, **{**usual, **facts})


def group(*services: Service) -> Any:
    return ServiceGroup(members=services)


def test_a_scope_selects_all_and_groups_by_each() -> None:
    both = group(service("cart"), service("admin"))
    assert both.scope() == "{service IN (admin,cart) AND env:prod} by {service,env}"
    assert both.scope("a:b", "", "!c:d", by=["pod_name"]) == (
        "{service IN (admin,cart) AND env:prod AND a:b AND NOT c:d} by {service,env,pod_name}"
    )


@pytest.mark.parametrize("fact", sorted(SHARED))
def test_a_shared_fact_is_answered_where_all_agree(fact: str) -> None:
    one, other = service("cart", tier=1), service("admin", tier=1)
    assert getattr(group(one, other), fact) == getattr(one, fact)


def test_services_that_differ_are_split_by_what_was_asked() -> None:
    services = [service("a", tier=1), service("b", tier=2), service("c", tier=1)]
    with pytest.raises(Apart) as raised:
        group(*services).tier
    assert not raised.value.own
    assert [[one.name for one in part] for part in raised.value.split(services)] == [["a", "c"], ["b"]]


def test_only_what_is_asked_must_agree() -> None:
    both = group(service("a", tier=1, runtime="go"), service("b", tier=2, runtime="java"))
    assert (both.op, both.does("http", "grpc"), both.paged_for, both.quiet) == ("web.request", True, 2, False)


@pytest.mark.parametrize("fact", ["queue", "cron", "kubernetes", "requests_per_minute", "mongodb", "depends_on"])
def test_a_services_own_facts_are_never_shared(fact: str) -> None:
    one = service(queue=Queue(name="work"))
    with pytest.raises(Apart) as raised:
        getattr(group(one), fact)
    assert raised.value.own
    assert [len(part) for part in raised.value.split([one, service("other")])] == [1, 1]


@pytest.mark.parametrize(
    "ask", [lambda g: g.filters(), lambda g: g.over(), lambda g: g.referred, lambda g: g.kubernetes_scope()]
)
def test_what_names_one_service_cannot_be_asked_of_many(ask: Any) -> None:
    with pytest.raises(Apart):
        ask(group(service("a"), service("b")))


def test_a_fact_no_service_has_is_an_ordinary_mistake() -> None:
    with pytest.raises(AttributeError):
        group(service()).opperation


@given(names=st.sets(st.from_regex(r"[a-z]{1,8}", fullmatch=True), min_size=1, max_size=8), tier=st.integers(1, 4))
def test_the_key_depends_on_what_was_asked_and_not_on_who_is_in(names: set[str], tier: int) -> None:
    large, small = group(*(service(name, tier=tier) for name in names)), group(service("zz", tier=tier))
    for one in (large, small):
        _ = one.op, one.tier, one.quiet
    assert large.key == small.key == f"team/shop/prod/web.request/tier-{tier}"


def test_unusual_answers_stand_in_the_key() -> None:
    one = group(service(requests_per_minute=1, runtime=None, kinds=("worker",)))
    _ = one.quiet, one.runtime, one.does("http"), one.does("worker"), one.stateful
    assert one.key == "team/shop/prod/quiet/no-runtime/no-does-http"
