"""The alert catalogue as markdown pages: what wakes whom, why, and what to do then."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Protocol

from dd_sync.core.kind import Recipients
from dd_sync.reports.escaping import code, fence, inline, visible
from dd_sync.reports.paging import Pagers, alert_handles

MARK = "<!-- Written by ddsync render --catalogue: changes are overwritten. -->"
"""The first line of every page: what lets a later run know its own."""

INDEX = "index.md"


class Item(Protocol):
    """One object of a section."""

    @property
    def key(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def about(self) -> str: ...
    @property
    def query(self) -> str: ...
    @property
    def words(self) -> str: ...
    @property
    def thresholds(self) -> Mapping[str, Any]: ...
    @property
    def priority(self) -> int | None: ...
    @property
    def told(self) -> Recipients: ...
    @property
    def source(self) -> str: ...
    @property
    def numbers(self) -> Mapping[str, tuple[Any, str]]: ...


class Section(Protocol):
    """One definition with what it makes."""

    @property
    def name(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def level(self) -> str: ...
    @property
    def why(self) -> str: ...
    @property
    def runbook(self) -> str: ...
    @property
    def verbatim(self) -> bool: ...
    @property
    def tunables(self) -> Mapping[str, Any]: ...
    @property
    def items(self) -> Sequence[Item]: ...


class Page(Protocol):
    """One service or one pack."""

    @property
    def path(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def facts(self) -> Mapping[str, str]: ...
    @property
    def sections(self) -> Sequence[Section]: ...


def catalogue_pages(pages: Sequence[Page], project: str, pagers: Pagers) -> dict[str, str]:
    """Every page by its path, the index among them."""
    found = {page.path: _text(_page(page)) for page in pages}
    return {INDEX: _text(_index(pages, project, pagers)), **found}


def _text(lines: Iterator[str]) -> str:
    return "\n".join([MARK, "", *lines]).rstrip("\n") + "\n"


def _index(pages: Sequence[Page], project: str, pagers: Pagers) -> Iterator[str]:
    yield f"# Alerts of {inline(project)}"
    for folder in dict.fromkeys(page.path.partition("/")[0] for page in pages):
        yield from (
            "",
            f"## {folder.capitalize()}",
            "",
            "| page | alerts | wake somebody | others |",
            "|---|--:|--:|--:|",
        )
        for page in pages:
            if page.path.startswith(f"{folder}/"):
                items = [item for section in page.sections for item in section.items]
                alerts = [item for item in items if item.told]
                waking = sum(any(map(pagers.wakes, alert_handles(item.told))) for item in alerts)
                yield f"| [{inline(page.title)}]({page.path}) | {len(alerts)} | {waking} | {len(items) - len(alerts)} |"


def _page(page: Page) -> Iterator[str]:
    yield f"# {inline(page.title)}"
    yield ""
    yield " · ".join(f"{name} {inline(fact)}" for name, fact in page.facts.items())
    in_service = page.path.startswith("services/")
    for section in page.sections:
        yield from ("", f"## {inline(section.name)}", "", *_section(section, in_service))


def _section(section: Section, all_items: bool) -> Iterator[str]:
    made = f"{len(section.items)} here" if section.items else "makes nothing here"
    yield f"{section.kind} · level {section.level} · {made}"
    yield from ("", f"**Why** {prose(section.why)}")
    if section.tunables:
        numbers = ", ".join(f"{inline(name)} {code(_value(value))}" for name, value in section.tunables.items())
        yield from ("", f"**Tunables** {numbers}")
    for item in section.items if all_items else section.items[:1]:
        yield from ("", *_item(item))
    if section.runbook:
        shown = fence(section.runbook) if section.verbatim else prose(section.runbook)
        yield from ("", "**Runbook**", "", shown)


def _item(item: Item) -> Iterator[str]:
    yield f"### {inline(item.title)}" + (f" ({inline(item.about)})" if item.about else "")
    if item.words:
        yield from ("", inline(item.words))
    if item.query:
        yield from ("", fence(item.query))
    facts = [*_thresholds(item), *_told(item.told), *_numbers(item)]
    facts.append(f"key {code(item.key)}, defined at {code(item.source)}")
    yield from ("", *(f"- {fact}" for fact in facts))


def _thresholds(item: Item) -> Iterator[str]:
    if item.priority:
        yield f"priority {item.priority}"
    if item.thresholds:
        yield ", ".join(f"{inline(name.replace('_', ' '))} {inline(_value(v))}" for name, v in item.thresholds.items())


def _told(told: Recipients) -> Iterator[str]:
    """Who hears of it, states that tell the same people together."""
    by_handles: dict[tuple[str, ...], list[str]] = {}
    for state, handles in told.items():
        by_handles.setdefault(tuple(handles), []).append(state.replace("_", " "))
    for handles, states in by_handles.items():
        if handles:
            yield f"on {', '.join(states)}: {' '.join(map(code, handles))}"
    if told and not any(told.values()):
        yield "tells nobody"


def _numbers(item: Item) -> Iterator[str]:
    for name, (value, place) in item.numbers.items():
        yield f"{inline(name)} is {code(_value(value))} by {code(place)}"


def _value(value: Any) -> str:
    return "—" if value is None else f"{value:g}" if isinstance(value, float) else str(value)


_CODE = re.compile(r"(?<!`)(`++)(?s:.+?)(?<!`)\1(?!`)|^ {4}.*$", re.MULTILINE)


def prose(text: str) -> str:
    """A docstring's own markdown, less HTML, images, and links to anything but the web. What is code stays as it is."""
    text, parts, end = visible(text), [], 0
    for found in _CODE.finditer(text):
        parts += [_escaped(text[end : found.start()]), found[0]]
        end = found.end()
    return "".join([*parts, _escaped(text[end:])])


def _escaped(text: str) -> str:
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace("![", "!&#91;").replace("@", "@&#8203;")
    return re.sub(r"\]\((?!https://)", "]&#40;", text)
