"""Which pull request a CI job is about."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from dd_sync.core.errors import UsageError
from dd_sync.pull_requests.place import PullRequest, pull_request

GITHUB = {
    "GITHUB_ACTIONS": "true",
    "GITHUB_REPOSITORY": "acme/alerts",
    "GITHUB_REF": "refs/pull/17/merge",
    "GITHUB_SHA": "4be1c22aaaaaaaaaaaaa",
    "GITHUB_TOKEN": "ghs_secret",
    "GITHUB_RUN_ID": "99",
}
GITLAB = {
    "GITLAB_CI": "true",
    "CI_API_V4_URL": "https://gitlab.example/api/v4",
    "CI_PROJECT_ID": "42",
    "CI_MERGE_REQUEST_IID": "17",
    "CI_COMMIT_SHA": "4be1c22aaaaaaaaaaaaa",
    "CI_PIPELINE_URL": "https://gitlab.example/acme/alerts/-/pipelines/5",
    "GITLAB_TOKEN": "glpat-secret",
}


def event(tmp_path: Path, body: object) -> dict[str, str]:
    path = tmp_path / "event.json"
    path.write_text(body if isinstance(body, str) else json.dumps(body))
    return {"GITHUB_EVENT_PATH": str(path)}


def test_a_job_of_github_actions_says_everything() -> None:
    assert pull_request(GITHUB) == PullRequest(
        "github",
        "https://api.github.com",
        "acme/alerts",
        17,
        "ghs_secret",
        "4be1c22",
        "https://github.com/acme/alerts/actions/runs/99",
    )


def test_a_job_of_gitlab_says_everything() -> None:
    assert pull_request(GITLAB) == PullRequest(
        "gitlab",
        "https://gitlab.example/api/v4",
        "42",
        17,
        "glpat-secret",
        "4be1c22",
        "https://gitlab.example/acme/alerts/-/pipelines/5",
    )


def test_an_enterprise_server_is_asked_where_it_is() -> None:
    found = pull_request({**GITHUB, "GITHUB_API_URL": "https://git.acme.example/api/v3/"})
    assert found.api == "https://git.acme.example/api/v3"


@pytest.mark.parametrize(
    "body",
    [
        {"pull_request": {"number": 23, "head": {"sha": "abcdef0123"}}},
        {"workflow_run": {"head_sha": "abcdef0123", "pull_requests": [{"number": 23}]}},
    ],
)
def test_the_event_names_the_pull_request_and_its_own_commit(body: object, tmp_path: Path) -> None:
    found = pull_request({**GITHUB, "GITHUB_REF": "refs/heads/main", **event(tmp_path, body)})
    assert (found.number, found.commit) == (23, "abcdef0")


def test_an_issue_comment_names_it_too(tmp_path: Path) -> None:
    body = {"issue": {"number": 23}}
    assert pull_request({**GITHUB, "GITHUB_REF": "refs/heads/main", **event(tmp_path, body)}).number == 23


@pytest.mark.parametrize("body", ["no json", "[]", "{}", '{"workflow_run": {"pull_requests": []}}'])
def test_an_event_that_names_none_is_an_error_that_says_what_to_do(body: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="names none") as raised:
        pull_request({**GITHUB, "GITHUB_REF": "refs/heads/main", **event(tmp_path, body)})
    assert "--number N" in raised.value.hint
    assert pull_request({**GITHUB, "GITHUB_REF": "refs/heads/main", **event(tmp_path, body)}, number=5).number == 5


@pytest.mark.parametrize("name", ["GITHUB_REPOSITORY", "GITHUB_TOKEN"])
def test_a_missing_variable_of_github_is_named(name: str) -> None:
    with pytest.raises(UsageError, match=f"{name} is not set"):
        pull_request({**GITHUB, name: " "})


@pytest.mark.parametrize("name", ["CI_API_V4_URL", "CI_PROJECT_ID", "GITLAB_TOKEN", "CI_MERGE_REQUEST_IID"])
def test_a_missing_variable_of_gitlab_is_named(name: str) -> None:
    with pytest.raises(UsageError, match=f"{name} is not set"):
        pull_request({key: value for key, value in GITLAB.items() if key != name}, "gitlab")


def test_a_pipeline_of_a_branch_knows_its_merge_request() -> None:
    environment = {key: value for key, value in GITLAB.items() if key != "CI_MERGE_REQUEST_IID"}
    assert pull_request({**environment, "CI_OPEN_MERGE_REQUESTS": "acme/alerts!31,acme/alerts!7"}).number == 31


def test_outside_of_ci_it_is_not_known_where_to_write() -> None:
    with pytest.raises(UsageError, match="neither GITHUB_REPOSITORY nor CI_PROJECT_ID"):
        pull_request({})


def test_a_provider_that_was_chosen_wins() -> None:
    assert pull_request({**GITHUB, **GITLAB}, "gitlab").provider == "gitlab"
    assert pull_request({**GITHUB, **GITLAB}).provider == "github"


@pytest.mark.parametrize("url", ["http://api.github.com", "ftp://x.example", "nonsense"])
def test_a_token_goes_to_https_alone(url: str) -> None:
    with pytest.raises(UsageError, match="no https address"):
        pull_request({**GITHUB, "GITHUB_API_URL": url})
    assert pull_request({**GITHUB, "GITHUB_API_URL": "http://127.0.0.1:1"}).api == "http://127.0.0.1:1"


def test_the_token_is_in_no_repr() -> None:
    assert "ghs_secret" not in repr(pull_request(GITHUB))
