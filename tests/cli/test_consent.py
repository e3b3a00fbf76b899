"""Consent at the command line: plan shows it, apply and policy follow it, and it comes from the review alone."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.workbench import SETTINGS, Workbench

MORE = "".join(f"  - {{name: prod-eu-{n}, env: prod, team: platform}}\n" for n in range(2, 6))
ALL = SETTINGS.replace("targets:", f"{MORE}targets:")


def consent(number: int = 4, days: int = 7, action: str = "delete") -> str:
    until = (datetime.now(UTC).date() + timedelta(days=days)).isoformat()
    return f'consent:\n  - {{{action}: {number}, only: "eks/*", until: {until}, why: "four clusters were retired"}}\n'


def applied(bench: Workbench) -> Workbench:
    bench.write("ddsync.yaml", ALL)
    bench.apply()
    assert len(bench.emulator.objects("monitor")) == 5
    return bench


def test_the_proposed_line_once_pasted_lets_the_next_apply_through(bench: Workbench) -> None:
    applied(bench).write("ddsync.yaml", SETTINGS)
    refused = bench.ddsync("apply", "--yes", status=3).err
    (line,) = [line.partition("in ddsync.yaml: ")[2] for line in refused.splitlines() if "consent: [" in line]
    bench.write("ddsync.yaml", SETTINGS + line + "\n")
    assert "consent: delete 4 of eks/cpu-high/* until" in bench.ddsync("plan").out
    bench.ddsync("apply", "--yes")
    assert len(bench.emulator.objects("monitor")) == 1


def test_json_has_each_consent_with_what_needs_it(bench: Workbench) -> None:
    applied(bench).write("ddsync.yaml", SETTINGS + consent(9))
    (entry,) = bench.plan()["consent"]
    assert (entry["delete"], entry["only"], entry["used"]) == (9, "eks/*", 4)
    assert entry["source"].startswith("ddsync.yaml:")
    assert entry["why"] == "four clusters were retired"


def test_the_page_and_the_comment_show_it(bench: Workbench) -> None:
    applied(bench).write("ddsync.yaml", SETTINGS + consent())
    for format in ("html", "markdown"):
        assert "four clusters were retired" in bench.ddsync("plan", "--format", format).out


def test_policy_follows_the_saved_plan_and_so_does_apply(bench: Workbench) -> None:
    applied(bench).write("ddsync.yaml", SETTINGS + consent())
    bench.ddsync("plan", "--save", "plan.json")
    assert "policy: pass" in bench.ddsync("policy", "plan.json").out
    bench.ddsync("apply", "plan.json", "--yes")
    assert len(bench.emulator.objects("monitor")) == 1


def test_consent_that_was_added_after_the_review_does_not_count(bench: Workbench) -> None:
    applied(bench).write("ddsync.yaml", SETTINGS)
    bench.ddsync("plan", "--save", "plan.json")
    bench.ddsync("policy", "plan.json", status=3)
    bench.write("ddsync.yaml", SETTINGS + consent())
    for reviewed in (["plan.json"], ["--expect", "plan.json"]):
        assert "deletes 4 of 5" in bench.ddsync("apply", *reviewed, "--yes", status=3).err
    assert len(bench.emulator.objects("monitor")) == 5


def test_consent_that_was_taken_out_after_the_review_does_not_count_either(bench: Workbench) -> None:
    applied(bench).write("ddsync.yaml", SETTINGS + consent())
    bench.ddsync("plan", "--save", "plan.json")
    bench.write("ddsync.yaml", SETTINGS)
    bench.ddsync("apply", "plan.json", "--yes", status=3)
    assert len(bench.emulator.objects("monitor")) == 5


def test_a_saved_plan_whose_consent_has_expired_passes_no_more(bench: Workbench) -> None:
    applied(bench).write("ddsync.yaml", SETTINGS + consent(days=0))
    bench.ddsync("plan", "--save", "plan.json")
    body = json.loads((bench.root / "plan.json").read_text())
    body.pop("seal")
    body["consent"][0]["until"] = "2026-01-01"
    from dd_sync.core.identity import digest

    (bench.root / "plan.json").write_text(json.dumps({**body, "seal": digest(body)}))
    assert "policy: fail" in bench.ddsync("policy", "plan.json", status=3).out


def test_render_carries_it_and_a_rendered_plan_reads_that_one(bench: Workbench) -> None:
    applied(bench).write("ddsync.yaml", SETTINGS + consent())
    bench.ddsync("render", "--out", "rendered")
    bench.write("ddsync.yaml", ALL)
    assert bench.plan("--rendered", "rendered")["consent"][0]["used"] == 4
    bench.ddsync("apply", "--rendered", "rendered", "--yes")
    assert len(bench.emulator.objects("monitor")) == 1


def test_an_index_with_broken_consent_is_refused_by_name(bench: Workbench) -> None:
    applied(bench).write("ddsync.yaml", SETTINGS + consent())
    bench.ddsync("render", "--out", "rendered")
    index = bench.root / "rendered/index.json"
    wrong: tuple[Any, ...] = ({"delete": -1}, "yes", [{"delete": 10**9}], [[]])
    for broken in wrong:
        index.write_text(json.dumps({**json.loads(index.read_text()), "consent": broken}))
        ran = bench.ddsync("plan", "--rendered", "rendered", status=1)
        assert "index.json: consent is not as render writes it" in ran.err


def test_long_expired_consent_stops_plan_and_validate_with_its_line(bench: Workbench) -> None:
    applied(bench).write("ddsync.yaml", ALL + consent(days=-40))
    place = f"ddsync.yaml:{len(ALL.splitlines()) + 2}"
    planned = bench.ddsync("plan", status=1).err
    assert f"{place}: consent to delete eks/* expired" in planned
    found = bench.ddsync("validate", status=1).out
    assert f"{place}: error: consent to delete eks/* expired" in found


def test_expired_and_unused_consent_are_notices(bench: Workbench) -> None:
    applied(bench).write("ddsync.yaml", ALL + consent(days=-2))
    assert any("expired on" in one["text"] for one in bench.plan()["notices"])
    bench.write("ddsync.yaml", ALL + consent())
    assert any("nothing here is to delete" in one["text"] for one in bench.plan()["notices"])


def test_the_limits_of_the_project_are_those_of_doctor_plan_and_apply(bench: Workbench) -> None:
    applied(bench).write("ddsync.yaml", SETTINGS + "limits: {deletes: 5, share: 1}\n")
    assert "at most 5 objects and 100% of a kind" in bench.ddsync("doctor").out
    assert "will refuse" not in bench.ddsync("plan").err
    bench.ddsync("apply", "--yes")
    assert len(bench.emulator.objects("monitor")) == 1
