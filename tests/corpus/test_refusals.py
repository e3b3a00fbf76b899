"""Public facts about what Datadog refuses or changes: `validate` finds them, the emulator answers them."""

from __future__ import annotations

import copy
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from dd_sync.core.findings import Finding
from dd_sync.datadog.answers import sentences
from dd_sync.emulator import Emulator
from dd_sync.rules import check, check_reference
from tests.corpus.recordings import lines, needs_recordings
from tests.emulator.asking import ask

pytestmark = needs_recordings

Fact = dict[str, Any]
NOW = datetime(2026, 12, 1, tzinfo=UTC)
KINDS = {"notification_rule": "notification-rule", "catalog": "catalog-entity"}
PATHS = {
    "monitor": "/api/v1/monitor",
    "slo": "/api/v1/slo",
    "dashboard": "/api/v1/dashboard",
    "downtime": "/api/v2/downtime",
    "notification_rule": "/api/v2/monitor/notification_rule",
    "catalog": "/api/v2/catalog/entity",
}
_TOKEN = re.compile(r"\$(?:M\d+|COMP|SC|LOG|S999|S95|SSC)\b")
_COUNT = {"numerator": "sum:shop.ok{*}.as_count()", "denominator": "sum:shop.all{*}.as_count()"}


def _metric_slo(name: str, *targets: tuple[str, float]) -> Fact:
    thresholds = [{"timeframe": timeframe, "target": target} for timeframe, target in targets]
    return {"type": "metric", "name": name, "thresholds": thresholds, "query": _COUNT}


def _monitor(name: str, type_: str, query: str) -> Fact:
    return {"name": name, "type": type_, "query": query, "message": "x @slack-shop"}


THERE: dict[str, tuple[str, Fact]] = {
    f"$M{n}": (
        "monitor",
        _monitor(f"There {n}", "query alert", f"avg(last_5m):avg:a.{n}{{*}} by {{host}} > {n}"),
    )
    for n in range(1, 12)
}
THERE |= {
    "$COMP": ("monitor", _monitor("Both", "composite", "$M1 && $M2")),
    "$SC": ("monitor", _monitor("Check", "service check", '"a.b".over("*").by("host").last(3).count_by_status()')),
    "$LOG": ("monitor", _monitor("Log", "log alert", 'logs("a").index("*").rollup("count").last("5m") > 10')),
    "$S95": ("slo", _metric_slo("95", ("7d", 95.0))),
    "$S999": ("slo", _metric_slo("999", ("7d", 99.9), ("30d", 99.9))),
    "$SSC": ("slo", {**_metric_slo("check", ("7d", 99.0)), "type": "monitor", "query": None, "monitor_ids": ["$SC"]}),
}
"""What the tokens of the facts stand for."""


def facts(effect: str) -> list[Fact]:
    return [fact for fact in lines("refusals.jsonl") if fact["bad"] is not None and fact["effect"] == effect]


def offline() -> list[Fact]:
    """Refusals that the definition alone shows, whose rule is known by more than inference."""
    told = [fact for fact in facts("refused") if fact.get("offline", "yes") == "yes" and not fact.get("method")]
    return [fact for fact in told if fact["confidence"] != "inferred"]


def _walk(value: Any, change: Callable[[str], Any]) -> Any:
    if isinstance(value, str):
        return change(value)
    if isinstance(value, list):
        return [_walk(item, change) for item in value]
    return {name: _walk(item, change) for name, item in value.items()} if isinstance(value, dict) else value


def _referring(body: Any) -> Any:
    """A body whose tokens are references: `${monitor:m1}`."""
    return _walk(body, lambda text: _TOKEN.sub(lambda found: _reference(found[0]), text))


def _reference(token: str) -> str:
    return f"${{{THERE[token][0]}:{token[1:].lower()}}}"


def _errors(fact: Fact, which: str) -> list[Finding]:
    body = fact[which]
    if fact["kind"] in ("downtime", "notification_rule"):
        body = body["data"]["attributes"]
    kind, tokens = KINDS.get(fact["kind"], str(fact["kind"])), set(_TOKEN.findall(str(body)))
    payload = _referring(body)
    findings = list(check(kind, payload, NOW))
    for token in tokens:
        other_kind, other = THERE[token]
        findings += check_reference(kind, payload, other_kind, _referring(other), _look_up)
    return [finding for finding in findings if finding.severity == "error"]


def _look_up(kind: str, reference: Any) -> Mapping[str, Any] | None:
    return next((_referring(body) for token, (_, body) in THERE.items() if _reference(token) == str(reference)), None)


def test_what_is_recorded_reported_or_stated_is_found_before_it_is_sent() -> None:
    missed = [fact["id"] for fact in offline() if not _errors(fact, "bad")]
    assert missed == ["mon-timeout-max"]  # taken 143 times until 2022, refused never: a warning


def test_what_keeps_a_rule_is_left_alone() -> None:
    kept = {fact["id"]: _errors(fact, "good") for fact in facts("refused") if fact.get("good")}
    assert {id: errors for id, errors in kept.items() if errors} == {}


DATED = ("dashboard-read-only", "missing-data-schedule")
"""Rules of which the recordings show that Datadog began to refuse after it had taken."""

UNPROVEN = ("threshold-mismatch", "query-syntax", "dashboard-layout", "dashboard-tag-key", "widget-query-syntax")
"""What is wrong with some definitions that people wrote by hand, and of which nobody knows that Datadog took them."""


def _accepted() -> Iterator[tuple[str, str, Fact, bool]]:
    """Everything of both corpora that Datadog took or somebody published, and whether it is known that it took it."""
    for name in ("pairs.jsonl", "more/pairs.jsonl"):
        for pair in lines(name):
            before = (pair.get("prior") or pair["response"]) if pair["method"] == "PUT" else {}
            kept = {k: v for k, v in before.items() if k in ("name", "type", "query") and pair["kind"] == "monitor"}
            yield pair["cassette"], pair["kind"], kept | pair["request"], True
    for kind in ("monitor", "dashboard", "slo"):
        for name in (f"{kind}s.jsonl", f"more/{kind}s.jsonl"):
            for line in lines(name) if (kind, name) != ("slo", "slos.jsonl") else ():
                yield line["file"], kind, line["body"], not name.startswith("more")


def test_nothing_that_datadog_took_has_an_error() -> None:
    wrong: Counter[str] = Counter()
    for source, kind, body, taken in _accepted():
        for finding in check(kind, body, NOW):
            spared = DATED if taken else (*DATED, *UNPROVEN, "match-without-tag")
            if finding.severity == "error" and finding.rule not in spared:
                wrong[f"{finding.rule} {source} {finding.path}: {finding.message}"] += 1
    assert dict(wrong) == {}


@pytest.fixture
def there() -> tuple[Emulator, dict[str, Any]]:
    emulator = Emulator(seed=1)
    ids: dict[str, Any] = {}
    for token, (kind, body) in THERE.items():
        answered = ask(emulator, "POST", PATHS[kind], _real(body, ids))
        assert answered.status == 200, (token, answered.body)
        ids[token] = _id(answered.body)
    return emulator, ids


def _real(body: Any, ids: Mapping[str, Any]) -> Any:
    return _walk(body, lambda text: ids[text] if text in ids else _TOKEN.sub(lambda found: str(ids[found[0]]), text))


def _id(answer: Any) -> Any:
    data = answer.get("data", answer)
    return (data[0] if isinstance(data, list) else data)["id"]


def _ask(emulator: Emulator, ids: Mapping[str, Any], fact: Fact, which: str) -> tuple[int, Any]:
    path, method, body = PATHS[fact["kind"]], fact.get("method", "POST"), copy.deepcopy(_real(fact[which], ids))
    if fact["kind"] == "monitor" and which == "good" and body.get("name"):
        body["name"] += ", well"  # or the refused one, made before by mistake, would be repeated
    if fact.get("before") is not None:
        answered = ask(emulator, "POST", path, _real(fact["before"], ids))
        assert answered.status < 300, answered.body
        if method != "POST":
            path += f"/{_id(answered.body)}"
    answered = ask(emulator, method, path, body)
    return answered.status, answered.body


def test_the_emulator_refuses_what_datadog_refuses_and_takes_the_rest(there: tuple[Emulator, dict[str, Any]]) -> None:
    taken, refused, unlike = [], [], []
    for fact in facts("refused"):
        if fact.get("method") == "DELETE" or fact["confidence"] == "inferred":
            continue
        emulator, ids = Emulator(seed=1), there[1]
        for entry in there[0].objects("monitor"):
            emulator.put("monitor", entry)
        for entry in there[0].objects("slo"):
            emulator.put("slo", entry)
        status, answer = _ask(emulator, ids, fact, "bad")
        if status < 400:
            taken.append(fact["id"])
        elif fact["confidence"] == "recorded" and not _alike(fact.get("error") or "", sentences(answer)[0]):
            unlike.append((fact["id"], fact["error"], sentences(answer)[0]))
        if fact.get("good") and not fact.get("before"):
            status, answer = _ask(emulator, ids, fact, "good")
            refused += [(fact["id"], answer)] if status >= 400 else []
    assert taken == ["down-duplicate", "mon-timeout-max"]
    assert refused == []
    assert unlike == []


def _alike(recorded: str, answered: str) -> bool:
    """Whether an answer is the recorded sentence, `…` standing for what differs."""
    return re.fullmatch(".*".join(map(re.escape, recorded.split("…"))), answered) is not None


def test_the_emulator_changes_what_datadog_changes_without_a_word() -> None:
    for fact in facts("changed"):
        status, answer = _ask(Emulator(seed=1), {}, fact, "bad")
        assert status < 300, (fact["id"], answer)
        stored = answer["data"][0] if fact["kind"] == "slo" else answer
        if fact["kind"] == "catalog":
            stored = answer["included"][0]["attributes"]["schema"]
        for path, expected in fact["becomes"].items():
            assert _at(stored, path) == expected, fact["id"]


def _at(value: Any, path: str) -> Any:
    for step in path.split("."):
        try:
            value = value[int(step)] if isinstance(value, list) else value[step]
        except (KeyError, IndexError):
            return "<absent>"
    return value
