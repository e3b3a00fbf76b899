"""What a key may be."""

from __future__ import annotations

from pathlib import PurePosixPath, PureWindowsPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dd_sync.core.identity import slug
from dd_sync.core.keys import key_fault


@pytest.mark.parametrize("key", ["a", "service/error-rate/cart/prod", "a.b/c_d", "a..b", "console", "com10", "über"])
def test_usual_keys_are_sound(key: str) -> None:
    assert key_fault(key) == ""


@pytest.mark.parametrize(
    "key",
    [
        "",
        "/a",
        "a/",
        "a//b",
        ".",
        "a/..",
        "../a",
        "a\\b",
        "c:a",
        "a\tb",
        "a\x7fb",
        "\ud83d",
        "NUL",
        "a/con.x",
        "x" * 201,
    ],
)
def test_keys_that_name_something_else_are_not(key: str) -> None:
    assert key_fault(key) != ""


@given(st.text())
def test_a_sound_key_stays_below_its_folder_on_any_system(key: str) -> None:
    if key_fault(key) == "":
        for path in (PurePosixPath(key), PureWindowsPath(key)):
            assert ".." not in path.parts
            assert not path.is_absolute() or path.drive


@given(st.text())
def test_a_slug_is_a_sound_key_of_one_part(text: str) -> None:
    found = slug(text)
    assert key_fault(found) == ""
    assert "/" not in found
    assert slug(found) == found
