"""A live monitor as `Monitor(…)`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from dd_sync.core.kind import Payload
from dd_sync.importing.written import Written
from dd_sync.kinds.monitor import KIND, Monitor
from dd_sync.query.comparison import comparison
from dd_sync.query.vocabulary import METRIC_TYPE, type_of

_METRIC = KIND.normalise({"type": METRIC_TYPE})["type"]


def spellings(normal: Mapping[str, Any], live: Payload) -> Iterator[Written]:
    """The monitor, less a critical threshold that its query says."""
    options = dict(normal.get("options") or {})
    thresholds = dict(options.pop("thresholds", None) or {})
    found = comparison(str(normal.get("query") or ""))
    if found is not None and thresholds.get("critical") == found.threshold:
        del thresholds["critical"]
    arguments = {
        "name": normal.get("name"),
        "type": normal.get("type"),
        "query": normal.get("query"),
        "message": normal.get("message", ""),
        **thresholds,
        **options,
        **{name: normal[name] for name in ("priority", "tags", "draft_status") if name in normal},
    }
    if arguments["type"] == _METRIC and type_of(str(normal.get("query") or "")) == METRIC_TYPE:
        del arguments["type"]  # told by the query; any other is worth reading
    yield Written(Monitor, arguments)


def verbatim(normal: Mapping[str, Any], live: Payload) -> dict[str, Any]:
    """What `from_api` is given, with the type Datadog has: the normal form has one name for two of them."""
    types = {"type": live["type"]} if "type" in normal else {}
    return {"message": "", **normal, **types}
