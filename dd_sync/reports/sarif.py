"""Findings as SARIF 2.1.0, which code hosts show beside the lines of a change."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from dd_sync.core.findings import Located
from dd_sync.core.secrets import Redactor

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"

_FORMAT = "2.1.0"


def sarif(
    findings: Sequence[Located], whys: Mapping[str, str], version: str = "", redactor: Redactor | None = None
) -> str:
    """A SARIF log of one run; `whys` explains each rule by its id. Files are relative to the project's root."""
    used = list(dict.fromkeys(one.finding.rule for one in findings))
    severities = {one.finding.rule: one.finding.severity for one in findings}
    of_objects = {one.finding.rule for one in findings if one.key}
    run = {
        "tool": {
            "driver": {
                "name": "ddsync",
                **({"version": version} if version else {}),
                "rules": [_rule(id, severities[id], whys.get(id, id), ignorable=id in of_objects) for id in used],
            }
        },
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {"PROJECT": {"description": {"text": "The folder that holds ddsync.yaml."}}},
        "results": [_result(one, used.index(one.finding.rule)) for one in findings],
    }
    log = {"$schema": SCHEMA, "version": _FORMAT, "runs": [run]}
    return json.dumps((redactor or Redactor()).json(log), indent=2, ensure_ascii=False)


def _rule(id: str, severity: str, why: str, *, ignorable: bool) -> dict[str, Any]:
    hint = f'\n\nNot meant for a definition: `@define(ignore=("{id}",))`.' if ignorable else ""
    return {
        "id": id,
        "shortDescription": {"text": why.partition("\n\n")[0].replace("\n", " ")},
        "fullDescription": {"text": why},
        "help": {"text": why, "markdown": f"**{id}**\n\n{why}{hint}"},
        "defaultConfiguration": {"level": severity},
    }


def _result(one: Located, index: int) -> dict[str, Any]:
    finding = one.finding
    text = f"{finding.message}\n{finding.fix}" if finding.fix else finding.message
    logical = [{"fullyQualifiedName": f"{one.kind}:{one.key}", "kind": "resource"}] if one.key else []
    related = [_location(place, f"{name} comes from here") for name, place in one.set_at.items()]
    identity = "\0".join([finding.rule, one.kind, one.key, finding.path, finding.message])
    return {
        "ruleId": finding.rule,
        "ruleIndex": index,
        "level": finding.severity,
        "message": {"text": text},
        "locations": [{**_location(one.source), **({"logicalLocations": logical} if logical else {})}],
        **({"relatedLocations": related} if related else {}),
        "partialFingerprints": {"ddsync/v1": hashlib.sha256(identity.encode()).hexdigest()[:32]},
        "properties": {"path": finding.path, "targets": list(one.targets)},
    }


def _location(source: str, said: str = "") -> dict[str, Any]:
    """`monitors/eks.py:41` as a physical location; a file without a line is meant from its first."""
    file, _, line = source.rpartition(":")
    uri, number = (file, int(line)) if file and line.isdecimal() else (source, 1)
    place = {
        "physicalLocation": {
            "artifactLocation": {"uri": uri or "ddsync.yaml", "uriBaseId": "PROJECT"},
            "region": {"startLine": number},
        }
    }
    return {**place, "message": {"text": said}} if said else place
