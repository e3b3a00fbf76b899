"""The pull request of a CI job, and the token to use: from the variables that its provider sets."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from dd_sync.core.errors import UsageError

Provider = Literal["github", "gitlab"]

PROVIDERS: tuple[Provider, ...] = ("github", "gitlab")


@dataclass(frozen=True)
class PullRequest:
    """One pull request (GitLab: merge request) and the run that speaks about it."""

    provider: Provider
    api: str
    """Base of the provider's API, without a trailing slash."""
    repository: str
    """`owner/name`; GitLab: the project's id."""
    number: int
    token: str = field(repr=False)
    commit: str = ""
    """The commit that was planned, short."""
    run: str = ""
    """The address of the CI run, where its artifacts are."""


def pull_request(
    environment: Mapping[str, str], provider: Provider | None = None, number: int | None = None
) -> PullRequest:
    """The pull request of this CI job; `provider` and `number` are used when the environment does not name it.

    Raises UsageError that names the variable which is missing.
    """
    chosen = provider or _provider(environment)
    found = _READERS[chosen](environment, number)
    _check_api(found.api)
    return found


def _provider(environment: Mapping[str, str]) -> Provider:
    if environment.get("GITHUB_ACTIONS") or environment.get("GITHUB_REPOSITORY"):
        return "github"
    if environment.get("GITLAB_CI") or environment.get("CI_PROJECT_ID"):
        return "gitlab"
    raise UsageError(
        "neither GITHUB_REPOSITORY nor CI_PROJECT_ID is set, so it is not known where the pull request is",
        hint="run it in a job of GitHub Actions or GitLab CI, or set the variables they set: docs/pull-requests.md",
    )


def _github(environment: Mapping[str, str], number: int | None) -> PullRequest:
    event = _event(environment)
    found = number or _number_of_ref(environment.get("GITHUB_REF", "")) or _number_of_event(event)
    if found is None:
        raise UsageError(
            "GITHUB_REF is no pull request's, and the event that started this run names none",
            hint="run it on: pull_request or workflow_run, or say which: ddsync comment --number N PLANFILE",
        )
    repository = _needed(environment, "GITHUB_REPOSITORY", "owner/name of the repository")
    server = environment.get("GITHUB_SERVER_URL", "https://github.com")
    run = environment.get("GITHUB_RUN_ID")
    return PullRequest(
        "github",
        environment.get("GITHUB_API_URL", "https://api.github.com").rstrip("/"),
        repository,
        found,
        _needed(environment, "GITHUB_TOKEN", "pass ${{ github.token }}, with permissions: pull-requests: write"),
        _short(_head(event) or environment.get("GITHUB_SHA", "")),
        f"{server}/{repository}/actions/runs/{run}" if run else "",
    )


def _gitlab(environment: Mapping[str, str], number: int | None) -> PullRequest:
    found = number or _whole(environment.get("CI_MERGE_REQUEST_IID", "")) or _open_request(environment)
    if found is None:
        raise UsageError(
            "CI_MERGE_REQUEST_IID is not set, so this is no pipeline of a merge request",
            hint="run it where CI_PIPELINE_SOURCE is merge_request_event, or say which: --number N",
        )
    return PullRequest(
        "gitlab",
        _needed(environment, "CI_API_V4_URL", "GitLab sets it in every job").rstrip("/"),
        _needed(environment, "CI_PROJECT_ID", "GitLab sets it in every job"),
        found,
        _needed(
            environment, "GITLAB_TOKEN", "a project access token with the scope api; a job's own token cannot comment"
        ),
        _short(environment.get("CI_COMMIT_SHA", "")),
        environment.get("CI_PIPELINE_URL", ""),
    )


_READERS = {"github": _github, "gitlab": _gitlab}


def _needed(environment: Mapping[str, str], name: str, hint: str) -> str:
    value = environment.get(name, "").strip()
    if not value:
        raise UsageError(f"{name} is not set", hint=hint)
    return value


def _event(environment: Mapping[str, str]) -> Mapping[str, Any]:
    """What started the run of GitHub Actions; empty where there is nothing to read."""
    path = environment.get("GITHUB_EVENT_PATH")
    try:
        event = json.loads(Path(path).read_text(encoding="utf-8")) if path else {}
    except (OSError, ValueError):
        return {}
    return event if isinstance(event, dict) else {}


def _number_of_ref(ref: str) -> int | None:
    """`refs/pull/17/merge` is 17."""
    parts = ref.split("/")
    return _whole(parts[2]) if len(parts) == 4 and parts[:2] == ["refs", "pull"] else None


def _number_of_event(event: Mapping[str, Any]) -> int | None:
    """`pull_request` events name it, and so do `workflow_run` events of branches of the repository itself."""
    requests = (event.get("workflow_run") or {}).get("pull_requests") or ()
    for place in (event.get("pull_request"), event.get("issue"), *requests):
        if isinstance(place, dict) and isinstance(place.get("number"), int):
            return int(place["number"])
    return None


def _head(event: Mapping[str, Any]) -> str:
    """The commit that was pushed; `GITHUB_SHA` of a pull request is a merge that nobody has seen."""
    head = ((event.get("pull_request") or {}).get("head") or {}).get("sha")
    return str(head or (event.get("workflow_run") or {}).get("head_sha") or "")


def _open_request(environment: Mapping[str, str]) -> int | None:
    """In a pipeline of a branch: its open merge request, from `group/project!17,…`."""
    first = environment.get("CI_OPEN_MERGE_REQUESTS", "").split(",")[0]
    return _whole(first.rpartition("!")[2])


def _whole(text: str) -> int | None:
    return int(text) if text.isdecimal() and int(text) > 0 else None


def _short(commit: str) -> str:
    return commit[:7] if commit.isalnum() else ""


def _check_api(url: str) -> None:
    """Refuses plain http to anywhere but this machine: it would show the token to the network."""
    parts = urlsplit(url)
    if parts.scheme == "https" and parts.hostname:
        return
    if parts.scheme == "http" and parts.hostname in ("127.0.0.1", "localhost", "::1"):
        return
    raise UsageError(f"{url} is no https address", hint="the token is sent there; plain http would show it")
