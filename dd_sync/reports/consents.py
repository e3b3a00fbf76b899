"""What a plan loses with consent: the line a reviewer agrees to, beside what it is used for."""

from __future__ import annotations

from typing import Any

from dd_sync.core.limits import Use, uses
from dd_sync.core.plan import Plan


def consent_lines(plan: Plan) -> list[str]:
    """A sentence for each consent that something in the plan needs: where it stands, for what, and how much of it."""
    used = [use for use in uses(plan) if use.changes]
    return [f"consent: {use.consent.text} ({use.consent.source}; {_used(use)})" for use in used]


def consent_data(plan: Plan) -> list[dict[str, Any]]:
    """Each consent as `ddsync.yaml` has it, with the number of changes that need it."""
    return [{**use.consent.as_data, "used": len(use.changes)} for use in uses(plan)]


def _used(use: Use) -> str:
    return f"{len(use.changes)} here{'' if use.enough else ', too many: it counts for none'}"
