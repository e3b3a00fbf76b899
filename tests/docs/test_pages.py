"""The pages, followed from the top in an empty folder: their files are written, their commands run, and what they
show is what is printed."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.docs.pages import ROOT, blocks, pages
from tests.docs.reader import reader, settled, shows

NOT_RUN: frozenset[str] = frozenset(
    {
        "needs a package index",
        "needs Terraform",
        "needs Vault",
    }
)
"""Why a block may be left alone."""


WITH_BLOCKS = [page for page in pages() if any(blocks(page))]


@pytest.mark.parametrize("page", WITH_BLOCKS, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_a_page_shows_what_really_happens(page: Path, tmp_path: Path) -> None:
    with reader(tmp_path) as following:
        for block in blocks(page):
            following.follow(block)


def test_the_guides_are_among_what_is_followed() -> None:
    followed = {page.name for page in WITH_BLOCKS}
    assert {"start.md", "first-service.md", "from-terraform.md", "how-it-works.md", "kind.md", "rule.md"} <= followed


def test_what_is_not_run_says_why() -> None:
    reasons = {block.not_run for page in pages() for block in blocks(page) if block.not_run}
    assert reasons <= NOT_RUN


def test_only_whole_lines_may_be_left_out() -> None:
    assert shows("one\n…\nfour\n", "one\ntwo\nthree\nfour\n")
    assert shows("one\n…\n", "one\ntwo\n")
    assert not shows("one\n…\nfour\n", "one\ntwo\n")
    assert not shows("one\n", "one\ntwo\n")


def test_times_and_receipts_may_differ() -> None:
    assert settled("done in 0.3 s · receipts/20261122T101502Z-9f3a11c0.json") == settled(
        "done in 1.2 s · receipts/20261123T000000Z-00000000.json"
    )
