"""A plan and its outcomes as the public JSON formats."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from dd_sync.core.plan import Change, Plan
from dd_sync.core.references import ObjectId
from dd_sync.core.secrets import Redactor
from dd_sync.core.three_way import ThreeWay
from dd_sync.reports.consents import consent_data

if TYPE_CHECKING:
    from dd_sync.core.apply import Outcome

Url = Callable[[str, ObjectId | None], str]
"""The page of an object, by kind and id."""


def plan_json(plan: Plan, url: Url, redactor: Redactor) -> str:
    """The plan as one JSON document; secrets inside texts are masked."""
    body = {
        "format": 1,
        "project": plan.owner.project,
        "target": plan.owner.target,
        "fingerprint": plan.fingerprint,
        "summary": plan.counts(),
        "leads_to": plan.leads_to(),
        "changes": [redactor.json(_change(change, url(change.kind, change.id))) for change in plan.changes],
        "renewals": [{"kind": change.kind, "key": change.key, "id": change.id} for change in plan.renewals],
        "notices": [{"kind": notice.kind, "id": notice.id, "text": notice.text} for notice in plan.notices],
        **({"consent": consent_data(plan)} if plan.consents else {}),
    }
    return json.dumps(body, indent=2, ensure_ascii=False)


def _change(change: Change, url: str) -> dict[str, Any]:
    return {
        "action": change.action,
        "cause": change.cause,
        "kind": change.kind,
        "key": change.key,
        "id": change.id,
        "source": change.source,
        "title": change.title,
        "url": url,
        "fields": [{"path": one.path, "before": one.before, "after": one.after} for one in change.fields],
        "notify": {
            "before": {state: list(told) for state, told in change.told_before.items()},
            "after": {state: list(told) for state, told in change.told_after.items()},
        },
        "reason": change.reason,
        **({"conflict": [_three(one) for one in change.conflict]} if change.conflict else {}),
        **({"twin": change.twin} if change.twin is not None else {}),
    }


def _three(one: ThreeWay) -> dict[str, Any]:
    """One place of a conflict; `applied` is left out where no receipt tells it."""
    known = {"applied": one.applied} if one.known else {}
    return {"path": one.path, **known, "code": one.code, "datadog": one.datadog}


def outcome_json(outcome: Outcome) -> str:
    """One outcome as a line of NDJSON."""
    return json.dumps(outcome_fields(outcome), ensure_ascii=False)


def outcome_fields(outcome: Outcome) -> dict[str, Any]:
    """One outcome as machines read it."""
    return {
        "action": outcome.action,
        "kind": outcome.kind,
        "key": outcome.key,
        "id": outcome.id,
        "status": outcome.status,
        "reason": outcome.reason,
        "seconds": outcome.seconds,
    }


def counts(outcomes: Sequence[Outcome]) -> dict[str, int]:
    """The number of outcomes by status."""
    statuses = ("done", "failed", "refused", "held", "skipped")
    return {status: sum(outcome.status == status for outcome in outcomes) for status in statuses}


def last_line(outcomes: Sequence[Outcome], receipt: str) -> str:
    """The end of an apply's NDJSON: its counts and where the receipt is."""
    return json.dumps({"summary": counts(outcomes), "receipt": receipt}, ensure_ascii=False)
