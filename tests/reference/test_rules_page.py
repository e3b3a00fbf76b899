"""The page of the rules, kept as the rules are. It is written by
`DDSYNC_WRITE=1 pytest tests/reference/test_rules_page.py`."""

from __future__ import annotations

import os
from pathlib import Path

from dd_sync.core.findings import RuleFacts
from dd_sync.project.project_rules import rule_book
from reference.rules_page import rules_page

PAGE = Path(__file__).parents[2] / "docs" / "rules.md"


def test_a_rule_is_a_section_with_its_severity_and_its_reason() -> None:
    page = rules_page([RuleFacts("tag-length", "error", "A tag has 200 characters.", refused=True)])
    assert page.endswith("## tag-length\n\n*error, refused by Datadog*\n\nA tag has 200 characters.\n")


def test_what_is_known_of_a_refusal_stands_with_the_rule() -> None:
    facts = RuleFacts("a", "error", "Why.", True, "recorded", ("a client, 2020", "an issue"), "No …", 403)
    assert rules_page([facts]).endswith(
        "*error, refused by Datadog, recorded*\n\nWhy.\n\nDatadog answers 403: `No …`\n\n"
        "Known from a client, 2020; an issue.\n"
    )


def test_every_refusal_says_how_it_is_known_and_where_from() -> None:
    for rule in rule_book():
        assert not rule.confidence or rule.evidence, rule.id
        assert (rule.confidence == "inferred") <= (rule.severity == "warning"), rule.id


def test_every_rule_has_an_id_of_its_own_and_a_reason() -> None:
    rules = rule_book()
    assert len({rule.id for rule in rules}) == len(rules)
    assert all(len(rule.why) > 20 for rule in rules)


def test_the_page_in_the_documentation_is_current() -> None:
    page = rules_page(rule_book())
    if os.environ.get("DDSYNC_WRITE"):
        PAGE.write_text(page, encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == page, f"write it anew: {__doc__}"
