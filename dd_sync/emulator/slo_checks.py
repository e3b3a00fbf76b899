"""What Datadog refuses in an SLO, with its own words; anything not known to be refused is accepted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dd_sync.emulator.answers import Refusal
from dd_sync.emulator.shapes import NUMBER, Fields, expect
from dd_sync.emulator.store import Store

_FORMULA = (str, {"formula": str})
_FIELDS: Fields = {
    "name": str,
    "type": str,
    "description": str,
    "tags": [str],
    "thresholds": [{"timeframe": str, "target": NUMBER, "warning": NUMBER}],
    "timeframe": str,
    "target_threshold": NUMBER,
    "warning_threshold": NUMBER,
    "monitor_ids": [int],
    "groups": [str],
    "query": {"numerator": str, "denominator": str},
    "sli_specification": {
        "time_slice": dict,
        "count": {
            "queries": [{"name": str, "query": str}],
            "good_events_formula": _FORMULA,
            "bad_events_formula": _FORMULA,
            "total_events_formula": _FORMULA,
        },
    },
}

_TIMEFRAMES = ("7d", "30d", "90d", "custom")


def check(sent: Mapping[str, Any], store: Store) -> None:
    """Raises the refusal Datadog would answer to a whole SLO."""
    for name in ("name", "type", "thresholds"):
        if not sent.get(name):
            raise _missing(name)
    expect(sent, _FIELDS)
    for threshold in sent["thresholds"]:
        _check_threshold(threshold)
    match sent["type"]:
        case "monitor":
            _check_monitors(sent.get("monitor_ids"), store)
        case "metric":
            _check_metric(sent)
        case "time_slice":
            if not (sent.get("sli_specification") or {}).get("time_slice"):
                raise _missing("sli_specification")
        case _:
            raise Refusal(400, f"Invalid payload: '{sent['type']}' is not a valid type")


def _check_threshold(threshold: Mapping[str, Any]) -> None:
    if threshold.get("timeframe") not in _TIMEFRAMES:
        raise Refusal(400, f"Invalid payload: '{threshold.get('timeframe')}' is not a valid timeframe")
    target = threshold.get("target")
    if target is None or not 0 < target < 100:
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
    counted = specification.get("count")
    if counted:
        _check_count(counted)
    elif specification or not (query.get("numerator") and query.get("denominator")):
        raise _missing("query")


def _check_count(count: Mapping[str, Any]) -> None:
    """A count of good events, and of all or of bad ones, each a formula over named queries."""
    if not all(query.get("name") and query.get("query") for query in count.get("queries") or [{}]):
        raise _missing("queries")
    if not _formula(count, "good") or not (_formula(count, "total") or _formula(count, "bad")):
        raise _missing("good_events_formula and total_events_formula or bad_events_formula")


def _formula(count: Mapping[str, Any], events: str) -> str | None:
    named = count.get(f"{events}_events_formula")
    return named.get("formula") if isinstance(named, dict) else named


def _missing(name: str) -> Refusal:
    return Refusal(400, f"Invalid payload: must specify {name}")
