"""Alerts of the packs with one thing made wrong, and whether a game day says anything else of them."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from dd_sync.core.kind import Recipients
from dd_sync.gameday.alerts import Payloads, alert_of
from dd_sync.gameday.playing import AFTER, messages_of
from dd_sync.gameday.situation import Situation
from dd_sync.gameday.stage import Alert, NotPlayed, Play
from dd_sync.gameday.world import World

_UNITS = {"m": 1, "h": 60, "d": 1440}
_TIME = {"avg": "max", "min": "max", "max": "min", "sum": "max"}
_SPACE = {"sum": "max", "max": "min", "avg": "min", "min": "max", "p95": "p50", "p99": "p50"}

Seen = dict[tuple[str, str], tuple[tuple[bool, int], ...]]
"""What an alert told in each situation with each subject: whether it was a page, and when."""


class Mutant(NamedTuple):
    """What was made wrong, and the payload with it."""

    how: str
    payload: Mapping[str, Any]


def mutants(payload: Mapping[str, Any]) -> Iterator[Mutant]:
    """A threshold three times as high, a window four times as long, another aggregator, tags of the scope dropped."""
    query = str(payload["query"])
    threshold = _threshold(payload)
    if threshold is not None:
        yield Mutant("threshold x 3", threshold)
    longer = re.sub(r"last_(\d+)([mh])\b", lambda w: f"last_{int(w[1]) * 4}{w[2]}", query, count=1)
    longer = re.sub(r'\.last\("(\d+)([mh])"\)', lambda w: f'.last("{int(w[1]) * 4}{w[2]}")', longer)
    longer = re.sub(r'_window\("(\d+)([mh])"\)', lambda w: f'_window("{int(w[1]) * 4}{w[2]}")', longer)
    if longer != query:
        yield Mutant("window x 4", {**payload, "query": longer})
    other = _other_aggregator(query)
    if other != query:
        yield Mutant("aggregator", {**payload, "query": other})
    for filter in _filters(query):
        yield Mutant(f"without {filter}", {**payload, "query": _without(query, filter)})


def _threshold(payload: Mapping[str, Any]) -> dict[str, Any] | None:
    made = copy.deepcopy(dict(payload))
    levels = (made.get("options") or {}).get("thresholds") or {}
    critical = levels.get("critical")
    if not critical:
        return None
    for name in levels:
        levels[name] = levels[name] * 3 if levels[name] is not None else None
    made["query"] = re.sub(r"([<>]=?)\s*-?[\d.]+\s*$", lambda found: f"{found[1]} {critical * 3:g}", made["query"])
    return made


def _other_aggregator(query: str) -> str:
    head = re.match(r"(\w+)\(", query)
    if head and head[1] in _TIME and "as_count" not in query:
        return _TIME[head[1]] + query[len(head[1]) :]
    return re.sub(r"\b(sum|avg|min|max|p95|p99):(?=[\w.]+\{)", lambda found: f"{_SPACE[found[1]]}:", query)


def _filters(query: str) -> list[str]:
    """The positive filters of its scopes, the first and the last."""
    scopes = re.findall(r"\{([^{}]*)\}", re.sub(r"by \{[^{}]*\}|\$\{[^{}]*\}", "", query))
    found = [one.strip() for scope in scopes for one in scope.split(",") if ":" in one and not one.startswith("!")]
    found = [one for one in dict.fromkeys(found) if " " not in one and "(" not in one]
    return list(dict.fromkeys([*found[:1], *found[-1:]]))


def _without(query: str, filter: str) -> str:
    def cut(scope: re.Match[str]) -> str:
        kept = [one for one in scope[1].split(",") if one.strip() != filter]
        return "{" + (",".join(kept) or "*") + "}"

    return re.sub(r"(?<!\$)(?<!by )\{([^{}]*)\}", cut, query)


class Suspect(NamedTuple):
    """An alert of one definition, and what can be wrong with it."""

    alert: Alert
    wrong: Sequence[tuple[str, Alert]]


def suspect(key: str, payload: Mapping[str, Any], told: Recipients, world: World, others: Payloads) -> Suspect | None:
    """An alert with its mutants, those left out that cannot be played; None where it cannot itself."""
    try:
        alert = alert_of(key, payload, told, world, others)
    except NotPlayed:
        return None
    wrong: list[tuple[str, Alert]] = []
    for mutant in mutants(payload):
        try:
            wrong.append((mutant.how, alert_of(key, mutant.payload, told, world, others)))
        except NotPlayed:
            continue
    return Suspect(alert, wrong)


def survivors(world: World, suspects: Sequence[Suspect], situations: Iterable[Situation]) -> tuple[list[str], int]:
    """The mutants of which a game day says what it says of the alert, and how many mutants there were."""
    seen: list[list[Seen]] = [[{} for _ in range(1 + len(one.wrong))] for one in suspects]
    quiet: dict[Any, Any] = {}
    calm = Play(world, 0, 3)
    _play(suspects, seen, calm, ("life/an-ordinary-hour", ""), everything=True)
    for situation in situations:
        for subject in world.subjects:
            if not situation.concerns(subject):
                continue
            situation.function(subject)
            end = max(situation.lasts, situation.within) + AFTER
            _play(suspects, seen, Play(world, 0, end, list(world.touched()), quiet), (situation.name, subject.about))
            world.calm()
    left = [
        f"{one.alert.key}: {how}"
        for one, views in zip(suspects, seen, strict=True)
        for (how, _), view in zip(one.wrong, views[1:], strict=True)
        if view == views[0]
    ]
    return left, sum(len(one.wrong) for one in suspects)


def _play(
    suspects: Sequence[Suspect],
    seen: list[list[Seen]],
    stage: Play,
    name: tuple[str, str],
    *,
    everything: bool = False,
) -> None:
    changed = stage.metrics
    for one, views in zip(suspects, seen, strict=True):
        for alert, view in zip([one.alert, *(wrong for _, wrong in one.wrong)], views, strict=True):
            if everything or alert.metrics & changed:
                found = messages_of(alert, alert.states(stage), lambda handle: "pagerduty" in handle, {})
                view[name] = tuple(sorted((notice.pages, notice.minute) for notice in found))
