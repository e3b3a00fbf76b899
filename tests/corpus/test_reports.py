"""Every published monitor and dashboard, and every recorded write, on the page and in a comment."""

from __future__ import annotations

from typing import Any

import pytest

from dd_sync.core.plan import Plan
from dd_sync.core.secrets import Redactor
from dd_sync.kinds import KINDS
from dd_sync.reports.html import Page, plan_html
from dd_sync.reports.markdown import GITHUB_LIMIT, plan_markdown
from dd_sync.reports.text import plan_text
from tests.corpus.recordings import lines, needs_recordings
from tests.reports.plans import HEADING, PAGERS, SOURCES, World, url
from tests.reports.test_html import read
from tests.reports.test_markdown import sound

pytestmark = needs_recordings


def published() -> Plan:
    world = World()
    for kind in ("monitor", "dashboard"):
        for n, line in enumerate(lines(f"{kind}s.jsonl")):
            world.wants(kind, f"published/{kind}/{n:04d}", line["body"])
    return world.plan()


def written() -> Plan:
    """What each recorded write changed, from the body before it."""
    world = World()
    for n, line in enumerate(lines("pairs.jsonl")):
        before: Any = line.get("prior")
        if line["kind"] in SOURCES and before and before.get("id"):
            before = {name: value for name, value in before.items() if name not in KINDS[line["kind"]].server_fields}
            world.changes(line["kind"], f"written/{line['kind']}/{n:04d}", before, line["request"])
    return world.plan()


@pytest.mark.parametrize("made", [published, written])
def test_every_report_is_sound(made: Any) -> None:
    plan = made()
    assert len(plan.changes) > 20
    assert plan_text(plan, HEADING, PAGERS)
    comment = plan_markdown(plan, HEADING, PAGERS)
    sound(comment)
    assert len(comment) <= GITHUB_LIMIT
    page = plan_html(plan, HEADING, PAGERS, Page(url))
    tree = read(page)
    assert len([one for one in tree.ids if one.startswith(tuple(SOURCES))]) == len(plan.changes)
    assert Redactor().text(page) == page
    assert Redactor().text(comment) == comment
