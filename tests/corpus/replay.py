"""Replays a recorded conversation against the emulator and says where the answers differ."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

_SITE = "https://api.datadoghq.com"

Send = Callable[[str, str, Mapping[str, str], Any], tuple[int, Any]]
"""Method, path, query and body of a request to the status and body of its answer."""

UNLIKE = frozenset(
    {
        # people and organisations
        *("creator", "modifier", "author_handle", "author_name", "org_id"),
        # times
        *("created", "created_at", "modified", "modified_at", "deleted_at", "indexed_at"),
        # what the monitored systems did meanwhile
        *("overall_state", "overall_state_modified", "matching_downtimes"),
    }
)
"""Fields that cannot be the same in two organisations or at two times."""

DATED = frozenset(
    {
        *("is_read_only", "restricted_roles", "experience_type", "restriction_policy", "run_as", "restricted"),
        *("draft_status", "assets", "avalanche_window", "locked", "sli_specification"),
        *("timeframe", "target_threshold", "warning_threshold", "type_id"),
    }
)
"""Fields that Datadog began or ceased to show between 2022 and 2026: compared only where both sides have them."""

_UUID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_ID = re.compile(rf"\b(?:[a-z0-9]{{3}}-[a-z0-9]{{3}}-[a-z0-9]{{3}}|[0-9a-f]{{32}}|{_UUID}|\d{{6,}})\b")
"""Ids of dashboards, of SLOs, of corrections, and of monitors and widgets."""


@dataclass(frozen=True)
class Difference:
    """One exchange that was not answered as recorded."""

    cassette: str
    index: int
    call: str
    text: str


@dataclass
class Replay:
    """What came of a conversation: how many exchanges were compared, which differ, which were left out and why."""

    compared: int = 0
    different: list[Difference] = field(default_factory=list)
    left_out: list[tuple[str, str]] = field(default_factory=list)


def replay(conversation: list[dict[str, Any]], send: Send) -> Replay:
    """Sends every request in order, with recorded ids replaced by the ids that came instead."""
    result, ids = Replay(), _Ids()
    unspoken = _calls_left_out_of_the_recording(conversation)
    for exchange in conversation:
        call = f"{exchange['method']} {exchange['path']}"
        where = f"{exchange['cassette']} {exchange['index']} {call}"
        reason = _foreign(exchange, ids)
        if reason:
            result.left_out.append((where, reason))
            continue
        query = {name: ids.translated(value) for name, value in (exchange["query"] or {}).items()}
        path, body = ids.translated(exchange["path"]), ids.translated(exchange["request_body"])
        status, answered = send(exchange["method"], path, query, body)
        ids.learn(exchange["response_body"], answered)
        unlike = _compared(exchange, status, answered, ids)
        if unlike and exchange["index"] > unspoken and all(_SET_ELSEWHERE.search(text) for text in unlike):
            result.left_out.append((where, "a field that a call to another endpoint has set"))
            continue
        result.compared += 1
        if unlike:
            text = "; ".join(unlike)
            result.different.append(Difference(exchange["cassette"], exchange["index"], call, text))
    return result


_SET_ELSEWHERE = re.compile(r"^\.(restricted_roles|options\.silenced)\b")
"""Fields of a monitor that restriction policies and downtimes change; the recordings hold neither's endpoints."""


def _calls_left_out_of_the_recording(conversation: list[dict[str, Any]]) -> float:
    """The index before which every call is here; after it some went to endpoints that nobody recorded."""
    for expected, exchange in enumerate(conversation):
        if exchange["index"] != expected:
            return expected - 1
    return float("inf")


def _foreign(exchange: dict[str, Any], ids: _Ids) -> str:
    """Why an exchange cannot be replayed: mostly, it speaks of objects that were there before the recording began."""
    method, path, answered = exchange["method"], exchange["path"], exchange["response_body"]
    if exchange["status"] == 403:
        return "a key without the permission"
    if exchange["status"] < 400 and (since := _refused_since(exchange["request_body"])):
        return f"accepted then, refused since ({since})"
    if exchange["status"] < 400 and any(not ids.knows(id) for id in _ids_in(path)):
        return "an object made before the recording"
    duplicates = re.findall(r"Duplicate of an existing monitor_id:(\d+)", json.dumps(answered))
    if any(not ids.knows(id) for id in duplicates):
        return "a duplicate of a monitor made before the recording"
    if method == "GET" and any(not ids.knows(str(item.get("id"))) for item in _listed(answered)):
        return "a list that holds objects made before the recording"
    if isinstance(answered, dict) and blanked(answered):
        return "ids and addresses were blanked by hand in the recording"
    return ""


def _refused_since(sent: Any) -> str:
    """What of a body Datadog has begun to refuse: read-only dashboards, schedules without missing data."""
    body = sent if isinstance(sent, dict) else {}
    options = body.get("options") or {}
    if "is_read_only" in body:
        return "is_read_only"
    scheduled = (options.get("scheduling_options") or {}).get("custom_schedule")
    return "a custom schedule without on_missing_data" if scheduled and not options.get("on_missing_data") else ""


def blanked(recorded: dict[str, Any]) -> bool:
    """Whether somebody wrote over the ids of a recorded dashboard: its address has lost the title."""
    return re.fullmatch(r"/dashboard/[^/]*", recorded.get("url", "")) is not None


def differences(recorded: Any, answered: Any) -> list[str]:
    """Where an answer is not as recorded, but for ids, times, people and what changed with the years."""
    ids = _Ids()
    ids.learn(recorded, answered)
    return list(_differences(ids.translated(recorded), answered, ""))


def _ids_in(path: str) -> list[str]:
    return _ID.findall(path)


def _listed(answered: Any) -> list[dict[str, Any]]:
    """The objects of a list or search answer."""
    if isinstance(answered, list):
        return answered
    for name in ("dashboards", "monitors", "data"):
        listed = answered.get(name) if isinstance(answered, dict) else None
        if isinstance(listed, list):
            return [item for item in listed if isinstance(item, dict)]
    return []


class _Ids:
    """Recorded ids and what stands for them in the emulator."""

    def __init__(self) -> None:
        self._known: dict[str, str] = {}

    def knows(self, id: str) -> bool:
        return id in self._known

    def learn(self, recorded: Any, answered: Any) -> None:
        """Takes ids that stand at the same places in two answers for each other."""
        match recorded, answered:
            case dict(), dict():
                for name in recorded.keys() & answered.keys():
                    if name in ("id", "monitor_id") and not isinstance(recorded[name], dict | list):
                        self._known.setdefault(str(recorded[name]), str(answered[name]))
                    elif name not in UNLIKE:
                        self.learn(recorded[name], answered[name])
            case list(), list():
                for one, other in zip(recorded, answered, strict=False):
                    self.learn(one, other)

    def translated(self, value: Any) -> Any:
        """The value with every known id replaced, wherever it stands."""
        match value:
            case dict():
                return {name: self.translated(item) for name, item in value.items()}
            case list():
                return [self.translated(item) for item in value]
            case str():
                return _ID.sub(lambda found: self._known.get(found[0], found[0]), value)
            case bool():
                return value
            case int() if str(value) in self._known:
                known = self._known[str(value)]
                return int(known) if known.isdecimal() else known
        return value


def _compared(exchange: dict[str, Any], status: int, answered: Any, ids: _Ids) -> list[str]:
    if status != exchange["status"]:
        return [f"status {exchange['status']} became {status}: {json.dumps(answered)[:200]}"]
    recorded = ids.translated(exchange["response_body"])
    if isinstance(recorded, dict) and isinstance(answered, dict) and exchange["path"].endswith("/history"):
        recorded, answered = recorded["data"]["slo"], answered["data"]["slo"]  # the rest is measurement
    return list(_differences(recorded, answered, ""))


def _differences(recorded: Any, answered: Any, path: str) -> Iterator[str]:
    match recorded, answered:
        case dict(), dict():
            for name in sorted(recorded.keys() | answered.keys()):
                both = name in recorded and name in answered
                if name in UNLIKE or (name in DATED and not both):
                    continue
                if name == "notify_list" and both and recorded[name] and answered[name]:
                    # Datadog sorts addresses, and those of the recordings are stand-ins.
                    yield from _differences(sorted(recorded[name]), sorted(answered[name]), f"{path}.{name}")
                elif name == "tags" and "thresholds" in recorded and both:  # an SLO's tags come in any order
                    yield from _differences(sorted(recorded[name]), sorted(answered[name]), f"{path}.{name}")
                elif both:
                    yield from _differences(recorded[name], answered[name], f"{path}.{name}")
                else:
                    side = "only recorded" if name in recorded else "only emulated"
                    yield f"{path}.{name} {side}: {json.dumps({**answered, **recorded}[name])[:100]}"
        case list(), list() if len(recorded) == len(answered):
            for position, (one, other) in enumerate(zip(recorded, answered, strict=True)):
                yield from _differences(one, other, f"{path}[{position}]")
        case str(), str() if recorded.startswith(_SITE):
            yield from _differences(recorded.removeprefix(_SITE), answered, path)
        case _:
            if type(recorded) is not type(answered) or recorded != answered:
                yield f"{path}: {json.dumps(recorded)[:100]} became {json.dumps(answered)[:100]}"


def year_of(conversation: list[dict[str, Any]]) -> int | None:
    """The year in which most of a conversation's times lie; None where it shows none."""
    text = json.dumps(conversation)
    years = [int(found) for found in re.findall(r'"(?:created|modified)(?:_at)?": "(20\d\d)-', text)]
    seconds = re.findall(r"\b(1[5-9]\d{8})(?:\d{3})?\b", text)
    years += [datetime.fromtimestamp(int(found), UTC).year for found in seconds]
    return Counter(years).most_common(1)[0][0] if years else None
