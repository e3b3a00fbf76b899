"""Composite monitors: what the states of their parts come to, where each part can be played."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from dd_sync.core.kind import Recipients
from dd_sync.core.references import Name, references
from dd_sync.evaluate import Evaluated, evaluate_composite
from dd_sync.gameday.measure import measure
from dd_sync.gameday.stage import Alert, Moment, NotPlayed, Play, changes
from dd_sync.gameday.world import World


def composite_alert(
    key: str,
    payload: Mapping[str, Any],
    recipients: Recipients,
    world: World,
    others: Mapping[Name, Mapping[str, Any]],
) -> Alert:
    """A composite of metric monitors of the project. Raises NotPlayed for any other part."""
    names = sorted(references(payload.get("query")))
    if not names or any(name not in others for name in names):
        raise NotPlayed("a composite of monitors that are not in the project")
    parts = {f"{kind}:{part}": measure(others[kind, part], world) for kind, part in names}

    def states(play: Play) -> Iterator[Moment]:
        if not any(part.touched(play) for part in parts.values()):
            return
        whole = Play(play.world, play.start, play.end, None, play.quiet)
        seen: dict[str, Evaluated] = {}
        for name, part in parts.items():
            found = part.evaluated(whole)
            groups = [replace(one, states=one.states[part.lead :]) for one in found.groups] if found else []
            seen[name] = Evaluated(groups)
        for group in evaluate_composite(payload, seen).groups:
            yield from changes(group.group, group.states, play.start)

    metrics = frozenset(name for part in parts.values() for name in part.metrics)
    return Alert(key, payload, recipients, metrics, min(len(part.own) for part in parts.values()), states)
