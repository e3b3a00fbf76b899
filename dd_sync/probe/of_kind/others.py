"""Experiments about SLOs, dashboards, downtimes and notification rules."""

from __future__ import annotations

from typing import Any

from dd_sync.core.kind import Payload
from dd_sync.kinds import KINDS
from dd_sync.probe.assumption import Experiment, Seen, compare_seen, experiment
from dd_sync.probe.bench import Bench
from dd_sync.rules import check


def slo(bench: Bench, text: str, **changes: Any) -> dict[str, Any]:
    """The body of an SLO that counts nothing."""
    return {
        "type": "metric",
        "name": bench.name(text),
        "description": "An experiment of ddsync.",
        "query": {
            "numerator": "sum:ddsync.probe.good{*}.as_count()",
            "denominator": "sum:ddsync.probe.all{*}.as_count()",
        },
        "thresholds": [{"timeframe": "30d", "target": 99.5}],
        "tags": ["purpose:ddsync-probe"],
        **changes,
    }


def dashboard(bench: Bench, text: str, *widgets: Payload, **changes: Any) -> dict[str, Any]:
    """The body of a dashboard with a note and these widgets."""
    note = {"definition": {"type": "note", "content": "An experiment of ddsync."}}
    return {"title": bench.name(text), "layout_type": "ordered", "widgets": [note, *widgets], **changes}


def downtime(bench: Bench, text: str, **changes: Any) -> dict[str, Any]:
    """The body of a downtime that mutes nothing."""
    identifier = {"monitor_tags": ["purpose:ddsync-probe"]}
    scope = f"env:ddsync-probe-{text.replace(' ', '-')}"
    return {"scope": scope, "monitor_identifier": identifier, "message": bench.name(text), **changes}


def rule(bench: Bench, text: str, **changes: Any) -> dict[str, Any]:
    """The body of a notification rule that matches nothing."""
    return {"name": bench.name(text), "filter": {"tags": [f"purpose:ddsync-probe-{bench.run}"]}, **changes}


def _as_predicted(bench: Bench, kind: str, body: Payload) -> tuple[bool, str]:
    """Whether Datadog takes an object where the rules find no error, and refuses it where they do."""
    errors = [one for one in check(kind, body) if one.severity == "error"]
    answer = bench.make(kind, body)
    return answer.ok is not bool(errors), str(answer)


@experiment(
    "slo-decimals",
    says="A target with more than three decimal places is refused (of a metric SLO).",
    why="Datadog's docs and reports; no recording.",
    bears="The rule about decimals; targets are compared with as many as are kept.",
)
def decimals(bench: Bench) -> Seen:
    """Three places, and five."""
    found = [
        _as_predicted(bench, "slo", slo(bench, f"target {target}", thresholds=[{"timeframe": "30d", "target": target}]))
        for target in (99.987, 99.98765)
    ]
    return compare_seen(all(ok for ok, _ in found), f"99.987 is {found[0][1]}, 99.98765 is {found[1][1]}")


@experiment(
    "slo-tags",
    says="Tags of an SLO become lower case, with underscores for what tags cannot hold.",
    why="Reported by users since 2021; no recording has such a tag.",
    bears="They are compared so.",
)
def slo_tags(bench: Bench) -> Seen:
    """A tag with capitals."""
    made = bench.made_object("slo", slo(bench, "tags", tags=["Purpose:DDsync-Probe"]))
    kept = bench.read("slo", made.id).get("tags")
    ours, theirs = (KINDS["slo"].normalise({"tags": tags})["tags"] for tags in (["Purpose:DDsync-Probe"], kept))
    return compare_seen(ours == theirs, f"Purpose:DDsync-Probe became {kept}")


@experiment(
    "slo-put",
    says="An update of an SLO replaces it: what it leaves out is gone.",
    why="Every recorded update names the whole SLO.",
    bears="What a definition lacks and the live SLO has is sent empty, which is right either way.",
)
def slo_put(bench: Bench) -> Seen:
    """A description, left out of an update."""
    body = slo(bench, "update")
    made = bench.made_object("slo", body)
    without = {name: value for name, value in body.items() if name != "description"}
    after = bench.edit("slo", made.id, without)
    if not after.ok:
        return Seen(None, f"an update without a description is {after}")
    kept = bench.read("slo", made.id).get("description")
    return compare_seen(not kept, f"the description is {'kept' if kept else 'gone'}")


@experiment(
    "slo-list-fresh",
    says="A list shows an SLO as soon as it is made.",
    why="As with monitors; the filter of this list is documented and not believed by everybody.",
    bears="A create without an answer is looked for several times over some seconds.",
)
def slo_list_fresh(bench: Bench) -> Seen:
    """An SLO, looked for in the list of its tag at once."""
    tag = f"probe:{bench.run}"
    made = bench.made_object("slo", slo(bench, "list", tags=[tag]))
    shown = [one["id"] for one in bench.list_objects("slo", {KINDS["slo"].endpoint.tag_parameter: tag})]
    return compare_seen(
        made.id in shown, "the list shows it at once" if made.id in shown else "the list does not show it yet"
    )


def _labelled(length: int) -> Payload:
    unit = {"unit": {"type": "custom_unit_label", "label": "u" * length}}
    formula = {"formula": "q", "number_format": unit}
    query = {"data_source": "metrics", "name": "q", "query": "avg:system.load.1{*}", "aggregator": "avg"}
    request = {"formulas": [formula], "queries": [query], "response_format": "scalar"}
    return {"definition": {"type": "query_value", "requests": [request]}}


@experiment(
    "unit-label",
    says="The label of a unit has 12 characters at most.",
    why="Another tool's validation and reports; no recording.",
    bears="The rule about labels, and the dashboards of the packs.",
)
def unit_label(bench: Bench) -> Seen:
    """Labels of 12 and of 13."""
    found = [
        _as_predicted(bench, "dashboard", dashboard(bench, f"label {length}", _labelled(length))) for length in (12, 13)
    ]
    return compare_seen(all(ok for ok, _ in found), f"12 are {found[0][1]}, 13 are {found[1][1]}")


@experiment(
    "dashboard-put-whole",
    says="An update of a dashboard replaces it, and widgets that it names by their ids keep them.",
    why="Recorded: 26 updates.",
    bears="Ids of live widgets are copied into each update.",
)
def dashboard_put(bench: Bench) -> Seen:
    """A dashboard, updated with the ids of its widgets."""
    body = dashboard(bench, "update", description="x")
    made = bench.made_object("dashboard", body)
    ids = [widget["id"] for widget in made.object.get("widgets") or ()]
    widgets = [{**widget, "id": id} for widget, id in zip(body["widgets"], ids, strict=True)]
    bench.edit("dashboard", made.id, {**dashboard(bench, "update"), "widgets": widgets})
    after = bench.read("dashboard", made.id)
    kept = [widget.get("id") for widget in after.get("widgets") or ()]
    holds = kept == ids and not after.get("description")
    return compare_seen(
        holds, f"ids {'stay' if kept == ids else 'change'}; the description is {after.get('description')!r}"
    )


@experiment(
    "recurrence-start",
    says="The start of a recurrence comes back with seconds, and is the same.",
    why="Reported by users, 2024.",
    bears="A start to the minute is no difference.",
)
def recurrence_start(bench: Bench) -> Seen:
    """A start without seconds."""
    rule = {"rrule": "FREQ=DAILY;INTERVAL=1", "duration": "2h", "start": "2037-01-02T23:59"}
    body = downtime(bench, "recurrence", schedule={"timezone": "Europe/Paris", "recurrences": [rule]})
    made = bench.make("downtime", body)
    if not made.ok:
        return compare_seen(False, str(made))
    kept = bench.read("downtime", made.id)
    ours, theirs = KINDS["downtime"].comparable({"schedule": body["schedule"]}, {"schedule": kept.get("schedule")})
    shown = [one.get("start") for one in (kept.get("schedule") or {}).get("recurrences") or ()]
    return compare_seen(ours == theirs, f"2037-01-02T23:59 became {', '.join(map(str, shown))}")


@experiment(
    "downtime-patch",
    says="An update of a downtime keeps what it does not name, its schedule and a start that has begun included.",
    why="Recorded for a message.",
    bears="A schedule that is as it was is not sent again, nor a start that has begun.",
)
def downtime_patch(bench: Bench) -> Seen:
    """A downtime that begins when it is made; its end alone is changed, then its message alone."""
    made = bench.made_object("downtime", downtime(bench, "patch"))
    start = (bench.read("downtime", made.id).get("schedule") or {}).get("start")
    first = bench.edit("downtime", made.id, {"schedule": {"end": "2037-01-02T00:00:00Z"}})
    if not first.ok:
        return compare_seen(False, f"an end alone is {first}")
    bench.edit("downtime", made.id, {"message": bench.name("patched")})
    kept = bench.read("downtime", made.id).get("schedule") or {}
    ended = str(kept.get("end")).startswith("2037-01-02")
    holds = kept.get("start") == start and ended
    return compare_seen(
        holds, f"the start is {'kept' if kept.get('start') == start else 'another'}, the end is {kept.get('end')}"
    )


@experiment(
    "downtime-schedule-ends",
    says="Nulls for start and end take the schedule off a downtime.",
    why="Inferred from the API description.",
    bears="A schedule that is taken out of a definition is sent as nulls.",
)
def downtime_schedule_ends(bench: Bench) -> Seen:
    """A downtime with an end, then with nulls."""
    end = {"schedule": {"end": "2037-01-02T00:00:00Z"}}
    made = bench.made_object("downtime", downtime(bench, "nulls", **end))
    after = bench.edit("downtime", made.id, {"schedule": {"start": None, "end": None}})
    if not after.ok:
        return compare_seen(False, f"nulls are {after}")
    kept = (bench.read("downtime", made.id).get("schedule") or {}).get("end")
    return compare_seen(kept is None, "the end is gone" if kept is None else f"it still ends at {kept}")


@experiment(
    "rule-patch",
    says="An update of a notification rule drops what it does not name.",
    why="Seen in recordings of the endpoint, once.",
    bears="The whole rule is sent with each update.",
)
def rule_patch(bench: Bench) -> Seen:
    """Conditions, replaced by recipients alone."""
    conditions = [{"scope": "transition_type:is_alert", "recipients": ["slack-ddsync-probe"]}]
    made = bench.make("notification-rule", rule(bench, "patch", conditional_recipients={"conditions": conditions}))
    if not made.ok:
        return Seen(None, str(made))
    after = bench.edit("notification-rule", made.id, rule(bench, "patch", recipients=["slack-ddsync-probe"]))
    if not after.ok:
        return Seen(None, f"an update to recipients is {after}")
    kept = bench.read("notification-rule", made.id).get("conditional_recipients")
    return compare_seen(not kept, f"the conditions are {'kept' if kept else 'gone'}")


@experiment(
    "rule-transitions",
    says="Conditions of rules know is_alert, is_warning, is_no_data and is_recovery.",
    why="is_alert stands in Datadog's description; the others are named like the conditions of messages.",
    bears="Who is told in which state, where rules tell.",
)
def rule_transitions(bench: Bench) -> Seen:
    """A rule with a condition on each."""
    names = ("is_alert", "is_warning", "is_no_data", "is_recovery")
    refused = []
    for name in names:
        conditions = [{"scope": f"transition_type:{name}", "recipients": ["slack-ddsync-probe"]}]
        body = rule(bench, name, conditional_recipients={"conditions": conditions})
        if not bench.make("notification-rule", body).ok:
            refused.append(name)
    if len(refused) == len(names):
        return Seen(None, "no rule with conditions is taken at all")
    return compare_seen(not refused, f"refused: {', '.join(refused)}" if refused else "all four are taken")


EXPERIMENTS: tuple[Experiment, ...] = (
    decimals,
    slo_tags,
    slo_put,
    slo_list_fresh,
    unit_label,
    dashboard_put,
    recurrence_start,
    downtime_patch,
    downtime_schedule_ends,
    rule_patch,
    rule_transitions,
)
