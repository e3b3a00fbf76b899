"""Rendering without a project gives what a project would send."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from dd_sync import SLO, Cluster, Dashboard, Monitor, Note, Number, Service, Team, define
from dd_sync.core.errors import DefinitionError
from dd_sync.definitions.definition import Definition
from dd_sync.project.project import load_project
from dd_sync.testing import pages, render, render_all, tells, thresholds, widget
from tests.workbench import Workbench

CLUSTER = Cluster(name="prod-eu-1", env="prod", team="platform")
CART = Service(name="cart", env="prod", team="shop", kinds=["http"], tier=1)


@define
def cpu_high(cluster: Cluster, *, critical: Number = 90) -> Monitor:
    """Nodes of {cluster.name} have no processor
    time left.

    First step: `kubectl top nodes`.
    """
    query = f"avg(last_5m):avg:system.cpu.user{cluster.scope()} > {critical}"
    return Monitor(name="CPU above {critical}% on {cluster.name}", query=query, warning=0.8 * critical, priority=2)


@define
def odd_only(service: Service) -> Monitor | None:
    """Only some services have it."""
    if not service.does("grpc"):
        return None
    return Monitor(name="x", query="avg(last_5m):avg:x{*} > 1")


@define
def several(service: Service) -> Iterator[Monitor]:
    """Each resource of a service."""
    for name in ("read", "write"):
        yield Monitor(key=name, name=name, query=f"avg(last_5m):avg:{name}{service.scope()} > 1")


@define
def fleet() -> Dashboard:
    """Everything at once."""
    return Dashboard(title="Fleet", layout_type="ordered", widgets=[Note(content="hello")])


@define
def availability(service: Service) -> SLO:
    """Requests that succeed."""
    return SLO(name="Availability of {service.name}", target=99.9, numerator="sum:a{*}", denominator="sum:b{*}")


@define
def burn(service: Service) -> Monitor:
    """The budget goes fast."""
    query = f'burn_rate("{availability.ref(service)}").over("30d").long_window("1h").short_window("5m") > 14.4'
    return Monitor(name="Budget of {service.name}", type="slo alert", query=query)


def test_facts_and_tunables_are_filled_in() -> None:
    payload = render(cpu_high, CLUSTER, critical=80)
    assert payload["name"] == "CPU above 80% on prod-eu-1"
    assert payload["message"].startswith("Nodes of prod-eu-1 have no processor time left.\n\nFirst step:")
    assert payload["tags"] == ["kube_cluster_name:prod-eu-1", "env:prod", "team:platform"]
    assert thresholds(payload) == {"critical": 80, "warning": 64}


def test_it_is_what_a_project_sends(bench: Workbench) -> None:
    project = load_project(bench.root)
    _, target = project.settings.choose_target(None)
    (built,) = project.build(target).desired
    definition: Definition = project.definitions[0]
    assert render(definition, CLUSTER, team=project.teams["platform"]) == built.payload


def test_who_is_woken_follows_from_team_priority_and_environment() -> None:
    team = Team(name="platform", page="@pagerduty-platform", tell="@slack-platform")
    assert tells(render(cpu_high, CLUSTER, team=team)) == ("@pagerduty-platform", "@slack-platform")
    staging = CLUSTER.model_copy(update={"env": "staging"})
    assert pages(render(cpu_high, CLUSTER))
    assert not pages(render(cpu_high, staging))
    assert pages(render(cpu_high, staging, paging_envs=["staging"]))
    assert pages(render(cpu_high, CLUSTER), "@pagerduty-team")
    assert not pages(render(cpu_high, CLUSTER), "@pagerduty-other")


def test_a_reference_stays_a_reference() -> None:
    assert "${slo:test-rendering/availability/cart/prod}" in render(burn, CART)["query"]


def test_several_have_their_keys() -> None:
    found = render_all(several, CART)
    assert list(found) == ["test-rendering/several/cart/prod/read", "test-rendering/several/cart/prod/write"]
    with pytest.raises(AssertionError, match="several makes 2 things: test-rendering/several"):
        render(several, CART)


def test_what_does_not_apply_renders_to_nothing() -> None:
    assert render_all(odd_only, CART) == {}
    with pytest.raises(AssertionError, match="odd-only makes nothing of cart/prod"):
        render(odd_only, CART)


def test_what_is_made_once_takes_no_entry() -> None:
    assert render(fleet)["title"] == "Fleet"
    with pytest.raises(DefinitionError, match="takes no entry"):
        render(fleet, CART)


@pytest.mark.parametrize(
    ("entry", "tunables", "said"),
    [
        (CART, {}, "cpu-high is made for a Cluster, not for Service"),
        (None, {}, "cpu-high is made for a Cluster, not for NoneType"),
        (CLUSTER, {"critcal": 3}, 'has no tunable "critcal". Did you mean critical?'),
        (CLUSTER, {"critical": "high"}, "critical"),
    ],
)
def test_what_a_service_file_may_not_say_a_test_may_not_either(entry: Any, tunables: Any, said: str) -> None:
    with pytest.raises(DefinitionError) as error:
        render(cpu_high, entry, **tunables)
    assert said in error.value.message


def test_widgets_are_found_by_title_in_groups_too() -> None:
    inner = {"definition": {"type": "note", "title": "Inner", "content": "x"}}
    board = {"widgets": [{"definition": {"type": "group", "title": "Outer", "widgets": [inner]}}]}
    assert widget(board, "Inner")["content"] == "x"
    with pytest.raises(AssertionError, match="0 widgets are called 'Nope'; there are Inner, Outer"):
        widget(board, "Nope")
