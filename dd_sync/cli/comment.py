"""`ddsync comment`: the plan as one comment on the pull request, kept up to date."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Optional

import typer

if TYPE_CHECKING:
    from dd_sync.core.saved import Saved
    from dd_sync.core.secrets import Redactor
    from dd_sync.pull_requests.place import PullRequest


def comment(
    planfile: Annotated[Path, typer.Argument(help="A plan that `ddsync plan --save` wrote.", metavar="PLANFILE")],
    provider: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option("--provider", help="github or gitlab; detected in their CI."),
    ] = None,
    number: Annotated[
        Optional[int],  # noqa: UP045
        typer.Option("--number", help="The pull request, if the CI's variables do not name it.", min=1),
    ] = None,
) -> None:
    """Write the plan into one comment on the pull request: deletions and pages first, the rest folded.

    Needs GITHUB_TOKEN (pull-requests: write) or GITLAB_TOKEN (scope api), and no Datadog keys.

    Example: ddsync comment plan.json
    """
    import os
    import time

    from dd_sync.core.errors import UsageError
    from dd_sync.pull_requests.forges import forge
    from dd_sync.pull_requests.place import PROVIDERS, pull_request
    from dd_sync.pull_requests.sticky import keep
    from dd_sync.runs.console import console
    from dd_sync.runs.report_formats import read_plan

    tty = console()
    chosen = next((one for one in PROVIDERS if one == provider), None)
    if provider is not None and chosen is None:
        raise UsageError(f'no provider "{provider}"', hint=f"there are {', '.join(PROVIDERS)}")
    saved = read_plan(planfile)
    place = pull_request(os.environ, chosen, number)
    tty.know(place.token)
    text = _text(saved, place, time.time(), tty.redactor)
    done, written = keep(forge(place), saved.plan.owner, text)
    tty.result(f"{done} the comment for {saved.plan.owner} on {place.provider} {place.repository} #{place.number}")
    if written.url:
        tty.say(written.url)


def _text(saved: Saved, place: PullRequest, now: float, redactor: Redactor) -> str:
    """The comment's text within what the provider takes, with what it was made from below it."""
    from dd_sync.pull_requests.sticky import mark
    from dd_sync.reports.heading import Heading
    from dd_sync.reports.markdown import LIMITS, Surroundings, footer, plan_markdown
    from dd_sync.runs.report_formats import pagers_here, urls_of

    owner = saved.plan.owner
    around = Surroundings(urls_of(saved.place), *footer(saved.plan, place.commit, place.run, now))
    return plan_markdown(
        saved.plan,
        Heading(owner.project, owner.target, "", 0.0, now),
        pagers_here(),
        around,
        limit=LIMITS[place.provider] - len(mark(owner)) - 1,
        redactor=redactor,
    )
