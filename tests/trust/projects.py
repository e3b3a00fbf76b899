"""Projects that refer to themselves: monitors, composites, SLOs on them, alerts on the SLOs, dashboards on all."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from dd_sync.core.references import Name
from dd_sync.core.resource import Desired

Shape = Literal["metric", "log", "composite", "slo alert", "slo of monitors", "slo of metrics", "ordered", "free"]

_KINDS: dict[Shape, str] = {
    "metric": "monitor",
    "log": "monitor",
    "composite": "monitor",
    "slo alert": "monitor",
    "slo of monitors": "slo",
    "slo of metrics": "slo",
    "ordered": "dashboard",
    "free": "dashboard",
}
_INSTEAD: dict[Shape, Shape] = {
    "metric": "log",
    "log": "metric",
    "slo of monitors": "slo of metrics",
    "slo of metrics": "slo of monitors",
    "ordered": "free",
    "free": "ordered",
}
"""What an object can become only by a replacement."""


@dataclass(frozen=True)
class Thing:
    """One object of a project, before it is written as a payload."""

    key: str
    shape: Shape
    number: int
    refers_to: tuple[Name, ...] = field(default=())

    @property
    def kind(self) -> str:
        return _KINDS[self.shape]

    @property
    def name(self) -> Name:
        return self.kind, self.key

    def desired(self) -> Desired:
        return Desired(self.kind, self.key, _payload(self), source="monitors/trial.py:1")


Things = tuple[Thing, ...]


def desired(things: Things) -> list[Desired]:
    return [thing.desired() for thing in things]


def things(chance: random.Random, size: int) -> Things:
    """A project of about this size; what is referred to comes first."""
    made: list[Thing] = []
    for n in range(size):
        made.append(_thing(chance, n, made))
    return tuple(made)


def _thing(chance: random.Random, n: int, before: Sequence[Thing]) -> Thing:
    monitors = [one.name for one in before if one.shape in ("metric", "log")]
    slos = [one.name for one in before if one.kind == "slo"]
    shapes: list[Shape] = ["metric", "metric", "metric", "metric", "log", "slo of metrics"]
    if len(monitors) > 1:
        shapes += ["composite", "slo of monitors", "ordered", "ordered", "free"]
    shapes += ["slo alert"] * bool(slos)
    shape = chance.choice(shapes)
    metrics = [one.name for one in before if one.shape == "metric"]
    if shape == "slo of monitors" and len(metrics) < 2:
        shape = "slo of metrics"
    of = metrics if shape == "slo of monitors" else monitors
    key = f"trial/{shape.replace(' ', '-')}/n{n}"
    return Thing(key, shape, chance.randrange(1, 50), _wanted(chance, shape, of, slos))


def _wanted(chance: random.Random, shape: Shape, monitors: list[Name], slos: list[Name]) -> tuple[Name, ...]:
    match shape:
        case "composite" | "slo of monitors":
            return tuple(chance.sample(monitors, 2))
        case "slo alert":
            return (chance.choice(slos),)
        case "ordered" | "free":
            return (*chance.sample(monitors, 2), *(chance.sample(slos, 1) if slos else ()))
        case _:
            return ()


def changed(chance: random.Random, before: Things, replacing: bool = True) -> Things:
    """The project some time later: objects edited, replaced, removed, added, or left as they were."""
    kept: list[Thing] = []
    for thing in before:
        fate = chance.random()
        if fate < 0.12:
            continue
        countable = thing.shape == "slo of monitors"  # an SLO is made of metric monitors, not of logs
        present = {one.name for one in kept if one.shape == "metric" or not countable}
        thing = replace(thing, refers_to=tuple(name for name in thing.refers_to if name in present))
        if thing.shape in ("composite", "slo of monitors") and len(thing.refers_to) < 2:
            continue
        if thing.shape == "slo alert" and not thing.refers_to:
            continue
        if fate < 0.4:
            thing = replace(thing, number=chance.randrange(50, 99))
        elif fate < 0.5 and replacing:
            thing = _instead(chance, thing, kept)
        kept.append(thing)
    for n in range(chance.randrange(1, 6)):
        kept.append(_thing(chance, 1000 + n, kept))
    return tuple(kept)


def _instead(chance: random.Random, thing: Thing, before: Sequence[Thing]) -> Thing:
    shape = _INSTEAD.get(thing.shape, thing.shape)
    monitors = [one.name for one in before if one.shape == "metric"]
    if shape == thing.shape or (shape == "slo of monitors" and len(monitors) < 2):
        return thing
    refers_to = {"slo of monitors": tuple(monitors[:2]), "slo of metrics": ()}.get(shape, thing.refers_to)
    return replace(thing, shape=shape, refers_to=refers_to)


def _payload(thing: Thing) -> dict[str, Any]:
    name, number = f"{thing.key} of the trial", thing.number
    tags = ["team:trial", f"number:{number}"]
    refs = [f"${{{kind}:{key}}}" for kind, key in thing.refers_to]
    match thing.shape:
        case "metric":
            query = f"avg(last_5m):avg:trial.load{{key:{thing.key}}} > {number}"
            options: dict[str, Any] = {"thresholds": {"critical": number}, "renotify_interval": 30}
            return _monitor(name, "query alert", query, tags, options)
        case "log":
            query = f'logs("service:trial").index("*").rollup("count").last("5m") > {number}'
            return _monitor(name, "log alert", query, tags, {"thresholds": {"critical": number}})
        case "composite":
            return _monitor(name, "composite", " && ".join(refs), tags, {})
        case "slo alert":
            rate = number / 100  # what an SLO of any target can burn
            query = f'burn_rate("{refs[0]}").over("30d").long_window("1h").short_window("5m") > {rate}'
            return _monitor(name, "slo alert", query, tags, {"thresholds": {"critical": rate}})
        case "slo of monitors":
            return {**_slo(name, "monitor", number, tags), "monitor_ids": refs}
        case "slo of metrics":
            good = "sum:trial.hits{ok:yes}.as_count()"
            return {**_slo(name, "metric", number, tags), "query": {"numerator": good, "denominator": good}}
        case _:
            return _dashboard(name, thing.shape, number, refs)


def _monitor(name: str, type_: str, query: str, tags: list[str], options: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "type": type_, "query": query, "message": "Look. @trial", "tags": tags, "options": options}


def _slo(name: str, type_: str, number: int, tags: list[str]) -> dict[str, Any]:
    thresholds = [{"timeframe": "30d", "target": number}]
    return {"name": name, "type": type_, "tags": tags, "thresholds": thresholds, "timeframe": "30d", "description": "…"}


def _dashboard(name: str, layout: str, number: int, refs: list[str]) -> dict[str, Any]:
    definitions: list[dict[str, Any]] = [{"type": "note", "content": f"number {number}"}]
    for ref in refs:
        if ref.startswith("${monitor:"):
            definitions.append({"type": "alert_graph", "alert_id": ref, "viz_type": "timeseries", "title": ref[2:-1]})
        else:
            definitions.append({"type": "slo", "slo_id": ref, "view_type": "detail", "view_mode": "overall"})
    widgets: list[dict[str, Any]] = [{"definition": definition} for definition in definitions]
    if layout == "free":
        widgets = [{**w, "layout": {"x": 0, "y": 10 * n, "width": 40, "height": 9}} for n, w in enumerate(widgets)]
    return {"title": name, "layout_type": layout, "widgets": widgets, "description": "What the trial shows."}
