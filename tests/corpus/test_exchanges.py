"""The emulator answers recorded conversations as the real Datadog did."""

from __future__ import annotations

import functools
import json
from collections import Counter, defaultdict
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import pytest
import urllib3

from dd_sync.emulator import Emulator, running
from dd_sync.kinds import KINDS
from tests.corpus.recordings import lines, needs_recordings
from tests.corpus.replay import Difference, Replay, Send, blanked, differences, replay, year_of
from tests.emulator.asking import KEYS, ask

pytestmark = needs_recordings

REASONS = {
    "a key without the permission",
    "accepted then, refused since (is_read_only)",
    "accepted then, refused since (a custom schedule without on_missing_data)",
    "a field that a call to another endpoint has set",
    "a duplicate of a monitor made before the recording",
    "a list that holds objects made before the recording",
    "an object made before the recording",
    "ids and addresses were blanked by hand in the recording",
}


def test_at_least_99_of_100_recorded_exchanges_are_answered_as_recorded() -> None:
    whole = _replayed()
    equal = 1 - len(whole.different) / whole.compared
    print(f"\n{whole.compared} exchanges compared, {equal:.2%} equal, {len(whole.left_out)} left out:")
    for reason, count in Counter(reason for _, reason in whole.left_out).most_common():
        print(f"  {count:4d}  {reason}")
    for difference in whole.different:
        print(f"  differs: {difference.cassette} {difference.index} {difference.call}\n    {difference.text}")
    assert equal >= 0.99, [_short(difference) for difference in whole.different]


def test_what_is_left_out_is_left_out_by_a_rule_and_is_the_lesser_part() -> None:
    whole = _replayed()
    assert {reason for _, reason in whole.left_out} <= REASONS
    assert len(whole.left_out) < 0.15 * (whole.compared + len(whole.left_out))


def test_every_error_status_of_the_recordings_was_compared() -> None:
    recorded = {exchange["status"] for conversation in _conversations().values() for exchange in conversation}
    assert recorded == {200, 204, 400, 404}
    assert not [difference for difference in _replayed().different if difference.text.startswith("status")]


def test_conversations_over_a_real_connection_are_answered_alike() -> None:
    conversations = list(_conversations().values())[::12]
    for conversation in conversations:
        with running(seed=1) as server:
            over_tcp = replay(conversation, _over_tcp(server.url))
        in_memory = replay(conversation, _in_memory(Emulator(seed=1)))
        assert over_tcp == in_memory


def test_at_least_99_of_100_recorded_writes_are_answered_as_recorded() -> None:
    writes = [pair for pair in lines("pairs.jsonl") if not blanked(pair["response"]) and not _refused_since(pair)]
    unlike = {pair["cassette"]: found for pair in writes if (found := _unlike(pair))}
    print(f"\n{len(writes)} writes, {len(unlike)} answered otherwise: {json.dumps(unlike, indent=2)}")
    assert len(unlike) <= 0.01 * len(writes), unlike


_PART = {"name": "Part", "type": "query alert", "query": "avg(last_5m):avg:a{*} > 1"}


def _refused_since(pair: dict[str, Any]) -> bool:
    """Whether Datadog has begun to refuse the write since it was recorded: dashboards that are read only, 2025-09."""
    return "is_read_only" in pair["request"]


def _unlike(pair: dict[str, Any]) -> list[str]:
    """What the emulator answers otherwise to one recorded write, given the object as it was before."""
    emulator, path = Emulator(seed=1), f"/api/v1/{pair['kind']}"
    method, recorded = pair["method"], pair["response"]
    for kind, id in KINDS[pair["kind"]].refers_to(pair["request"]):  # made before the write, elsewhere
        if kind == "monitor":
            emulator.put(kind, _PART, id)
    if method == "PUT":
        path = f"{path}/{emulator.put(pair['kind'], pair['prior'] or recorded, recorded['id'])}"
    answered = ask(emulator, method, path, pair["request"])
    if answered.status != 200:
        return [str(answered.body)]
    return differences(recorded, answered.body["data"][0] if pair["kind"] == "slo" else answered.body)


@pytest.mark.parametrize("kind", ["monitor", "dashboard"])
def test_every_published_definition_is_accepted(kind: str) -> None:
    emulator = Emulator()
    for line in lines(f"{kind}s.jsonl"):
        body = {name: value for name, value in line["body"].items() if name != "is_read_only"}
        answered = ask(emulator, "POST", f"/api/v1/{kind}", body)
        assert answered.status == 200, (line["file"], answered.body)


RECENT = 2022
"""The first year of which other recordings must be reproduced too: before, Datadog answered otherwise."""


def test_recent_exchanges_of_other_clients_are_answered_as_recorded() -> None:
    """Recorded by other clients: 99 of 100 statuses, 98 of 100 bodies."""
    whole = Replay()
    for conversation in _conversations("more/exchanges.jsonl").values():
        year = year_of(conversation)
        if year is not None and year >= RECENT:
            _add(whole, conversation)
    statuses = [one for one in whole.different if one.text.startswith("status")]
    for difference in whole.different:
        print(f"  differs: {difference.cassette} {difference.index} {difference.call}\n    {difference.text[:300]}")
    print(f"{whole.compared} compared; other status {len(statuses)}, other body {len(whole.different) - len(statuses)}")
    assert {reason for _, reason in whole.left_out} <= REASONS
    assert len(statuses) <= 0.01 * whole.compared
    assert len(whole.different) - len(statuses) <= 0.02 * whole.compared


@functools.cache
def _replayed() -> Replay:
    whole = Replay()
    for conversation in _conversations().values():
        _add(whole, conversation)
    return whole


def _add(whole: Replay, conversation: list[dict[str, Any]]) -> None:
    emulator = Emulator(seed=1)
    one = replay(conversation, _in_memory(emulator))
    emulator.close()
    whole.compared += one.compared
    whole.different += one.different
    whole.left_out += one.left_out


@functools.cache
def _conversations(name: str = "exchanges.jsonl") -> Mapping[str, list[dict[str, Any]]]:
    conversations = defaultdict(list)
    for exchange in lines(name):
        conversations[exchange["cassette"]].append(exchange)
    return conversations


def _in_memory(emulator: Emulator) -> Send:
    return lambda method, path, query, body: ask(emulator, method, path, body, query).pair()


def _over_tcp(url: str) -> Send:
    connections = urllib3.PoolManager(headers=KEYS, retries=False)

    def send(method: str, path: str, query: Mapping[str, str], body: Any) -> tuple[int, Any]:
        encoded = urlencode(query)
        content = None if body is None else json.dumps(body)
        response = connections.request(method, f"{url}{path}?{encoded}", body=content)
        return response.status, json.loads(response.data) if response.data else None

    return send


def _short(difference: Difference) -> str:
    return f"{difference.cassette.rsplit('/', 1)[-1]} {difference.index}: {difference.text[:200]}"
