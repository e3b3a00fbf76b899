"""Services against aspects: what counts, what does not apply, what would fill a gap."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from dd_sync.core.coverage import ASPECTS, Coverage, Row
from dd_sync.project.coverage import Running, applies, coverage
from dd_sync.project.project import load_project
from tests.cli.shop import furnish
from tests.workbench import Workbench

CART = """\
apiVersion: v3
kind: service
metadata: {name: cart, owner: checkout}
spec: {tier: "1", dependsOn: ["datastore:orders"]}
extensions: {ddsync: {kind: [http, worker], operation: http.request, envs: [prod, staging]}}
"""


def covered(bench: Workbench, *running: Running) -> Coverage:
    project = load_project(bench.root)
    targets = list(project.settings.targets.values())
    return coverage(project, targets, lambda handle: handle.startswith("@pagerduty"), running)


def only(bench: Workbench) -> Row:
    (row,) = covered(bench).rows
    return row


def states(row: Row) -> dict[str, Sequence[str]]:
    found: dict[str, list[str]] = {"yes": [], "no": [], "n/a": []}
    for aspect in ASPECTS:
        found[row.cells[aspect].state].append(aspect)
    return {state: tuple(aspects) for state, aspects in found.items()}


def test_each_aspect_is_filled_by_what_measures_it(bench: Workbench) -> None:
    furnish(bench).write("services/cart.yaml", CART)
    row = only(bench)
    assert states(row) == {
        "yes": ("availability", "restarts", "slo", "runbook", "owner", "pager"),
        "no": ("latency", "saturation", "queue age", "mongodb"),
        "n/a": (),
    }
    assert row.cells["availability"].by == ("service/error-rate/cart/prod",)
    assert row.cells["slo"].by == ("service/availability/cart/prod",)
    assert row.cells["pager"].by == ("service/error-rate/cart/prod", "service/burn-rate/cart/prod")
    assert row.share == 60
    assert (row.where, row.tier, row.team) == ("services/cart.yaml", 1, "checkout")


def test_a_burn_rate_alert_watches_what_its_slo_counts(bench: Workbench) -> None:
    furnish(bench).write("services/cart.yaml", CART)
    slo = (bench.root / "slos/service.py").read_text()
    bench.write("slos/service.py", slo.replace(".hits{service.scope()}", ".errors{service.scope()}"))
    bench.write("monitors/service.py", "")
    assert only(bench).cells["availability"].by == ("service/burn-rate/cart/prod",)


def test_an_alert_switched_off_is_a_gap(bench: Workbench) -> None:
    furnish(bench).write("services/cart.yaml", CART.replace("envs:", "monitors: {error-rate: off}, envs:"))
    assert only(bench).cells["availability"].state == "no"


def test_a_gap_in_one_paged_environment_is_a_gap(bench: Workbench) -> None:
    settings = furnish(bench).root / "ddsync.yaml"
    settings.write_text(settings.read_text().replace("paging_envs: [prod]", "paging_envs: [prod, staging]"))
    off = "envs: {prod: {}, staging: {monitors: {error-rate: off}}}"
    bench.write("services/cart.yaml", CART.replace("envs: [prod, staging]", off))
    cell = only(bench).cells["availability"]
    assert (cell.state, cell.by) == ("no", ("service/error-rate/cart/prod",))


def test_an_environment_in_which_nobody_is_woken_does_not_count_beside_one_that_pages(bench: Workbench) -> None:
    off = "envs: {prod: {}, staging: {monitors: {error-rate: off}}}"
    furnish(bench).write("services/cart.yaml", CART.replace("envs: [prod, staging]", off))
    assert only(bench).cells["availability"].state == "yes"


def test_definitions_of_nobodys_entry_count_for_the_services_their_queries_name(bench: Workbench) -> None:
    furnish(bench).write("services/cart.yaml", CART)
    bench.write(
        "monitors/imported.py",
        '''\
from dd_sync import Monitor, define

@define
def cpu() -> Monitor:
    """Nodes are busy."""
    query = "avg(last_5m):avg:container.cpu.usage{service:cart,env:prod} by {host} > 9"
    return Monitor.from_api({"name": "CPU", "type": "query alert", "query": query, "message": "@slack-x", "tags": []})
''',
    )
    row = only(bench)
    assert row.cells["saturation"].by == ("imported/cpu",)
    assert row.cells["runbook"].state == "no", "an alert that only names a handle tells nobody what to do"


def test_alerts_on_a_deployment_watch_the_services_that_need_it(bench: Workbench) -> None:
    furnish(bench).write("services/cart.yaml", CART)
    bench.write(
        "monitors/mongodb.py",
        '''\
from dd_sync import Monitor, MongoDB, define

@define
def connections(deployment: MongoDB) -> Monitor:
    """Connections run out."""
    return Monitor(name="C", query=f"avg(last_5m):avg:mongodb.connections.current{deployment.scope()} > 9", priority=1)
''',
    )
    row = only(bench)
    assert row.cells["mongodb"].by == ("mongodb/connections/orders",)
    assert row.cells["saturation"].state == "no", "its connections are the deployment's, not the service's"


@pytest.mark.parametrize(
    ("kinds", "missing"),
    [
        (["http"], {"queue age", "mongodb"}),
        (["worker"], {"latency", "mongodb"}),
        (["cron"], {"latency", "saturation", "queue age", "restarts", "mongodb"}),
        (["grpc", "worker"], {"mongodb"}),
    ],
)
def test_aspects_that_make_no_sense_for_its_work_are_not_asked_for(kinds: list[str], missing: set[str]) -> None:
    assert {aspect for aspect in ASPECTS if not applies(aspect, kinds, False, 1, True)} == missing


def test_nobody_is_asked_to_be_woken_for_tier_four_or_outside_paging_environments() -> None:
    assert not applies("pager", ["http"], False, 4, True)
    assert not applies("pager", ["http"], False, 1, False)
    assert applies("pager", ["http"], False, None, True)


def test_what_runs_without_a_service_file_is_watched_by_nothing(bench: Workbench) -> None:
    furnish(bench).write(
        "services/cart.yaml", CART.replace("operation:", "kubernetes: {workload: Deployment/basket}, operation:")
    )
    found = covered(
        bench,
        Running("cart", ["http"], "Deployment/cart", "a.yaml:1"),
        Running("basket", ["http"], "Deployment/basket", "a.yaml:9"),
        Running("mailer", ["worker"], "Deployment/mailer", "a.yaml:20", tier=2),
        Running("mailer", ["worker"], "Deployment/mailer-2", "a.yaml:30"),
    )
    assert [(row.service, row.listed, row.tier) for row in found.rows] == [("cart", True, 1), ("mailer", False, 2)]
    assert states(found.rows[1])["yes"] == ()
    assert states(found.rows[1])["n/a"] == ("latency", "mongodb")


def test_a_gap_names_the_level_that_would_fill_it(bench: Workbench) -> None:
    furnish(bench).write("services/cart.yaml", CART)
    settings = (bench.root / "ddsync.yaml").read_text().replace("packs: []", "packs: {service: core}")
    bench.write("ddsync.yaml", settings)
    monitors = (bench.root / "monitors/service.py").read_text()
    restarts = "@define\ndef restarts"
    bench.write(
        "monitors/service.py", monitors.replace(restarts, restarts.replace("define", 'define(level="full")', 1))
    )
    cell = only(bench).cells["restarts"]
    assert (cell.state, cell.hint) == ("no", "service/restarts is in level full of the pack service")


def test_tiers_are_chosen_and_unknown_ones_stay(bench: Workbench) -> None:
    furnish(bench).write("services/cart.yaml", CART)
    found = covered(bench, Running("mailer", ["worker"], "Deployment/mailer", "a.yaml:20"))
    assert [row.service for row in found.of_tiers([1]).rows] == ["cart", "mailer"]
    assert [row.service for row in found.of_tiers([2]).rows] == ["mailer"]


def test_no_services_have_no_share() -> None:
    assert Coverage([]).share is None
