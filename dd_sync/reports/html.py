"""A plan as one page: a file that needs nothing else, reads in light and dark, on a phone and on paper.

Nothing is loaded from anywhere and no script but the page's own runs: the policy in its head names both by their
digest. Texts of definitions and of Datadog are escaped where they are put in, and secrets masked before.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Any

import jinja2
from markupsafe import Markup

from dd_sync.core.consent import Consent
from dd_sync.core.limits import refusals
from dd_sync.core.plan import Plan
from dd_sync.core.secrets import Redactor
from dd_sync.reports.as_json import Url
from dd_sync.reports.boards import styles
from dd_sync.reports.cards import WORDS, Card, Maker
from dd_sync.reports.charts import Series
from dd_sync.reports.consents import consent_lines
from dd_sync.reports.heading import Heading
from dd_sync.reports.hypertext import shield
from dd_sync.reports.paging import Pagers, Recipients, paging_changes
from dd_sync.reports.text import in_order

TEMPLATES = "templates"

LARGEST = 3_000_000
"""Bytes of a page, as far as that is possible: above, the heaviest cards are slim."""

MOST_PAGED = 200
"""Rows of who is woken by what."""


@dataclass(frozen=True)
class Page:
    """What a page shows beside the plan."""

    url: Url = lambda kind, object_id: ""
    series: Series | None = None
    """What monitors measured lately; without it charts show thresholds alone."""
    aside: Markup | None = None
    """What stands at the side: the tree of a preview."""
    version: str | None = None
    """Of a page that is served and reloads itself when the project changes; None for a file."""
    commit: str = ""


@dataclass(frozen=True)
class _Woken:
    handle: str
    starts: int
    stops: int
    cards: Sequence[Card] = field(default=())


def plan_html(
    plan: Plan, heading: Heading, pagers: Pagers, page: Page | None = None, *, redactor: Redactor | None = None
) -> str:
    """The whole page. `heading.now` gives edits their age; `page` the addresses of objects and their series."""
    page = page or Page()
    maker = Maker(plan.ids, pagers, heading.now, page.url, page.series, redactor or Redactor())
    todo, held = in_order(plan)
    cards = [maker.card(change) for change in (*todo, *held)]
    about = {
        "title": f"{heading.project} → {heading.target}",
        "heading": heading,
        "plan": plan,
        "counts": {name: sum(card.action == name for card in cards) for name in WORDS},
        "words": WORDS,
        "woken": _woken(plan, pagers, cards),
        "most": MOST_PAGED,
        "refusals": [(one.message, one.hint) for one in refusals(plan, Consent())],
        "consents": [maker.mask.text(line) for line in consent_lines(plan)],
        "notices": [(notice.kind, notice.id, maker.mask.text(notice.text)) for notice in plan.notices],
        "kinds": list(dict.fromkeys(card.kind for card in cards)),
        "teams": sorted({team for card in cards for team in card.teams}),
    }
    room = sum(card.weight for card in cards)
    while True:
        text = _document_of(_fitting(cards, room), page, about)
        size = len(text.encode())
        if size <= LARGEST or not room:
            return text
        room = max(0, room - round((size - LARGEST) * 1.1))


def _fitting(cards: Sequence[Card], room: int) -> list[Card]:
    """The cards whose pictures and texts together take so many characters; the heaviest are slim."""
    over = sum(card.weight for card in cards) - room
    slim: set[str] = set()
    for card in sorted(cards, key=lambda card: card.weight, reverse=True):
        if over <= 0:
            break
        slim.add(card.anchor)
        over -= card.weight
    return [card.without_pictures() if card.anchor in slim else card for card in cards]


def _document_of(cards: Sequence[Card], page: Page, about: Mapping[str, Any]) -> str:
    drawings = [board for card in cards for board in (card.old_board, card.new_board) if board is not None]
    return document(
        "plan.html",
        rules=styles(drawings),
        version=page.version,
        cards=cards,
        aside=page.aside,
        commit=page.commit,
        **about,
    )


def problem_html(title: str, message: str, hint: str, page: Page) -> str:
    """What a preview shows while the project cannot be built."""
    return document("problem.html", version=page.version, title=title, message=message, hint=hint, aside=page.aside)


def document(template: str, *, rules: str = "", version: str | None = None, **values: Any) -> str:
    """A page of a template with the style and the script that all share; `rules` are styles of its own."""
    style = Markup(_asset("page.css") + rules)  # noqa: S704 - files of this package, and numbers
    script = Markup(_asset("page.js") + (_asset("reload.js") if version is not None else ""))  # noqa: S704 - files of this package
    talks = "'none'" if version is None else "'self'"
    policy = (
        f"default-src 'none'; style-src '{_digest(style)}'; script-src '{_digest(script)}'; connect-src {talks};"
        " base-uri 'none'; form-action 'none'"
    )
    return (
        _templates().get_template(template).render(policy=policy, style=style, script=script, version=version, **values)
    )


def _woken(plan: Plan, pagers: Pagers, cards: Sequence[Card]) -> list[_Woken]:
    """Who starts and stops being woken, and by which cards."""
    by_name = {(card.kind, card.key): card for card in cards if card.pages}
    every: Recipients = paging_changes(plan.changes, pagers)
    causes: dict[str, list[Card]] = {}
    for change in plan.changes:
        if change.name in by_name:
            found = paging_changes([change], pagers)
            for handle in {**found.starts, **found.stops}:
                causes.setdefault(handle, []).append(by_name[change.name])
    handles = sorted(every.starts.keys() | every.stops.keys())
    return [_Woken(one, every.starts[one], every.stops[one], causes.get(one, ())) for one in handles]


@cache
def _templates() -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.PackageLoader("dd_sync.reports", TEMPLATES),
        autoescape=True,
        finalize=shield,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )


@cache
def _asset(name: str) -> str:
    return (resources.files("dd_sync.reports") / TEMPLATES / name).read_text(encoding="utf-8")


def _digest(text: str) -> str:
    """What a content policy names a text by."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
