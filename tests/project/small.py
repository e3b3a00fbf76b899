"""A project of one cluster, one service and a few definitions, written into a folder."""

from __future__ import annotations

from pathlib import Path

from dd_sync.project.project import Project, load_project

SETTINGS = """\
project: acme
packs: []
teams:
  platform: {page: "@pagerduty-platform", tell: "@slack-platform"}
clusters:
  - {name: blue, env: prod, team: platform, monitors: {cpu-high: {critical: 70}}}
targets:
  prod: {emulator: .ddsync/prod.sqlite, envs: [prod]}
  staging: {emulator: .ddsync/staging.sqlite, envs: [staging]}
monitors:
  cpu-high: {minutes: 10}
"""
SERVICE = """\
apiVersion: v3
kind: service
metadata: {name: cart, owner: platform}
spec: {tier: "2", languages: [python]}
extensions:
  ddsync:
    kind: http
    envs: {prod: {}, staging: {monitors: {errors: {critical: 20}}}}
    monitors: {errors: {critical: 3}}
"""
MONITORS = '''\
from dd_sync import Cluster, Monitor, Number, Service, define


@define
def cpu_high(cluster: Cluster, *, critical: Number = 90, minutes: int = 5) -> Monitor:
    """Nodes of {cluster.name} have no processor time left.

    First step: `kubectl top nodes`.
    """
    return Monitor(
        name="CPU above {critical}% on {cluster.name}",
        query=f"avg(last_{minutes}m):avg:system.cpu.user{cluster.scope()} by {{host}} > {critical}",
    )


@define
def errors(service: Service, *, critical: Number = 5) -> Monitor:
    """Requests to {service.name} fail.

    First step: look at its traces.
    """
    return Monitor(name="Errors of {service.name}", query=f"sum(last_5m):sum:errors{service.scope()} > {critical}")
'''


def written(root: Path) -> Path:
    """The project's folder, filled."""
    for name, text in (("ddsync.yaml", SETTINGS), ("services/cart.yaml", SERVICE), ("monitors/own.py", MONITORS)):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    return root


def project(root: Path) -> Project:
    """The project, read."""
    return load_project(written(root))
