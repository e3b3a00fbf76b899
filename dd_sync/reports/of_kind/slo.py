"""How an SLO is reported: the promise, and what it allows to go wrong."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dd_sync.core.kind import Payload
from dd_sync.core.model import plain
from dd_sync.core.plan import Change
from dd_sync.reports.charts import Series
from dd_sync.reports.picture import Fact, Picture, texts


def facts(payload: Payload) -> str:
    """The promise: `99.9 % over 30 d`."""
    return ", ".join(
        f"{plain(one['target'])} % over {str(one.get('timeframe')).replace('d', ' d')}"
        for one in payload.get("thresholds") or ()
        if isinstance(one.get("target"), int | float)
    )


def draw(change: Change, before: Payload | None, after: Payload | None, series: Series | None) -> Picture:
    """The promise, and what it allows to go wrong."""
    whole = before is None or after is None
    shown = after or before or {}
    rows = [Fact(name, _budget(one)) for name, side in (("was", before), ("promise", after)) for one in _promises(side)]
    query = [Fact(name, str(text)) for name, text in (shown.get("query") or {}).items()]
    said = [*query, *texts(shown, ("description",))]
    return {"facts": tuple(rows if not _same_promise(before, after) else rows[-1:]), "texts": tuple(said) * whole}


def _same_promise(before: Payload | None, after: Payload | None) -> bool:
    return before is not None and after is not None and _promises(before) == _promises(after)


def _promises(slo: Payload | None) -> list[Mapping[str, Any]]:
    return [one for one in (slo or {}).get("thresholds") or () if isinstance(one.get("target"), int | float)]


_DAY = 86_400


def _budget(promise: Mapping[str, Any]) -> str:
    """`99.95 % over 30 d: 21 min 36 s may go wrong`."""
    timeframe = str(promise.get("timeframe") or "")
    target = f"{plain(promise['target'])} % over {timeframe.replace('d', ' d')}"
    days = timeframe.removesuffix("d")
    if not days.isdecimal():
        return target
    seconds = round((100 - promise["target"]) / 100 * int(days) * _DAY)
    return f"{target}: {_length(seconds)} may go wrong"


def _length(seconds: int) -> str:
    sizes = ((_DAY, "d"), (3600, "h"), (60, "min"), (1, "s"))
    parts = []
    for size, unit in sizes:
        if seconds >= size:
            parts.append(f"{seconds // size} {unit}")
            seconds %= size
    return " ".join(parts[:2]) or "nothing"
