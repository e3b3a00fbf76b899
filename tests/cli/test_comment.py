"""`ddsync comment`, from a saved plan to a comment."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from dd_sync.core.saved import Saved, to_text
from tests.pull_requests.server import TOKEN, Served, served
from tests.reports.plans import example, many
from tests.workbench import Ran, Workbench


@pytest.fixture
def provider() -> Iterator[Served]:
    with served() as state:
        yield state


def github(provider: Served, **more: str) -> dict[str, str]:
    return {
        "GITHUB_ACTIONS": "true",
        "GITHUB_API_URL": provider.url,
        "GITHUB_REPOSITORY": "acme/alerts",
        "GITHUB_REF": "refs/pull/17/merge",
        "GITHUB_SHA": "4be1c22dddddddd",
        "GITHUB_RUN_ID": "99",
        "GITHUB_TOKEN": TOKEN,
        **more,
    }


def gitlab(provider: Served) -> dict[str, str]:
    return {
        "GITLAB_CI": "true",
        "CI_API_V4_URL": provider.url,
        "CI_PROJECT_ID": "42",
        "CI_MERGE_REQUEST_IID": "17",
        "GITLAB_TOKEN": TOKEN,
    }


@pytest.fixture(autouse=True)
def no_ci_of_our_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the CI that runs these tests sets is not meant."""
    import os

    for name in list(os.environ):
        if name.startswith(("GITHUB_", "GITLAB_", "CI_")):
            monkeypatch.delenv(name)


def comment(bench: Workbench, environment: dict[str, str], *arguments: str, status: int = 0) -> Ran:
    return bench.ddsync("comment", *arguments, status=status, **environment)


def planned(bench: Workbench) -> None:
    bench.ddsync("plan", "--save", "plan.json")


def test_a_saved_plan_becomes_a_comment_and_stays_one(bench: Workbench, provider: Served) -> None:
    planned(bench)
    first = comment(bench, github(provider), "plan.json")
    assert first.out == "created the comment for acme/prod on github acme/alerts #17\n"
    assert comment(bench, github(provider), "plan.json").out.startswith("updated the comment")
    (text,) = provider.texts(17)
    head, headline, *_ = text.split("\n")
    assert head == "<!-- ddsync acme/prod -->"
    assert headline == "**ddsync → prod: 1 to create** · 1 monitor starts paging **@&#8203;pagerduty-platform**"
    assert "for commit `4be1c22` · updated " in text
    assert "plan file and page: [the run](https://github.com/acme/alerts/actions/runs/99)" in text


def test_a_merge_request_of_gitlab_gets_one_too(bench: Workbench, provider: Served) -> None:
    planned(bench)
    comment(bench, gitlab(provider), "--provider", "gitlab", "plan.json")
    assert provider.texts(17)[0].startswith("<!-- ddsync acme/prod -->\n**ddsync → prod: 1 to create**")


@pytest.mark.parametrize("number", [3, 300, 3000])
def test_plans_of_any_size_are_taken_by_both_providers(
    number: int, bench: Workbench, provider: Served, tmp_path: Path
) -> None:
    (bench.root / "plan.json").write_text(to_text(Saved(many(number), "https://api.datadoghq.eu", "x")))
    comment(bench, github(provider), "plan.json")
    comment(bench, gitlab(provider), "plan.json", "--number", "18")
    assert len(provider.texts(17)[0]) <= 65_536
    assert len(provider.texts(18)[0]) <= 1_000_000


def test_objects_link_to_the_account_the_plan_was_made_for(bench: Workbench, provider: Served) -> None:
    (bench.root / "plan.json").write_text(to_text(Saved(example(), "https://api.datadoghq.eu", "x")))
    comment(bench, github(provider), "plan.json")
    assert "[in Datadog](https://app.datadoghq.eu/monitors/1001)" in provider.texts(17)[0]


def test_no_keys_and_no_project_are_needed(bench: Workbench, provider: Served, tmp_path: Path) -> None:
    planned(bench)
    (bench.root / "ddsync.yaml").unlink()
    comment(bench, github(provider, DD_API_KEY="", DD_APP_KEY=""), "plan.json")
    assert "1 monitor starts paging" in provider.texts(17)[0]


def test_the_token_is_shown_nowhere(bench: Workbench, provider: Served) -> None:
    planned(bench)
    provider.faults = [(401, {})]
    ran = comment(bench, github(provider), "plan.json", status=1)
    assert "401 to GET" in ran.err
    assert TOKEN not in ran.out + ran.err


def test_what_is_missing_is_named(bench: Workbench, provider: Served) -> None:
    planned(bench)
    assert "neither GITHUB_REPOSITORY nor CI_PROJECT_ID" in bench.ddsync("comment", "plan.json", status=64).err
    ran = comment(bench, github(provider, GITHUB_TOKEN=""), "plan.json", status=64)
    assert "GITHUB_TOKEN is not set" in ran.err
    ran = comment(bench, github(provider), "--provider", "gitea", "plan.json", status=64)
    assert 'no format "gitea"' not in ran.err
    assert 'no provider "gitea"' in ran.err


def test_a_file_that_is_no_plan_is_refused(bench: Workbench, provider: Served) -> None:
    assert "No such file" in comment(bench, github(provider), "plan.json", status=1).err
    bench.write("plan.json", "{}")
    assert "not a plan file" in comment(bench, github(provider), "plan.json", status=1).err
    planned(bench)
    text = (bench.root / "plan.json").read_text()
    bench.write("plan.json", text.replace("CPU above 90%", "CPU above 91%"))
    assert "changed after it was written" in comment(bench, github(provider), "plan.json", status=3).err
