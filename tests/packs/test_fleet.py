"""All packs for a whole fleet, over the command line and HTTP: planned, applied, planned again."""

from __future__ import annotations

import yaml

from tests.packs.projects import entity
from tests.workbench import Workbench

FLEET = """
project: acme
packs: [eks, mongodb, service]
teams:
  shop: {page: "@pagerduty-shop", tell: "@slack-shop"}
clusters:
  - {name: prod-eu-1, env: prod, team: shop}
  - {name: staging-eu-1, env: staging, team: shop}
mongodb:
  - {name: orders, env: prod, team: shop}
  - {name: catalog, env: prod, team: shop, hosting: atlas}
  - {name: orders-staging, env: staging, team: shop}
targets:
  prod: {site: datadoghq.eu}
"""


def write(bench: Workbench, number: int) -> None:
    """The service of this number, with its own mix of kinds, tier and queue."""
    name = f"service-{number:02}"
    kinds = [["http"], ["grpc"], ["worker"], ["cron"], ["http", "worker"]][number % 5]
    queues = {env: {"queue": {"type": "sqs", "name": f"{name}-{env}"}} for env in ("prod", "staging")}
    cron = {"name": name, "period_s": 3600}
    made = entity(name, number % 4 + 1, "go", kind=kinds, envs=queues, cron=cron)
    bench.write(f"services/{name}.yaml", yaml.safe_dump(made))


def test_a_fleet_is_planned_without_a_warning_applied_once_and_grown_by_one(bench: Workbench) -> None:
    (bench.root / "monitors/eks.py").unlink()  # the pack's
    bench.write("ddsync.yaml", FLEET)
    for number in range(50):
        write(bench, number)
    planned = bench.ddsync("plan", "--format", "json")
    assert "warning" not in planned.err.lower()
    assert planned.json["notices"] == []
    keys = [change["key"] for change in planned.json["changes"] if change["kind"] == "monitor"]
    assert 0 < len([key for key in keys if key.startswith("service/")]) <= 400
    bench.apply()
    again = bench.plan()
    assert again["changes"] == []
    write(bench, 50)
    grown = bench.plan()
    assert {change["action"] for change in grown["changes"]} == {"create"}
    assert {change["key"].split("/")[2] for change in grown["changes"]} == {"service-50"}
    assert grown["summary"]["unchanged"] == again["summary"]["unchanged"]
