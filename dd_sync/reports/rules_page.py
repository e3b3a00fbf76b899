"""All rules as a page of the documentation."""

from __future__ import annotations

from collections.abc import Iterable

from dd_sync.core.findings import RuleFacts

_HEAD = """\
# Rules

What `ddsync validate` looks for. Each rule has an id that does not change.

- **error**: Datadog refuses it, or it can never work. `validate` fails.
- **warning**: it works, and probably not as meant. Nothing fails.

A rule that is not meant for a definition is left out with `@define(ignore=("rule-id",))`, and an ignore that nothing
needs any more is itself an error ([why](decisions/ignores.md)).

This page is made of the rules' own texts.
"""


def rules_page(rules: Iterable[RuleFacts]) -> str:
    """The page, in markdown: a section for each rule, in the order of the rules."""
    return "\n".join([_HEAD, *(_section(rule) for rule in rules)])


def _section(rule: RuleFacts) -> str:
    refused = ", refused by Datadog" if rule.refused else ""
    return f"## {rule.id}\n\n*{rule.severity}{refused}*\n\n{rule.why}\n"
