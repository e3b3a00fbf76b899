"""`ddsync gameday` on a small project: what it says of alerts that work, that sleep, and that cry wolf."""

from __future__ import annotations

from typing import Any

import pytest

from tests.cli.shop import furnish
from tests.workbench import Ran, Workbench

NODES = '''\
from dd_sync import Cluster, Monitor, define


@define
def node_lost(cluster: Cluster) -> Monitor:
    """A node of {cluster.name} is not ready. First step: `kubectl describe node`."""
    lost = f"sum:kubernetes_state.node.by_condition{{kube_cluster_name:{cluster.name},condition:ready,!status:true}}"
    return Monitor(
        name="A node is gone",
        query=f"min(last_5m):default_zero({lost} by {{node}}) >= 1",
        priority=PRIORITY,
        on_missing_data="resolve",
    )
'''

OWN = '''\
"""What happens here."""

from dd_sync.gameday import Cluster, situation


@situation(expects="EXPECTS", within=10, lasts=20)
def two_nodes_lost(cluster: Cluster) -> None:
    """Two nodes fail at once."""
    for node in cluster.nodes[:2]:
        node.fails(0)
'''


@pytest.fixture
def project(bench: Workbench) -> Workbench:
    bench.write("monitors/eks.py", "")
    bench.write("monitors/nodes.py", NODES.replace("PRIORITY", "3"))
    return bench


def situation(ran: Ran, name: str) -> dict[str, Any]:
    (found,) = [one for one in ran.json["situations"] if one["name"] == name]
    return dict(found)


def test_an_incident_that_an_alert_tells_in_time_is_fine(project: Workbench) -> None:
    lost = situation(project.ddsync("gameday", "eks/node-lost", "--format", "json"), "eks/node-lost")
    assert (lost["about"], lost["expects"], lost["result"]) == ("cluster prod-eu-1", "told", "ok")
    (notice,) = lost["noticed"]
    assert notice["key"] == "nodes/node-lost/prod-eu-1"
    assert 5 <= notice["minute"] <= 7  # missed after 40 s, then five minutes of it
    assert not notice["pages"]


def test_without_an_alert_nobody_notices_and_the_exit_status_says_so(project: Workbench) -> None:
    project.write("monitors/nodes.py", "")
    ran = project.ddsync("gameday", "eks/node-lost", status=1)
    assert "missed  eks/node-lost  prod-eu-1  nobody notices within 15 min" in ran.out


def test_an_alert_whose_scope_fits_nothing_is_said_to_see_nothing(project: Workbench) -> None:
    project.write("monitors/nodes.py", NODES.replace("PRIORITY", "3").replace("condition:ready", "condition:red"))
    ran = project.ddsync("gameday", "eks/node-lost", "--format", "json", status=1)
    assert [one["key"] for one in ran.json["blind"]] == ["nodes/node-lost/prod-eu-1"]


def test_normal_life_that_wakes_somebody_is_a_failure(project: Workbench) -> None:
    eager = NODES.replace("PRIORITY", "2").replace("condition:ready,!status:true", "condition:ready,status:true")
    project.write("monitors/nodes.py", eager)
    ran = project.ddsync("gameday", "life/node-consolidated", "--format", "json", status=1)
    assert situation(ran, "life/an-ordinary-hour")["result"] == "woken"


def test_an_incident_for_the_pager_is_missed_where_it_is_only_told(project: Workbench) -> None:
    ran = project.ddsync("gameday", "eks/many-nodes-lost", "--format", "json", status=1)
    many = situation(ran, "eks/many-nodes-lost")
    assert (many["expects"], many["result"]) == ("paged", "missed")
    project.write("monitors/nodes.py", NODES.replace("PRIORITY", "2"))
    many = situation(project.ddsync("gameday", "eks/many-nodes-lost", "--format", "json"), "eks/many-nodes-lost")
    assert many["result"] == "ok"


def test_a_project_adds_situations_of_its_own(project: Workbench) -> None:
    project.write("gameday/here.py", OWN.replace("EXPECTS", "told"))
    assert "Two nodes fail at once." in project.ddsync("gameday", "--list", "here/*").out
    ran = project.ddsync("gameday", "here/two-nodes-lost", "--format", "json")
    assert situation(ran, "here/two-nodes-lost")["result"] == "ok"


def test_what_is_wrong_with_a_situation_of_ones_own_is_said_with_its_place(project: Workbench) -> None:
    project.write("gameday/here.py", OWN.replace("EXPECTS", "told").replace("(cluster: Cluster)", "()"))
    assert "gameday/here.py:" in project.ddsync("gameday", status=1).err


def test_a_name_that_is_none_is_an_error_that_names_a_near_one(project: Workbench) -> None:
    assert "eks/node-lost" in project.ddsync("gameday", "eks/node-losst", status=64).err


def test_what_is_not_played_is_listed_and_counts_as_nothing(project: Workbench) -> None:
    project.write(
        "monitors/nodes.py", NODES.replace("PRIORITY", "3").replace("kubernetes_state.node.by", "acme.made.up")
    )
    ran = project.ddsync("gameday", "eks/node-lost", "--format", "json", status=1)
    (left,) = ran.json["not_played"]
    assert left["key"] == "nodes/node-lost/prod-eu-1"
    assert "acme.made.up" in left["reason"]


def test_a_page_draws_series_and_alerts_on_one_time_line(project: Workbench) -> None:
    page = project.ddsync("gameday", "eks/node-lost", "--format", "html").out
    assert "kubernetes_state.node.by_condition" in page
    assert "nodes/node-lost/prod-eu-1" in page
    assert page.count("<polyline") >= 1
    assert '<rect class="alert"' in page
    assert "src=" not in page
    assert "href=" not in page


def test_only_plays_what_the_chosen_alerts_are_about(project: Workbench) -> None:
    ran = project.ddsync("gameday", "--only", "nodes/*", "--format", "json", status=None)
    assert {one["about"] for one in ran.json["situations"]} == {"everything", "cluster prod-eu-1"}


CART = """\
apiVersion: v3
kind: service
metadata: {name: cart, owner: checkout}
spec: {tier: "1"}
extensions: {ddsync: {kind: [http], operation: http.request, envs: [prod]}}
"""


def test_coverage_counts_only_what_noticed_something(bench: Workbench) -> None:
    furnish(bench).write("services/cart.yaml", CART)

    def availability(*arguments: str) -> dict[str, Any]:
        (cart,) = bench.ddsync("coverage", *arguments, "--format", "json").json["services"]
        return dict(cart["aspects"]["availability"])

    assert availability()["by"] == availability("--gameday")["by"] == ["service/error-rate/cart/prod"]
    monitors = (bench.root / "monitors/service.py").read_text()
    bench.write("monitors/service.py", monitors.replace("critical: Number = 5", "critical: Number = 500_000"))
    assert availability()["state"] == "yes"
    assert availability("--gameday")["state"] == "no"
    assert "service/error-rate/cart/prod" in availability("--gameday")["hint"]
