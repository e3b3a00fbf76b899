from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dd_sync.core.errors import DefinitionError
from dd_sync.discover.documents import Malformed, documents


def values(text: str) -> list[Any]:
    return [each.value for each in documents(text, "a.yaml")]


def refusal(text: str) -> str:
    """The message of the refusal; "a.yaml:" where the text is read after all."""
    try:
        documents(text, "a.yaml")
    except DefinitionError as error:
        return error.message
    return "a.yaml:"


def test_each_document_knows_the_line_it_starts_on() -> None:
    found = documents("# made by a chart\n---\nkind: A\n---\n\nkind: B\n", "a.yaml")
    assert [(each.value, each.line) for each in found] == [({"kind": "A"}, 3), ({"kind": "B"}, 6)]


def test_windows_line_ends_count_as_lines() -> None:
    assert [each.line for each in documents("kind: A\r\n---\r\nkind: B\r\n", "a.yaml")] == [1, 3]


def test_empty_documents_are_null() -> None:
    assert values("---\n---\n# nothing\n---\nkind: A\n") == [None, None, {"kind": "A"}]
    assert values("") == []


def test_a_list_is_unpacked_with_the_lines_of_its_items() -> None:
    text = "apiVersion: v1\nkind: List\nitems:\n- kind: A\n- kind: B\n  x: 1\n"
    assert [(each.value["kind"], each.line) for each in documents(text, "a.yaml")] == [("A", 4), ("B", 5)]


def test_a_typed_list_is_unpacked_too_and_an_empty_one_holds_nothing() -> None:
    assert values("kind: DeploymentList\nitems: [{kind: Deployment}]\n") == [{"kind": "Deployment"}]
    assert values("kind: List\nitems: []\n") == []


def test_items_of_something_else_stay_where_they_are() -> None:
    whole = {"kind": "Menu", "items": [{"kind": "starter"}]}
    assert values(json.dumps(whole)) == [whole]


def test_json_is_read_with_its_tabs_and_escapes() -> None:
    assert values('{\n\t"kind": "A",\n\t"icon": "\\ud83d\\ude00"\n}') == [{"kind": "A", "icon": "😀"}]


def test_what_looks_like_json_may_be_yaml() -> None:
    assert values("{kind: A}\n---\n{kind: B}\n") == [{"kind": "A"}, {"kind": "B"}]


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("2024-99-99", "2024-99-99"),
        ("2024-01-31", "2024-01-31"),
        ("0x_", "0x_"),
        ("9" * 5000, "9" * 5000),
        ("=", "="),
        ("!Ref cart", "cart"),
        ("!!bool maybe", "maybe"),
        ("!!timestamp never", "never"),
        ("!!python/name:os.system", ""),
        ("!Sub {a: 1}", {"a": 1}),
        ("!Join [1, 2]", [1, 2]),
    ],
)
def test_a_value_python_has_no_type_for_stays_as_written(written: str, read: object) -> None:
    assert values(f"v: {written}\n") == [{"v": read}]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("kind: A\nspec: [1, 2\n", 3),
        ("a: 1\n b: 2\n", 2),
        ("kind: A\nspec:\n\tports: []\n", 3),
        ("kind: A\nname: {{ .Values.name }}\n", 2),
        ("kind: A\nb: \x00\n", 2),
        ("é: 1\nb: \x07\n", 2),
        ("a: *nowhere\n", 1),
    ],
)
def test_malformed_yaml_is_an_error_with_its_line(text: str, line: int) -> None:
    with pytest.raises(Malformed) as error:
        documents(text, "dir/a.yaml")
    assert error.value.message.startswith(f"dir/a.yaml:{line}: ")
    assert error.value.hint


@pytest.mark.parametrize(
    "text",
    [
        "kind: A\nkind: B\n",
        'kind: A\n"kind": B\n',
        '{"kind": "A",\n"kind": "B"}\n',
        '{\t"kind": "A",\n\t"kind": "B"}\n',
    ],
)
def test_a_key_given_twice_is_an_error_that_names_both_lines(text: str) -> None:
    with pytest.raises(Malformed) as error:
        documents(text, "dir/a.yaml")
    assert error.value.message == 'dir/a.yaml:2: "kind" is given twice, here and on line 1'
    assert "Helm" in error.value.hint


def test_a_merged_mapping_that_is_merged_again_gives_nothing_twice() -> None:
    text = "a: &a {x: 1}\nb: &b {<<: *a, x: 2}\nc: {<<: *b, x: 3}\nd: *b\n"
    (document,) = documents(text, "a.yaml")
    assert [document.value[name]["x"] for name in "abcd"] == [1, 2, 3, 2]


def test_a_tab_is_named_as_the_cause() -> None:
    with pytest.raises(Malformed) as error:
        documents("spec:\n\tports: []\n", "a.yaml")
    assert "tab" in error.value.hint


def test_lone_surrogates_are_not_text() -> None:
    with pytest.raises(Malformed):
        documents("kind: \udcff\n", "a.yaml")


@pytest.mark.parametrize(
    "text", ["[" * 5000, "a: " + "{a: " * 900 + "1" + "}" * 900, "&a {<<: *a, b: 1}", '{"a":' * 100_000]
)
def test_endless_nesting_is_read_or_refused_but_never_a_crash(text: str) -> None:
    assert refusal(text).startswith("a.yaml:")


def test_merged_mappings_do_not_multiply() -> None:
    text = "a0: &a0 {k: v}\n" + "".join(
        f"a{level + 1}: &a{level + 1} {{<<: [{', '.join([f'*a{level}'] * 9)}], k{level}: v}}\n" for level in range(12)
    )
    (value,) = values(text)
    assert value["a12"] == {"k": "v"} | {f"k{level}": "v" for level in range(12)}


def test_a_merged_value_gives_way_to_the_mappings_own() -> None:
    assert values("base: &b {cpu: 1, memory: 2}\nown: {<<: *b, cpu: 3}\n")[0]["own"] == {"cpu": 3, "memory": 2}


@given(st.text())
def test_any_text_is_read_or_refused(text: str) -> None:
    assert refusal(text).startswith("a.yaml:")


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(), lambda x: st.lists(x) | st.dictionaries(st.text(), x)
    )
)
def test_json_comes_back_as_it_was(value: Any) -> None:
    wrapped = {"v": value}
    assert values(json.dumps(wrapped)) == [wrapped]
