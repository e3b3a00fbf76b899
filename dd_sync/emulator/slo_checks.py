"""What Datadog refuses in an SLO, with its own words; anything not known to be refused is accepted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dd_sync.emulator.answers import Refusal
from dd_sync.emulator.store import Store

_TIMEFRAMES = ("7d", "30d", "90d", "custom")


def check(sent: Mapping[str, Any], store: Store) -> None:
    """Raises the refusal Datadog would answer to a whole SLO."""
    for name in ("name", "type", "thresholds"):
        if not sent.get(name):
            raise _missing(name)
    for threshold in sent["thresholds"]:
        _check_threshold(threshold)
    match sent["type"]:
        case "monitor":
            _check_monitors(sent.get("monitor_ids"), store)
        case "metric":
            _check_metric(sent)
        case "time_slice":
            if "time_slice" not in (sent.get("sli_specification") or {}):
                raise _missing("sli_specification")
        case _:
            raise Refusal(400, f"Invalid payload: '{sent['type']}' is not a valid type")


def _check_threshold(threshold: Mapping[str, Any]) -> None:
    if threshold.get("timeframe") not in _TIMEFRAMES:
        raise Refusal(400, f"Invalid payload: '{threshold.get('timeframe')}' is not a valid timeframe")
    target = threshold.get("target")
    if not isinstance(target, int | float) or not 0 < target < 100:
        raise Refusal(400, "Invalid payload: target must be between 0 and 100")
    warning = threshold.get("warning")
    if warning is not None and warning <= target:
        raise Refusal(400, "Invalid payload: warning must be greater than target")


def _check_monitors(ids: Any, store: Store) -> None:
    if not ids:
        raise _missing("monitor_ids")  # the one sentence of these that was recorded
    for id in ids:
        if store.get("monitor", str(id)) is None:
            raise Refusal(400, f"Invalid payload: monitor {id} does not exist")


def _check_metric(sent: Mapping[str, Any]) -> None:
    query, specification = sent.get("query") or {}, sent.get("sli_specification") or {}
    if "count" not in specification and not (query.get("numerator") and query.get("denominator")):
        raise _missing("query")


def _missing(name: str) -> Refusal:
    return Refusal(400, f"Invalid payload: must specify {name}")
