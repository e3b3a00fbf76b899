"""Plans to print: what a project wants, what Datadog has, compared by the real engine."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from dd_sync.core.identity import Identity, Marks, Owner, revision
from dd_sync.core.live import Existing, Live
from dd_sync.core.make_plan import compare
from dd_sync.core.plan import Ownership, Plan
from dd_sync.core.references import Name
from dd_sync.core.resource import Desired
from dd_sync.kinds import KINDS
from dd_sync.reports.heading import Heading
from dd_sync.reports.paging import Pagers

OWNER = Owner("acme", "prod")
RULES = Ownership(KINDS, OWNER)
PAGERS = Pagers(frozenset({"@pagerduty-payments", "@pagerduty-platform"}))
NOW = 1_800_000_000.0  # 2027-01-15T08:00:00Z
HEADING = Heading("acme", "prod", "datadoghq.eu", 1.9, NOW)

Body = dict[str, Any]
Edit = Callable[[Body], Body]

SOURCES = {"monitor": "monitors/service.py:41", "slo": "slos/service.py:22", "dashboard": "dashboards/eks.py:12"}


def monitor(
    name: str = "Error rate",
    *,
    critical: float = 5,
    warning: float | None = 3,
    told: str = "@slack-payments",
    **options: Any,
) -> Body:
    """A monitor as a definition renders it."""
    thresholds = {"critical": critical} | ({"warning": warning} if warning is not None else {})
    errors = "sum:trace.http.request.errors{service:payments,env:prod}.as_count()"
    hits = "sum:trace.http.request.hits{service:payments,env:prod}.as_count()"
    return {
        "name": name,
        "type": "query alert",
        "query": f"sum(last_5m):100 * {errors} / {hits} > {critical}",
        "message": f"Users get errors.\n\nFirst step: look at the last deploy.\n{told}",
        "tags": ["service:payments", "env:prod", "team:payments"],
        "options": {"thresholds": thresholds, **options},
    }


def slo(target: float = 99.95, timeframe: str = "30d") -> Body:
    return {
        "name": "Availability of payments",
        "type": "metric",
        "description": "What users see.",
        "query": {"numerator": "sum:good{*}.as_count()", "denominator": "sum:all{*}.as_count()"},
        "thresholds": [{"timeframe": timeframe, "target": target}],
        "timeframe": timeframe,
        "tags": ["team:payments"],
    }


def graph(title: str, query: str = "avg:system.cpu.user{*} by {host}", type: str = "timeseries", **more: Any) -> Body:
    return {"definition": {"type": type, "title": title, "requests": [{"q": query}]}, **more}


def group(title: str, *widgets: Body) -> Body:
    return {"definition": {"type": "group", "layout_type": "ordered", "title": title, "widgets": list(widgets)}}


def board(*widgets: Body, title: str = "Platform", **more: Any) -> Body:
    return {"title": title, "description": "One look.", "layout_type": "ordered", "widgets": list(widgets), **more}


@dataclass
class World:
    """A project and a Datadog, filled object by object; `plan` compares them."""

    desired: list[Desired] = field(default_factory=list)
    live: list[Live] = field(default_factory=list)
    known: set[Name] = field(default_factory=set)
    unmanaged: dict[str, list[int]] = field(default_factory=dict)

    def wants(self, kind: str, key: str, payload: Body, **more: Any) -> World:
        self.desired.append(Desired(kind, key, payload, source=more.pop("source", SOURCES[kind]), **more))
        return self

    def has(self, kind: str, key: str, payload: Body, edit: Edit | None = None, **server: Any) -> World:
        """An object as an apply of `payload` left it, edited since by `edit`."""
        known = KINDS[kind]
        marks = Marks()
        mark = revision(known.revision_form(payload, payload))
        identity = Identity(marks.address_of(OWNER, key), mark)
        number = len(self.live) + 1
        object_id: Any = server.pop("id", 1000 + number if kind == "monitor" else f"abc-{number:03d}-xyz")
        stored = {**known.stamp(copy.deepcopy(payload), identity, marks), **server, "id": object_id}
        stored = edit(stored) if edit else stored
        self.live.append(Live(kind, object_id, stored, identity))
        return self

    def changes(self, kind: str, key: str, before: Body, after: Body, **more: Any) -> World:
        """An object whose definition became another since the last apply."""
        return self.has(kind, key, before).wants(kind, key, after, **more)

    def plan(self, within: Callable[[str, str], bool] | None = None) -> Plan:
        existing = Existing(self.live, titles=lambda kind: self.unmanaged if kind.name == "monitor" else {})
        return compare(self.desired, existing, RULES, known=self.known, within=within)


def many(number: int, actions: Sequence[str] = ("update", "create", "delete")) -> Plan:
    """A plan of so many changes, by turns of each action, over several definitions and services."""
    world = World()
    for n in range(number):
        key = f"service/{('error-rate', 'latency-p95', 'queue-age')[n % 3]}/svc-{n:04d}/prod"
        before, after = monitor(f"[svc-{n}] Errors"), monitor(f"[svc-{n}] Errors", critical=2, warning=1)
        match actions[n % len(actions)]:
            case "create":
                world.wants("monitor", key, after)
            case "delete":
                world.has("monitor", key, before)
            case _:
                world.changes("monitor", key, before, after)
    return world.plan()


def url(kind: str, object_id: Any) -> str:
    return "" if object_id is None else f"https://app.datadoghq.eu{KINDS[kind].page(object_id)}"


def example() -> Plan:
    """The plan that the documentation shows: each sort of change once."""
    world = World()
    world.changes(
        "monitor",
        "service/error-rate/payments/prod",
        monitor(told="@slack-payments"),
        monitor(critical=2, warning=1, told="@slack-payments\n{{#is_alert}}@pagerduty-payments{{/is_alert}}"),
    )
    world.wants(
        "monitor",
        "service/queue-age/payments/prod",
        monitor("Queue age", told="@pagerduty-payments @slack-payments"),
        source="monitors/service.py:118",
    )
    world.wants("slo", "service/availability/payments/prod", slo())
    cpu, by_pool = "avg:system.cpu.user{*} by {host}", "avg:system.cpu.user{*} by {host,nodepool}"
    world.changes(
        "dashboard",
        "eks/overview/prod-eu-1",
        board(group("Nodes", graph("CPU", cpu), graph("Memory")), group("Workers", graph("Busy"), graph("Idle"))),
        board(
            group("Nodes", graph("CPU", by_pool), graph("Memory")),
            group("Workers", graph("Queue age"), graph("Busy"), graph("Idle")),
        ),
    )
    lag = monitor("Replication lag", critical=30, warning=None)
    raised = monitor("Replication lag", critical=120, warning=None)
    at = {"modified": "2027-01-15T05:58:00+00:00"}
    world.has(
        "monitor",
        "mongodb/replication-lag/orders",
        lag,
        edit=lambda body: {**body, "query": raised["query"], "options": raised["options"]},
        **at,
    ).wants("monitor", "mongodb/replication-lag/orders", lag)
    world.has("monitor", "service/disk/payments/prod", monitor("Disk is full", told="@pagerduty-payments"))
    return world.plan()


def of(changes: Iterable[Any], key: str) -> Any:
    return next(change for change in changes if change.key == key)
