"""What is wrong with a project as a whole: names twice, handles of nobody, secrets, ids of one's own objects."""

from __future__ import annotations

from pathlib import Path

import pytest

from dd_sync.project.project_rules import RULES, rule_book, whys
from dd_sync.project.validating import validate
from tests.project.small import MONITORS, written

LAST = "    First step: look at its traces."


def found(root: Path, text: str) -> list[tuple[str, str]]:
    (written(root) / "monitors/own.py").write_text(text)
    return [(one.finding.rule, one.finding.message) for one in validate(root, "prod").findings]


@pytest.mark.parametrize(
    ("old", "new", "rule", "says"),
    [
        (
            'name="Errors of {service.name}"',
            'name="CPU above 70% on blue"',
            "name-repeated",
            "is the name of own/cpu-high",
        ),
        (
            LAST,
            "    Tell @slack-platfrom.",
            "mention-unknown",
            "Did you mean @slack-platform",
        ),
        (
            LAST,
            "    Call https://hooks.slack.com/services/T00000000/B00000000/abcdefghijklmnopqrstuvwx first.",
            "secret",
            "this looks like a secret",
        ),
    ],
)
def test_each_rule_finds_what_it_is_for(tmp_path: Path, old: str, new: str, rule: str, says: str) -> None:
    assert rule not in {name for name, _ in found(tmp_path, MONITORS)}
    assert old in MONITORS
    assert any(name == rule and says in message for name, message in found(tmp_path, MONITORS.replace(old, new)))


def test_the_book_has_each_rule_once_with_a_reason() -> None:
    book = rule_book()
    assert len({rule.id for rule in book}) == len(book)
    assert set(RULES) <= {rule.id for rule in book}
    assert all(whys()[rule.id].strip() for rule in book)
