"""Tells Datadog about an apply, when asked: after it, and without a say in how it ended."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence

from dd_sync.core.apply import Outcome
from dd_sync.core.errors import DatadogError
from dd_sync.core.plan import Plan
from dd_sync.reports.telemetry import Ran, event, series
from dd_sync.runs.console import Console
from dd_sync.runs.session import Session

_BY = ("GITHUB_ACTOR", "GITLAB_USER_LOGIN", "USER")
_COMMIT = ("GITHUB_SHA", "CI_COMMIT_SHA")


def emit(session: Session, plan: Plan, outcomes: Sequence[Outcome], seconds: float, tty: Console) -> None:
    """Sends the event and the numbers of an apply. What goes wrong is a notice: the apply is over."""
    ran = Ran(time.time(), seconds, _first(_BY), _first(_COMMIT)[:7])
    told = event(plan, outcomes, ran, tty.redactor)
    calls = [("/api/v1/events", tty.redactor.json(told))] if told is not None else []
    for path, body in (*calls, ("/api/v2/series", series(plan, outcomes, ran))):
        try:
            session.client.call("POST", path, body=body)
        except DatadogError as error:
            tty.say(f"notice: Datadog was not told about this apply: {error.message}")
            return


def _first(names: Sequence[str]) -> str:
    return next((os.environ[name] for name in names if os.environ.get(name)), "")
