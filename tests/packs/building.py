"""Small projects that use packs, read and built by the loader users have; and what is asked of every pack alike."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from dd_sync.core.findings import Finding
from dd_sync.definitions.definition import Definition
from dd_sync.kinds.monitor import KIND as MONITORS
from dd_sync.project.build import Built
from dd_sync.project.project import load_project
from dd_sync.query.message import variables
from dd_sync.query.parse import parse
from dd_sync.query.parts import group_by, metrics, template_variables
from dd_sync.rules import check_dashboard, check_monitor, check_slo
from dd_sync.rules.dashboards import widgets

TEAMS = 'teams: {platform: {page: "@pagerduty-platform", tell: "@slack-platform"}}'

_CHECKS = {"monitor": check_monitor, "slo": check_slo, "dashboard": check_dashboard}


def built(*settings: str, env: str | None = None) -> Built:
    """What a project with this `ddsync.yaml` has, in the one environment where it is named."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        (root / "ddsync.yaml").write_text("\n".join(["project: acme", TEAMS, *settings]), encoding="utf-8")
        project = load_project(root)
        _, target = project.settings.choose_target(None)
        return project.build(target.model_copy(update={"envs": [env]}) if env else target)


def payloads(made: Built, kind: str) -> dict[str, dict[str, Any]]:
    """The payloads of one kind by key."""
    return {one.key: one.payload for one in made.desired if one.kind == kind}


def names(made: Built, kind: str) -> set[str]:
    """The definitions that made something: `node-not-ready`."""
    return {key.split("/")[1] for key in payloads(made, kind)}


def definitions(made: Built, kind: str) -> dict[str, Definition]:
    """The definitions that made something, by name."""
    return {o.definition.name: o.definition for (k, _), o in made.origins.items() if k == kind}


def findings(made: Built) -> list[tuple[str, Finding]]:
    """What the query checks have to say, warnings included."""
    return [(one.key, f) for one in made.desired for f in _CHECKS[one.kind](one.payload)]


def paging(made: Built) -> dict[str, dict[str, Any]]:
    """The monitors that wake somebody."""
    return {key: payload for key, payload in payloads(made, "monitor").items() if MONITORS.pages(payload)}


def strangers(payload: Mapping[str, Any]) -> set[str]:
    """Tags that name or message of a monitor show and its query is not grouped by."""
    grouped = set(group_by(parse(payload["query"], payload["type"])))
    shown = {v.tag for text in (payload["name"], payload["message"]) for v in variables(text)}
    return {tag for tag in shown if tag} - grouped


def metric_names(made: Built) -> dict[str, set[str]]:
    """The metrics of each object's queries, by kind and key."""
    found = {}
    for one in made.desired:
        texts = list(queries(one.kind, one.payload))
        found[f"{one.kind} {one.key}"] = {m.name for text, type_ in texts for m in metrics(parse(text, type_))}
    return found


def queries(kind: str, payload: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The queries of an object, each with the type it is read as."""
    match kind:
        case "monitor":
            yield payload["query"], payload["type"]
        case "slo":
            yield from ((text, "slo") for text in (payload.get("query") or {}).values())
            slices = (payload.get("sli_specification") or {}).get("time_slice", {}).get("query", {})
            yield from ((query["query"], "slo") for query in slices.get("queries", ()))
        case "dashboard":
            yield from ((query["query"], "dashboard") for _, request in requests(payload) for query in request)


def requests(payload: Mapping[str, Any]) -> Iterator[tuple[dict[str, Any], list[dict[str, Any]]]]:
    """The requests of a dashboard's graphs, and the queries of each."""
    for _, definition in widgets(dict(payload)):
        if definition["type"] in ("timeseries", "toplist", "query_value", "query_table"):
            yield from ((request, request["queries"]) for request in definition["requests"])


def used_variables(query: str) -> set[str]:
    return set(template_variables(parse(query, "dashboard")))


def sections(docstring: str) -> list[str]:
    """The headed paragraphs of a runbook, in order."""
    return re.findall(r"^ *(First step|Likely causes|Over when|Unconfirmed):", docstring, re.MULTILINE)
