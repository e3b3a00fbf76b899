"""Whether a plan stays within the limits, for machines that look for a word in the output.

Atlantis reads the output of a policy check for the letters "fail", and titles such as "Job failed" contain them. So a
verdict that passes holds numbers and words of our own, and no text of anybody else's.
"""

from __future__ import annotations

from dd_sync.core.consent import Consent
from dd_sync.core.limits import refusals
from dd_sync.core.plan import Plan

PASS, FAIL = "policy: pass", "policy: fail"

_ACTIONS = ("create", "update", "replace", "adopt", "delete")


def policy_check(plan: Plan, consent: Consent) -> tuple[bool, str]:
    """Whether the plan passes, and the text that says so: counts alone, or what is refused and how to mean it."""
    counts = plan.counts()
    numbers = ", ".join(f"{counts[name]} to {name}" for name in _ACTIONS) + f", {counts['held']} held"
    broken = list(refusals(plan, consent))
    if not broken:
        return True, f"{PASS}\n{numbers}"
    return False, "\n".join([FAIL, numbers, *(f"{one.message}\n  {one.hint}" for one in broken)])
