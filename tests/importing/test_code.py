"""Code laid out as a formatter leaves it, whatever the texts in it."""

from __future__ import annotations

import ast
import subprocess
import sys
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dd_sync.importing.code import WIDTH, Atom, Slot, Text, call, laid_out, list_code, mapping_code, quote, width

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=400)
leaves = texts | st.integers() | st.booleans() | st.none() | st.floats(allow_nan=False, allow_infinity=False)
values = st.recursive(
    leaves, lambda inner: st.lists(inner, max_size=5) | st.dictionaries(texts, inner, max_size=5), max_leaves=25
)


def node(value: Any) -> Any:
    """A JSON value as code."""
    match value:
        case str():
            return Text((value,))
        case list():
            return list_code([node(item) for item in value])
        case dict():
            return mapping_code([(name, node(item)) for name, item in value.items()])
        case _:
            return Atom(repr(value))


@given(values)
def test_a_value_laid_out_is_that_value(value: Any) -> None:
    lines = laid_out(node({"value": value}))
    assert ast.literal_eval("\n".join(lines)) == {"value": value}


@given(st.text(st.characters(categories=["L", "N", "P", "Z"]), max_size=600))
def test_no_line_of_a_long_text_is_longer_than_a_line_may_be(text: str) -> None:
    assert all(width(line) <= WIDTH for line in laid_out(Text((text,)), 8, "message=", ","))


@given(texts)
def test_a_literal_has_nothing_in_it_that_nobody_sees(text: str) -> None:
    literal = quote(text)
    assert ast.literal_eval(literal) == text
    assert literal.isprintable()


@pytest.mark.parametrize(
    ("text", "literal"),
    [
        ("plain", '"plain"'),
        ('say "hi"', "'say \"hi\"'"),
        ("it's", '"it\'s"'),
        ('"it\'s"', "'\"it\\'s\"'"),
        ("\"it's\" 'no'", '"\\"it\'s\\" \'no\'"'),
        ("a\nb\\c", '"a\\nb\\\\c"'),
        ("zero\u200bwidth\x1b", '"zero\\u200bwidth\\x1b"'),
        ("日本", '"日本"'),
    ],
)
def test_quotes_are_those_that_need_fewer_escapes(text: str, literal: str) -> None:
    assert quote(text) == literal


def test_what_fits_stays_on_one_line() -> None:
    made = call("Note", [("content", Text(("hi",))), ("show_tick", Atom("False"))])
    assert laid_out(made, 4, "return ") == ['    return Note(content="hi", show_tick=False)']


def test_what_does_not_fit_is_one_item_a_line_with_a_comma_behind_each() -> None:
    made = call("Note", [("content", Text(("x" * 50,))), ("other", Text(("y" * 50,)))])
    assert laid_out(made, 4, "return ") == [
        "    return Note(",
        f'        content="{"x" * 50}",',
        f'        other="{"y" * 50}",',
        "    )",
    ]


def test_a_long_text_is_broken_at_line_ends_and_between_words() -> None:
    made = laid_out(Text(("first\n" + "word " * 40,)), 0, "message=", ",")
    assert made[:2] == ["message=(", '    "first\\n"']
    assert all(line.endswith(' "') for line in made[2:-1])
    assert made[-1] == "),"


def test_a_slot_makes_an_f_string_and_doubles_the_braces_around_it() -> None:
    made = Text(("{a} ", Slot("cpu.ref()"), ' > "x"'))
    assert laid_out(made) == ["f'{{a}} {cpu.ref()} > \"x\"'"]


def test_only_pieces_with_a_slot_are_f_strings() -> None:
    made = laid_out(Text(("{a} " * 40, Slot("cpu.ref()"))), 0, "query=")
    assert [line.strip()[0] for line in made[1:-1]] == ['"'] * (len(made) - 3) + ["f"]


def test_wide_letters_take_two_columns_and_joined_ones_none() -> None:
    assert width("日本") == 4
    assert width("e\u0301") == 1


def test_a_formatter_leaves_all_of_it_as_it_is() -> None:
    samples = [
        {"a": "x" * n, "b": ["word " * (n // 5), {"c": 'q"' * (n // 3)}], "日本": "本" * (n // 2), "e": [n] * (n // 4)}
        for n in range(0, 260, 7)
    ]
    samples += [{"text": "line\n" * (n // 6) + "z" * n} for n in range(0, 130, 3)]
    code = "\n\n".join("\n".join(laid_out(node(sample), 0, f"value_{n} = ")) for n, sample in enumerate(samples))
    command = [sys.executable, "-m", "ruff", "format", "--isolated", f"--line-length={WIDTH}", "--diff", "-"]
    done = subprocess.run(command, input=code.replace("\n\n", "\n") + "\n", capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[:3000]
