"""Recorded writes: a definition made of what was sent plans to nothing against what Datadog stored."""

from __future__ import annotations

import copy
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from dd_sync.core.identity import Identity, Owner, revision
from dd_sync.core.live import Existing, Live
from dd_sync.core.make_plan import compare
from dd_sync.core.normal import same
from dd_sync.core.plan import Ownership, Plan
from dd_sync.core.resource import Desired
from dd_sync.datadog.answers import an_object
from dd_sync.emulator import Emulator
from dd_sync.kinds import KINDS
from tests.corpus.recordings import lines, needs_recordings
from tests.emulator.asking import ask

RULES = Ownership(KINDS, Owner("acme", "prod"))
PAIRS = lines("pairs.jsonl")
MORE = lines("more/pairs.jsonl")

pytestmark = needs_recordings


def planned(
    kind_name: str, request: dict[str, Any], stored: dict[str, Any], applied: dict[str, Any] | None = None
) -> Plan:
    """The plan of a definition against a stored object; `applied` is what ddsync wrote last, if not the definition."""
    kind = KINDS[kind_name]
    desired = kind.resource.from_api(request, key="x").verbatim
    assert desired is not None
    last = applied if applied is not None else desired
    identity = Identity("acme/prod/x", revision(kind.revision_form(last, last)))
    live = kind.stamp(kind.unstamp(stored, RULES.marks), identity, RULES.marks)
    found = Live(kind_name, kind.object_id(live), live, kind.identity(live, RULES.marks))
    return compare([Desired(kind_name, "x", desired)], Existing((found,)), RULES)


def test_every_recorded_write_plans_to_nothing() -> None:
    wrong = []
    for n, pair in enumerate(PAIRS):
        made = planned(pair["kind"], pair["request"], pair["response"])
        if made.changes:
            wrong.append((n, pair["cassette"], [field.path for field in made.changes[0].fields]))
    assert not wrong, f"{len(PAIRS) - len(wrong)} of {len(PAIRS)} plan to nothing; not: {wrong}"


def why_not(pair: dict[str, Any]) -> str:
    """Why an accepted write of another client cannot plan to nothing: what was sent is not what was kept."""
    request, stored = pair["request"], pair["response"]
    if pair["method"] == "PUT" and set(request) < {"name", "query", "type", "message", "tags", "options", "priority"}:
        return "an update that names a part of the monitor"
    if pair["method"] == "PUT" and pair["kind"] == "monitor" and "priority" not in request and stored.get("priority"):
        return "an update that leaves out a priority, which was kept"
    if request.get("priority") and "priority" not in stored:
        return "an answer of 2020, when there was no priority"
    if request.get("notify_list") and not stored.get("notify_list"):
        return "addresses that are nobody's in that organisation"
    if request.get("draft_status") and "draft_status" not in stored:
        return "an organisation without drafts"
    return ""


def test_accepted_writes_of_other_clients_plan_to_nothing_but_for_named_reasons() -> None:
    planned_ones = [(pair, planned(pair["kind"], pair["request"], pair["response"]).changes) for pair in MORE]
    left = [(pair, changes[0]) for pair, changes in planned_ones if changes]
    reasons = Counter(why_not(pair) for pair, _ in left)
    print(f"\n{len(MORE) - len(left)} of {len(MORE)} plan to nothing; {dict(reasons)}")
    unnamed = [(p["cassette"], [f.path for f in change.fields]) for p, change in left if not why_not(p)]
    assert not unnamed
    assert len(left) <= 0.049 * len(MORE)


def test_what_a_glance_takes_for_the_same_has_one_normal_form() -> None:
    """Every recorded definition beside its own stored object and those of its neighbours, which are often near it."""
    settled = 0
    every = [*PAIRS, *MORE]
    for n, pair in enumerate(every):
        kind = KINDS[pair["kind"]]
        for other in every[max(0, n - 20) : n + 20]:
            if other["kind"] == kind.name and kind.plainly_same(pair["request"], other["response"]):
                settled += 1
                assert same(*kind.comparable(pair["request"], other["response"])), (pair["cassette"], other["cassette"])
    assert settled > 0


def test_every_later_read_plans_to_nothing() -> None:
    """Less those read without `with_assets`, as a list answers: the reader asks for such monitors by id."""
    wrong = []
    for n, pair in enumerate(PAIRS):
        listed = pair["live"] and not (pair["request"].get("assets") and not pair["live"].get("assets"))
        if listed and planned(pair["kind"], pair["request"], pair["live"]).changes:
            wrong.append((n, pair["cassette"]))
    assert not wrong


def test_no_recorded_object_has_a_field_this_version_does_not_know() -> None:
    unknown = {name for pair in [*PAIRS, *MORE] for name in KINDS[pair["kind"]].unknown_fields(pair["response"])}
    assert unknown == set()


Edit = Callable[[dict[str, Any]], bool]
"""Changes a stored object as a person would in Datadog; False when there is nothing of the sort to change."""


def _threshold(stored: dict[str, Any]) -> bool:
    thresholds = (stored.get("options") or {}).get("thresholds") or {}
    if thresholds.get("critical") is None:
        return False
    thresholds["critical"] += 1
    return True


def _option(stored: dict[str, Any]) -> bool:
    if "options" not in stored or "renotify_interval" in stored["options"]:
        return False
    stored["options"]["renotify_interval"] = 77
    return True


def _widget_title(stored: dict[str, Any]) -> bool:
    for widget in stored.get("widgets") or ():
        if "title" in widget["definition"]:
            widget["definition"]["title"] = "renamed by hand"
            return True
    return False


def _widget_added(stored: dict[str, Any]) -> bool:
    if "widgets" not in stored:
        return False
    stored["widgets"].append({"id": 1, "definition": {"type": "note", "content": "added by hand"}})
    return True


def _widget_moved(stored: dict[str, Any]) -> bool:
    widgets = stored.get("widgets") or []
    if len(widgets) < 2 or widgets[0]["definition"] == widgets[-1]["definition"] or stored.get("tabs"):
        return False
    widgets.insert(0, widgets.pop())
    return True


def _target(stored: dict[str, Any]) -> bool:
    if "thresholds" not in stored:
        return False
    stored["thresholds"][0]["target"] = 42.0
    return True


def _tag(stored: dict[str, Any]) -> bool:
    if "widgets" in stored:
        return False
    stored["tags"] = [*(stored.get("tags") or ()), "added:by-hand"]
    return True


EDITS: dict[str, Edit] = {
    "a threshold": _threshold,
    "an option added": _option,
    "a widget's title": _widget_title,
    "a widget added": _widget_added,
    "a widget moved": _widget_moved,
    "an SLO's target": _target,
    "a tag": _tag,
}


@pytest.mark.parametrize("name", EDITS)
def test_every_edit_of_a_stored_object_is_found_and_called_drift(name: str) -> None:
    tried = 0
    for pair in PAIRS:
        stored = copy.deepcopy(pair["response"])
        if not EDITS[name](stored):
            continue
        tried += 1
        (change,) = planned(pair["kind"], pair["request"], stored).changes
        assert change.cause == "drift", pair["cassette"]
        assert change.fields
    assert tried > 0


def test_a_change_in_the_code_is_never_called_drift() -> None:
    for pair in PAIRS:
        kind = KINDS[pair["kind"]]
        newer = copy.deepcopy(pair["request"])
        name = "title" if "title" in newer else "name"
        newer[name] = f"{newer.get(name)} renamed"
        (change,) = planned(kind.name, newer, pair["response"], applied=pair["request"]).changes
        assert change.cause == "code", pair["cassette"]
        assert [field.path for field in change.fields] == [name]


PATHS = {"catalog": "catalog-entity", "notification_rule": "notification-rule"}


def test_what_datadog_changes_silently_is_no_plan() -> None:
    """The definition that is changed, created in the emulator and planned against what it stored."""
    wrong, tried = {}, 0
    for fact in lines("refusals.jsonl"):
        if fact["effect"] != "changed" or fact.get("method") == "PUT":
            continue
        kind, emulator = KINDS[PATHS.get(fact["kind"], fact["kind"])], Emulator(seed=1)
        body = fact["bad"]
        definition = body["data"]["attributes"] if "data" in body else body
        answered = ask(emulator, "POST", kind.endpoint.path, body)
        if kind.endpoint.upserts:  # answers with another form than it takes
            continue
        tried += 1
        stored = an_object(kind, answered.body)
        changes = planned(kind.name, definition, dict(stored)).changes
        if changes:
            wrong[fact["id"]] = [field.path for field in changes[0].fields]
    assert tried >= 12
    assert wrong == {}
