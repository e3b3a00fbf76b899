"""A docstring either says exactly the message, or a line about it."""

from __future__ import annotations

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dd_sync.importing.docstring import as_docstring, docstring_text, first_line

words = st.text(st.characters(categories=["L", "N", "P"]), min_size=1, max_size=30)
paragraphs = st.lists(words, min_size=1, max_size=60).map(" ".join)
messages = st.lists(paragraphs | st.text(max_size=50), min_size=1, max_size=4).map("\n\n".join)


@given(messages)
def test_a_docstring_that_stands_for_a_message_says_exactly_that(message: str) -> None:
    lines = as_docstring(message)
    if lines is None:
        return
    code = "\n".join(["def f():", *(f"    {line}" if line else "" for line in lines)])
    function = ast.parse(code).body[0]
    assert isinstance(function, ast.FunctionDef)
    docstring = ast.get_docstring(function, clean=False)
    assert docstring is not None
    assert docstring_text(docstring) == message
    assert all(len(line) <= 120 or " " not in line.strip() for line in code.split("\n"))


def test_paragraphs_are_wrapped_and_lists_keep_their_lines() -> None:
    message = "word " * 40 + "end.\n\n- one\n- two"
    lines = as_docstring(message)
    assert lines is not None
    assert lines[-4:] == ["", "- one", "- two", '"""']
    assert len(lines) == 6


@pytest.mark.parametrize(
    "message",
    ["", "two\nlines", "a {name} of ours", 'ends in "', "back\\slash", "tab\there", 'three """ quotes', " indented"],
)
def test_what_a_docstring_cannot_say_is_not_tried(message: str) -> None:
    assert as_docstring(message) is None


def test_a_template_variable_of_datadog_is_no_name_of_ours() -> None:
    assert as_docstring("Host {{host.name}} is down.") == ['"""Host {{host.name}} is down."""']


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("CPU is high. Look at `top`.", "CPU is high."),
        ("@slack-ops\n\nDisk on {{host.name}} is full", "Disk on is full."),
        ("## Heading\nmore", "Heading."),
        ("{{#is_alert}}Down!{{/is_alert}}", "Down!"),
        ("", "The title."),
        ("@ops", "The title."),
        ('with "quotes" and \\ {braces}', "with quotes and braces."),
        ("word " * 50, "word " * 19 + "word…"),
    ],
)
def test_the_first_line_is_the_first_sentence_that_says_something(text: str, line: str) -> None:
    assert first_line(text, "The title") == line


@given(st.text(), st.text())
def test_a_first_line_can_always_stand_in_a_docstring(text: str, otherwise: str) -> None:
    line = first_line(text, otherwise)
    code = f'def f():\n    """{line}"""'
    assert ast.get_docstring(ast.parse(code).body[0]) == line  # type: ignore[arg-type]
    assert len(line) <= 105
