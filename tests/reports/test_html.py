"""The plan as one page."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from dd_sync.core.plan import Notice
from dd_sync.core.secrets import Redactor
from dd_sync.reports import html
from dd_sync.reports.html import Page, plan_html
from tests.reports.plans import HEADING, PAGERS, World, board, example, graph, many, monitor, url

VOID = {"meta", "input", "path", "use", "rect", "line", "polyline", "br"}


class Tree(HTMLParser):
    """Reads a page strictly: every tag that opens has to close, in order."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.ids: list[str] = []
        self.text: list[str] = []
        self.feed(page)
        assert not self.open, f"left open: {self.open}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if dict(attrs).get("id"):
            self.ids.append(str(dict(attrs)["id"]))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open, f"</{tag}> closes nothing"
        assert self.open.pop() == tag, f"</{tag}> out of order"

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] not in ("script", "style"):
            self.text.append(data)

    def count(self, tag: str, **attributes: str) -> int:
        return sum(name == tag and attributes.items() <= found.items() for name, found in self.tags)


def read(page: str) -> Tree:
    return Tree(page)


def test_the_page_is_whole_and_every_change_has_a_card() -> None:
    tree = read(plan_html(example(), HEADING, PAGERS, Page(url)))
    assert {f"{change.kind}:{change.key}" for change in example().changes} <= set(tree.ids)
    assert len(tree.ids) == len(set(tree.ids))


def test_nothing_is_loaded_from_anywhere() -> None:
    page = plan_html(example(), HEADING, PAGERS, Page(url))
    tree = read(page)
    assert not {name for name, _ in tree.tags} & {"link", "img", "iframe", "object", "embed", "base", "form"}
    for name, attributes in tree.tags:
        assert "src" not in attributes
        assert "style" not in attributes
        assert not [one for one in attributes if one.startswith("on")]
        if name == "a":
            assert str(attributes["href"]).startswith(("#", "https://app.datadoghq.eu/"))
        if name == "use":
            assert str(attributes["href"]).startswith("#")
    assert not re.search(r"@import|url\(", page)


def test_the_policy_names_the_style_and_the_script_by_their_digests() -> None:
    page = plan_html(example(), HEADING, PAGERS)
    (policy,) = re.findall(r'Content-Security-Policy" content="([^"]*)"', page)
    for name in ("style", "script"):
        (text,) = re.findall(rf"<{name}>(.*?)</{name}>", page, re.S)
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"{name}-src 'sha256-{digest}'" in policy
    assert policy.startswith("default-src 'none';")
    assert "unsafe" not in policy


NASTY = """</script><script>alert(1)</script> " onload="alert(1) ' </details> <!-- {{ 7*7 }} {% x %} </style> &lt;"""


def test_texts_of_others_are_text() -> None:
    world = World().changes("monitor", "a/b", monitor(NASTY, told=NASTY), monitor(NASTY + "2", told=NASTY + "2"))
    world.changes("dashboard", "a/c", board(graph(NASTY)), board(graph(NASTY, NASTY), graph("<b>x</b>"), title=NASTY))
    plan = replace(world.plan(), notices=(Notice(NASTY, "monitor", 1),))
    tree = read(plan_html(plan, HEADING, PAGERS, Page(url)))
    assert tree.count("script") == 1
    assert "b" not in {name for name, attributes in tree.tags if not attributes.get("class") and name == "x"}
    assert any(NASTY in text for text in tree.text)
    assert not [name for _, attributes in tree.tags for name in attributes if name.startswith("on")]


def test_masking_the_page_once_more_changes_nothing() -> None:
    said = "token: hunter2hunter2 https://hooks.slack.com/services/T0/B0/abcdefghijk a secret: yes"
    world = World().changes("monitor", "a/b", monitor(said, told=said), monitor(said + "x", told="secret: no"))
    world.wants("monitor", "a/c", monitor(told=said)).wants("dashboard", "a/d", board(graph(said), title=said))
    page = plan_html(world.plan(), HEADING, PAGERS, Page(url))
    assert "hunter2hunter2" not in page
    assert "abcdefghijk" not in page
    assert Redactor().text(page) == page


def test_the_head_counts_and_says_who_is_woken_by_what() -> None:
    text = " ".join(" ".join(read(plan_html(example(), HEADING, PAGERS)).text).split())
    assert "2 new 2 changed 1 deleted 1 held 0 unchanged" in text
    assert "@pagerduty-payments 2 start paging 1 stops paging" in text


def test_what_apply_would_refuse_stands_on_the_page() -> None:
    text = " ".join(read(plan_html(many(60, ["delete"]), HEADING, PAGERS)).text)
    assert "Apply will refuse:" in text
    assert "no definitions were found" in text


def test_nothing_to_change_is_a_page_too() -> None:
    plan = World().has("monitor", "a/b", monitor()).wants("monitor", "a/b", monitor()).plan()
    assert "Nothing to change." in read(plan_html(plan, HEADING, PAGERS)).text


def test_filters_offer_what_is_there() -> None:
    page = plan_html(example(), HEADING, PAGERS)
    offered = {
        name: re.findall(r"<option[^>]*>([^<]*)</option>", found)
        for name, found in re.findall(r'<select id="by-(\w+)"[^>]*>(.*?)</select>', page)
    }
    assert offered == {
        "kind": ["every kind", "monitor", "slo", "dashboard"],
        "action": ["every change", "new", "changed", "deleted", "held", "paging"],
        "team": ["every team", "no team", "payments"],
    }


def test_two_hundred_changes_stay_well_within_three_megabytes() -> None:
    world = World()
    for n in range(40):
        before = board(*[graph(f"Graph {m}") for m in range(30)], title=f"B{n}")
        after = board(*[graph(f"Graph {m}", "avg:system.load.1{*} by {pod}") for m in range(30)], title=f"B{n}")
        world.changes("dashboard", f"service/overview/s{n}", before, after)
    for n in range(160):
        world.changes("monitor", f"service/error-rate/s{n}/prod", monitor(f"M{n}"), monitor(f"M{n}", critical=2))
    assert len(plan_html(world.plan(), HEADING, PAGERS, Page(url)).encode()) < 3_000_000


def test_a_page_that_would_be_too_large_keeps_every_change_and_leaves_out_the_heaviest_pictures(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world = World()
    for n in range(12):
        sides = [
            board(*[graph(f"W{w}", f"avg:x.{n}{{*}}{extra}") for w in range(3 + 20 * n)]) for extra in ("", " + 1")
        ]
        world.changes("dashboard", f"service/overview/s{n}", *sides)
    whole = plan_html(world.plan(), HEADING, PAGERS, Page(url))
    assert "Too much for a page" not in whole
    monkeypatch.setattr(html, "LARGEST", 200_000)
    text = plan_html(world.plan(), HEADING, PAGERS, Page(url))
    assert len(text.encode()) <= 200_000 < len(whole.encode())
    assert text.count('<details class="card') == 12
    slim = re.findall(r"--only \S*dashboard:service/overview/s(\d+)", text)
    assert slim == sorted(slim, key=int)
    assert "11" in slim, "the heaviest first"
    assert "0" not in slim


def test_more_changes_than_fit_are_summaries_and_no_endless_search(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(html, "LARGEST", 10)
    text = plan_html(many(30), HEADING, PAGERS, Page(url))
    assert text.count("Too much for a page") == 30


def test_a_preview_may_talk_to_its_own_server_and_a_file_to_nobody() -> None:
    assert "connect-src 'none'" in plan_html(example(), HEADING, PAGERS)
    page = plan_html(example(), HEADING, PAGERS, Page(version="7"))
    assert "connect-src 'self'" in page
    assert "EventSource" in page
