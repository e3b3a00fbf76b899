"""What an apply tells Datadog about itself: one event, and a few numbers for dashboards and monitors of its own.

So that "what changed in alerting at 03:10" stands on the dashboards of the services it is about.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from dd_sync.core.apply import Outcome
from dd_sync.core.plan import Change, Plan
from dd_sync.core.secrets import Redactor
from dd_sync.kinds import KINDS
from dd_sync.reports.lines import what
from dd_sync.reports.text import SIGNS, lost

LONGEST_TITLE = 100
LONGEST_TEXT = 4000
"""Characters of an event (Datadog's reference)."""

MOST_TAGS = 80

_ABOUT = ("service:", "team:", "env:", "kube_cluster_name:", "clustername:")
"""Tags of the changed objects that the event carries, so that it shows beside what it concerns."""

COUNT, GAUGE = 1, 3
"""Types of metrics in Datadog's API for points (v2)."""

_PAST = {"create": "created", "update": "updated", "replace": "replaced", "adopt": "adopted", "delete": "deleted"}


@dataclass(frozen=True)
class Ran:
    """What is known of one apply from outside: when it ended (seconds since 1970), how long it took, who ran it."""

    ended: float
    seconds: float
    by: str = ""
    commit: str = ""


def event(plan: Plan, outcomes: Sequence[Outcome], ran: Ran, redactor: Redactor | None = None) -> dict[str, Any] | None:
    """The body of `POST /api/v1/events`; None where nothing was done and nothing left undone."""
    done = [one for one in outcomes if one.status == "done"]
    left = [one for one in outcomes if one.incomplete]
    if not done and not left:
        return None
    counts = Counter(one.action for one in done)
    words = [f"{counts[action]} {past}" for action, past in _PAST.items() if counts[action]]
    words += [f"{len(left)} not done"] * bool(left)
    title = f"ddsync {plan.owner}: {', '.join(words)}"
    changed = {change.name: change for change in plan.changes}
    lines = [*_about(ran), *(_line(one, changed, plan, redactor) for one in (*left, *done))]
    return {
        "title": _short(_quiet(title), LONGEST_TITLE),
        "text": _cut(lines),
        "tags": _tags(plan, done + left, changed),
        "alert_type": "error" if left else "warning" if lost(plan, "delete", "replace") else "info",
        "aggregation_key": _short(f"ddsync {plan.owner}", LONGEST_TITLE),
        "date_happened": int(ran.ended),
    }


def series(plan: Plan, outcomes: Sequence[Outcome], ran: Ran) -> dict[str, Any]:
    """The body of `POST /api/v2/series`: `ddsync.apply.seconds`, `.outcomes` by status and action, `ddsync.objects`
    by kind, `ddsync.drift`. Sent after an apply without changes too: that it stops is worth an alert."""
    tags = [f"project:{plan.owner.project}", f"target:{plan.owner.target}"]
    held = sum(one.status == "held" for one in outcomes)
    by_status = Counter((one.status, one.action) for one in outcomes)
    points = [
        ("ddsync.apply.seconds", GAUGE, round(ran.seconds, 3), tags),
        ("ddsync.drift", GAUGE, held, tags),
        *(
            ("ddsync.apply.outcomes", COUNT, number, [*tags, f"status:{status}", f"action:{action}"])
            for (status, action), number in sorted(by_status.items())
        ),
        *(("ddsync.objects", GAUGE, number, [*tags, f"kind:{kind}"]) for kind, number in sorted(plan.live.items())),
    ]
    return {
        "series": [
            {"metric": name, "type": type, "points": [{"timestamp": int(ran.ended), "value": value}], "tags": carried}
            for name, type, value, carried in points
        ]
    }


def _about(ran: Ran) -> Iterator[str]:
    said = [f"by {ran.by}"] * bool(ran.by) + [f"commit {ran.commit}"] * bool(ran.commit)
    if said:
        yield _quiet(", ".join(said))


def _line(one: Outcome, changed: dict[tuple[str, str], Change], plan: Plan, redactor: Redactor | None) -> str:
    change = changed.get((one.kind, one.key))
    told = what(change, plan.ids, redactor) if change is not None else ""
    text = f"{SIGNS.get(one.action, '!')} {one.kind} {one.key}" + (f": {told}" if told else "")
    return _quiet(f"{text} ({one.status}: {one.reason})" if one.incomplete else text)


def _tags(plan: Plan, outcomes: Sequence[Outcome], changed: dict[tuple[str, str], Change]) -> list[str]:
    own = ["managed_by:ddsync", f"project:{plan.owner.project}", f"target:{plan.owner.target}"]
    found: dict[str, None] = {}
    for one in outcomes:
        change = changed.get((one.kind, one.key))
        for tag in KINDS[change.kind].tags(change.desired or change.live or {}) if change is not None else ():
            if str(tag).startswith(_ABOUT):
                found[str(tag)] = None
    return [*own, *list(found)[: MOST_TAGS - len(own)]]


def _quiet(text: str) -> str:
    """A text that notifies nobody: in an event an @ tells people, as it does in a monitor's message."""
    return text.replace("@", "@\u200b")


def _cut(lines: Sequence[str]) -> str:
    """As many whole lines as an event holds, and how many there are more."""
    kept: list[str] = []
    room = LONGEST_TEXT - 40
    for line in lines:
        short = _short(line, 300)
        room -= len(short) + 1
        if room < 0:
            return "\n".join([*kept, f"and {len(lines) - len(kept)} more"])
        kept.append(short)
    return "\n".join(kept)


def _short(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"
