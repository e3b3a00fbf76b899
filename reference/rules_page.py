"""All rules as a page of the documentation."""

from __future__ import annotations

from collections.abc import Iterable

from dd_sync.core.findings import RuleFacts

_HEAD = """\
# Rules

What `ddsync validate` looks for. Each rule has an id that does not change.

- **error**: Datadog refuses it, or it can never work. `validate` fails.
- **warning**: it works, and probably not as meant; or Datadog may refuse it, and nobody has seen that. Nothing fails.

What Datadog refuses is known in one of four ways. *Recorded*: a public recording of its API shows the refusal, and the
emulator answers with the same sentence. *Stated*: its documentation or API description says so. *Reported*: users met
it. *Inferred*: it follows from other facts; only a warning. `validate`, `plan` and the emulator read this one table.

A rule that is not meant for a definition is left out with `@define(ignore=("rule-id",))`, and an ignore that nothing
needs any more is itself an error ([why](decisions/ignores.md)).

This page is made of the rules' own texts.
"""


def rules_page(rules: Iterable[RuleFacts]) -> str:
    """The page, in markdown: a section for each rule, in the order of the rules."""
    return "\n".join([_HEAD, *(_section(rule) for rule in rules)])


def _section(rule: RuleFacts) -> str:
    known = f", {rule.confidence}" if rule.confidence else ""
    refused = ", refused by Datadog" if rule.refused else ""
    parts = [f"## {rule.id}", f"*{rule.severity}{refused}{known}*", rule.why]
    if rule.says:
        parts.append(f"Datadog answers {rule.status}: `{rule.says}`")
    if rule.evidence:
        parts.append(f"Known from {'; '.join(rule.evidence)}.")
    return "\n\n".join(parts) + "\n"
