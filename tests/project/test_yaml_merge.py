"""Values put into YAML at their places: comments and layout stay, and what comes out says what was meant."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from dd_sync.project.yaml_merge import merge_yaml

FILE = """\
# what there is
project: acme  # its name
clusters:
  - {name: prod-eu-1, env: prod}  # flow
  - name: prod-eu-2
    env: prod  # block
    monitors:
      busy: {critical: 90}

targets:
  prod: {site: datadoghq.eu}
"""


def clusters(name: str, monitors: Any) -> dict[str, Any]:
    return {"clusters": [{"name": name, "monitors": monitors}]}


@pytest.mark.parametrize(
    ("wanted", "line"),
    [
        (
            clusters("prod-eu-1", {"busy": {"critical": 95}}),
            "  - {name: prod-eu-1, env: prod, monitors: {busy: {critical: 95}}}  # flow",
        ),
        (clusters("prod-eu-2", {"busy": {"critical": 95}}), "      busy: {critical: 95}"),
        (clusters("prod-eu-2", {"busy": {"warning": 80}}), "      busy: {critical: 90, warning: 80}"),
        (clusters("prod-eu-2", {"slow": False}), "      slow: off"),
        ({"monitors": {"busy": {"critical": 1}}}, "monitors: {busy: {critical: 1}}"),
    ],
)
def test_one_line_changes(wanted: dict[str, Any], line: str) -> None:
    made = merge_yaml(FILE, wanted)
    assert made is not None
    before, after = FILE.splitlines(), made.splitlines()
    assert [one for one in after if one not in before] == [line]
    assert len([one for one in before if one not in after]) <= 1


@pytest.mark.parametrize(
    "text", ["a: &x {critical: 1}\nmonitors: {busy: *x}\n", "clusters: [{name: a}, {name: a}]\n", "{", "- a\n"]
)
def test_what_would_touch_anything_else_is_not_placed(text: str) -> None:
    assert merge_yaml(text, {"monitors": {"busy": {"critical": 5}}, **clusters("a", {"b": 1})}) is None


def test_the_document_of_the_line_is_meant() -> None:
    made = merge_yaml("a: 1\n---\na: 2\n", {"a": 3}, line=3)
    assert made == "a: 1\n---\na: 3\n"


def test_an_empty_file_gets_its_first_name() -> None:
    assert merge_yaml("", {"a": {"b": 1}}) == "a: {b: 1}\n"


names = st.sampled_from(["a", "b", "c-d"])
trees: st.SearchStrategy[Any] = st.recursive(
    st.integers(0, 9) | st.booleans() | st.sampled_from(["x", "y: z", "# no", ""]),
    lambda inner: st.dictionaries(names, inner, min_size=1, max_size=3),
    max_leaves=8,
)


@given(
    before=st.dictionaries(names, trees, min_size=1),
    wanted=st.dictionaries(names, trees, min_size=1),
    style=st.none() | st.booleans(),
)
def test_what_comes_out_is_both_or_nothing_is_placed(before: Any, wanted: Any, style: bool | None) -> None:
    def merged(one: Any, other: Any) -> Any:
        if not isinstance(other, dict):
            return other
        there = one if isinstance(one, dict) else {}
        return {**there, **{name: merged(there.get(name), value) for name, value in other.items()}}

    made = merge_yaml(yaml.safe_dump(before, default_flow_style=style), wanted)
    assert made is None or yaml.safe_load(made) == merged(before, wanted)
