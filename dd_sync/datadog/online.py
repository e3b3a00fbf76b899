"""Checks definitions with Datadog: whether it accepts them, and whether their metrics report.

Each question needs a permission of its own. Where the application key lacks it, the question is left out and a note
says so. Questions that many definitions share are asked once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, TypeVar

from dd_sync.core.errors import Forbidden, NotFound, Rejected, did_you_mean
from dd_sync.core.findings import Finding, RuleFacts
from dd_sync.core.kind import Kind, Payload
from dd_sync.core.references import Name, references
from dd_sync.datadog.client import Client
from dd_sync.query.parts import group_by, metrics
from dd_sync.query.printer import render
from dd_sync.query.tree import Metric
from dd_sync.rules import asked
from dd_sync.rules.measured import measured_metrics
from dd_sync.rules.place import Place

T = TypeVar("T")

DAY = 86400
MANY_GROUPS = 1000
"""Groups of one monitor above which somebody should know."""

PARALLEL = 8


@dataclass(frozen=True)
class Asked:
    """A definition to ask about; references are ids as far as the objects exist."""

    kind: Kind
    key: str
    payload: Payload

    @property
    def name(self) -> Name:
        return self.kind.name, self.key


@dataclass(frozen=True)
class Told:
    """What Datadog said."""

    findings: Sequence[tuple[Name, Finding]]
    notes: Sequence[str]
    """What was not looked at, and why."""
    groups: Mapping[Name, int] = field(default_factory=dict)
    """How many groups each definition that is grouped alerts on, as of the last day."""


def look(
    client: Client, definitions: Sequence[Asked], now: int, sender: Callable[[str], str] = lambda metric: ""
) -> Told:
    """Asks about every definition; `now` is in seconds since 1970. Raises DatadogError when Datadog cannot be asked.

    `sender` says who sends a metric, where that is known.
    """
    return _Look(client, definitions, now, sender).ask()


@dataclass(frozen=True)
class _Read:
    """A metric that a definition reads, and where."""

    definition: Asked
    place: Place
    metric: Metric

    def finding(self, rule: RuleFacts, message: str, fix: str = "") -> tuple[Name, Finding]:
        start, end = self.metric.start, self.metric.end
        return self.definition.name, Finding(rule.id, rule.severity, message, self.place.path, start, end, fix)

    @property
    def series(self) -> str:
        """The query for the series of this scope, modifiers left out; empty for what only a dashboard can fill in."""
        metric = self.metric
        scope = render(metric.scope)
        if "$" in scope or self.place.path.startswith("widgets"):
            return ""
        grouping = f" by {{{','.join(metric.by.keys)}}}" if metric.by else ""
        aggregator = "count" if metric.condition else metric.aggregator or "avg"
        return f"{aggregator}:{metric.name}{{{scope}}}{grouping}"


class _Look:
    """One round of questions."""

    def __init__(self, client: Client, definitions: Sequence[Asked], now: int, sender: Callable[[str], str]) -> None:
        self._client, self._now, self._sender = client, now, sender
        self._definitions = definitions
        self._reads = [
            _Read(definition, place, metric)
            for definition in definitions
            for place in measured_metrics(definition.payload)
            for metric in metrics(place.tree)
        ]
        self._notes: dict[str, str] = {}

    def ask(self) -> Told:
        with ThreadPoolExecutor(max_workers=PARALLEL, thread_name_prefix="ask") as pool:
            findings = [*self._rejected(pool), *self._handles()]
            known = self._known_metrics()
            findings += self._unknown(known)
            there = [read for read in self._reads if known is None or read.metric.name in known]
            series = self._series(pool, there) if known != frozenset() else {}
            findings += [*self._silent(there, series), *self._ungrouped(pool, there, series)]
        groups = self._groups(there, series)
        return Told([*findings, *self._crowded(groups)], list(self._notes.values()), groups)

    def _ask(self, question: str, permission: str, ask: Callable[[], T]) -> T | None:
        """An answer; None where the key may not ask, which is noted once."""
        if question in self._notes:
            return None
        try:
            return ask()
        except Forbidden as refused:
            self._notes[question] = f"{question} not looked at: the application key may not ({permission}; {refused})"
        except NotFound:
            self._notes[question] = f"{question} not looked at: this Datadog does not tell"
        return None

    def _get(self, path: str, parameters: Mapping[str, str]) -> Any:
        return self._client.call("GET", path, parameters)

    # --- does Datadog take it -----------------------------------------------------------------------------------------

    def _rejected(self, pool: ThreadPoolExecutor) -> list[tuple[Name, Finding]]:
        """What Datadog's own validation refuses; definitions that refer to what does not exist yet cannot be asked."""
        able = [one for one in self._definitions if one.kind.endpoint.validate_path]
        waiting = [one for one in able if references(one.payload)]
        if waiting:
            self._notes["waiting"] = f"{len(waiting)} not validated by Datadog: they refer to what does not exist yet"
        found = pool.map(self._reason, [one for one in able if not references(one.payload)])
        return [one for one in found if one is not None]

    def _reason(self, definition: Asked) -> tuple[Name, Finding] | None:
        # Logs need a permission of their own, so a key that may not ask about them may ask about the rest.
        question = f"Datadog's validation of {definition.payload.get('type', definition.kind.name)}s was"
        try:
            self._ask(question, "monitors_read", lambda: self._validate(definition))
        except Rejected as refused:
            text = "; ".join(refused.errors) or str(refused)
            return definition.name, Finding(asked.REJECTED.id, asked.REJECTED.severity, f"Datadog: {text}", "query")
        return None

    def _validate(self, definition: Asked) -> None:
        body = definition.kind.create_body(definition.payload)
        self._client.call("POST", definition.kind.endpoint.validate_path, body=body, repeatable=True)

    # --- is there anything to watch -----------------------------------------------------------------------------------

    def _known_metrics(self) -> frozenset[str] | None:
        """The metrics that reported in the last day; None where nobody may know, or nobody needs to."""
        if not self._reads:
            return None
        parameters = {"from": str(self._now - DAY)}
        answer = self._ask("metrics were", "metrics_read", lambda: self._get("/api/v1/metrics", parameters))
        if answer is None:
            return None
        known = frozenset(answer.get("metrics") or ())
        if not known:
            self._notes["empty"] = "metrics were not looked at: nothing at all reported here in the last day"
        return known

    def _unknown(self, known: frozenset[str] | None) -> Iterator[tuple[Name, Finding]]:
        for read in self._reads if known else ():
            name = read.metric.name
            if known is not None and name not in known:
                near = did_you_mean(name, (one for one in known if one[:3] == name[:3]))
                text = f"no metric {name} reported in the last day.{near}"
                yield read.finding(asked.METRIC_UNKNOWN, text, self._sender(name))

    def _series(self, pool: ThreadPoolExecutor, reads: Iterable[_Read]) -> Mapping[str, int]:
        """How many series each query gave in the last day."""
        queries = list(dict.fromkeys(read.series for read in reads if read.series))
        counted = pool.map(self._count, queries)
        return {query: number for query, number in zip(queries, counted, strict=True) if number is not None}

    def _count(self, query: str) -> int | None:
        parameters = {"from": str(self._now - DAY), "to": str(self._now), "query": query}
        try:
            answer = self._ask("series were", "timeseries_query", lambda: self._get("/api/v1/query", parameters))
        except Rejected:
            return None  # Datadog's validation tells of it, in better words
        if answer is None or answer.get("status") == "error":
            return None
        return len(answer.get("series") or ())

    def _silent(self, reads: Iterable[_Read], series: Mapping[str, int]) -> Iterator[tuple[Name, Finding]]:
        for read in reads:
            if series.get(read.series) == 0:
                scope = render(read.metric.scope)
                yield read.finding(
                    asked.SCOPE_SILENT,
                    f"{read.metric.name} reported nothing for {{{scope}}} in the last day",
                    "look at the tags of the metric; errors may just not have happened",
                )

    def _ungrouped(
        self, pool: ThreadPoolExecutor, reads: Iterable[_Read], series: Mapping[str, int]
    ) -> Iterator[tuple[Name, Finding]]:
        """Grouping by tags that the metric does not have. Of a metric without any tags nothing is known."""
        grouped = [read for read in reads if read.metric.by and series.get(read.series)]
        names = list(dict.fromkeys(read.metric.name for read in grouped))
        tags = dict(zip(names, pool.map(self._tag_keys, names), strict=True))
        for read in grouped:
            known = tags[read.metric.name]
            for key in read.metric.by.keys if read.metric.by and known else ():
                if key not in known and "*" not in key:
                    text = f"{read.metric.name} has no tag {key}.{did_you_mean(key, known)}"
                    yield read.finding(asked.GROUP_TAG_UNKNOWN, text, f"it has {', '.join(sorted(known)[:8])}")

    def _tag_keys(self, metric: str) -> frozenset[str]:
        parameters = {"window[seconds]": str(DAY)}
        path = f"/api/v2/metrics/{metric}/all-tags"
        answer = self._ask("tags were", "metrics_read", lambda: self._get(path, parameters))
        attributes = ((answer or {}).get("data") or {}).get("attributes") or {}
        tags = [*(attributes.get("tags") or ()), *(attributes.get("ingested_tags") or ())]
        return frozenset(str(tag).partition(":")[0] for tag in tags)

    def _groups(self, reads: Iterable[_Read], series: Mapping[str, int]) -> dict[Name, int]:
        """The groups of each definition whose monitor is grouped: the most that any of its metrics has."""
        found: dict[Name, int] = {}
        for read in reads:
            alerts = read.place.path == "query" and read.place.tree is not None and group_by(read.place.tree)
            if alerts and read.metric.by and read.series in series:
                name = read.definition.name
                found[name] = max(found.get(name, 0), series[read.series])
        return found

    def _crowded(self, groups: Mapping[Name, int]) -> Iterator[tuple[Name, Finding]]:
        rule = asked.GROUPS_MANY
        for name, number in groups.items():
            if number > MANY_GROUPS:
                yield name, Finding(rule.id, rule.severity, f"this alerts on {number} groups", "query")

    # --- is there anybody to tell -------------------------------------------------------------------------------------

    def _handles(self) -> list[tuple[Name, Finding]]:
        """Handles that Datadog does not know. Made-up ones (`@slack-{{team.name}}`) cannot be looked up."""
        used = {one.name: _handles_of(one) for one in self._definitions}
        if not any(used.values()):
            return []
        # Not in Datadog's API reference: what its pages complete after an @, and what kennel checks mentions against.
        answer = self._ask("handles were", "monitors_read", lambda: self._get("/api/v1/monitor/notifications", {}))
        listed = ((answer or {}).get("handles") or {}).values()
        known = {str(one.get("value")) for handles in listed for one in handles if isinstance(one, dict)}
        if answer is not None and not known:
            self._notes["nobody"] = "handles were not looked at: nobody at all can be notified here"
        rule, findings = asked.HANDLE_UNKNOWN, []
        for one in self._definitions if known else ():
            for handle in used[one.name]:
                if handle not in known:
                    text = f"Datadog knows no handle {handle}.{did_you_mean(handle, known)}"
                    place = str(one.payload.get("message") or "").find(handle)
                    start, end = (place, place + len(handle)) if place >= 0 else (None, None)
                    findings.append((one.name, Finding(rule.id, rule.severity, text, "message", start, end)))
        return findings


_OF_CHATS = ("@here", "@channel", "@all")


def _handles_of(one: Asked) -> list[str]:
    told = one.kind.recipients(one.payload)
    found = dict.fromkeys(handle for handles in told.values() for handle in handles)
    return [handle for handle in found if "{{" not in handle and handle not in _OF_CHATS]
