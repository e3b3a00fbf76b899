"""The plan's page in a browser: it loads, filters, shows, and reads on every width."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from dd_sync.reports.html import Page, plan_html
from tests.browser.window import Window
from tests.reports.plans import HEADING, PAGERS, World, board, example, graph, group, monitor, url

Show = Callable[[str], Window]


def page(world: World | None = None) -> str:
    return plan_html(world.plan() if world else example(), HEADING, PAGERS, Page(url))


def keys(window: Window) -> list[str]:
    """The keys of the cards that are shown."""
    return window.texts(".card > summary .key")


def test_it_loads_without_a_complaint_and_lists_every_change(show: Show) -> None:
    window = show(page())
    assert keys(window) == [
        "service/disk/payments/prod",
        "service/queue-age/payments/prod",
        "service/availability/payments/prod",
        "service/error-rate/payments/prod",
        "eks/overview/prod-eu-1",
        "mongodb/replication-lag/orders",
    ]
    assert window.texts("#shown") == ["6 of 6"]
    assert window.errors() == []


def test_a_policy_that_is_broken_would_be_heard(show: Show) -> None:
    """The console is what the other tests listen to: it must speak."""
    window = show(page().replace("<main>", '<main><p style="color:red">x</p><script>window.intruder = 1</script>'))
    assert len([one for one in window.errors() if "Content Security Policy" in one]) == 2
    assert window.run("return window.intruder") is None


@pytest.mark.parametrize(
    ("field", "value", "left"),
    [
        ("#by-kind", "dashboard", ["eks/overview/prod-eu-1"]),
        ("#by-action", "held", ["mongodb/replication-lag/orders"]),
        ("#by-action", "delete", ["service/disk/payments/prod"]),
        ("#by-team", "no team", ["eks/overview/prod-eu-1"]),
        ("#find", "nodepool", ["eks/overview/prod-eu-1"]),
        ("#find", "payments DISK", ["service/disk/payments/prod"]),
        ("#find", "nothing of the sort", []),
    ],
)
def test_filters_leave_what_fits(field: str, value: str, left: list[str], show: Show) -> None:
    window = show(page())
    window.choose(field, value)
    assert keys(window) == left
    assert window.texts("#shown") == [f"{len(left)} of 6"]


def test_filters_work_together_and_paging_is_one(show: Show) -> None:
    window = show(page())
    window.choose("#by-action", "pages")
    assert len(keys(window)) == 3
    window.choose("#by-team", "payments")
    window.choose("#find", "queue")
    assert keys(window) == ["service/queue-age/payments/prod"]


def test_a_card_opens_and_shows_both_sides(show: Show) -> None:
    window = show(page())
    assert window.texts("pre.after") == []
    window.run("document.getElementById('monitor:service/error-rate/payments/prod').open = true")
    assert window.texts(".short ins") == ["2", "1"]
    assert "critical was 5" in window.run("return document.querySelector('.card[open] svg.chart').textContent")
    assert window.errors() == []


def test_widgets_are_drawn_in_their_place_with_what_happened(show: Show) -> None:
    window = show(page())
    window.run("document.getElementById('dashboard:eks/overview/prod-eu-1').open = true")
    assert window.texts(".box.mark-new .name") == ["new Queue age"]
    assert window.texts(".box.mark-changed .name") == ["changed CPU"]
    left, right, below = window.run(
        "const at = (title) => [...document.querySelectorAll('.board:last-child .box')]"
        ".find((one) => one.title.startsWith(title)).getBoundingClientRect();"
        "return [at('Queue age').x, at('Busy').x, at('Queue age').y - at('CPU').y]"
    )
    assert left < right
    assert below > 0


def test_the_keyboard_is_enough(show: Show) -> None:
    window = show(page())
    window.press("j", "j", "o")
    assert window.run("return document.querySelector('.card[open]').id") == "monitor:service/queue-age/payments/prod"
    window.press("k")
    assert window.run("return document.activeElement.parentElement.id") == "monitor:service/disk/payments/prod"
    window.press("/")
    window.press("error-rate")
    assert keys(window) == ["service/error-rate/payments/prod"]
    window.press("\ue00c")  # Escape
    assert len(keys(window)) == 6


def test_a_link_to_a_card_opens_it_even_when_a_filter_hides_it(show: Show) -> None:
    window = show(page())
    window.choose("#by-kind", "slo")
    window.run("document.querySelector('.causes a').click()")
    window.wait("return document.querySelector('.card[open]')")
    assert len(keys(window)) == 6
    assert window.run("return document.querySelector('.card[open]').id").startswith("monitor:service/")


def test_all_open_and_all_close(show: Show) -> None:
    window = show(page())
    window.choose("#by-kind", "monitor")
    window.run("document.getElementById('unfold').click()")
    assert window.run("return document.querySelectorAll('.card[open]').length") == 4
    window.run("document.getElementById('unfold').click()")
    assert window.run("return document.querySelectorAll('.card[open]').length") == 0


HOSTILE = (
    "<script>window.intruder = 1</script>",
    "\"><img src=x onerror='window.intruder = 1'>",
    "</pre></details><svg onload=window.intruder=1>",
    "javascript:window.intruder=1",
    "{{ 7 * 7 }} {% raw %} ${window.intruder = 1}",
    "<style>* { display: none }</style><meta http-equiv=refresh content=0>",
    "\u2028</script><base href=//evil.example>",
)


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_that_a_definition_or_datadog_says_is_carried_out(text: str, show: Show) -> None:
    """In titles, messages, queries, tags, notes, the names of groups, and in what is new, changed and deleted."""
    query = f"avg(last_5m):avg:x{{*}} > 5 {text}"
    note = {"definition": {"type": "note", "content": text}}
    world = World().wants("monitor", "a/new", {**monitor(text, told=text), "query": query, "tags": [f"team:{text}"]})
    world.changes("monitor", "a/changed", monitor(f"{text} 1", told=text), {**monitor(text), "message": text + text})
    world.changes(
        "dashboard",
        "a/board",
        board(group(text, graph(text, text)), note, title=text),
        board(group(f"{text} 2", graph(text, f"{text} 2")), {"definition": {"type": "note", "content": text * 2}}),
    )
    world.has("monitor", "a/gone", monitor(text))
    window = show(page(world))
    window.run("for (const one of document.querySelectorAll('details')) one.open = true")
    window.choose("#find", text)
    window.choose("#find", "")
    assert window.run("return window.intruder") is None
    assert window.run("return document.querySelectorAll('img, iframe, base, main script, main style').length") == 0
    assert window.run("return [...document.links].filter((one) => !/^(https|file):/.test(one.protocol)).length") == 0
    assert len(keys(window)) == 4
    assert window.errors() == []


LONG = "a_very_long_name_without_any_place_to_break_it_" * 6


@pytest.mark.parametrize("width", [1280, 768, 400, 320])
@pytest.mark.parametrize("dark", [False, True])
def test_it_reads_on_every_width(width: int, dark: bool, show: Show, window: Window) -> None:
    world = World().changes("monitor", f"a/{LONG}", monitor(LONG, told="@slack-x"), monitor(LONG + "2", critical=2))
    world.wants("monitor", "b/c", monitor(told=f"@pagerduty-{LONG}"))
    world.changes("dashboard", "a/c", board(group(LONG, graph(LONG))), board(group(LONG, graph(LONG), graph("B"))))
    window.resize(width)
    window.media(dark=dark)
    show(page(world))
    assert window.overflow == 0
    window.run("document.getElementById('unfold').click()")
    window.run("for (const one of document.querySelectorAll('details')) one.open = true")
    assert window.overflow == 0
    sizes = window.run(
        "return [...document.querySelectorAll('.card[open] *')].filter((one) => one.checkVisibility() && "
        "[...one.childNodes].some((node) => node.nodeType === 3 && node.data.trim()))"
        ".map((one) => parseFloat(getComputedStyle(one).fontSize))"
    )
    assert min(sizes) >= 11


@pytest.mark.parametrize("width", [1280, 400])
def test_cards_without_their_pictures_fit_too(
    width: int, show: Show, window: Window, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dd_sync.reports.html.LARGEST", 10)
    world = World().changes("monitor", f"a/{LONG}", monitor(LONG), monitor(LONG, critical=2))
    window.resize(width)
    show(page(world))
    window.run("document.querySelector('.card').open = true")
    assert "Too much for a page of this size" in window.texts(".card .body")[0]
    assert window.overflow == 0


CONTRAST = """
const channel = (c) => { c /= 255; return c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4; };
const rgb = (text) => text.match(/[\\d.]+/g).map(Number);
const light = ([r, g, b]) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
const behind = (one) => {
  for (; one; one = one.parentElement) {
    const found = rgb(getComputedStyle(one).backgroundColor);
    if (found.length === 3 || found[3] > 0.99) return found;
  }
  return [255, 255, 255];
};
return [...document.querySelectorAll('main *')]
  .filter((one) => one.checkVisibility() && !one.closest('svg')
    && [...one.childNodes].some((node) => node.nodeType === 3 && node.data.trim()))
  .map((one) => {
    const [a, b] = [light(rgb(getComputedStyle(one).color)), light(behind(one))].sort((x, y) => y - x);
    return [Math.round((a + 0.05) / (b + 0.05) * 100) / 100, one.tagName + '.' + one.className];
  })
  .sort((x, y) => x[0] - y[0])[0];
"""


@pytest.mark.parametrize("dark", [False, True])
def test_every_text_stands_out_from_what_is_behind_it(dark: bool, show: Show, window: Window) -> None:
    """At least 4.5 to 1, as the guidelines for accessible content ask (WCAG 2, level AA)."""
    window.media(dark=dark)
    show(page())
    window.run("for (const one of document.querySelectorAll('details')) one.open = true")
    ratio, where = window.run(CONTRAST)
    assert ratio >= 4.5, where


def test_on_paper_everything_is_open_and_the_tools_are_gone(show: Show, window: Window) -> None:
    show(page())
    window.media(kind="print")
    window.run("dispatchEvent(new Event('beforeprint'))")
    assert window.run("return document.querySelectorAll('.card:not([open])').length") == 0
    assert window.texts(".tools") == []
    window.run("dispatchEvent(new Event('afterprint'))")
    assert window.run("return document.querySelectorAll('.card[open]').length") == 0


def test_a_plan_of_two_hundred_changes_is_shown_whole(show: Show) -> None:
    world = World()
    for n in range(40):
        boards = [
            board(*[group(f"G{g}", *[graph(f"W{w}", query) for w in range(6)]) for g in range(5)], title=f"B{n}")
            for query in ("avg:system.load.1{*}", "avg:system.load.1{*} by {pod}")
        ]
        world.changes("dashboard", f"service/overview/s{n}", *boards)
    for n in range(160):
        world.changes("monitor", f"service/errors/s{n}/prod", monitor(f"M{n}"), monitor(f"M{n}", critical=2))
    text = page(world)
    assert len(text.encode()) < 3_000_000
    window = show(text)
    assert len(keys(window)) == 200
    assert window.errors() == []
