"""A project with two teams and definitions over services, and manifests of what runs: what these tests begin from."""

from __future__ import annotations

from tests.workbench import Workbench

SETTINGS = """\
project: acme
packs: []
teams:
  checkout: {page: "@pagerduty-checkout", tell: "@slack-checkout"}
  platform: {tell: "@slack-platform"}
mongodb:
  - {name: orders, env: prod, team: platform}
paging_envs: [prod]
targets:
  prod: {site: datadoghq.eu, envs: [prod]}
  staging: {site: datadoghq.eu, envs: [staging]}
"""

MONITORS = '''\
from dd_sync import Monitor, Number, Service, define


@define
def error_rate(service: Service, *, critical: Number = 5) -> Monitor | None:
    """Users of {service.name} get errors."""
    if not service.does("http", "grpc"):
        return None
    errors = f"sum:trace.{service.op}.errors{service.scope()}.as_count()"
    return Monitor(name="Errors of {service.name}", query=f"sum(last_5m):{errors} > {critical}", priority=1)


@define
def restarts(service: Service, *, critical: Number = 3) -> Monitor:
    """Pods of {service.name} restart."""
    pods = f"change(sum(last_5m),last_5m):sum:kubernetes.containers.restarts{service.scope()}"
    return Monitor(name="Restarts of {service.name}", query=f"{pods} > {critical}", priority=3)
'''

SLOS = '''\
from dd_sync import SLO, Monitor, Service, define


@define
def availability(service: Service) -> SLO | None:
    """Requests that succeed."""
    if not service.does("http", "grpc"):
        return None
    hits = f"sum:trace.{service.op}.hits{service.scope()}.as_count()"
    return SLO(name="Availability of {service.name}", target=99.9, numerator=hits, denominator=hits)


@define
def burn_rate(service: Service) -> Monitor | None:
    """The error budget goes fast."""
    if not service.does("http", "grpc"):
        return None
    query = f'burn_rate("{availability.ref(service)}").over("30d").long_window("1h").short_window("5m") > 14.4'
    return Monitor(name="Budget of {service.name}", type="slo alert", query=query, priority=2)
'''

MANIFESTS = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: cart, namespace: shop}
spec:
  replicas: 2
  selector: {matchLabels: {app: cart}}
  template:
    metadata: {labels: {app: cart, tags.datadoghq.com/service: cart}}
    spec:
      containers:
        - name: main
          image: registry.example.com/cart-go:1.4
          ports: [{containerPort: 7070}]
          readinessProbe: {grpc: {port: 7070}}
          env:
            - {name: MONGODB_URI, value: "mongodb://orders-rs0.db.example.com:27017/cart"}
---
apiVersion: v1
kind: Service
metadata: {name: cart, namespace: shop}
spec: {selector: {app: cart}, ports: [{port: 7070}]}
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: cart, namespace: shop}
spec: {minReplicas: 2, maxReplicas: 10, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: cart}}
---
apiVersion: batch/v1
kind: CronJob
metadata: {name: cart-cleanup, namespace: shop}
spec:
  schedule: "0 3 * * *"
  jobTemplate: {spec: {template: {spec: {containers: [{name: main, image: "registry.example.com/cleanup:2"}]}}}}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: redis-cart, namespace: shop}
spec:
  selector: {matchLabels: {app: redis-cart}}
  template:
    metadata: {labels: {app: redis-cart}}
    spec: {containers: [{name: redis, image: "redis:7.4", ports: [{containerPort: 6379}]}]}
"""


def furnish(bench: Workbench) -> Workbench:
    """Makes the bench's project this one."""
    (bench.root / "monitors" / "eks.py").unlink()
    bench.write("ddsync.yaml", SETTINGS)
    bench.write("monitors/service.py", MONITORS)
    bench.write("slos/service.py", SLOS)
    bench.write("rendered/cart.yaml", MANIFESTS)
    return bench
