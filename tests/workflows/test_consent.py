"""A meant deletion, a replace and a refused one, through every pipeline that is shown or written by `ddsync init`."""

from __future__ import annotations

import html
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from dd_sync.emulator import Emulator, running
from tests.pull_requests.server import Served, served
from tests.workbench import API_KEY, APP_KEY
from tests.workflows.pipelines import ATLANTIS, CRONJOB, GITLAB, ROOT, TEMPLATE, read
from tests.workflows.repository import files_below, repository
from tests.workflows.shell import PLAIN_SHELL, Shell, shell
from tests.workflows.test_run import GitHub, gitlab

SETTINGS = """\
project: acme
packs: []
teams:
  platform: {page: "@pagerduty-platform", tell: "@slack-platform"}
clusters:
  - {name: prod-eu-1, env: prod, team: platform}
  - {name: prod-eu-2, env: prod, team: platform}
  - {name: prod-eu-3, env: prod, team: platform}
  - {name: prod-eu-4, env: prod, team: platform}
default_target: local
targets:
  local: {emulator: .ddsync/local.sqlite}
  staging: {envs: [staging]}
  prod: {envs: [prod]}
"""

DEFINITION = '''\
from dd_sync import Cluster, Monitor, define

@define
def job_stuck(cluster: Cluster) -> Monitor:
    """A job is stuck.

    First step: its log.
    """
    return Monitor(name="Job stuck on {cluster.name}", query=f"avg(last_5m):sum:jobs.stuck{cluster.scope()} > 5")
'''

ON_LOGS = DEFINITION.replace(
    'query=f"avg(last_5m):sum:jobs.stuck{cluster.scope()} > 5"',
    """type="log alert", query=f'logs("stuck cluster:{cluster.name}").index("*").rollup("count").last("5m") > 5'""",
)


def soon(days: int = 7) -> str:
    return (datetime.now(UTC).date() + timedelta(days=days)).isoformat()


def plain(shown: str) -> str:
    """A comment as its reader sees it."""
    return html.unescape(shown).replace("\\", "")


def without_three() -> str:
    """The project less three of its four clusters."""
    return "".join(line for line in SETTINGS.splitlines(True) if not any(f"prod-eu-{n}" in line for n in (2, 3, 4)))


def consent(action: str, number: int, days: int = 7) -> str:
    entry = f'{{{action}: {number}, only: "jobs/*", until: {soon(days)}, why: "the clusters were retired"}}'
    return f"consent:\n  - {entry}\n"


@dataclass
class Pipeline:
    """One of the pipelines: it applies what the main branch has, or plans and then applies what a branch changes."""

    here: Shell
    provider: Served
    datadog: Emulator
    plans: Callable[[Pipeline], str]
    applies: Callable[[Pipeline, int], None]

    def change(self, settings: str, definition: str = DEFINITION) -> None:
        (self.here.root / "ddsync.yaml").write_text(settings)
        (self.here.root / "monitors/jobs.py").write_text(definition)

    def monitors(self) -> set[str]:
        return {str(one["name"]) for one in self.datadog.objects("monitor")}


def _github(root: Path) -> tuple[Callable[[Pipeline], str], Callable[[Pipeline, int], None]]:
    own = root == ROOT

    def plans(pipeline: Pipeline) -> str:
        github = GitHub(pipeline.here, pipeline.provider, root)
        github.job("ddsync-check" if own else "ddsync", "check")
        github.job("ddsync-plan", "plan", keys=True, matrix_target="prod")
        return pipeline.provider.texts(17)[-1]

    def applies(pipeline: Pipeline, status: int) -> None:
        github = GitHub(pipeline.here, pipeline.provider, root)
        if own:
            github.job("ddsync-apply", "render")
            github.job("ddsync-apply", "prod", keys=True, status=status)
        else:
            github.job("ddsync", "check")
            github.job("ddsync", "apply", keys=True, status=status)

    return plans, applies


def _gitlab(path: Path) -> tuple[Callable[[Pipeline], str], Callable[[Pipeline, int], None]]:
    own = path == GITLAB
    first, last = ("render", "prod") if own else ("check", "apply")
    target = {"TARGET": "prod"} if own else {"DDSYNC_TARGET": "prod"}

    def plans(pipeline: Pipeline) -> str:
        changed = {name: (pipeline.here.root / name).read_text() for name in ("ddsync.yaml", "monitors/jobs.py")}
        gitlab(pipeline.here, pipeline.provider, first, path, **target)
        gitlab(pipeline.here, pipeline.provider, "plan", path, **target)
        for name, text in changed.items():  # merged: the plan had checked out the files of the default branch
            (pipeline.here.root / name).write_text(text)
        return pipeline.provider.texts(17)[-1]

    def applies(pipeline: Pipeline, status: int) -> None:
        gitlab(pipeline.here, pipeline.provider, first, path, **target)
        if status:
            with pytest.raises(AssertionError, match=f"ended with {status}"):
                gitlab(pipeline.here, pipeline.provider, last, path, **target)
        else:
            gitlab(pipeline.here, pipeline.provider, last, path, **target)

    return plans, applies


def _atlantis_stage(pipeline: Pipeline, stage: str, status: int = 0) -> str:
    here = pipeline.here
    given = {"WORKSPACE": "prod", "PLANFILE": str(here.root / "prod.tfplan"), "BASE_BRANCH_NAME": "main"}
    given |= {"DD_API_KEY": API_KEY, "DD_APP_KEY": APP_KEY}
    scripts = [one["run"] for one in read(ATLANTIS)["workflows"]["ddsync"][stage]["steps"] if "run" in one]
    output = ""
    for n, script in enumerate(scripts, 1):
        done = here.run(script, given, shell=PLAIN_SHELL, status=status if n == len(scripts) else 0)
        output += done.out + done.err
    return output


def _atlantis() -> tuple[Callable[[Pipeline], str], Callable[[Pipeline, int], None]]:
    def plans(pipeline: Pipeline) -> str:
        return _atlantis_stage(pipeline, "plan") + _atlantis_stage(pipeline, "policy_check")

    def applies(pipeline: Pipeline, status: int) -> None:
        if not (pipeline.here.root / "prod.tfplan").exists():
            plans(pipeline)
        _atlantis_stage(pipeline, "apply", status)

    return plans, applies


KINDS = {
    "github": _github(ROOT),
    "github-of-init": _github(TEMPLATE),
    "gitlab": _gitlab(GITLAB),
    "gitlab-of-init": _gitlab(TEMPLATE / ".gitlab-ci.yml"),
    "atlantis": _atlantis(),
}


@pytest.fixture(params=list(KINDS))
def pipeline(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Pipeline]:
    """A pipeline whose main branch has four monitors, applied."""
    root = tmp_path / "project"
    (root / "monitors").mkdir(parents=True)
    with running() as served_datadog, served() as provider, shell(root, tmp_path / "bin") as here:
        here.environment["DD_HOST"] = served_datadog.url
        made = Pipeline(here, provider, served_datadog.emulator, *KINDS[request.param])
        made.change(SETTINGS)
        repository(tmp_path / "provider", files_below(root)).clone(root, "main")
        here.run("ddsync apply --target prod --yes", {"DD_API_KEY": API_KEY, "DD_APP_KEY": APP_KEY})
        assert len(made.monitors()) == 4
        shutil.rmtree(root / ".ddsync")
        yield made


def test_a_deletion_that_nobody_consented_to_is_refused_and_told_how(pipeline: Pipeline) -> None:
    pipeline.change(without_three())
    shown = pipeline.plans(pipeline)
    assert "apply will refuse" in shown or "policy: fail" in shown
    assert f'delete: 3, only: "jobs/job-stuck/*", until: {soon(14)}' in plain(shown)
    pipeline.applies(pipeline, 3)
    assert len(pipeline.monitors()) == 4


def test_a_deletion_with_consent_in_the_change_passes_and_the_reviewer_sees_it(pipeline: Pipeline) -> None:
    pipeline.change(without_three() + consent("delete", 3))
    shown = pipeline.plans(pipeline)
    assert "the clusters were retired" in shown
    assert "3 here" in shown
    assert "will refuse" not in shown
    assert "policy: fail" not in shown
    pipeline.applies(pipeline, 0)
    assert pipeline.monitors() == {"Job stuck on prod-eu-1"}


@pytest.mark.parametrize("wrong", [consent("delete", 2), consent("replace", 3), consent("delete", 3, days=-1)])
def test_consent_to_less_to_something_else_or_until_yesterday_covers_nothing(pipeline: Pipeline, wrong: str) -> None:
    pipeline.change(without_three() + wrong)
    shown = pipeline.plans(pipeline)
    assert "will refuse" in shown or "policy: fail" in shown
    pipeline.applies(pipeline, 3)
    assert len(pipeline.monitors()) == 4


def test_a_replace_needs_consent_of_its_own(pipeline: Pipeline) -> None:
    before = {one["id"] for one in pipeline.datadog.objects("monitor")}
    pipeline.change(SETTINGS, ON_LOGS)
    shown = pipeline.plans(pipeline)
    assert "replace: 4" in plain(shown)
    pipeline.applies(pipeline, 3)
    assert {one["id"] for one in pipeline.datadog.objects("monitor")} == before
    pipeline.change(SETTINGS + consent("replace", 4), ON_LOGS)
    assert "will refuse" not in pipeline.plans(pipeline)
    pipeline.applies(pipeline, 0)
    assert {one["type"] for one in pipeline.datadog.objects("monitor")} == {"log alert"}


def test_the_cron_job_says_nothing_of_a_deletion_that_is_still_to_come(pipeline: Pipeline, tmp_path: Path) -> None:
    pipeline.change(without_three() + consent("delete", 3))
    (_, job) = read(CRONJOB)
    container = job["spec"]["jobTemplate"]["spec"]["template"]["spec"]["containers"][0]
    script = container["args"][0].replace("/tmp/project", str(tmp_path / "scratch"))
    script = script.replace("/project ", f"{pipeline.here.root} ")
    pipeline.here.run(script, {"DD_API_KEY": API_KEY, "DD_APP_KEY": APP_KEY}, shell=container["command"])
