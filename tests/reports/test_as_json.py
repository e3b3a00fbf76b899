"""The public JSON formats."""

from __future__ import annotations

import json

from dd_sync.core.apply import Outcome
from dd_sync.core.secrets import Redactor
from dd_sync.reports.as_json import last_line, outcome_json, plan_json
from tests.reports.plans import World, example, monitor, of, url


def test_a_plan_has_the_fields_that_pipelines_rely_on() -> None:
    plan = example()
    made = json.loads(plan_json(plan, url, Redactor()))
    assert list(made) == [
        *("format", "project", "target", "fingerprint", "summary", "leads_to", "changes", "renewals", "notices"),
    ]
    assert (made["format"], made["project"], made["target"]) == (1, "acme", "prod")
    assert made["fingerprint"] == plan.fingerprint
    assert made["summary"] == {
        "create": 2, "update": 3, "replace": 0, "adopt": 0, "delete": 1, "unchanged": 0, "held": 1,
    }  # fmt: skip
    change = next(one for one in made["changes"] if one["key"] == "service/error-rate/payments/prod")
    assert {"action", "cause", "kind", "key", "id", "source", "title", "url", "fields", "notify"} <= change.keys()
    assert change["url"] == "https://app.datadoghq.eu/monitors/1001"
    assert {"path": "options.thresholds.warning", "before": 3, "after": 1} in change["fields"]
    assert change["notify"]["after"]["alert"] == ["@slack-payments", "@pagerduty-payments"]


def test_identity_is_in_no_field_and_secrets_are_masked() -> None:
    world = World().changes("monitor", "a/b", monitor(), monitor(told="token=abcdefghijk", tags_changed=True))
    text = plan_json(world.plan(), url, Redactor(["supersecretvalue"]))
    assert "ddsync_id" not in text
    assert "abcdefghijk" not in text


def test_a_new_object_has_no_address() -> None:
    change = of(example().changes, "service/queue-age/payments/prod")
    made = json.loads(plan_json(example(), url, Redactor()))
    found = next(one for one in made["changes"] if one["key"] == change.key)
    assert (found["id"], found["url"]) == (None, "")


def test_an_outcome_is_a_line_and_the_last_line_counts_them() -> None:
    outcomes = [Outcome("create", "monitor", "a/b", 7, "done", seconds=0.2), Outcome("delete", "slo", "c", "x", "held")]
    assert json.loads(outcome_json(outcomes[0])) == {
        "action": "create",
        "kind": "monitor",
        "key": "a/b",
        "id": 7,
        "status": "done",
        "reason": "",
        "seconds": 0.2,
    }
    assert json.loads(last_line(outcomes, "r.json")) == {
        "summary": {"done": 1, "failed": 0, "refused": 0, "held": 1, "skipped": 0},
        "receipt": "r.json",
    }
