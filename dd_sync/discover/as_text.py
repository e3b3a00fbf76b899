"""A discovery as text: each service, each fact with its source, and what is still unknown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from dd_sync.discover.entity import DEFINED_KINDS
from dd_sync.discover.found import Discovery, Found, Hpa, Queue, Schedule, Volume
from dd_sync.discover.lint import lint

_ASKED = ("runtime", "env", "owner", "tier")
"""Facts a service file has a place for."""

_WIDEST = 44


def to_text(discovery: Discovery) -> str:
    """All services with their facts, then what workloads lack: each sentence once, with the workloads it applies to."""
    blocks = ["\n".join(_service(found)) for found in discovery.services]
    missing = list(_lacking(discovery))
    if missing:
        blocks.append("\n".join(["What is missing", *(f"  {line}" for line in missing)]))
    return "\n\n".join(blocks)


def summary(found: Found) -> str:
    """One line: `cart: grpc (readinessProbe.grpc), Deployment/cart, runtime go (image name), HPA 2–10`."""
    parts = [", ".join(found.kinds or (found.kind,)) + _because(found, "kind"), found.workload]
    if found.runtime:
        parts.append(f"runtime {found.runtime}{_because(found, 'runtime')}")
    if found.hpa:
        parts.append(f"HPA {_shown(found.hpa).partition(' ')[2]}")
    if found.queue:
        parts.append(f"queue {_shown(found.queue)}")
    if found.schedule:
        parts.append(f"runs at {_shown(found.schedule)}")
    return f"{found.service}: {', '.join(part for part in parts if part)}"


def unknown(found: Found) -> tuple[str, ...]:
    """The facts that a service file needs and the manifests do not give; none for what is not a service."""
    if not set(found.kinds) & {*DEFINED_KINDS, "unknown"}:
        return ()
    open_kind = ("kind",) if found.kind == "unknown" else ()
    queue = ("queue",) if "worker" in found.kinds and not found.queue else ()
    return (*open_kind, *(name for name in _ASKED if not getattr(found, name)), *queue)


def _because(found: Found, name: str) -> str:
    return f" ({found.facts[name].source})" if name in found.facts else ""


def _service(found: Found) -> Iterator[str]:
    yield f"{found.service} · {', '.join(found.kinds or (found.kind,))} · {found.workload} · {found.where}"
    shown = {name: _shown(fact.value) for name, fact in found.facts.items() if name != "service"}
    shown = {"service": found.service, **shown}
    width = min(max(map(len, shown.values())), _WIDEST)
    for name, value in shown.items():
        source = found.facts[name].source if name in found.facts else ""
        yield f"  {name:<12}  {value:<{width}}  {source}".rstrip()
    if found.sidecars:
        yield f"  {'sidecars':<12}  {', '.join(found.sidecars)}"
    if unknown(found):
        yield f"  {'unknown':<12}  {', '.join(unknown(found))}"


def _shown(value: Any) -> str:
    match value:
        case bool():
            return "yes" if value else "no"
        case Hpa():
            return f"{value.name} {_or_unknown(value.min)}–{_or_unknown(value.max)}"
        case Queue():
            return " ".join([value.type, value.name or "?", *([f"(group {value.group})"] if value.group else [])])
        case Schedule():
            every = f" (every {value.period_s} s)" if value.period_s else ""
            return f"{value.cron}{every}{', suspended' if value.suspended else ''}"
        case Volume():
            return f"{value.claim} {value.size or ''}".rstrip()
        case Mapping():
            return ", ".join(f"{name} {_shown(item)}" for name, item in value.items())
        case list() | tuple():
            return ", ".join(map(_shown, value))
        case _:
            return " ".join(str(value).split())


def _or_unknown(number: int | None) -> str:
    return "?" if number is None else str(number)


def _lacking(discovery: Discovery) -> Iterator[str]:
    """Each complaint once: charts leave the same things out of every workload."""
    by_complaint: dict[str, list[str]] = {}
    for found in discovery.services:
        for complaint in lint(found):
            by_complaint.setdefault(complaint, []).append(found.service)
    everything = len(discovery.services)
    for complaint, services in sorted(by_complaint.items(), key=lambda item: -len(item[1])):
        whom = f"all {everything}" if len(services) == everything > 1 else ", ".join(services)
        yield f"{complaint} ({whom})"
