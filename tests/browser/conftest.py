"""A real browser: Debian's `chromium` and `chromium-driver`, driven by selenium. Where one is missing, tests say so."""

from __future__ import annotations

import importlib.util
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.browser.window import Window, opened


def missing() -> str:
    """What is not on this machine; empty when everything is."""
    if importlib.util.find_spec("selenium") is None:
        return "selenium is not installed: pip install selenium"
    for program in ("chromium", "chromedriver"):
        if shutil.which(program) is None:
            return f"{program} is not installed: apt-get install chromium chromium-driver"
    return ""


@pytest.fixture(scope="session")
def browser() -> Iterator[Window]:
    """One browser for all tests."""
    if reason := missing():
        pytest.skip(reason)
    with opened() as window:
        yield window


@pytest.fixture
def window(browser: Window) -> Window:
    """The browser, as wide as a desk, in light colours, its console empty."""
    browser.resize(1280, 900)
    browser.media()
    browser.errors()
    return browser


@pytest.fixture
def show(window: Window, tmp_path: Path) -> Callable[[str], Window]:
    """Opens a page as a file."""

    def shown(text: str) -> Window:
        file = tmp_path / "page.html"
        file.write_text(text, encoding="utf-8")
        window.open(file.as_uri())
        return window

    return shown
