"""One query judged: whether Datadog would take it, what is wrong with it, what it says in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from dd_sync.core.findings import Finding
from dd_sync.query.errors import QueryError
from dd_sync.query.explain import explain
from dd_sync.query.guess import guess_type
from dd_sync.query.parse import parse
from dd_sync.rules import RULES, check_query


@dataclass(frozen=True)
class Verdict:
    """What there is to say about one query; `explanation` is empty for one that cannot be read."""

    query: str
    type: str
    findings: Sequence[Finding]
    explanation: str

    @property
    def errors(self) -> list[Finding]:
        """What Datadog would refuse. Other errors (a scope that contradicts itself) it takes, and stays silent."""
        return [finding for finding in self.findings if RULES[finding.rule].refused]

    @property
    def ok(self) -> bool:
        """Whether Datadog would take the query."""
        return not self.errors

    def as_json(self) -> dict[str, Any]:
        """`ok`, `errors` as sentences, `explanation`; `findings` holds errors and warnings with their places."""
        return {
            "ok": self.ok,
            "errors": [sentence(finding) for finding in self.errors],
            "explanation": self.explanation,
            "findings": [_as_json(finding) for finding in self.findings],
        }


def judge(query: str, type: str | None = None) -> Verdict:
    """Checks and explains one query; never raises. Without a type, the one it looks like."""
    type_ = type or guess_type(query)
    findings = check_query(query, type_)
    try:
        words = explain(parse(query, type_))
    except QueryError:
        words = ""
    return Verdict(query, type_, findings, words)


def sentence(finding: Finding) -> str:
    """What is wrong and what to do, on one line."""
    return f"{finding.message}; {finding.fix}" if finding.fix else finding.message


def _as_json(finding: Finding) -> dict[str, Any]:
    return {
        "rule": finding.rule,
        "severity": finding.severity,
        "message": finding.message,
        "start": finding.start,
        "end": finding.end,
        "fix": finding.fix,
    }
