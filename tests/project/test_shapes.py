"""Objects that differ in the names of their entries alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dd_sync.definitions.inventory import Cluster
from dd_sync.project.shapes import describe_shape
from dd_sync.rules import check_monitor


def cluster(name: str, env: str = "prod") -> Cluster:
    return Cluster(name=name, env=env, team="shop")


def payload(query: str) -> dict[str, object]:
    return {"type": "query alert", "query": query, "message": "", "tags": []}


def test_two_services_have_one_shape_and_another_query_has_another() -> None:
    first, second = (payload(f"avg(last_5m):avg:x{{c:{name}}} > 5") for name in ("alpha", "beta"))
    assert describe_shape(first, cluster("alpha")) == describe_shape(second, cluster("beta"))
    assert describe_shape(first, cluster("alpha")) != describe_shape(
        payload("avg(last_5m):avg:y{c:beta} > 5"), cluster("beta")
    )


def test_a_name_that_equals_what_stands_in_the_query_makes_a_shape_of_its_own() -> None:
    prod, staging = (payload(f"avg(last_5m):avg:x{{env:{env},!env:prod}} > 5") for env in ("prod", "staging"))
    assert check_monitor(prod)
    assert describe_shape(prod, cluster("alpha")) != describe_shape(staging, cluster("alpha", "staging"))


@pytest.mark.parametrize("name", ["a-b", "a.b", "and", "sum", "5xx", "ab"])
def test_a_name_that_could_mean_something_else_is_left_as_it_is(name: str) -> None:
    first = payload(f"avg(last_5m):avg:x.{name}{{*}} > 5")
    second = payload("avg(last_5m):avg:x.plain{*} > 5")
    assert describe_shape(first, cluster(name)) != describe_shape(second, cluster("plain"))


def test_without_an_entry_there_is_no_shape() -> None:
    assert describe_shape(payload("avg:x{*}"), None) is None


def test_a_tag_that_became_too_long_makes_a_shape_of_its_own() -> None:
    short, long = "alpha", "b" * 60
    tagged = [payload("avg(last_5m):avg:x{*} > 5") | {"tags": ["t" * 145 + name]} for name in (short, long)]
    assert describe_shape(tagged[0], cluster(short)) != describe_shape(tagged[1], cluster(long))


names = st.from_regex(r"[a-z][a-z0-9]{2,8}([.-][a-z0-9]{1,4})?", fullmatch=True)
queries = st.sampled_from(
    [
        "avg(last_5m):avg:requests.{0}.hits{{service:{0},env:{1}}} by {{host}} > 5",
        "avg(last_5m):avg:x{{service:{0},!env:{1}}} > 5",
        "avg(last_5m):avg:x{{service:{0} AND NOT env IN (prod,{1})}} > 5",
        "avg(last_5m):avg:x{{service:{0}-*,env:prod,!env:{1}}} > 5",
        "sum(last_5m):sum:a.{0}{{*}}.as_count() / sum:{0}.b{{env:{1}}} > 5",
    ]
)


@given(queries, names, names, names, names)
def test_objects_of_one_shape_are_right_or_wrong_together(query: str, a: str, b: str, c: str, d: str) -> None:
    first, second = payload(query.format(a, b)), payload(query.format(c, d))
    if describe_shape(first, cluster(a, b)) == describe_shape(second, cluster(c, d)):
        assert bool(check_monitor(first)) == bool(check_monitor(second))
