"""The verdict of a policy check."""

from __future__ import annotations

import pytest

from dd_sync.core.consent import Consent
from dd_sync.reports.policy_check import policy_check
from tests.reports.plans import World, many, monitor

WORDS = ["Job failed", "FAILOVER", "fail"]


@pytest.mark.parametrize("word", WORDS)
def test_what_passes_holds_no_word_of_others(word: str) -> None:
    key = f"service/{word.lower().replace(' ', '-')}/failing/prod"
    world = World().changes("monitor", key, monitor(word, told=word), monitor(f"{word}!", told=f"{word}!"))
    world.wants("monitor", f"{key}/new", monitor(word)).has("monitor", f"{key}/old", monitor(word, told="@slack-fail"))
    passes, text = policy_check(world.plan(), Consent(deletes=1))
    assert passes
    assert "fail" not in text.lower()
    assert text == "policy: pass\n1 to create, 1 to update, 0 to replace, 0 to adopt, 1 to delete, 0 held"


def test_what_is_refused_says_fail_and_how_to_mean_it() -> None:
    passes, text = policy_check(many(60, ["delete", "update"]), Consent())
    assert not passes
    assert text.startswith("policy: fail\n")
    assert "this plan deletes 30 monitors (limit 10)" in text
    assert "--allow-delete 30" in text
    assert policy_check(many(60, ["delete", "update"]), Consent(deletes=30))[0]
