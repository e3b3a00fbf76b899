"""The preview in a browser: the tree leads everywhere, and a save is seen without a click."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.browser.window import Window
from tests.cli.test_preview import project as project
from tests.cli.test_preview import url as url
from tests.workbench import MONITOR


def cards(window: Window) -> list[str]:
    return window.texts(".card > summary .key")


@pytest.fixture
def opened(window: Window, url: str) -> Window:
    window.open("about:blank")
    window.errors()  # an earlier page went on asking a server that had ended
    window.open(url)
    window.wait("return document.querySelector('.card')")
    return window


def test_the_tree_leads_to_each_branch_and_fits_every_window(opened: Window) -> None:
    assert [one.split()[0] for one in opened.texts(".aside a")] == ["everything", "prod-eu-1"]
    opened.run("document.querySelectorAll('.aside a')[1].click()")
    opened.wait("return document.querySelector('.aside a[aria-current]')?.textContent === 'prod-eu-1'")
    assert cards(opened) == ["eks/cpu-high/prod-eu-1"]
    for width in (1280, 400):
        opened.resize(width)
        assert opened.overflow == 0
    assert opened.errors() == []


def test_a_save_is_seen_and_what_was_open_stays_open(opened: Window, project: Path) -> None:
    opened.run("document.querySelector('.card').open = true")
    (project / "monitors/eks.py").write_text(MONITOR.replace("CPU above", "Processor above"))
    opened.wait("return document.body.innerText.includes('Processor above')")
    assert opened.run("return document.querySelectorAll('.card[open]').length") == 1

    (project / "monitors/eks.py").write_text("def broken(:\n")
    opened.wait("return document.querySelector('.problem')")
    assert "monitors/eks.py:1" in opened.texts(".problem")[0]
    (project / "monitors/eks.py").write_text(MONITOR)
    opened.wait("return document.querySelector('.card')")
    assert opened.errors() == []
