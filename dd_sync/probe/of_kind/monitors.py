"""Experiments about monitors."""

from __future__ import annotations

from typing import Any

from dd_sync.core.kind import Payload
from dd_sync.core.normal import same
from dd_sync.kinds import KINDS
from dd_sync.probe.assumption import Experiment, Seen, compare_seen, experiment
from dd_sync.probe.bench import Bench
from dd_sync.rules import check

QUERY = "avg(last_5m):avg:system.load.1{{env:ddsync-probe}} by {{host}} > {}"
_VALIDATE = "/api/v1/monitor/validate"


def monitor(bench: Bench, text: str, number: int = 4, **changes: Any) -> dict[str, Any]:
    """The body of a monitor that sees nothing; `number` keeps it from being another one's duplicate."""
    body = {
        "name": bench.name(text),
        "type": "query alert",
        "query": QUERY.format(number),
        "message": "An experiment of ddsync.",
        "tags": ["purpose:ddsync-probe"],
    }
    options = {"thresholds": {"critical": number}, **changes.pop("options", {})}
    return {**body, "options": options, **changes}


def _predicted(bench: Bench, bodies: list[Payload]) -> Seen:
    """Whether Datadog refuses those of the bodies that the rules call errors, and no others."""
    wrong = []
    for body in bodies:
        errors = [one.message for one in check("monitor", body) if one.severity == "error"]
        status, _ = bench.ask("POST", _VALIDATE, body)
        if (status >= 400) is not bool(errors):
            option = (body.get("options") or {}).get("on_missing_data", "no on_missing_data")
            wrong.append(f"{option}: {'refused' if status >= 400 else 'accepted'}")
    return compare_seen(
        not wrong, "; ".join(wrong) or f"{len(bodies)} definitions are taken or refused as the rules say"
    )


_WAYS: tuple[dict[str, Any], ...] = (
    {},
    *({"on_missing_data": one} for one in ("default", "resolve", "show_no_data", "show_and_notify_no_data")),
)


def _zeroed(bench: Bench, value: str) -> list[Payload]:
    query = f"sum(last_5m):{value} > 4"
    return [monitor(bench, "default_zero", query=query, options=way) for way in _WAYS]


@experiment(
    "default-zero",
    says="A query that is default_zero(…) as a whole takes no on_missing_data but default.",
    why="Two reports with the sentence, Datadog's docs and another tool's validation; no recording.",
    bears="The rules about missing data, and the alerts of the packs that count from zero.",
)
def default_zero(bench: Bench) -> Seen:
    """Each way of missing data, validated and not made."""
    return _predicted(bench, _zeroed(bench, "default_zero(sum:ddsync.probe{*}.as_count())"))


@experiment(
    "default-zero-part",
    says="What holds of default_zero(…) as a whole holds where it is a part of a formula.",
    why="The reports do not say; the rules do not tell the two apart.",
    bears="Ratios whose numerator is default_zero(…).",
)
def default_zero_part(bench: Bench) -> Seen:
    """As above, with a formula around it."""
    return _predicted(bench, _zeroed(bench, "default_zero(sum:ddsync.probe.a{*}) / sum:ddsync.probe.b{*}"))


@experiment(
    "editors-zeros",
    says="timeout_h, renotify_interval, renotify_occurrences, evaluation_delay of 0 and an empty escalation_message are"
    " kept or dropped, and mean nothing.",
    why="Exports of monitors that people saved in Datadog hold them.",
    bears="They are no difference in a plan.",
)
def editors_zeros(bench: Bench) -> Seen:
    """A monitor with them, read again and compared with one without."""
    zeros = {"timeout_h": 0, "renotify_interval": 0, "evaluation_delay": 0, "escalation_message": ""}
    made = bench.make("monitor", monitor(bench, "zeros", 5, options=zeros))
    if not made.ok:
        return compare_seen(False, str(made))
    kept = bench.read("monitor", made.id)
    other = {name: kept["options"].get(name) for name in zeros if kept["options"].get(name) not in (0, "", None)}
    return compare_seen(not other, f"they became {other}" if other else "they are nothing")


@experiment(
    "missing-data-default",
    says="on_missing_data: default is kept where it is sent, and is not there where it is not.",
    why="Kept in 12 recordings; what stands for nothing said was never recorded to become it.",
    bears="default and nothing are two things in plans, imports and evaluation.",
)
def missing_data_default(bench: Bench) -> Seen:
    """One monitor with it and one without."""
    made = bench.made_object("monitor", monitor(bench, "default", 6, options={"on_missing_data": "default"}))
    absent = bench.made_object("monitor", monitor(bench, "absent", 7))
    found = [bench.read("monitor", one.id)["options"].get("on_missing_data") for one in (made, absent)]
    return compare_seen(found == ["default", None], f"sent default: {found[0]}; sent nothing: {found[1]}")


@experiment(
    "silenced-omitted",
    says="An update that leaves out options.silenced ends a mute.",
    why="PUT replaces options whole (recorded); no recording has a mute and then an update without it.",
    bears="The mutes of a live monitor are sent back with each update.",
)
def silenced_omitted(bench: Bench) -> Seen:
    """A mute, set by an update and left out of the next."""
    body = monitor(bench, "mute", 8)
    made = bench.made_object("monitor", body)
    bench.edit("monitor", made.id, {**body, "options": {**body["options"], "silenced": {"*": None}}})
    if not (bench.read("monitor", made.id)["options"].get("silenced") or {}):
        return Seen(None, "an update does not mute")
    bench.edit("monitor", made.id, {**body, "message": "Edited."})
    kept = bench.read("monitor", made.id)["options"].get("silenced") or {}
    return compare_seen(not kept, "the mute outlives the update" if kept else "the mute is gone")


@experiment(
    "draft-published",
    says="Sending draft_status: published publishes a draft and keeps all else; leaving it out keeps the draft.",
    why="PUT merges top-level fields (recorded of others); no recording publishes.",
    bears="A definition without draft_status sends published where the live monitor is a draft.",
)
def draft_published(bench: Bench) -> Seen:
    """A draft, updated without a word about it, then published by that word alone."""
    body = monitor(bench, "draft", 9, priority=3)
    made = bench.made_object("monitor", {**body, "draft_status": "draft"})
    bench.edit("monitor", made.id, body)
    drafted = bench.read("monitor", made.id)
    if drafted.get("draft_status") != "draft":
        return compare_seen(False, f"left out, it became {drafted.get('draft_status')}")
    bench.edit("monitor", made.id, {"draft_status": "published"})
    published = bench.read("monitor", made.id)
    lost = [name for name in body if not same(published.get(name), drafted.get(name))]
    holds = published.get("draft_status") == "published" and not lost
    return compare_seen(
        holds, f"it is {published.get('draft_status')}; changed besides: {', '.join(lost) or 'nothing'}"
    )


@experiment(
    "duplicate-fields",
    says="A monitor is a duplicate where name, type, query, message, tags and options are the same, and else not.",
    why="The sentence is recorded, which fields count is not.",
    bears="A create that Datadog calls a duplicate is looked up by our tags, which differ, so none of ours is one.",
)
def duplicate_fields(bench: Bench) -> Seen:
    """The same monitor again, then again with one field changed each."""
    body = monitor(bench, "twin", 10)
    bench.made_object("monitor", body)
    if bench.make("monitor", body).ok:
        return compare_seen(False, "an exact repetition is taken")
    changes: dict[str, Any] = {
        "name": bench.name("twin of another name"),
        "message": "Another message.",
        "tags": ["purpose:ddsync-probe", "other:tag"],
        "options": {**body["options"], "renotify_interval": 60},
    }
    twins = [name for name, value in changes.items() if not bench.make("monitor", {**body, name: value}).ok]
    return compare_seen(
        not twins, f"still a duplicate with another {', '.join(twins)}" if twins else "each of them counts"
    )


@experiment(
    "monitor-list-fresh",
    says="A list shows a monitor as soon as it is made.",
    why="Reads by id were never stale in 1,027 recordings; lists after writes were hardly recorded.",
    bears="A create without an answer is looked for several times over some seconds.",
)
def list_fresh(bench: Bench) -> Seen:
    """A monitor, looked for in the list of its tag at once."""
    tag = f"probe:{bench.run}"
    made = bench.made_object("monitor", monitor(bench, "list", 11, tags=[tag]))
    shown = [one["id"] for one in bench.list_objects("monitor", {KINDS["monitor"].endpoint.tag_parameter: tag})]
    return compare_seen(
        made.id in shown, "the list shows it at once" if made.id in shown else "the list does not show it yet"
    )


@experiment(
    "restriction-policy",
    says="A restriction policy that a create names is kept, and a read by id shows it.",
    why="Recorded once, 2026-03.",
    bears="A restriction_policy that a definition declares is sent and compared, read by id.",
)
def restriction_policy(bench: Bench) -> Seen:
    """A monitor that all of the organisation may edit."""
    _, user = bench.ask("GET", "/api/v2/current_user")
    data = user.get("data", {}) if isinstance(user, dict) else {}
    org = ((data.get("relationships") or {}).get("org") or {}).get("data") or {}
    bindings = [
        {"relation": "editor", "principals": [f"org:{org.get('id') or '00000000-0000-0000-0000-000000000000'}"]}
    ]
    made = bench.make("monitor", monitor(bench, "policy", 12, restriction_policy={"bindings": bindings}))
    if not made.ok:
        return Seen(None, str(made))
    shown = bench.read("monitor", made.id).get("restriction_policy")
    return compare_seen(shown == {"bindings": bindings}, f"a read shows {shown}")


@experiment(
    "monitor-tags-verbatim",
    says="Tags of a monitor stay as they are written, capitals and order included.",
    why="Seven tags with capitals in recordings; none with a blank.",
    bears="Tags of monitors are compared as they are.",
)
def tags_verbatim(bench: Bench) -> Seen:
    """Tags with capitals, in an order that is not the alphabet's."""
    tags = ["team:Shop", "purpose:ddsync-probe", "env:Test"]
    made = bench.made_object("monitor", monitor(bench, "tags", 13, tags=tags))
    shown = bench.read("monitor", made.id).get("tags")
    return compare_seen(shown == tags, f"{tags} became {shown}")


_CUSTOM = {"custom_schedule": {"recurrences": [{"rrule": "FREQ=DAILY;INTERVAL=1", "timezone": "UTC"}]}}


@experiment(
    "schedule-stays",
    says="A custom schedule cannot be taken off a monitor.",
    why="Datadog's docs; no recording.",
    bears="Taking it out of a definition is a replace.",
)
def schedule_stays(bench: Bench) -> Seen:
    """A monitor with a schedule, then an update without."""
    body = monitor(bench, "schedule", 14)
    start = {"start": "2037-01-01T08:00:00"}
    recurrences = [{**one, **start} for one in _CUSTOM["custom_schedule"]["recurrences"]]
    scheduled = {"scheduling_options": {"custom_schedule": {"recurrences": recurrences}}, "on_missing_data": "default"}
    made = bench.make("monitor", {**body, "options": {**body["options"], **scheduled}})
    if not made.ok:
        return Seen(None, str(made))
    after = bench.edit("monitor", made.id, body)
    return compare_seen(not after.ok, f"an update without it is {after}")


EXPERIMENTS: tuple[Experiment, ...] = (
    default_zero,
    default_zero_part,
    editors_zeros,
    missing_data_default,
    silenced_omitted,
    draft_published,
    duplicate_fields,
    list_fresh,
    restriction_policy,
    tags_verbatim,
    schedule_stays,
)
