"""What a new service brings, for a terminal: how much, who is woken, what is still open, what to do next."""

from __future__ import annotations

import fnmatch
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol

from dd_sync.core.kind import Recipients
from dd_sync.core.references import Name, references
from dd_sync.core.resource import Desired
from dd_sync.kinds import KINDS
from dd_sync.reports.paging import Pagers, alert_handles, handles


class Brings(Protocol):
    """The objects a service brings, those it changes, the environments the new ones are for, and who is told."""

    @property
    def new(self) -> Sequence[Desired]: ...
    @property
    def changed(self) -> Sequence[Desired]: ...
    @property
    def envs(self) -> Sequence[str]: ...
    @property
    def told(self) -> Mapping[Name, Recipients]: ...


def bring_text(summary: str, place: str, unknown: Sequence[str], brought: Brings, name: str, pagers: Pagers) -> str:
    """The whole report; `summary` is the service in a line, `place` its file, `unknown` what is open about it."""
    lines = [summary, f"  written  {place}", f"  brings   {_counts(brought, pagers)}"]
    lines += [f"  {line}" for line in _told(brought, pagers)]
    lines += [f"  changes  {one.kind} {one.key}" for one in brought.changed]
    lines += [f"  unknown  {line}" for line in unknown]
    return "\n".join([*lines, f"Next: {_next(brought.new, name)}"])


def _counts(brought: Brings, pagers: Pagers) -> str:
    if not brought.new:
        return "nothing: no definition of this project is repeated over such a service"
    paging = sum(any(map(pagers.wakes, alert_handles(brought.told[one.name]))) for one in brought.new)
    alerts = [one for one in brought.new if brought.told[one.name]]
    burning = sum(any(KINDS[kind].objective for kind, _ in references(one.payload)) for one in alerts)
    parts = []
    for name, number in Counter(one.kind for one in brought.new).items():
        about = []
        if any(one.kind == name for one in alerts):
            about = [f"{paging} page"] * bool(paging) + [f"{burning} on error budgets"] * bool(burning)
        parts.append(f"{number} {word(name, number)}" + (f" ({', '.join(about)})" if about else ""))
    return ", ".join(parts) + (f", for {' and '.join(brought.envs)}" if brought.envs else "")


def word(kind: str, number: int) -> str:
    """A kind as people say it: `SLO` and `SLOs`, `monitor` and `monitors`, `notification rules`."""
    name = KINDS[kind].resource.__name__
    return (name if name.isupper() else kind.replace("-", " ")) + ("" if number == 1 else "s")


def _told(brought: Brings, pagers: Pagers) -> Iterator[str]:
    """A line for each handle that wakes somebody, with the alerts that do, and one for those who are told."""
    by_handle: dict[str, list[str]] = {}
    new = brought.new
    for one in new:
        for handle in sorted(filter(pagers.wakes, alert_handles(brought.told[one.name]))):
            by_handle.setdefault(handle, []).append(one.key.split("/")[1] if "/" in one.key else one.key)
    for handle, alerts in by_handle.items():
        yield f"pages    {handle} for {', '.join(dict.fromkeys(alerts))}"
    everybody = (handle for one in new for handle in handles(brought.told[one.name]))
    told = {handle for handle in everybody if not pagers.wakes(handle)}
    if new and not by_handle:
        yield "pages    nobody"
    if told:
        yield f"tells    {' '.join(sorted(told))}"


def _next(new: Sequence[Desired], name: str) -> str:
    """The plan of exactly these, where a pattern can say it."""
    modules = dict.fromkeys(one.key.split("/")[0] for one in new)
    patterns = [f"{module}/*/{name}" for module in modules]
    for one in new:
        if not any(fnmatch.fnmatchcase(one.key, end) for glob in patterns for end in (glob, f"{glob}/*")):
            return "ddsync plan"
    return " ".join(["ddsync plan", *(f"--only '{pattern}'" for pattern in patterns)])
