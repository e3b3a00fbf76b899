"""The page on queries says what is so: its examples are run, its types and rules are those there are."""

from __future__ import annotations

import re
from pathlib import Path

from dd_sync.project.project_rules import rule_book
from dd_sync.query.parse import TYPES
from dd_sync.rules.asked import RULES as ONLINE
from tests.workbench import Workbench

PAGE = (Path(__file__).parents[2] / "docs" / "queries.md").read_text(encoding="utf-8")


def test_every_type_is_on_the_page() -> None:
    assert [type_ for type_ in TYPES if type_ != "event alert" and f"`{type_}`" not in PAGE] == []


def test_the_examples_print_what_the_page_shows(bench: Workbench) -> None:
    examples = re.findall(r"```console\n\$ ddsync query '([^']+)'\n(.*?)```", PAGE, re.DOTALL)
    assert len(examples) == 2
    for query, shown in examples:
        assert bench.ddsync("query", query, status=int(shown.startswith("error"))).out == shown


def test_the_questions_asked_of_datadog_are_all_of_them() -> None:
    asked = re.findall(r"^\| .*\? \| `([a-z-]+)` \|", PAGE, re.MULTILINE)
    assert asked == [rule.id for rule in ONLINE]


def test_the_rules_it_names_exist() -> None:
    known = {rule.id for rule in rule_book()}
    named = re.findall(r"\[([a-z-]+)\]$|\(`([a-z-]+)`\)|ignore=\[\"([a-z-]+)\"\]", PAGE, re.MULTILINE)
    assert len(named) == 4
    assert {"".join(parts) for parts in named} <= known
