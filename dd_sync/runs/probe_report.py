"""What a probe found, as text and as JSON that can be sent to somebody: no ids, no addresses, no keys."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from dd_sync.probe.assumption import Result, Verdict

_PRIVATE = re.compile(r"\b\d{5,}\b|\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b|(?<![\w.+-])[\w.+-]++@[\w.-]+")


class Probed(NamedTuple):
    """One run of the experiments."""

    target: str
    place: str
    """The site or the emulator's address."""
    at: str
    calls: int
    verdicts: Sequence[Verdict]
    swept: Sequence[str]
    """What an earlier run had left, deleted now."""
    left: Sequence[str]
    """What could not be deleted."""
    stopped: bool

    @property
    def whole(self) -> bool:
        """Whether every experiment ran and nothing is left."""
        return not self.left and not self.stopped


def verdict_line(verdict: Verdict) -> str:
    """One verdict on a line."""
    return f"{verdict.result:8} {verdict.id}: {_public(verdict.seen)}"


def probed_text(found: Probed) -> str:
    """The report for a person."""
    return "\n".join(_lines(found))


def _lines(found: Probed) -> Iterator[str]:
    counts = Counter(verdict.result for verdict in found.verdicts)
    words = " · ".join(f"{counts[result]} {word}" for result, word in _WORDS if counts[result])
    yield f"{len(found.verdicts)} assumptions asked of {found.target} ({found.place}) in {found.calls} calls: {words}"
    for verdict in found.verdicts:
        if verdict.result != "holds":
            yield f"  {verdict.result}  {verdict.id}: {verdict.says}"
            yield f"           {_public(verdict.seen)}"
            yield f"           it bears: {verdict.bears}"
    if found.swept:
        yield f"  swept    {len(found.swept)} that an earlier run had left: {', '.join(found.swept)}"
    for one in found.left:
        yield f"  left     {one} could not be deleted: the next run tries again"
    if found.stopped:
        yield "  stopped  before the end; what was made is deleted"
    elif not found.left:
        yield "  nothing is left behind"


_WORDS: tuple[tuple[Result, str], ...] = (("holds", "hold"), ("differs", "differ"), ("unclear", "unclear"))


def probed_json(found: Probed) -> str:
    """The report as one JSON document."""
    return json.dumps(
        {
            "format": 1,
            "target": found.target,
            "place": found.place,
            "at": found.at,
            "calls": found.calls,
            "summary": {result: sum(one.result == result for one in found.verdicts) for result, _ in _WORDS},
            "assumptions": [
                {
                    "id": one.id,
                    "says": one.says,
                    "bears": one.bears,
                    "result": one.result,
                    "seen": _public(one.seen),
                    "calls": one.calls,
                }
                for one in found.verdicts
            ],
            "swept": len(found.swept),
            "left": list(found.left),
            "stopped": found.stopped,
        },
        indent=2,
        ensure_ascii=False,
    )


def _public(text: str) -> str:
    return _PRIVATE.sub("…", text)
