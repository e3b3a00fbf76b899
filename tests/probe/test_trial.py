"""Every assumption holds on the emulator, and the probe notices each one that is broken."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from dd_sync.emulator import Emulator
from dd_sync.probe.assumption import Verdict
from dd_sync.probe.bench import PREFIX, Ask, Bench
from dd_sync.probe.of_kind import EXPERIMENTS, USED
from dd_sync.probe.trial import settle
from tests.emulator.asking import ask

RUN = "0a1b2c3d"

Broken = Callable[[Ask, str, str, Mapping[str, str], Any], tuple[int, Any]]
"""A Datadog that behaves otherwise: as an `Ask`, given the one that behaves."""


def of(emulator: Emulator) -> Ask:
    return lambda method, path, query, body: ask(emulator, method, path, body, query).pair()


def probed(broken: Broken | None = None, name: str = "") -> tuple[Emulator, list[Verdict], Bench]:
    emulator = Emulator(seed=1)
    good = of(emulator)

    def other(method: str, path: str, query: Mapping[str, str], body: Any) -> tuple[int, Any]:
        return broken(good, method, path, query, copy.deepcopy(body)) if broken else good(method, path, query, body)

    bench = Bench(other, RUN)
    return emulator, list(settle(bench, [one for one in EXPERIMENTS if name in ("", one.id)])), bench


def there(emulator: Emulator) -> list[Any]:
    return [one for kind in USED for one in emulator.objects(kind) if one.get("status") != "canceled"]


def test_every_assumption_holds_on_the_emulator_in_about_a_hundred_calls_and_nothing_is_left() -> None:
    emulator, verdicts, bench = probed()
    assert [(one.id, one.seen) for one in verdicts if one.result != "holds"] == []
    assert len(verdicts) == len(EXPERIMENTS) >= 20
    assert 60 <= bench.calls <= 130
    assert there(emulator) == []


def answered(change: Callable[[Any], None], *methods: str, path: str = "") -> Broken:
    """Answers of these methods changed in place, where they are about something."""

    def broken(good: Ask, method: str, place: str, query: Mapping[str, str], body: Any) -> tuple[int, Any]:
        status, answer = good(method, place, query, body)
        if method in methods and path in place and status < 300 and answer:
            change(answer)
        return status, answer

    return broken


def asked(change: Callable[[Any], Any], *methods: str) -> Broken:
    """Bodies changed before they arrive."""

    def broken(good: Ask, method: str, place: str, query: Mapping[str, str], body: Any) -> tuple[int, Any]:
        return good(method, place, query, change(body) if method in methods and body else body)

    return broken


def taken(word: str) -> Broken:
    """Definitions with this word are taken."""

    def broken(good: Ask, method: str, place: str, query: Mapping[str, str], body: Any) -> tuple[int, Any]:
        if place.endswith("/validate") and word in json.dumps(body):
            return 200, {}
        return good(method, place, query, body)

    return broken


def refused(word: str) -> Broken:
    """Creates with this word are refused."""

    def broken(good: Ask, method: str, place: str, query: Mapping[str, str], body: Any) -> tuple[int, Any]:
        if method == "POST" and word in json.dumps(body):
            return 400, {"errors": [f"no {word}"]}
        return good(method, place, query, body)

    return broken


def still_muted(body: Any) -> Any:
    if "options" in body:
        body["options"].setdefault("silenced", {"*": None})
    return body


def stripped(body: Any) -> Any:
    return {**body, "tags": []} if set(body) == {"draft_status"} else body


def a_schedule_goes(good: Ask, method: str, place: str, query: Mapping[str, str], body: Any) -> tuple[int, Any]:
    status, answer = good(method, place, query, body)
    return good("GET", place, {}, None) if method == "PUT" and status == 400 else (status, answer)


def shortened(body: Any) -> Any:
    text = json.dumps(body).replace("u" * 13, "u" * 12).replace("99.98765", "99.987")
    return json.loads(text)


def without_ids(body: Any) -> Any:
    return {**body, "widgets": [{n: v for n, v in one.items() if n != "id"} for one in body.get("widgets", ())]}


def later(answer: Any) -> None:
    for one in answer["data"]["attributes"]["schedule"].get("recurrences", ()):
        one["start"] = "2037-01-02T22:59:00"


def patched(change: Callable[[Any], None]) -> Broken:
    def changed(body: Any) -> Any:
        change(body["data"]["attributes"])
        return body

    return asked(changed, "PATCH")


def restarted(attributes: Any) -> None:
    if "schedule" in attributes:
        attributes["schedule"]["start"] = "2036-01-01T00:00:00Z"


def ends_still(attributes: Any) -> None:
    if "schedule" in attributes:
        attributes["schedule"]["end"] = "2037-01-02T00:00:00Z"


def conditions_stay(answer: Any) -> None:
    answer["data"]["attributes"]["conditional_recipients"] = {"conditions": []} | {"fallback_recipients": ["x"]}


BROKEN: dict[str, Broken] = {
    "default-zero": taken("resolve"),
    "default-zero-part": taken("show_and_notify_no_data"),
    "editors-zeros": answered(lambda answer: answer["options"].update(timeout_h=24), "GET", path="/monitor/"),
    "missing-data-default": answered(
        lambda answer: answer["options"].pop("on_missing_data", 0), "GET", path="/monitor/"
    ),
    "silenced-omitted": asked(still_muted, "PUT"),
    "draft-published": asked(stripped, "PUT"),
    "duplicate-fields": refused("another name"),
    "monitor-list-fresh": answered(lambda answer: answer.clear(), "GET", path="/api/v1/monitor"),
    "restriction-policy": answered(lambda answer: answer.pop("restriction_policy", 0), "GET", path="/monitor/"),
    "monitor-tags-verbatim": answered(lambda answer: answer["tags"].sort(), "GET", path="/monitor/"),
    "schedule-stays": a_schedule_goes,
    "slo-decimals": asked(shortened, "POST"),
    "slo-tags": answered(lambda answer: answer["data"].update(tags=["purpose:other"]), "GET", path="/slo/"),
    "slo-put": asked(lambda body: {"description": "kept", **body}, "PUT"),
    "slo-list-fresh": answered(lambda answer: answer["data"].clear(), "GET", path="/api/v1/slo"),
    "unit-label": asked(shortened, "POST"),
    "dashboard-put-whole": asked(without_ids, "PUT"),
    "recurrence-start": answered(later, "GET"),
    "downtime-patch": patched(restarted),
    "downtime-schedule-ends": patched(ends_still),
    "rule-patch": answered(conditions_stay, "GET"),
    "rule-transitions": refused("is_warning"),
}


@pytest.mark.parametrize("name", [one.id for one in EXPERIMENTS])
def test_an_assumption_that_is_broken_is_noticed_and_nothing_is_left(name: str) -> None:
    emulator, (verdict,), _ = probed(BROKEN[name], name)
    assert verdict.result == "differs", verdict
    assert verdict.seen
    assert there(emulator) == []


def test_what_cannot_be_settled_is_unclear_and_stops_nothing() -> None:
    def closed(good: Ask, method: str, place: str, query: Mapping[str, str], body: Any) -> tuple[int, Any]:
        return (403, {"errors": ["Forbidden"]}) if place.startswith("/api/v1/slo") else good(method, place, query, body)

    emulator, verdicts, _ = probed(closed)
    results = {one.id: one.result for one in verdicts}
    assert results["slo-put"] == results["slo-list-fresh"] == "unclear"
    assert results["draft-published"] == "holds"
    assert there(emulator) == []


def test_only_objects_of_its_own_are_touched() -> None:
    bench = Bench(of(Emulator()), RUN)
    with pytest.raises(AssertionError):
        bench.make("monitor", {"name": "Checkout is slow"})
    for touch in (bench.read, bench.delete):
        with pytest.raises(AssertionError):
            touch("monitor", 12)


def test_names_say_whose_the_objects_are() -> None:
    assert Bench(of(Emulator()), RUN).name("x") == f"{PREFIX} x {RUN}"
