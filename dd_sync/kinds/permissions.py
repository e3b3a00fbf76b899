"""What each command needs of an application key: one table, which `ddsync doctor` and its page in the docs are made of.

The names are those of Datadog's API description (`x-permission` of each endpoint). API keys have no such permissions:
events and metrics need a valid one and nothing else.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from dd_sync.core.kind import Kind
from dd_sync.kinds import KINDS, slo


@dataclass(frozen=True)
class Also:
    """A permission that is good to have: without it the command works, and says or does less."""

    scope: str
    gives: str
    """What it gives, in a few words that follow "to see" or stand alone."""
    option: str = ""
    """The option, or the setting, that asks for it; empty where it is always tried."""


@dataclass(frozen=True)
class Command:
    """A command as people type it, and what it does in Datadog."""

    name: str
    reads: bool = False
    """Whether it reads the objects of every kind that the project has to do with."""
    writes: bool = False
    """Whether it writes objects, of the kinds that it changes."""
    needs: tuple[str, ...] = ()
    """What it needs beside those."""
    also: tuple[Also, ...] = ()
    note: str = ""
    setting: str = ""
    """The setting of ddsync.yaml without which it asks Datadog nothing."""

    @property
    def keyless(self) -> bool:
        """Whether it never asks Datadog anything, and wants no keys."""
        return not (self.reads or self.writes or self.needs or self.also)

    def requirements(self, kinds: Iterable[Kind]) -> tuple[str, ...]:
        """The permissions without which it fails, for a project with these kinds."""
        return tuple(dict.fromkeys(scope for scope, _ in self.required_for(kinds)))

    def required_for(self, kinds: Iterable[Kind]) -> Iterator[tuple[str, str]]:
        """Those permissions, each with what it is for."""
        used = list(kinds)
        for kind in used if self.reads else ():
            yield kind.endpoint.read_scope, f"to read {plural(kind)}"
        for kind in used if self.writes else ():
            yield kind.endpoint.write_scope, f"to write {plural(kind)}"
        for scope in self.needs:
            yield scope, ""


_EDITED = Also("audit_logs_read", "who edited or deleted an object in Datadog")
_SERIES = Also("timeseries_query", "what monitors measured lately", "--series")

COMMANDS: Sequence[Command] = (
    Command("plan", reads=True, also=(_SERIES,)),
    Command("apply", reads=True, writes=True, note="`--emit-event` needs a valid API key and nothing else."),
    Command("drift", reads=True, also=(_EDITED,)),
    Command("absorb", reads=True),
    Command("undo", reads=True, writes=True),
    Command("release", reads=True, writes=True, note="It writes to the kinds of what is named alone."),
    Command("import", reads=True, note="`--adopt` changes files alone; the apply after it writes."),
    Command(
        "validate --online",
        reads=True,
        needs=("monitors_read",),
        also=(
            Also("metrics_read", "whether metrics and their tags exist"),
            Also("timeseries_query", "whether a scope matches anything"),
        ),
        note="Datadog validates log monitors for unscoped keys alone.",
    ),
    Command("preview --live", reads=True),
    Command(
        "backtest",
        reads=True,
        needs=("timeseries_query",),
        also=(Also("events_read", "how far it is like what really fired"),),
        note="It reads series of many days: as many calls as days times metrics, past days once.",
    ),
    Command("noise", reads=True, needs=("events_read", "timeseries_query")),
    Command(
        "inventory lock",
        needs=("apm_service_catalog_read",),
        setting="catalogs",
        note="Only where `services:` takes any from Datadog's catalog.",
    ),
    Command(
        "doctor",
        also=(Also("user_app_keys", "what the application key itself is scoped to"),),
        note="It needs nothing, looks at the objects that the key may read, and tells what it could not see.",
    ),
    Command(
        "probe",
        reads=True,
        writes=True,
        needs=("monitors_downtime", "monitor_config_policy_write"),
        note="On a target with `sandbox: true` alone.",
    ),
    *(
        Command(name)
        for name in """validate render query explain schema new-service discover coverage history comment init eject
        preview codeowners policy import-terraform gameday""".split()
    ),
    Command("local serve"),
    Command("local replay"),
    Command("local reset"),
)


def command(name: str) -> Command | None:
    """The command of this name; None for one that is not in the table."""
    return next((one for one in COMMANDS if one.name == name), None)


def kinds_used(optional: Collection[str] = ()) -> list[Kind]:
    """The kinds that every project has to do with, and those of the optional ones that are named."""
    return [kind for kind in KINDS.values() if not kind.optional or kind.name in optional]


_READS = ("GET", "HEAD")
_BESIDE = {
    "/api/v1/monitor/validate": "monitors_read",
    "/api/v2/monitor/policy": "monitors_read",
    "/api/v1/metrics": "metrics_read",
    "/api/v2/metrics": "metrics_read",
    "/api/v1/query": "timeseries_query",
    "/api/v2/audit/events": "audit_logs_read",
    "/api/v2/events/search": "events_read",
    "/api/v2/current_user/application_keys": "user_app_keys",
}
"""What is asked beside objects, and the permission for it."""


def scope_of(method: str, path: str) -> str:
    """The permission that a call needs, to say so when it is refused; empty for one that none is known for."""
    places = {path: kind.endpoint for kind in KINDS.values() for path in kind.endpoint.paths}
    below = [place for place in (*places, *_BESIDE) if path == place or path.startswith(f"{place}/")]
    place = max(below, key=len, default="")
    if place in _BESIDE:
        return _BESIDE[place]
    if not place:
        return ""
    return places[place].read_scope if method in _READS else places[place].write_scope


def plural(kind: Kind) -> str:
    """What several of a kind are called."""
    name = " ".join("SLO" if word == slo.KIND.name else word for word in kind.name.split("-"))
    return f"{name[:-1]}ies" if name.endswith("y") else f"{name}s"
